"""History as people read it: the events of all tables in one order, told in words, of one company."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from crm.history import Change, histories
from crm.tenancy import use_company
from crm.told import Told, tell

NEWEST = 50
# Of every event table, in this order; what they do not share does not show.
_COLUMNS = (
    "pgh_created_at",
    "rank",
    "pgh_id",
    "pgh_obj_id",
    "whole_id",
    "pgh_label",
    "source",
    "member_id",
    "pgh_context",
    "changes",
)
_NEWEST_FIRST = ("-pgh_created_at", "-rank", "-pgh_id")
_OLDEST_FIRST = ("pgh_created_at", "rank", "pgh_id")


@dataclass(frozen=True)
class Asked:
    """Which events: of what and which row, by whom, by which way in, added, changed or removed, and when."""

    what: str = ""
    row: int | None = None
    member: int | None = None
    source: str = ""
    deed: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def narrow(self, events: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of one table's events that were asked for; only operators that a policy lets an index serve."""
        wanted = {
            "pgh_obj_id": self.row,
            "member_id": self.member,
            "source": self.source or None,
            "pgh_label": self.deed or None,
            "pgh_created_at__gte": self.since,
            "pgh_created_at__lt": self.until,
        }
        return events.filter(**{name: value for name, value in wanted.items() if value is not None})


@dataclass(frozen=True)
class Place:
    """Between two events: their time, the rank of their table, their id."""

    at: datetime
    rank: int
    pk: int

    def beyond(self, rank: int, *, newer: bool) -> Q:
        """Return what lies beyond in the table of that rank. The bare bound on the time serves the index."""
        sign = "gt" if newer else "lt"
        if rank == self.rank:
            tie = Q(**{f"pgh_created_at__{sign}": self.at}) | Q(**{f"pgh_id__{sign}": self.pk})
            return Q(**{f"pgh_created_at__{sign}e": self.at}) & tie
        ties_count = rank > self.rank if newer else rank < self.rank
        return Q(**{f"pgh_created_at__{sign}{'e' if ties_count else ''}": self.at})


@dataclass(frozen=True)
class AuditPage:
    """Events in words, newest first, and the cursors of the neighboring pages; None where there is none."""

    rows: list[Told]
    older: str | None
    newer: str | None


def read_page(asked: Asked, *, size: int, cursor: str | None = None) -> AuditPage:
    """Return the page a cursor stands for, the first one without it or when it cannot be read."""
    newer, place = _decode(cursor)
    found = _events(asked, size=size + 1, place=place, newer=newer)
    more = len(found) > size
    found = found[:size]
    if newer:
        found.reverse()
    if place is not None and not found:
        return read_page(asked, size=size)
    has_older, has_newer = (True, more) if newer else (more, place is not None)
    return AuditPage(
        tell(found),
        _encode("older", found[-1]) if found and has_older else None,
        _encode("newer", found[0]) if found and has_newer else None,
    )


def walk(asked: Asked, *, company_id: int, size: int) -> Iterator[list[Told]]:
    """Yield every event asked for, newest first, `size` at a time; each piece is read in a transaction of its own."""
    place = None
    while True:
        with use_company(company_id):
            found = _events(asked, size=size, place=place, newer=False)
            told = tell(found)
        if told:
            yield told
        if len(found) < size:
            return
        place = _place_of(found[-1])


def history_of(row: models.Model, *, most: int = NEWEST) -> list[Told]:
    """Return the newest events of a row and of its parts (a contact's numbers and follow-ups), newest first."""
    concrete = row._meta.concrete_model
    branches = []
    for rank, model in enumerate(histories().values()):
        if model.pgh_tracked_model is concrete:
            branches.append(_branch(model, rank, Q(pgh_obj_id=row.pk)))
        elif model.tracks.of and model.pgh_tracked_model._meta.get_field(model.tracks.of).related_model is concrete:
            branches.append(_branch(model, rank, Q(whole_id=row.pk)))
    return tell(_newest(branches, size=most))


# ---- the events of all tables ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One event as it is stored."""

    at: datetime
    rank: int
    pk: int
    row: int
    whole: int | None
    deed: str
    source: str
    member: int | None
    context: dict[str, Any] | None
    changes: dict[str, Any]

    @property
    def model(self) -> type[Change]:
        return list(histories().values())[self.rank]


def _events(asked: Asked, *, size: int, place: Place | None, newer: bool) -> list[Found]:
    branches = [
        asked.narrow(_branch(model, rank, place.beyond(rank, newer=newer) if place else Q()))
        for rank, (label, model) in enumerate(histories().items())
        if asked.what in ("", label)
    ]
    return _newest(branches, size=size, reverse=newer)


def _branch(model: type[Change], rank: int, wanted: Q) -> QuerySet[Any]:
    events: QuerySet[Any] = model.objects.filter(wanted).annotate(rank=models.Value(rank))
    return events


def _newest(branches: list[QuerySet[Any]], *, size: int, reverse: bool = False) -> list[Found]:
    """Return the first of all in order: each table gives no more than are wanted, by its index, and they are merged."""
    if not branches:
        return []
    order = _OLDEST_FIRST if reverse else _NEWEST_FIRST
    by_index = (order[0], order[2])
    first, *others = [branch.order_by(*by_index).values_list(*_COLUMNS)[:size] for branch in branches]
    rows = first.union(*others, all=True).order_by(*order)[:size] if others else first
    return [Found(*row) for row in rows]


# ---- cursors --------------------------------------------------------------------------------------------------

_BEYOND = 2**62


def _place_of(event: Found) -> Place:
    return Place(event.at, event.rank, event.pk)


def _encode(direction: str, event: Found) -> str:
    said = json.dumps([direction, event.at.isoformat(), event.rank, event.pk])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _decode(cursor: str | None) -> tuple[bool, Place | None]:
    """Return the direction (towards the newer) and the place; no place when the cursor says none."""
    try:
        direction, said, rank, pk = json.loads(base64.urlsafe_b64decode(f"{cursor or ''}==="))
        at = datetime.fromisoformat(said)
    except (ValueError, TypeError, binascii.Error):
        return False, None
    numbers = all(type(number) is int and abs(number) < _BEYOND for number in (rank, pk))
    if direction not in ("older", "newer") or not numbers or at.tzinfo is None:
        return False, None
    return direction == "newer", Place(at, rank, pk)
