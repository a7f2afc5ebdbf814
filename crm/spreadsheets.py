"""What a spreadsheet is given: text that it shows and never runs."""

from __future__ import annotations

import re

# What is a formula to one program or another, behind blanks too; the full-width signs are, where they are typed.
# Apostrophes before it belong to it, so that what was guarded can be told from what was written so.
# What none of these stands at the beginning of needs no closer look: nearly everything.
_SUSPECT = frozenset("'=+-@＝＋－＠\0")
_BEGINS_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠\0]|'*[\t\r\n]")


def cell(value: object) -> str:
    """Return the value as text; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    first = text[:1]
    is_suspect = first in _SUSPECT or first.isspace()
    return f"'{text}" if is_suspect and _BEGINS_FORMULA.match(text) else text


def uncell(text: str) -> str:
    """Return the text that `cell` was given."""
    return text[1:] if text.startswith("'") and _BEGINS_FORMULA.match(text[1:]) else text
