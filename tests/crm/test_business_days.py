"""Counting in the company's business days, on the company's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.business_days import add_business_days
from crm.models import Company

INDIA = ZoneInfo("Asia/Kolkata")


def company_of(days: str = "12345", zone: str = "Asia/Kolkata") -> Company:
    return Company(name="C", time_zone=zone, business_days=days, opens_at=time(9), closes_at=time(18))


# 2026-01-09 is a Friday.
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-01-05 10:00", 1, "2026-01-06 09:00"),
        ("2026-01-09 10:00", 1, "2026-01-12 09:00"),
        ("2026-01-09 10:00", 2, "2026-01-13 09:00"),
        ("2026-01-10 10:00", 1, "2026-01-12 09:00"),
        ("2026-01-11 23:59", 1, "2026-01-12 09:00"),
        ("2026-01-07 10:00", 3, "2026-01-12 09:00"),
        ("2026-01-07 10:00", 5, "2026-01-14 09:00"),
        ("2026-01-05 10:00", 7, "2026-01-14 09:00"),
        ("2026-01-05 10:00", 30, "2026-02-16 09:00"),
        ("2026-01-05 10:00", 0, "2026-01-05 09:00"),
        ("2026-01-10 10:00", 0, "2026-01-12 09:00"),
    ],
)
def test_days_are_counted_over_the_weekend(start: str, days: int, due: str) -> None:
    began = datetime.fromisoformat(start).replace(tzinfo=INDIA)
    assert add_business_days(company_of(), start=began, days=days) == datetime.fromisoformat(due).replace(tzinfo=INDIA)


def test_a_company_that_works_on_saturday_counts_it() -> None:
    friday = datetime(2026, 1, 9, 10, tzinfo=INDIA)
    assert add_business_days(company_of("123456"), start=friday, days=1) == datetime(2026, 1, 10, 9, tzinfo=INDIA)


def test_the_day_is_the_company_s_day() -> None:
    # 20:00 UTC on Sunday is Monday 01:30 in India.
    sunday = datetime(2026, 1, 11, 20, tzinfo=UTC)
    assert add_business_days(company_of(), start=sunday, days=1) == datetime(2026, 1, 13, 9, tzinfo=INDIA)


def test_opening_time_holds_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 3, 27, 12, tzinfo=berlin)
    due = add_business_days(company_of(zone="Europe/Berlin"), start=friday, days=1)
    assert due == datetime(2026, 3, 30, 9, tzinfo=berlin)
    assert due.astimezone(UTC).hour == 7


@given(
    start=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),
    days=st.integers(0, 60),
    works=st.sets(st.sampled_from("1234567"), min_size=1),
)
def test_the_day_is_always_a_working_day_and_never_too_early(start: datetime, days: int, works: set[str]) -> None:
    company = company_of("".join(sorted(works)))
    due = add_business_days(company, start=start, days=days)
    between = (company.local(due).date() - company.local(start).date()).days
    assert str(company.local(due).isoweekday()) in works
    assert between >= days
    assert between <= 7 * (days + 1)
