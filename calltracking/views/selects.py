"""The choices of a row of filters, as the pages draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Select:
    """One filter: its name in the address, its words while nothing is chosen, each `(value, label)`, what is chosen."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str
