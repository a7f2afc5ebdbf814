"""The dashboard's numbers by API: those of the page, for the same days and filters, of one company."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import client_with, make_call, make_campaign, make_contact, make_key, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(company: Company) -> Any:
    with use_company(company):
        brought = make_campaign()
        for nth in range(4):
            make_call(
                campaign=brought,
                outcome="success" if nth < 3 else "failure",
                feeling="positive" if nth < 2 else "negative",
                started_at=timezone.now() - timedelta(days=nth),
                duration_seconds=60 * (nth + 1),
            )
        make_call(status="no_answer", duration_seconds=0, started_at=timezone.now() - timedelta(days=40))
    return brought


@pytest.mark.row("S3.67", "S3.177")
def test_the_summary_counts_what_the_list_lists(company: Company, campaign: Any) -> None:
    program = client_with(make_key(company, scopes=["calls:read"])[1])

    for query in ("days=30", "days=90", f"days=30&campaign={campaign.pk}", "days=7&direction=inbound"):
        told = program.get(f"/api/telephony/calls/stats/summary?{query}").json()
        days = f"started_from={told['started_from']}&started_to={told['started_to']}"
        same = f"{days}&{query.partition('&')[2]}"
        listed = {
            "total_calls": program.get(f"/api/telephony/calls?{same}&page_size=100").json()["results"],
            "missed_calls": program.get(f"/api/telephony/calls?{same}&status=missed&page_size=100").json()["results"],
            "positive_calls": program.get(f"/api/telephony/calls?{same}&feeling=positive").json()["results"],
            "successful_calls": program.get(f"/api/telephony/calls?{same}&outcome=success").json()["results"],
        }
        assert {name: told[name] for name in listed} == {name: len(rows) for name, rows in listed.items()}, query
        assert told["completed_calls"] >= told["successful_calls"]
    assert told["average_duration"] == pytest.approx(
        sum(call["duration"] for call in program.get(f"/api/telephony/calls?{same}&has_ended=true").json()["results"])
        / len(program.get(f"/api/telephony/calls?{same}&has_ended=true").json()["results"])
    )


@pytest.mark.row("S1.30")
def test_a_campaign_tells_its_numbers_and_its_days(company: Company, other_company: Company, campaign: Any) -> None:
    program = client_with(make_key(company, scopes=["calls:read"])[1])

    told = program.get(f"/api/analytics/campaigns/{campaign.pk}").json()

    assert told["name"] == campaign.name
    assert told["callMetrics"]["total_calls"] == 4
    assert told["callMetrics"]["successful_calls"] == 3
    assert told["callMetrics"]["average_duration"] == 150
    assert [day["total_calls"] for day in told["callsByDay"]] == [1, 1, 1, 1]
    assert told["callsByDay"][-1]["average_duration"] == 60
    with use_company(other_company):
        theirs = make_campaign()
    assert program.get(f"/api/analytics/campaigns/{theirs.pk}").status_code == 404


@pytest.mark.row("S1.29")
def test_the_overview_has_the_metrics_of_calls(company: Company, campaign: Any) -> None:
    metrics = client_with(make_key(company)[1]).get("/api/analytics/overview").json()["callMetrics"]

    with use_company(company):
        recent = Call.objects.filter(started_at__gte=timezone.now() - timedelta(days=30))
        assert metrics["total_calls"] == recent.count()
    assert metrics["successful_calls"] == recent_successes(company)
    assert metrics["average_duration"] > 0


def recent_successes(company: Company) -> int:
    with use_company(company):
        recent = Call.objects.ended().filter(started_at__gte=timezone.now() - timedelta(days=30))
        return recent.filter(outcome="success").count()


def test_what_cannot_be_meant_is_refused_with_the_reason(company: Company) -> None:
    program = client_with(make_key(company)[1])
    answer = program.get("/api/telephony/calls/stats/summary?started_from=2026-03-05&started_to=2026-03-01")
    assert answer.status_code == 400
    assert "before the first" in answer.content.decode()


def test_who_sees_only_their_own_counts_only_those(company: Company, client_of: Any) -> None:
    with use_company(company):
        company.agents_see = "own"
        company.save()
        agent = make_member(company, role="agent")
        make_call(contact=make_contact(assignee=agent))
    told = client_of(agent.user).get("/api/telephony/calls/stats/summary").json()
    assert told["total_calls"] == 1
