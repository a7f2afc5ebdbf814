"""Keeping the counts of days: which days bear a mark, and counting those anew."""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Q
from django.db.models.functions import TruncDate

from calltracking.figures.facts import AGGREGATES, KEYS, facts_of
from calltracking.models import DailyCallStats, StaleDay
from crm.models import Company
from crm.tenancy import require_company, use_company
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet

# Days are counted apart by nothing, by each key, and by any of them together.
GROUPS = tuple(group for size in range(len(KEYS) + 1) for group in combinations(KEYS, size))
# Marks taken in one transaction: about forty busy days.
BATCH = 4000
COLUMNS = ("day", *KEYS, *AGGREGATES)
_ALL = (1 << len(KEYS)) - 1


def level_of(keys: Iterable[str]) -> int:
    """Return the level at which days are counted by these keys: what `grouping()` says of them."""
    return _ALL - sum(1 << (len(KEYS) - 1 - KEYS.index(key)) for key in set(keys))


def stale_days() -> set[date]:
    """Return the days of the company in use whose counts may be behind the calls."""
    company = Company.objects.current()
    marks = StaleDay.objects.order_by()
    moments = marks.filter(moment__isnull=False).annotate(day=TruncDate("moment", tzinfo=company.zone))
    # Ids are few and looked up; moments are many while a long past waits to be counted.
    named = marks.filter(moment=None).values_list("moment", "contact_id", "call_id").distinct()
    return set(moments.values_list("day", flat=True).distinct()) | _days_of(named, company)


def refresh(company_id: int, *, batch: int = BATCH) -> int:
    """Count anew the days of the newest marks; returns how many days. Nothing while somebody else does.

    The marks go first and the calls are read by a later statement: a change that is not seen by it left a mark that
    the first statement did not see either, and so stays.
    """
    with use_company(company_id):
        if not _is_mine(company_id):
            return 0
        # By their ids: the table is mostly empty, and a plan for one row is a slow one for a hundred thousand.
        newest = list(StaleDay.objects.order_by("-moment", "pk").values_list("pk", flat=True)[:batch])
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from calltracking_staleday where id = any(%s) returning moment, contact_id, call_id", [newest]
            )
            marks = cursor.fetchall()
        if not marks:
            return 0
        # The clock is read after the marks went: a change of it left marks, too.
        company = Company.objects.current()
        days = _days_of(marks, company)
        count_days(days, company=company)
        return len(days)


def refresh_all(*, seconds: float = 20.0) -> int:
    """Count anew what bears a mark in every company, for about so long; returns how many days."""
    ends, counted = clock.monotonic() + seconds, 0
    for company_id in list(Company.objects.order_by("pk").values_list("pk", flat=True)):
        while clock.monotonic() < ends and (done := refresh(company_id)):
            counted += done
    return counted


def count_days(days: Iterable[date], *, company: Company) -> None:
    """Replace the counts of these days by what the calls say now."""
    wanted = sorted(set(days))
    if not wanted:
        return
    DailyCallStats.objects.filter(day__in=wanted).delete()
    sql, parameters = facts_of(Call.objects.filter(on_days(wanted, company)), zone=company.zone)
    groups = ", ".join(f"({', '.join(('day', *group))})" for group in GROUPS)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    counted = ", ".join(f"{aggregate}" for aggregate in AGGREGATES.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into calltracking_dailycallstats (company_id, level, {names})"
            f" select %s, grouping({', '.join(KEYS)}), day, campaign_id, agent_id, line_id,"
            f" coalesce(provider, ''), coalesce(direction, ''), {counted}"
            f" from ({sql}) facts group by grouping sets ({groups})",
            [require_company(), *parameters],
        )


def on_days(days: Sequence[date], company: Company) -> Q:
    """Return the condition that a call began on one of the company's days, neighbors taken together."""
    wanted = Q()
    for first, last in stretches(days):
        begins = datetime.combine(first, time.min, tzinfo=company.zone)
        ends = datetime.combine(last + timedelta(days=1), time.min, tzinfo=company.zone)
        wanted |= Q(started_at__gte=begins, started_at__lt=ends)
    return wanted if days else Q(pk__in=[])


def stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the first and last of each run of days without a gap."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


# ---- the check ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A day that bears no mark and whose counts are not those of its calls."""

    day: date
    kept: int
    found: int


def differences(day: date | None = None) -> list[Difference]:
    """Count one day, or every day, from the calls, and return those whose kept counts differ and bear no mark."""
    company = Company.objects.current()
    with connection.cursor() as cursor:
        # Nobody counts anew meanwhile, so that what changes under our hands keeps its mark.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stats:{company.pk}"])
    stale = stale_days()
    wrong = [
        Difference(one, len(kept), len(found))
        for one in ([day] if day else _every_day(company))
        if one not in stale and (kept := _kept(one)) != (found := _found(one, company))
    ]
    # Marked in the meantime: it changed while we looked.
    again = stale_days() if wrong else set()
    return [each for each in wrong if each.day not in again]


def _every_day(company: Company) -> list[date]:
    ends = Call.objects.aggregate(first=Min("started_at"), last=Max("started_at"))
    days = set(DailyCallStats.objects.order_by().values_list("day", flat=True).distinct())
    if ends["first"]:
        first, last = (company.local(ends[name]).date() for name in ("first", "last"))
        days |= {first + timedelta(days=nth) for nth in range((last - first).days + 1)}
    return sorted(days)


def _kept(day: date) -> list[Any]:
    rows = DailyCallStats.objects.filter(day=day).values_list("level", *COLUMNS)
    return sorted(rows, key=repr)


def _found(day: date, company: Company) -> list[Any]:
    groups = ", ".join(f"({', '.join(('day', *group))})" for group in GROUPS)
    keys = "campaign_id, agent_id, line_id, coalesce(provider, ''), coalesce(direction, '')"
    sql, parameters = facts_of(Call.objects.filter(on_days([day], company)), zone=company.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select grouping({', '.join(KEYS)})::int, day, {keys}, {', '.join(AGGREGATES.values())}"
            f" from ({sql}) facts group by grouping sets ({groups})",
            parameters,
        )
        return sorted(cursor.fetchall(), key=repr)


# ---- marks ----------------------------------------------------------------------------------------------------


def _is_mine(company_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"stats:{company_id}"])
        return bool(cursor.fetchone()[0])


def _days_of(marks: Iterable[tuple[datetime | None, int | None, int | None]], company: Company) -> set[date]:
    told = list(marks)
    moments = {moment for moment, _, _ in told if moment is not None}
    contacts = {contact for _, contact, _ in told if contact is not None}
    calls = {call for _, _, call in told if call is not None}
    if contacts or calls:
        meant: CallQuerySet = Call.objects.filter(Q(contact__in=contacts) | Q(pk__in=calls)).order_by()
        moments |= set(meant.values_list("started_at", flat=True))
    return {company.local(moment).date() for moment in moments}
