"""Costs: written prices applied to counted calls, what reading reported, and nothing that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from analysis.models import AnalysisUsage
from calltracking.figures import TABLES, AnalyticsFilter
from calltracking.figures.costs import costs_of, forecast, worth_of
from calltracking.figures.keeping import refresh
from calltracking.models import ServicePrice
from crm.models import Company, Membership, User
from crm.tenancy import use_company
from tests.factories import make_call, make_campaign, make_company, make_lead, make_member
from tests.figures.test_leads_and_team import walk

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
SPAN = "started_from=2026-03-01&started_to=2026-04-30"


def price(service: str, unit: str, amount: str, **fields: object) -> ServicePrice:
    made: ServicePrice = ServicePrice.objects.create(service=service, unit=unit, amount=Decimal(amount), **fields)
    return made


@pytest.fixture
def ours(db: None) -> Company:
    """Two months: ten calls of two minutes in March, five of four in April, three of them by Twilio."""
    company = make_company(name="Northwind Homes")
    make_member(company, role="manager", name="Manu Manager")
    with use_company(company):
        campaign = make_campaign(name="Monsoon", cost=Decimal(5000))
        for nth in range(15):
            day = f"2026-03-{nth + 5:02}" if nth < 10 else f"2026-04-{nth:02}"
            call = make_call(
                external_id=f"c{nth}",
                started_at=datetime.fromisoformat(f"{day}T12:00:00+05:30"),
                duration_seconds=120 if nth < 10 else 240,
                provider="twilio" if nth in (0, 1, 10) else "elevenlabs",
                campaign=campaign if nth < 4 else None,
            )
            if nth < 2:
                AnalysisUsage.objects.create(
                    call=call,
                    backend="openai",
                    model="m",
                    currency="USD",
                    cost=Decimal("0.003"),
                    asked_at=call.started_at,
                )
        for value in (200_000, 400_000):
            make_lead(status="converted", actual_value=value)
        make_lead(status="converted")
        refresh(company)
    return company


def manager_of(company: Company) -> Membership:
    return Membership.objects.select_related("company", "user").get(company=company, role="manager")


def chosen(company: Company, query: str = SPAN) -> AnalyticsFilter:
    return AnalyticsFilter.read(dict(part.split("=") for part in query.split("&")), company=company)


@pytest.mark.row("S3.173", "S3.198")
def test_prices_are_applied_to_counted_calls_by_service_and_month(ours: Company) -> None:
    with use_company(ours):
        price("telephony", "minute", "1.50")
        price("telephony", "call", "2", provider="twilio")
        price("transcription", "call", "1.5")
        price("storage", "month", "1000")
        price("analysis", "call", "99", is_active=False)
        costs = costs_of(chosen(ours), member=manager_of(ours))

    told = {one.service: one.by_month for one in costs.services if one.is_connected}
    # March: 20 minutes and two calls by Twilio; April: 20 minutes and one.
    assert told["telephony"] == (Decimal("34.00"), Decimal("32.00"))
    assert told["transcription"] == (Decimal("15.00"), Decimal("7.50"))
    assert told["storage"] == (Decimal("1000.00"), Decimal("1000.00"))
    assert costs.total == Decimal("2088.50")
    assert costs.per_call == Decimal("139.23")
    assert [(one.currency, one.cost, one.requests, one.calls) for one in costs.readings] == [
        ("USD", Decimal("0.006000"), 2, 2)
    ]
    # The model reports what it costs; nothing tells of a voice agent.
    assert costs.missing == ("Voice agent",)


def test_part_of_a_month_costs_its_share_and_filters_narrow_what_is_counted(ours: Company) -> None:
    with use_company(ours):
        price("storage", "month", "310")
        price("telephony", "call", "2")
        price("voice_agent", "call", "1", provider="twilio")
        part = costs_of(chosen(ours, "started_from=2026-03-01&started_to=2026-03-10"), member=manager_of(ours))
        twilio = costs_of(chosen(ours, f"{SPAN}&provider=elevenlabs"), member=manager_of(ours))
    assert [one.cost for one in part.services if one.is_connected] == [12, 2, 100]
    assert {one.service: one.cost for one in twilio.services if one.is_connected} == {
        "telephony": 24,
        "voice_agent": 0,
        "storage": 620,
    }


@pytest.mark.row("S3.174")
def test_a_month_of_so_many_calls_is_foretold_from_the_calls_there_were(ours: Company, client_of: Browser) -> None:
    with use_company(ours):
        price("telephony", "minute", "1.50")
        price("transcription", "call", "1.5")
        price("storage", "month", "1000")
        costs = costs_of(chosen(ours), member=manager_of(ours))
        told = {service.service: amount for service, amount in forecast(costs, calls=2000)}
    # Forty minutes over fifteen calls.
    assert told == {"telephony": Decimal("8000.00"), "transcription": Decimal("3000.00"), "storage": Decimal("1000.00")}
    page = client_of(manager_of(ours).user).get(f"/analytics/costs/?{SPAN}&calls=2000").content.decode()
    assert "₹12,000" in page
    assert 'value="2000"' in page


@pytest.mark.row("S3.199")
def test_the_return_is_told_with_the_figures_that_are_there(ours: Company, client_of: Browser) -> None:
    with use_company(ours):
        price("storage", "month", "200000")
        worth = worth_of(costs_of(chosen(ours), member=manager_of(ours)), member=manager_of(ours))
    assert (worth.customers, worth.value, worth.cost, worth.break_even) == (2, 300_000, 400_000, 2)
    assert worth.returns(5) == 2.75
    page = client_of(manager_of(ours).user).get(f"/analytics/costs/?{SPAN}").content.decode()
    assert "2 more customers pay for them" in page
    assert "With 5 more customers the return is 275%." in page
    assert "Monsoon" in page


def test_without_a_price_nothing_is_guessed(ours: Company, client_of: Browser) -> None:
    page = client_of(manager_of(ours).user).get(f"/analytics/costs/?{SPAN}").content.decode()
    assert "Not connected: Telephony, Voice agent, Speech to text, Recording storage." in page
    assert "nothing is guessed" in page
    assert "0.006 USD" in page


def test_every_count_opens_its_rows(ours: Company, client_of: Browser) -> None:
    with use_company(ours):
        price("telephony", "minute", "1.50")
        price("storage", "month", "1000", is_active=False)
    assert walk(client_of(manager_of(ours).user), f"/analytics/costs/?{SPAN}") > 4


def test_costs_are_for_managers_and_prices_are_theirs_to_write(ours: Company, client_of: Browser) -> None:
    agent = make_member(ours, role="agent").user
    assert client_of(agent).get("/analytics/costs/").status_code == 403
    browser = client_of(manager_of(ours).user)
    form = {"service": "telephony", "unit": "minute", "amount": "1.5", "provider": " Twilio ", "is_active": "on"}
    assert browser.post("/admin/calltracking/serviceprice/add/", form).status_code == 302
    with use_company(ours):
        assert ServicePrice.objects.get().provider == "twilio"
    again = browser.post("/admin/calltracking/serviceprice/add/", form)
    assert "There is a price of this service for this already" in again.content.decode()


def test_costs_are_a_table_too(ours: Company) -> None:
    with use_company(ours):
        price("telephony", "minute", "1.50")
        rows = TABLES["costs-by-month"].read(chosen(ours), member=manager_of(ours)).rows
    assert [row for row in rows if row[1] == "Telephony"] == [
        ("March 2026", "Telephony", "INR", Decimal("30.00")),
        ("April 2026", "Telephony", "INR", Decimal("30.00")),
    ]
    assert ("March 2026", "Language model, as reported", "USD", Decimal("0.006000")) in rows
