"""A conversation of any length, of our own writing, for measuring."""

from __future__ import annotations

SAID = (
    ("agent", "Hello, this is Aria from Banyan Estates. May I ask who is calling, please?"),
    ("customer", "Hi, this is Meera Nair. I saw the two bedroom flat near the lake on your page."),
    ("agent", "Thank you, Meera. What budget do you have in mind, and when would you like to move?"),
    ("customer", "Something between eighty and ninety lakh, and we would like to move in by the end of March."),
    ("agent", "That fits. Is anyone else deciding with you, and have you arranged a loan yet?"),
    ("customer", "My husband and I decide together. The bank has agreed in principle, so that is fine."),
    ("agent", "Good. Would you like to see the flat this Saturday at eleven in the morning?"),
    ("customer", "Saturday is difficult because of my son's exam. Could we do Sunday afternoon instead?"),
    ("agent", "Sunday at three works well. Is there anything that worries you about the place?"),
    ("customer", "The maintenance charge sounds high to me, but otherwise I am very interested."),
)


def talk(turns: int) -> tuple[tuple[str, str], ...]:
    """Return so many turns."""
    return tuple(SAID[number % len(SAID)] for number in range(turns))
