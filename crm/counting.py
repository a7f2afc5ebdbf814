"""How many rows match: exactly while that is cheap, about as many as PostgreSQL expects beyond it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import models

MOST_COUNTED = 1_000
# PostgreSQL's guess is not that far out: so many times more than is counted need no counting.
SURELY_MANY = 10


@dataclass(frozen=True)
class Count:
    """A number of rows, and whether it was counted."""

    number: int
    is_exact: bool = True

    def __str__(self) -> str:
        return f"{self.number:,}" if self.is_exact else f"about {self.number:,}"


def count_rows(rows: models.QuerySet[Any], *, most: int = MOST_COUNTED) -> Count:
    """Return how many there are: counted up to `most`, estimated in two figures above it.

    The rows come in an order that an index of their company has: without one a count may read everybody's.
    """
    expected = int(json.loads(rows.order_by().values("pk").explain(format="json"))[0]["Plan"]["Plan Rows"])
    if expected > SURELY_MANY * most:
        return Count(_in_two_figures(expected), is_exact=False)
    # `values` leaves out what a row shows, which the count would work out for each.
    counted = rows.values("pk")[: most + 1].count()
    return Count(counted) if counted <= most else Count(_in_two_figures(max(expected, counted)), is_exact=False)


def _in_two_figures(number: int) -> int:
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return round(number / step) * step
