"""Numbers as telephone networks write them: plain, inside a SIP address, or withheld."""

from __future__ import annotations

# What stands in a caller's number when it is withheld: words, and the carriers' digits for them
# (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE spelt on a keypad). Source: Twilio, «Caller ID».
WITHHELD = frozenset(
    {"anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld"}
    | {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
)
# A browser or an app in place of a telephone: whoever it is has no number.
NO_TELEPHONE = "client:"


def number_in(written: str) -> str:
    """Return the number, or the user of a SIP address; empty where it is withheld or there is none."""
    said = written.strip()
    if said.lower().startswith(NO_TELEPHONE):
        return ""
    said = said.removeprefix("sips:").removeprefix("sip:").partition("@")[0].partition(";")[0]
    return "" if said.lower().lstrip("+") in WITHHELD else said
