"""Reading the numbers: kept counts of the days that bear no mark, and the calls themselves for those that do.

What comes back is exact at the moment of asking, whichever part of it was kept. A member who sees only their own
people's calls gets numbers over those, counted from the calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import DateField, Max, Min, Q, Sum
from django.db.models.functions import Trunc

from calltracking.figures.choice import ROWS, AnalyticsFilter
from calltracking.figures.facts import AGGREGATES, KEYS, LEAST, MOST, Numbers, facts_of
from calltracking.figures.keeping import level_of, on_days, stale_days
from calltracking.models import DailyCallStats
from crm.models import Company, Membership
from crm.tenancy import remembered
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet

_DAY = "day"


@dataclass(frozen=True)
class Parts:
    """Weeks, months or years that a range is shown in; `unit` is PostgreSQL's word. None goes over `begins`."""

    unit: str
    begins: date


def numbers(
    chosen: AnalyticsFilter, *, by: str, member: Membership | None = None, parts: Parts | None = None
) -> dict[Any, Numbers]:
    """Return the numbers of the chosen calls by `day` or by one of the keys (`campaign_id`), those with calls alone.

    Over the calls that the member may see; all of the company in use without one. At most four queries. With `parts`,
    days that are in one part may come together, under the first of them.
    """
    company = Company.objects.current()
    if member is not None and not member.sees_all:
        return _counted(Call.objects.visible_to(member).filter(chosen.condition(company)), by, company)
    keys = {f"{name}_id" if name in ROWS else name for name in chosen.narrowed} | ({by} - {_DAY})
    stale = sorted(day for day in remembered("stale days", stale_days) if chosen.first <= day <= chosen.last)
    found = _kept(chosen, by, level_of(keys), stale, parts)
    if stale:
        live = _counted(Call.objects.filter(chosen.condition(company)).filter(on_days(stale, company)), by, company)
        for key, counted in live.items():
            found[key] = found.get(key, Numbers()) + counted
    return found


def total(by_key: dict[Any, Numbers]) -> Numbers:
    """Return the numbers of all groups together."""
    return Numbers.joined(by_key.values())


def by_day(
    chosen: AnalyticsFilter, *, member: Membership | None = None, parts: Parts | None = None
) -> dict[date, Numbers]:
    """Return the numbers of each day that has calls, or of the parts that nothing shorter than is shown."""
    return numbers(chosen, by=_DAY, member=member, parts=parts)


def _kept(chosen: AnalyticsFilter, by: str, level: int, stale: list[date], parts: Parts | None) -> dict[Any, Numbers]:
    rows = DailyCallStats.objects.filter(level=level, day__range=(chosen.first, chosen.last))
    if stale:
        rows = rows.exclude(day__in=stale)
    for name, value in chosen.narrowed.items():
        rows = rows.filter(**{f"{name}_id" if name in ROWS else name: value})
    if by == _DAY and parts is None:
        # One row a day: there is nothing to add up.
        return {row[0]: Numbers.of(row[1:]) for row in rows.order_by().values_list(_DAY, *AGGREGATES)}
    joined = {name: Min(name) if name == LEAST else Max(name) if name == MOST else Sum(name) for name in AGGREGATES}
    sums = {f"all_{name}": joined[name] for name in AGGREGATES}
    apart: tuple[str, ...] = (by,)
    if by == _DAY and parts is not None:
        part = Trunc(_DAY, parts.unit, output_field=DateField())
        rows = rows.annotate(part=part, is_after=Q(day__gte=parts.begins))
        apart, by, sums = ("part", "is_after"), "first_day", {"first_day": Min(_DAY), **sums}
    added = rows.order_by().values(*apart).annotate(**sums)
    return {row[0]: Numbers.of(row[1:]) for row in added.values_list(by, *(f"all_{name}" for name in AGGREGATES))}


def _counted(calls: CallQuerySet, by: str, company: Company) -> dict[Any, Numbers]:
    if by != _DAY and by not in KEYS:
        raise ValueError(f"calls are not counted by {by}")
    sql, parameters = facts_of(calls, zone=company.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {by}, {', '.join(AGGREGATES.values())} from ({sql}) facts group by 1",
            parameters,
        )
        return {row[0]: Numbers.of(row[1:]) for row in cursor.fetchall()}
