"""The figures of a long provider day, put in their place in docs/reliability.md by the run itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- day: written by make day -->", "<!-- end of day -->"


def write(figures: Mapping[str, object]) -> None:
    """Replace what stands between the marks."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures.items())
    head = f"Run of {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores:"
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{head}\n\n| | |\n|---|---|\n{rows}\n{END}{after}")
