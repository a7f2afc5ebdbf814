"""Counts of days are those of their calls: after any order of changes, in any of two companies, refreshed or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calltracking.attribution import assign, undo
from calltracking.figures import AnalyticsFilter
from calltracking.figures.calls import read_period
from calltracking.figures.facts import Numbers
from calltracking.figures.keeping import differences, refresh, stale_days
from calltracking.figures.reading import by_day, numbers, total
from calltracking.figures.spans import spans, unit_of
from calltracking.marking import COUNTED
from calltracking.models import AttributionEntry, DailyCallStats, StaleDay
from crm.models import Campaign, Company, Contact, Lead, LeadStatus, Membership
from crm.privacy import erase_person
from crm.tenancy import use_company
from telephony.models import Agent, Call, CallMetrics
from tests import factories

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
EVER = AnalyticsFilter(first=date(2026, 1, 1), last=date(2026, 12, 31))


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def two_companies(db: None) -> Any:
    def make() -> tuple[Company, Company, Membership]:
        ours = factories.make_company(name="Northwind Homes")
        theirs = factories.make_company(name="Bluewave Realty", time_zone="America/New_York")
        for company in (ours, theirs):
            with use_company(company):
                factories.make_campaign(), factories.make_campaign()
                for name in ("Aria", "Ben"):
                    Agent.objects.create(kind="ai", name=name, provider="elevenlabs", external_id=f"agent_{name}")
        return ours, theirs, factories.make_member(ours, role="manager")

    return make


def counted(**narrowed: Any) -> dict[date, Numbers]:
    """Count the calls one by one in Python, by the words of the model."""
    company = Company.objects.current()
    days: dict[date, Numbers] = {}
    for call in Call.objects.filter(**narrowed).select_related("contact"):
        metrics = call.metrics.first()
        delay = (metrics.measured or {}).get("agent_response_seconds") if metrics else None
        ended, inbound = call.has_ended, call.direction == "inbound"
        edges = (0, 10, 30, 60, 120, 300, 600, 1800)
        at = max(edge for edge in edges if call.duration_seconds >= edge)
        waited = (call.answered_at - call.started_at).total_seconds() if inbound and call.answered_at else None
        one = Numbers(
            calls=1,
            ended=int(ended),
            completed=int(call.status == "completed"),
            successes=int(ended and call.outcome == "success"),
            failures=int(ended and call.outcome == "failure"),
            missed=int(call.is_missed),
            inbound=int(inbound),
            answered=int(inbound and call.status in ("completed", "in_progress")),
            hot=int(call.is_hot),
            converted=int(call.is_conversion),
            unattributed=int(call.campaign_id is None and call.attributed_by != "manual"),
            seconds=call.duration_seconds if ended else 0,
            shortest=call.duration_seconds if ended else None,
            longest=call.duration_seconds if ended else None,
            waits=int(waited is not None),
            waited_ms=max(round(1000 * (waited or 0)), 0),
            delays=int(delay is not None),
            delayed_ms=round(1000 * (delay or 0)),
            **{feeling: int(call.feeling == feeling) for feeling in ("positive", "neutral", "negative", "mixed")},
            scored=int(call.score is not None),
            score_sum=call.score or 0,
            lengths=tuple(int(ended and edge == at) for edge in edges),
            scores=tuple(
                int(call.score is not None and min(call.score // 10, 9) * 10 == edge) for edge in range(0, 100, 10)
            ),
        )
        day = company.local(call.started_at).date()
        days[day] = days.get(day, Numbers()) + one
    return days


def must_be_equal() -> None:
    assert by_day(EVER) == counted()
    for name, model in (("campaign", "campaign_id"), ("agent", "agent_id"), ("provider", "provider")):
        for key, said in numbers(EVER, by=model).items():
            assert said == total(counted(**{name if key is None else model: key})), (name, key)
    assert differences() == []


@pytest.mark.row("S3.190")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 10**6)), min_size=1, max_size=25))
def test_kept_and_live_counts_are_those_of_the_calls(two_companies: Any, steps: list[Any]) -> None:
    ours, theirs, manager = two_companies()
    for what, seed in steps:
        company = ours if seed % 4 else theirs
        if what == 12:
            refresh(company.pk, batch=1 + seed % 7)
        else:
            with use_company(company):
                do(what, seed, manager if company == ours else None)
    for company in (ours, theirs):
        with use_company(company):
            must_be_equal()
        while refresh(company.pk):
            pass
        with use_company(company):
            assert not StaleDay.objects.exists()
            must_be_equal()


def do(what: int, seed: int, manager: Membership | None) -> None:
    """Do one of the things that happen to calls."""
    calls = Call.objects.order_by("pk")
    call = calls[seed % calls.count()] if calls else None
    if what in (0, 1) or call is None:
        add(seed)
    else:
        THINGS[what](call, seed, manager)


def add(seed: int) -> None:
    campaigns, agents = list(Campaign.objects.order_by("pk")), list(Agent.objects.order_by("pk"))
    made = factories.make_call(
        contact=Contact.objects.get(pk=factories.make_lead(status=LeadStatus.INTERESTED).pk) if seed % 3 else None,
        started_at=START + timedelta(minutes=seed % 9000),
        status=("completed", "no_answer", "in_progress", "failed", "busy")[seed % 5],
        outcome=("success", "failure", "unknown")[seed % 3],
        direction=("inbound", "outbound")[seed % 2],
        provider=("elevenlabs", "twilio")[seed % 2],
        duration_seconds=seed % 4000,
        campaign=campaigns[seed % 2] if seed % 5 else None,
        agent=agents[seed % len(agents)] if seed % 7 else None,
    )
    if seed % 2:
        CallMetrics.objects.create(call=made, measured={"agent_response_seconds": (seed % 50) / 7})


def read(call: Call, seed: int, manager: Membership | None) -> None:
    feeling = ("", "positive", "neutral", "negative", "mixed")[seed % 5]
    Call.objects.filter(pk=call.pk).update(score=seed % 101, is_hot=bool(seed % 2), feeling=feeling)


def move(call: Call, seed: int, manager: Membership | None) -> None:
    Call.objects.filter(pk=call.pk).update(started_at=START + timedelta(minutes=seed % 9000))


def convert(call: Call, seed: int, manager: Membership | None) -> None:
    status = LeadStatus.CONVERTED if seed % 2 else LeadStatus.INTERESTED
    Lead.objects.filter(pk=call.contact_id).update(lead_status=status)


def say(call: Call, seed: int, manager: Membership | None) -> None:
    call.say_converted((None, True, False)[seed % 3], by=manager)


def merge(call: Call, seed: int, manager: Membership | None) -> None:
    if other := Call.objects.filter(pk__gt=call.pk).order_by("pk").first():
        call.merge(other)


def erase(call: Call, seed: int, manager: Membership | None) -> None:
    if call.contact and seed % 2:
        erase_person(call.contact, by=manager, why="They asked for it.")


def attribute(call: Call, seed: int, manager: Membership | None) -> None:
    if manager is None:
        return
    # Every fifth time a person says that no campaign brought them.
    campaign = Campaign.objects.order_by("pk")[seed % 2] if seed % 5 else None
    batch = assign(Call.objects.filter(pk__gte=call.pk), campaign=campaign, by=manager)
    if seed % 3:
        undo(batch, by=manager)


def remove(call: Call, seed: int, manager: Membership | None) -> None:
    # A call with a ledger stays.
    if call.contact_id is None and not AttributionEntry.objects.filter(call=call).exists():
        call.delete()


def measure(call: Call, seed: int, manager: Membership | None) -> None:
    CallMetrics.objects.filter(call=call).update(measured={"agent_response_seconds": seed % 9})


def change_clock(call: Call, seed: int, manager: Membership | None) -> None:
    company = Company.objects.current()
    company.time_zone = ("Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")[seed % 4]
    company.save(update_fields=["time_zone"])


def lose_an_agent(call: Call, seed: int, manager: Membership | None) -> None:
    if Agent.objects.count() > 1:
        Agent.objects.order_by("pk")[0].delete()


THINGS: dict[int, Any] = {
    2: read,
    3: move,
    4: convert,
    5: say,
    6: merge,
    7: erase,
    8: attribute,
    9: remove,
    10: measure,
    11: change_clock,
    13: lose_an_agent,
}


def test_a_day_bears_a_mark_until_it_was_counted(ours: Company) -> None:
    with use_company(ours):
        call = factories.make_call(started_at=START)
        assert stale_days() == {START.date()}
    assert refresh(ours.pk) == 1
    with use_company(ours):
        assert not StaleDay.objects.exists()
        assert DailyCallStats.objects.get(level=31).calls == 1
        # What no number is made of leaves no mark.
        Call.objects.filter(pk=call.pk).update(title="A talk", work_state="done")
        assert not StaleDay.objects.exists()
        Call.objects.filter(pk=call.pk).update(score=80)
        assert stale_days() == {START.date()}
        assert by_day(EVER)[START.date()].score_sum == 80


@pytest.mark.parametrize(("first", "unit"), [("2026-01-07", "Week"), ("2025-01-15", "Month"), ("2020-02-03", "Year")])
def test_what_the_database_adds_up_is_what_the_days_add_up_to(ours: Company, first: str, unit: str) -> None:
    with use_company(ours):
        member = factories.make_member(ours, role="owner")
        for nth in range(60):
            factories.make_call(
                started_at=START - timedelta(days=nth * nth), direction=("inbound", "outbound")[nth % 2]
            )
    refresh(ours.pk)
    with use_company(ours):
        # One day is behind, and counted live beside what is kept.
        factories.make_call(started_at=START - timedelta(days=25))
        chosen = AnalyticsFilter(first=date.fromisoformat(first), last=date(2026, 3, 12), direction="inbound")
        period = read_period(chosen, member=member)
        days, earlier = by_day(chosen, member=member), by_day(chosen.before, member=member)
    assert unit_of(chosen) == unit
    assert period.spans == spans(chosen, days)
    assert (period.now, period.before) == (total(days), total(earlier))
    assert min(period.now.calls, period.before.calls) > 0


def test_the_check_finds_what_no_trigger_saw(ours: Company) -> None:
    with use_company(ours):
        factories.make_call(started_at=START)
    refresh(ours.pk)
    with use_company(ours):
        assert differences() == []
        DailyCallStats.objects.filter(level=31).update(calls=7)
        [wrong] = differences()
        assert wrong.day == START.date()


def test_emptying_the_table_marks_every_day(transactional_db: None) -> None:
    ours = factories.make_company()
    with use_company(ours):
        factories.make_call(started_at=START)
    refresh(ours.pk)
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate telephony_call cascade")
    with use_company(ours):
        assert stale_days() == {START.date()}
        assert by_day(EVER) == {}


def test_two_calls_of_a_day_do_not_wait_for_each_other(ours: Company) -> None:
    """Marks have no unique key: nothing about them is locked until they are taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexrelid::regclass::text from pg_index where indrelid = 'calltracking_staleday'::regclass"
            " and indisunique order by 1"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "calltracking_staleday_in_company",
            "calltracking_staleday_pkey",
        ]


def test_each_thing_that_counts_leaves_a_mark_of_its_own(ours: Company) -> None:
    with use_company(ours):
        call = factories.make_call(started_at=START)
        changes: dict[str, Any] = {
            "started_at": START + timedelta(minutes=40),
            "answered_at": START + timedelta(minutes=41),
            "attributed_by": "manual",
            "campaign": factories.make_campaign(),
            "agent": Agent.objects.create(kind="ai", name="Aria"),
            "line": factories.make_line(),
            "contact": factories.make_contact(),
            "provider": "twilio",
            "direction": "outbound",
            "status": "failed",
            "outcome": "success",
            "duration_seconds": 7,
            "said_converted": False,
            "is_hot": True,
            "score": 12,
            "feeling": "mixed",
        }
    columns = {Call._meta.get_field(name).column for name in changes}
    assert columns == set(COUNTED) - {"company_id"}
    for name, value in changes.items():
        refresh(ours.pk)
        with use_company(ours):
            assert not StaleDay.objects.exists()
            Call.objects.filter(pk=call.pk).update(**{name: value})
            assert stale_days() == {START.date()}, name
            assert by_day(EVER) == counted(), name
