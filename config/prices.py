"""What tokens cost, as it is written in the environment."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation


def read(entries: Iterable[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """Return `model=in/out` entries by model, each price that of a million tokens; raises ValueError for any other."""
    found = {}
    for entry in entries:
        model, _, prices = entry.strip().rpartition("=")
        try:
            tokens_in, tokens_out = (Decimal(price) for price in prices.split("/"))
        except (InvalidOperation, ValueError):
            model = ""
        if not model or not tokens_in >= 0 or not tokens_out >= 0:
            raise ValueError(f"OPENAI_PRICES holds {entry!r}; write model=0.75/4.50, in and out of a million")
        found[model] = (tokens_in, tokens_out)
    return found
