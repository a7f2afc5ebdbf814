"""What a spreadsheet is given: text that it shows and never runs."""

from __future__ import annotations

import re

# What is a formula to one program or another, behind blanks too; the full-width signs are, where they are typed.
# Apostrophes before it belong to it, so that what was guarded can be told from what was written so.
_BEGINS_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠\0]|'*[\t\r\n]")


def cell(value: object) -> str:
    """Return the value as text; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if _BEGINS_FORMULA.match(text) else text


def uncell(text: str) -> str:
    """Return the text that `cell` was given."""
    return text[1:] if text.startswith("'") and _BEGINS_FORMULA.match(text[1:]) else text
