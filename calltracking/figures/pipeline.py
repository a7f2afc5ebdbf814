"""Where leads stand on their way: the funnel, the steps that are coming, and who holds how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from calltracking.figures.leads import OPEN, WARM, Group, LeadNumbers, LeadsChoice, follow_ups_url, joined, leads_url
from crm.models import FollowUp, LeadStatus, Membership

# With what is before and after them, as many as a chart has room to name.
COMING_DAYS = 6


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel: those who came so far."""

    name: str
    leads: int
    url: str


def funnel(numbers: LeadNumbers, chosen: LeadsChoice) -> tuple[Stage, ...]:
    """Return the stages of the leads added in the days, each a part of the one before."""
    called = {"latest_call_at__isnull": "False"}
    warm = {**called, "lead_status__in": ",".join(WARM)}
    won = {**called, "lead_status__exact": LeadStatus.CONVERTED.value}
    return (
        Stage("Added", numbers.count(), leads_url(chosen, is_added=True)),
        Stage("Talked with", numbers.count(called=True), leads_url(chosen, called, is_added=True)),
        Stage("Interested or callback", numbers.count(*WARM, called=True), leads_url(chosen, warm, is_added=True)),
        Stage("Converted", numbers.count(LeadStatus.CONVERTED, called=True), leads_url(chosen, won, is_added=True)),
    )


@dataclass(frozen=True)
class Due:
    """Open follow-ups of a day, or before or after the days shown."""

    name: str
    short: str
    steps: int
    url: str


def coming(follow_ups: QuerySet[FollowUp], chosen: LeadsChoice, *, today: date) -> tuple[Due, ...]:
    """Return the open follow-ups of the coming days, those due before and those due later, in one query."""
    days = [today + timedelta(days=nth) for nth in range(COMING_DAYS)]
    bounds: list[tuple[str, str, dict[str, datetime]]] = [
        ("Due before today", "Before", {"due_at__lt": chosen.span("x", today, today)["x__gte"]}),
        *((_name_of(day, today), f"{day:%a}", chosen.span("due_at", day, day)) for day in days),
        ("Later", "Later", {"due_at__gte": chosen.span("x", days[-1], days[-1])["x__lt"]}),
    ]
    open_ones: Any = follow_ups.filter(state=FollowUp.State.OPEN).order_by()
    counted = open_ones.aggregate(**{f"n{i}": Count("due_at", filter=Q(**span)) for i, (*_, span) in enumerate(bounds)})
    return tuple(
        Due(name, short, counted[f"n{i}"], follow_ups_url({key: at.isoformat() for key, at in span.items()}))
        for i, (name, short, span) in enumerate(bounds)
    )


def _name_of(day: date, today: date) -> str:
    return "Today" if day == today else "Tomorrow" if day == today + timedelta(days=1) else f"{day:%A %-d %b}"


@dataclass(frozen=True)
class Holder:
    """What one member has: leads that may still be won, what they are estimated at, and those won."""

    pk: int | None
    name: str
    leads: int
    open_leads: int
    estimated: Decimal
    won: int
    actual: Decimal
    url: str


def holders(numbers: LeadNumbers, chosen: LeadsChoice) -> tuple[Holder, ...]:
    """Return who has how much of the pipeline, the most first, in one query."""
    theirs: dict[int | None, list[Group]] = {}
    for pk, group in numbers.held:
        theirs.setdefault(pk, []).append(group)
    members = Membership.objects.select_related("user").in_bulk([pk for pk in theirs if pk])
    found = [_holder(pk, LeadNumbers(joined(groups)), members.get(pk or 0), chosen) for pk, groups in theirs.items()]
    return tuple(sorted(found, key=lambda one: (-one.estimated, -one.open_leads, one.name)))


def _holder(pk: int | None, numbers: LeadNumbers, member: Membership | None, chosen: LeadsChoice) -> Holder:
    return Holder(
        pk,
        str(member) if member else "Nobody",
        numbers.count(),
        numbers.count(*OPEN),
        numbers.estimated(*OPEN),
        numbers.count(LeadStatus.CONVERTED),
        numbers.actual(LeadStatus.CONVERTED),
        leads_url(chosen, {"assignee": pk or "nobody"}),
    )
