"""What tokens cost: what we know, and how more is written in the environment."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

# Of a million tokens, in and out, in US dollars. Source: the vendor's list of prices, 2026.
PRICES: dict[str, tuple[Decimal, Decimal]] = {
    "gpt-5.5": (Decimal("5.00"), Decimal("30.00")),
    "gpt-5.4": (Decimal("2.50"), Decimal("15.00")),
    "gpt-5.4-mini": (Decimal("0.75"), Decimal("4.50")),
    "gpt-5-mini": (Decimal("0.25"), Decimal("2.00")),
    "gpt-4.1": (Decimal("2.00"), Decimal("8.00")),
    "gpt-4.1-mini": (Decimal("0.40"), Decimal("1.60")),
    "gpt-4o": (Decimal("2.50"), Decimal("10.00")),
    "gpt-4o-mini": (Decimal("0.15"), Decimal("0.60")),
}


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
