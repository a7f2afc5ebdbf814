"""Where measurements go: a table between two markers of a page of the documentation, written anew by each run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def put(page: str, *, name: str, command: str, text: str) -> None:
    """Put the text in its place in the page, `<!-- name: written by command -->` to `<!-- end of name -->`.

    A page without the place gets it at its end.
    """
    begin, end = f"<!-- {name}: written by {command} -->", f"<!-- end of {name} -->"
    path = DOCS / page
    whole = path.read_text() if path.exists() else f"# {path.stem.capitalize()}\n"
    if begin not in whole:
        whole += f"\n{begin}\n{end}\n"
    before, _, rest = whole.partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the table as Markdown writes it."""
    return "\n".join(map(_line, [head, ["---"] * len(head), *rows])).replace(" --- ", "---")


def _line(cells: Sequence[object]) -> str:
    return "|" + "|".join(f" {cell} " if cell != "" else " " for cell in cells) + "|"


def two_columns(figures: Mapping[str, object]) -> str:
    return table(["", ""], list(figures.items()))


def when_and_where(*notes: str) -> str:
    """Return the line over a table: `Run of 20 November 2026 on 2 cores, seed 7:`."""
    return ", ".join([f"Run of {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores", *notes]) + ":"
