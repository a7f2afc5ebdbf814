"""Figures that a command measured, put into a page of the documentation between the marks of that command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def table(rows: Mapping[str, object], *, head: tuple[str, str] = ("", "")) -> str:
    """Return two columns in Markdown."""
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    return "\n".join(lines)


def write(page: str, *, name: str, by: str, text: str) -> None:
    """Replace what stands between the marks of `name` in `docs/<page>`, with the day and the machine's cores above it.

    Raises `ValueError` where the page has no such marks.
    """
    begin, end = f"<!-- {name}: written by {by} -->", f"<!-- end of {name} -->"
    path = DOCS / page
    before, found, rest = path.read_text().partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"docs/{page} has no place for {name}")
    head = f"Run of {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores."
    path.write_text(f"{before}{begin}\n{head}\n\n{text}\n{end}{after}")
