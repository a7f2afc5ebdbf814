"""Pages by keyset: «the 50 after this row», which costs the same on every page and does not shift as rows arrive."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator, Sequence
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
    kind: type[datetime | int | float | str]
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


@dataclass(frozen=True)
class Stretch:
    """A part of a list: which rows, and how they are sorted, the coarser first; the last one breaks ties by id.

    One order over all rows can be more than an index serves; each stretch has one that is. What `where` and the sorts
    name is on every row, so that a cursor can be made of it.
    """

    where: Q
    sorts: tuple[Order, ...]

    def names(self, *, reverse: bool) -> tuple[str, ...]:
        *coarser, last = self.sorts
        return (*(order.names(reverse=reverse)[0] for order in coarser), *last.names(reverse=reverse))


@dataclass(frozen=True)
class _Place:
    """A row's place in stretches: in which of them, the values it is sorted by, and its id."""

    direction: str
    number: int
    values: tuple[Any, ...]
    pk: int


def read_stretches(
    queryset: models.QuerySet[_Row], *, stretches: Sequence[Stretch], size: int, cursor: str | None = None
) -> Page[_Row]:
    """Return a page like `read_page`, of a list whose stretches follow each other."""
    place = _read_place(cursor, stretches)
    backwards = place is not None and place.direction == "before"
    found: list[tuple[int, _Row]] = []
    for number, where in _ahead(stretches, place, backwards=backwards):
        if len(found) <= size:
            rows = queryset.filter(where).order_by(*stretches[number].names(reverse=backwards))
            found += [(number, row) for row in rows[: size + 1 - len(found)]]
    more, found = len(found) > size, found[:size]
    if place is not None and not found:
        return read_stretches(queryset, stretches=stretches, size=size)
    if backwards:
        found.reverse()
    has_older, has_newer = (True, more) if backwards else (more, place is not None)
    return Page(
        [row for _, row in found],
        _write_place("after", *found[-1], stretches) if has_older else None,
        _write_place("before", *found[0], stretches) if has_newer else None,
    )


def cursor_after(row: models.Model, field: str) -> str:
    """Return the cursor of the page that begins after the row, in the order of the field."""
    return _encode("after", row, Order(field, datetime))


def place_after(row: models.Model, *, stretches: Sequence[Stretch], number: int) -> str:
    """Return the cursor of the page that begins after the row of this stretch."""
    return _write_place("after", number, row, stretches)


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


def _ahead(stretches: Sequence[Stretch], place: _Place | None, *, backwards: bool) -> Iterator[tuple[int, Q]]:
    """Yield what follows the place, in order: the number of a stretch, and a condition that an index has a bound for.

    First what equals the place in all but the finest sort, then in all but the two finest, and so on.
    """
    numbers = range(len(stretches))
    if place is not None:
        stretch, number = stretches[place.number], place.number
        for depth in reversed(range(len(stretch.sorts))):
            yield number, stretch.where & _beyond_at(depth, stretch, place, backwards=backwards)
        numbers = range(number - 1, -1, -1) if backwards else range(number + 1, len(stretches))
    for number in numbers:
        yield number, stretches[number].where


def _beyond_at(depth: int, stretch: Stretch, place: _Place, *, backwards: bool) -> Q:
    order, value = stretch.sorts[depth], place.values[depth]
    descends = order.is_descending != backwards
    same = Q(*(_held(stretch.sorts[nth], place.values[nth]) for nth in range(depth)))
    if depth == len(stretch.sorts) - 1:
        return same & _beyond(order, value, place.pk, descends=descends)
    return same & Q(**{f"{order.field}__{'lt' if descends else 'gt'}": value})


def _held(order: Order, value: Any) -> Q:
    """Return that the field has the value: of a text by two bounds.

    A text that equals a value sorts nothing any more. PostgreSQL would then leave the index that begins with it, and
    merge two tables by their ids from the first row on.
    """
    if order.kind is str:
        return Q(**{f"{order.field}__gte": value, f"{order.field}__lte": value})
    return Q(**{order.field: value})


def _write_place(direction: str, number: int, row: models.Model, stretches: Sequence[Stretch]) -> str:
    values = [getattr(row, order.field) for order in stretches[number].sorts]
    return _write([direction, number, [_said(value) for value in values], row.pk])


def _read_place(cursor: str | None, stretches: Sequence[Stretch]) -> _Place | None:
    try:
        direction, number, said, pk = json.loads(base64.urlsafe_b64decode(f"{cursor or ''}==="))
        sorts = stretches[number if _is_int(number) and number >= 0 else len(stretches)].sorts
        values = tuple(_heard(value, order) for value, order in zip(said, sorts, strict=True))
    except (ValueError, TypeError, IndexError, binascii.Error, RecursionError):
        return None
    fits = all(_fits(value, order) for value, order in zip(values, sorts, strict=True))
    if direction not in ("after", "before") or not _is_int(pk) or abs(pk) >= _BEYOND or not fits:
        return None
    return _Place(direction, number, values, pk)


def _encode(direction: str, row: models.Model, order: Order) -> str:
    return _write([direction, _said(getattr(row, order.field)), row.pk])


def _write(said: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _heard(said: Any, order: Order) -> Any:
    return datetime.fromisoformat(said) if order.kind is datetime and isinstance(said, str) else said


def _decode(cursor: str | None, order: Order) -> tuple[str, Any, int] | None:
    try:
        direction, said, pk = json.loads(base64.urlsafe_b64decode(f"{cursor or ''}==="))
        value = _heard(said, order)
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
    if isinstance(value, float):
        return order.kind is float and math.isfinite(value)
    return order.kind is int and _is_int(value) and abs(cast("int", value)) < _BEYOND


# No id and no sorted number comes near it; PostgreSQL's own limit is a little further.
_BEYOND = 2**31


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
