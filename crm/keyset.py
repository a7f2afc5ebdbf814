"""Pages by keyset: «the 50 after this row», which costs the same on every page and does not shift as rows arrive."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.db import models
from django.db.models import Q

_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True)
class Order:
    """A sort by one field or annotation of a kind, then by id; both in the same direction.

    Where the field may be empty, empty rows stand where PostgreSQL puts them: first when descending, else last.
    """

    field: str
    kind: type[datetime | int | str]
    is_descending: bool = True
    is_nullable: bool = False

    def names(self, *, reverse: bool = False) -> tuple[str, ...]:
        sign = "-" if self.is_descending != reverse else ""
        return (f"{sign}id",) if self.field == "id" else (f"{sign}{self.field}", f"{sign}id")


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
    rows = _walk(
        queryset.order_by(*order.names(reverse=backwards)), order, value, pk, backwards=backwards, most=size + 1
    )
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


def _walk(rows: models.QuerySet[_Row], order: Order, value: Any, pk: int, *, backwards: bool, most: int) -> list[_Row]:
    """Return the rows beyond the one of this value and id, stretch by stretch: an index has a bound for each."""
    descends = order.is_descending != backwards
    stretches = [_beyond(order, value, pk, descends=descends)]
    if order.is_nullable and (value is None) == descends:
        # Descending, the empty ones were first; ascending, they are still to come.
        stretches.append(Q(**{f"{order.field}__isnull": not descends}))
    found: list[_Row] = []
    for stretch in stretches:
        if len(found) < most:
            found += rows.filter(stretch)[: most - len(found)]
    return found


def _beyond(order: Order, value: Any, pk: int, *, descends: bool) -> Q:
    than = "lt" if descends else "gt"
    beyond = Q(**{f"id__{than}": pk})
    if order.field == "id":
        return beyond
    if value is None:
        return Q(**{f"{order.field}__isnull": True}) & beyond
    # The plain bound serves the index; the second part breaks ties.
    return Q(**{f"{order.field}__{than}e": value}) & (Q(**{f"{order.field}__{than}": value}) | beyond)


def _encode(direction: str, row: models.Model, order: Order) -> str:
    value = getattr(row, order.field)
    said = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([direction, said, row.pk]).encode()).decode().rstrip("=")


def _decode(cursor: str | None, order: Order) -> tuple[str, Any, int] | None:
    try:
        direction, said, pk = json.loads(base64.urlsafe_b64decode(f"{cursor or ''}==="))
        value = datetime.fromisoformat(said) if order.kind is datetime and isinstance(said, str) else said
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    if direction not in ("after", "before") or not _is_int(pk) or abs(pk) >= _BEYOND or not _fits(value, order):
        return None
    return direction, value, pk


def _fits(value: object, order: Order) -> bool:
    if value is None:
        return order.is_nullable
    if isinstance(value, datetime):
        return order.kind is datetime and value.tzinfo is not None
    if isinstance(value, str):
        # Neither can stand in a text of PostgreSQL's.
        return order.kind is str and "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    return order.kind is int and _is_int(value) and abs(cast("int", value)) < _BEYOND


# No id and no sorted number comes near it; PostgreSQL's own limit is a little further.
_BEYOND = 2**31


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
