"""What a spreadsheet is given: text that it shows and never runs."""

from __future__ import annotations

# A cell that begins so is a formula to one program or another; the full-width signs are, where they are typed.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """Return the value as text; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
