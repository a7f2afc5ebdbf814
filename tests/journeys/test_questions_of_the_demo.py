"""Two questions a sales manager asks of the demo company, answered by the API and by a page alike."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Avg
from django.test import Client

from calltracking.demo import filling
from calltracking.demo.company import DEMO_SLUG
from calltracking.views.words import clock
from crm.models import Company, Lead, User
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import client_with, make_key

HOT_LEADS = "/api/telephony/calls/insights/hot-leads?page_size=20"
TOTALS = "/api/telephony/calls/stats/summary?days=90"
# What an amount in lakhs, with two digits, is off by at most.
HALF_OF_A_HUNDREDTH = 500


@pytest.fixture
def banyan(db: None, monkeypatch: pytest.MonkeyPatch) -> Company:
    # Another process would not see this test's transaction.
    monkeypatch.setattr(filling, "WORTH_HELP", 1_000)
    call_command("seed_demo", calls=260, stdout=StringIO())
    return Company.objects.get(slug=DEMO_SLUG)


@pytest.mark.row("S3.176", "S3.177")
def test_the_top_hot_leads_and_the_totals_are_told_by_api_and_page(banyan: Company) -> None:
    browser, program = Client(), client_with(make_key(banyan)[1])
    browser.force_login(User.objects.get(email="manager@banyan.example"))
    the_top_twenty_by_probability_with_their_budget_in_lakhs(banyan, browser, program)
    the_totals_of_calls(banyan, browser, program)


def the_top_twenty_by_probability_with_their_budget_in_lakhs(banyan: Company, browser: Client, program: Client) -> None:
    with use_company(banyan):
        best = list(Lead.objects.hot().order_by("-conversion_probability", "-pk")[:20])
    assert len(best) == 20

    told = program.get(HOT_LEADS).json()["results"]
    assert [one["contact"] for one in told] == [lead.pk for lead in best]
    chances = [one["conversion_probability"] for one in told]
    assert chances == sorted(chances, reverse=True)
    with_budget = [one for one in told if one["budget"]]
    assert len(with_budget) > 10
    for one in with_budget:
        assert one["budget_max_lakhs"] or one["budget_min_lakhs"]
        for end in ("min", "max"):
            assert is_told_in_lakhs(one[f"budget_{end}"], one[f"budget_{end}_lakhs"])

    page = unescape(browser.get("/insights/").content.decode())
    assert [int(pk) for pk in re.findall(r'<h2 id="lead-(\d+)"', page)] == [lead.pk for lead in best]
    assert all(one["budget"] in page for one in with_budget)


def is_told_in_lakhs(amount: str | None, lakhs: str | None) -> bool:
    if amount is None or lakhs is None:
        return amount == lakhs
    return abs(float(lakhs) * 100_000 - float(amount)) <= HALF_OF_A_HUNDREDTH


def the_totals_of_calls(banyan: Company, browser: Client, program: Client) -> None:
    told = program.get(TOTALS).json()
    with use_company(banyan):
        first = datetime.combine(date.fromisoformat(told["started_from"]), time.min, tzinfo=banyan.zone)
        calls = Call.objects.filter(started_at__gte=first)
        counted: dict[str, Any] = {
            "total_calls": calls.count(),
            "completed_calls": calls.filter(status="completed").count(),
            "positive_calls": calls.filter(feeling="positive").count(),
        }
        length = calls.exclude(ended_at=None).aggregate(mean=Avg("duration_seconds"))["mean"]
    assert {name: told[name] for name in counted} == counted
    assert min(counted.values()) > 50
    assert told["average_duration"] == pytest.approx(float(length), abs=0.1)

    page = browser.get("/analytics/?days=90").content.decode()
    cards = dict(re.findall(r'id="figure-([\w-]+)"[^>]*>(.*?)</a>', page))
    assert f"<strong>{told['total_calls']:,}</strong>" in cards["calls"]
    assert f"<strong>{told['completed_calls']:,}</strong>" in cards["completed"]
    assert f"<strong>{clock(told['average_duration'])}</strong>" in cards["average_seconds"]
    assert f"{told['positive_calls']:,} of" in cards["positive_rate"]
