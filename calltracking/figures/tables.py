"""Every section of the pages of figures as a plain table: what a report downloads, and what can be checked.

`@table("calls-over-time", "Calls over time")` on a function is all it takes. The function gets the filter and the
member who asks, inside their company, and returns rows of typed values; reports list `TABLES` by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from calltracking.figures.choice import AnalyticsFilter
from crm.models import Membership

Cell = str | int | float | Decimal | date | datetime | None


class Kind(StrEnum):
    """What a column holds. Shares are of 1, lengths are in seconds, money is in the company's currency."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    SECONDS = "seconds"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """A title, its columns, and rows with one cell for each; None is nothing to say."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Rows = Callable[[AnalyticsFilter, Membership], Iterable[tuple[Cell, ...]]]


@dataclass(frozen=True)
class Source:
    """A table that can be asked for by name; `right` is what a member needs to see it."""

    name: str
    title: str
    page: str
    columns: tuple[Column, ...]
    right: str
    rows: Rows

    def read(self, chosen: AnalyticsFilter, *, member: Membership) -> Table:
        """Return the table over the member's calls, within the company in use."""
        return Table(self.title, self.columns, tuple(self.rows(chosen, member)))


TABLES: dict[str, Source] = {}


def table(
    name: str, title: str, *columns: tuple[str, Kind], page: str = "Calls", right: str = "telephony.view_call"
) -> Callable[[Rows], Rows]:
    """Register what makes the rows of a table. Names are unique; `page` groups them in a list of reports."""

    def register(rows: Rows) -> Rows:
        if name in TABLES:
            raise ValueError(f"there is a table {name} already")
        TABLES[name] = Source(name, title, page, tuple(Column(*column) for column in columns), right, rows)
        return rows

    return register
