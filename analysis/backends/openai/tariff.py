"""What tokens cost, by the table in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Price:
    """Of a million tokens, what goes in and what comes out."""

    tokens_in: Decimal = Decimal(0)
    tokens_out: Decimal = Decimal(0)

    def of(self, *, tokens_in: int, tokens_out: int) -> Decimal:
        cost = (self.tokens_in * tokens_in + self.tokens_out * tokens_out) / MILLION
        return cost.quantize(Decimal("0.000001"))


def price_of(model: str) -> Price | None:
    """Return the price of a model, None when the table does not know it. A dated name costs what its family does."""
    names = [name for name in settings.OPENAI_PRICES if model == name or model.startswith(f"{name}-20")]
    return Price(*settings.OPENAI_PRICES[max(names, key=len)]) if names else None


def cost_of(model: str, *, tokens_in: int, tokens_out: int) -> Decimal:
    """Return what so many tokens cost; nothing for a model without a price, whose tokens alone are capped."""
    return (price_of(model) or Price()).of(tokens_in=tokens_in, tokens_out=tokens_out)
