"""Pages by keyset: «the 50 after this row», which costs the same on every page and does not shift as rows arrive."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True)
class Order:
    """A sort by one not-null field or annotation of a kind, then by id; both in the same direction."""

    field: str
    kind: type[datetime | int]
    is_descending: bool = True

    def names(self, *, reverse: bool = False) -> tuple[str, str]:
        sign = "-" if self.is_descending != reverse else ""
        return f"{sign}{self.field}", f"{sign}id"


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """Rows in order, and the cursors of the neighboring pages; None where there is none."""

    rows: list[_Row]
    older: str | None
    newer: str | None


def read_page(queryset: models.QuerySet[_Row], *, order: Order, size: int, cursor: str | None = None) -> Page[_Row]:
    """Return the page a cursor stands for, the first one without it or when it cannot be read."""
    read = _decode(cursor, order)
    if read is None:
        rows = list(queryset.order_by(*order.names())[: size + 1])
        more = len(rows) > size
        rows = rows[:size]
        return Page(rows, _encode("after", rows[-1], order) if more else None, None)
    direction, value, pk = read
    backwards = direction == "before"
    beyond = "gt" if order.is_descending == backwards else "lt"
    # The plain bound serves the index; the second part breaks ties.
    wanted = Q(**{f"{order.field}__{beyond}e": value}) & (
        Q(**{f"{order.field}__{beyond}": value}) | Q(**{f"id__{beyond}": pk})
    )
    rows = list(queryset.filter(wanted).order_by(*order.names(reverse=backwards))[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return read_page(queryset, order=order, size=size)
    has_older, has_newer = (True, more) if backwards else (more, True)
    return Page(
        rows,
        _encode("after", rows[-1], order) if has_older else None,
        _encode("before", rows[0], order) if has_newer else None,
    )


def cursor_after(row: models.Model, field: str) -> str:
    """Return the cursor of the page that begins after the row, in the order of the field."""
    return _encode("after", row, Order(field, datetime))


def _encode(direction: str, row: models.Model, order: Order) -> str:
    value = getattr(row, order.field)
    said = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([direction, said, row.pk]).encode()).decode().rstrip("=")


def _decode(cursor: str | None, order: Order) -> tuple[str, Any, int] | None:
    try:
        direction, said, pk = json.loads(base64.urlsafe_b64decode(f"{cursor or ''}==="))
        value = datetime.fromisoformat(said) if isinstance(said, str) else said
    except (ValueError, TypeError, binascii.Error):
        return None
    fits = (
        value.tzinfo is not None if isinstance(value, datetime) else abs(value) < _BEYOND if _is_int(value) else False
    )
    if direction not in ("after", "before") or not _is_int(pk) or abs(pk) >= _BEYOND or not fits:
        return None
    return (direction, value, pk) if isinstance(value, order.kind) else None


# No id and no sorted number comes near it; PostgreSQL's own limit is a little further.
_BEYOND = 2**31


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
