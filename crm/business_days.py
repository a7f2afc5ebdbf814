"""Counting in the company's business days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.models import Company


def add_business_days(company: Company, *, start: datetime, days: int, at: time | None = None) -> datetime:
    """Return the moment `days` business days after `start`, at a time of day of the company (opening time).

    Zero days is the same day if the company works then, else its next working day.
    """
    day = company.local(start).date()
    left = days
    while left > 0 or str(day.isoweekday()) not in company.business_days:
        day += timedelta(days=1)
        if str(day.isoweekday()) in company.business_days and left > 0:
            left -= 1
    return datetime.combine(day, at or company.opens_at, tzinfo=company.zone)


def time_on_business_days(company: Company, *, start: datetime, end: datetime) -> timedelta:
    """Return how much of the time between two moments fell on days on which the company works."""
    begin, finish = company.local(start), company.local(end)
    passed = timedelta()
    while begin < finish:
        midnight = datetime.combine(begin.date() + timedelta(days=1), time.min, tzinfo=company.zone)
        if str(begin.isoweekday()) in company.business_days:
            # By UTC: a day on which the clocks change has 23 or 25 hours.
            passed += min(midnight, finish).astimezone(UTC) - begin.astimezone(UTC)
        begin = midnight
    return passed
