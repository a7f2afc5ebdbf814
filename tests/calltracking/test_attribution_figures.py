"""The figures of attribution, what undo does to them, and what is suggested for a call that nobody attributed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calltracking.attribution import assign, clear, suggestions_for, undo
from calltracking.attribution.figures import (
    FORMULAS,
    Days,
    attribution_numbers,
    campaign_numbers,
    cost_within,
    top_campaigns,
)
from calltracking.models import AttributionBatch
from crm.models import Company, Contact, Membership, User
from crm.tenancy import use_company
from telephony.models import Agent, Call
from tests import factories
from tests.admin.support import text_of

NUMBER = "+919876543210"
EVER = Days()


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def member(ours: Company) -> Membership:
    return factories.make_member(ours, role="manager")


def of(calls: list[Call]) -> Any:
    return Call.objects.filter(pk__in=[call.pk for call in calls])


# ---- formulas -------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.74", "S2.76", "S2.77")
def test_rate_accuracy_and_what_is_open(ours: Company, member: Membership, django_assert_num_queries: Any) -> None:
    with use_company(ours):
        campaign, other = factories.make_campaign(), factories.make_campaign()
        found = []
        for _ in range(5):
            call = factories.make_call(customer_number=factories.make_number())
            factories.make_recipient(campaign, number=call.customer_number)
            found.append(call)
        factories.make_call(attributed_by="none")
        said_none = factories.make_call(attributed_by="none")
        by_hand = factories.make_call(attributed_by="none")
        clear(of(found), by=member)
        assign(of([found[0]]), campaign=campaign, by=member)
        assign(of([found[1]]), campaign=other, by=member)
        assign(of([found[2]]), campaign=None, by=member)
        assign(of([said_none]), campaign=None, by=member)
        assign(of([by_hand]), campaign=other, by=member)
        with django_assert_num_queries(3):
            numbers = attribution_numbers(Call.objects.all(), EVER)
    assert (numbers.calls, numbers.attributed, numbers.unattributed) == (8, 5, 1)
    assert (numbers.left, numbers.confirmed, numbers.corrected) == (2, 1, 2)
    assert numbers.attribution_rate == 5 / 8
    assert numbers.accuracy == 3 / 5


def test_nothing_divided_by_nothing_is_nothing(ours: Company) -> None:
    with use_company(ours):
        numbers = attribution_numbers(Call.objects.all(), EVER)
        campaign = factories.make_campaign(cost=Decimal(100))
        [row] = campaign_numbers(EVER)
    assert (numbers.attribution_rate, numbers.accuracy) == (None, None)
    assert (row.campaign, row.cost_per_call, row.cost_per_lead, row.roi) == (campaign, None, None, -1.0)


@pytest.mark.row("S0.119", "S2.75")
def test_what_a_campaign_brought_and_at_what_cost(ours: Company, django_assert_max_num_queries: Any) -> None:
    with use_company(ours):
        spring, autumn = (
            factories.make_campaign(name="Spring", cost=Decimal(900)),
            factories.make_campaign(name="Autumn"),
        )
        factories.make_campaign(name="Silent", cost=Decimal(50))
        customer = factories.make_lead(status="converted", actual_value=Decimal(3600))
        lead = factories.make_lead(status="interested")
        nobody = factories.make_contact()
        for number, (contact, campaign) in enumerate(
            [(customer, autumn), (customer, spring), (lead, spring), (lead, spring), (nobody, spring)]
        ):
            factories.make_call(
                contact=Contact.objects.get(pk=contact.pk),
                campaign=campaign,
                attributed_by="recipient",
                started_at=timezone.now() - timedelta(days=9 - number),
            )
        with django_assert_max_num_queries(4):
            first, second, third = campaign_numbers(EVER)
        assert [numbers.campaign.name for numbers in top_campaigns(EVER)] == ["Spring", "Autumn"]
    assert (first.calls, first.leads, first.conversions, first.revenue) == (4, 2, 1, Decimal(3600))
    assert (first.cost_per_call, first.cost_per_lead, first.cost_per_conversion) == (225, 450, 900)
    assert first.roi == 3.0
    # The last campaign to bring them earned it, and only that one.
    assert (second.campaign, second.revenue, second.cost, second.roi) == (autumn, 0, None, None)
    assert (third.calls, third.cost) == (0, Decimal(50))


@pytest.mark.row("S0.119")
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (EVER, "100.00"),
        (Days(first=date(2026, 11, 6)), "50.00"),
        (Days(first=date(2026, 11, 2), last=date(2026, 11, 2)), "10.00"),
        (Days(last=date(2026, 10, 31)), "0"),
        (Days(first=date(2026, 11, 20)), "0"),
    ],
)
def test_cost_is_spread_over_the_campaign_s_days(ours: Company, days: Days, expected: str) -> None:
    with use_company(ours):
        campaign = factories.make_campaign(cost=Decimal(100), starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
        assert cost_within(campaign, days, company=ours, today=date(2026, 11, 10)) == Decimal(expected)


def test_every_figure_opens_its_rows(company: Company, manager: User, client_of: Any) -> None:
    client: Client = client_of(manager)
    today = timezone.localdate()
    days = Days(first=today - timedelta(days=3), last=today)
    with use_company(company):
        numbers = attribution_numbers(Call.objects.all(), days)
        [row] = campaign_numbers(days)
        assert numbers.unattributed == 0
        factories.make_call(attributed_by="none")
        expected = {numbers.urls["attribution_rate"]: numbers.attributed, row.urls["calls"]: row.calls}
        expected[numbers.urls["unattributed"]] = 1
        expected[numbers.urls["calls"]] = numbers.calls + 1
        expected[numbers.urls["accuracy"]] = numbers.left
        expected[row.urls["conversions"]] = row.conversions
    for url, count in expected.items():
        page = text_of(client.get(url))
        said = "1 call matches" if count == 1 else f"{count} calls match" if count else "No call matches"
        assert said in page, url
    assert client.get(row.urls["cost"]).status_code == 200
    assert FORMULAS.keys() >= {"attribution_rate", "accuracy", "unattributed", "roi"}


# ---- undo -----------------------------------------------------------------------------------------------------

DEEDS = st.lists(
    st.tuples(st.sampled_from(["assign", "none", "clear", "undo"]), st.integers(0, 2), st.sets(st.integers(0, 7))),
    max_size=6,
)


@pytest.mark.row("B.3")
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS, last=st.sampled_from(["assign", "none", "clear"]), chosen=st.sets(st.integers(0, 7), min_size=1))
def test_undo_of_any_operation_brings_back_every_figure(
    ours: Company, member: Membership, deeds: Any, last: str, chosen: set[int]
) -> None:
    with use_company(ours), transaction.atomic():
        campaigns, calls = a_world()
        for deed, which, some in deeds:
            do(deed, calls, some, campaigns[which], member)
        before = everything_counted()
        batch = do(last, calls, chosen, campaigns[0], member)
        undo(batch, by=member)
        assert everything_counted() == before
        # And undoing that does it again.
        transaction.set_rollback(True)


@pytest.mark.row("B.3")
def test_undo_of_five_hundred_calls_brings_back_every_figure(ours: Company, member: Membership) -> None:
    with use_company(ours):
        campaigns, _ = a_world()
        more = [factories.make_call(customer_number=NUMBER, attributed_by="none") for _ in range(500)]
        before = everything_counted()
        batch = assign(of(more), campaign=campaigns[1], by=member)
        assert everything_counted() != before
        assert undo(batch, by=member).changed == 500
        assert everything_counted() == before


def a_world() -> tuple[list[Any], list[Call]]:
    """Make three campaigns, and eight calls of four people, some contacted and one a customer."""
    campaigns = [factories.make_campaign(cost=Decimal(100 * number)) for number in (1, 2, 3)]
    calls = []
    for person in range(4):
        contact = factories.make_lead(status="converted" if person == 0 else "new", actual_value=Decimal(500))
        contact = Contact.objects.get(pk=contact.pk)
        if person < 2:
            factories.make_recipient(campaigns[person], number=contact.numbers.get().e164, days_ago=5)
        calls += [
            factories.make_call(contact=contact, started_at=timezone.now() - timedelta(days=3 - day)) for day in (0, 1)
        ]
    return campaigns, calls


def do(deed: str, calls: list[Call], chosen: set[int], campaign: Any, member: Membership) -> AttributionBatch:
    some = of([calls[number] for number in chosen])
    if deed == "clear":
        return clear(some, by=member)
    if deed == "undo":
        latest = AttributionBatch.objects.filter(undone_at=None).order_by("-pk").first()
        return undo(latest, by=member) if latest else assign(some, campaign=campaign, by=member)
    return assign(some, campaign=campaign if deed == "assign" else None, by=member)


def everything_counted() -> Any:
    rows = Call.objects.order_by("pk").values_list("pk", "campaign_id", "recipient_id", "attributed_by")
    return list(rows), attribution_numbers(Call.objects.all(), EVER), campaign_numbers(EVER)


# ---- suggestions ----------------------------------------------------------------------------------------------


@pytest.mark.row("S2.98")
def test_suggestions_come_with_their_reasons(ours: Company) -> None:
    with use_company(ours):
        listed = factories.make_campaign(name="By list")
        named = factories.make_campaign(name="Weekend site visits")
        near = factories.make_campaign(name="Near")
        said = factories.make_campaign(name="By e-mail")
        contact = factories.make_contact(number="+919876500100")
        contact.add_number(e164="+919876599999", written="")
        recipient = factories.make_recipient(listed, number="+919876599999", days_ago=60)
        factories.make_recipient(near, number="+919876500123", days_ago=60)
        friend = factories.make_contact(email="meera@example.com")
        other = factories.make_recipient(said, contact=friend, number=friend.numbers.get().e164, days_ago=60)
        call = factories.make_call(
            contact=contact,
            attributed_by="none",
            turns=[("customer", "I saw your weekend SITE visits on a poster. I am meera@example.com")],
        )
        factories.make_insight(call, findings={"email": {"value": "Meera@example.com"}})
        found = suggestions_for([call])[call.pk]
        everything = suggestions_for([call], most=10)[call.pk]
    assert [(one.campaign, one.recipient_id) for one in found] == [
        (listed, recipient.pk),
        (said, other.pk),
        (named, None),
    ]
    assert found[0].why == "They were contacted on another of their numbers"
    assert found[1].why == "On the call they gave the e-mail address of somebody on its list"
    assert found[2].why == "Its name was said on the call"
    assert everything[-1].why == "A number on its list differs in the last two digits alone"


@pytest.mark.row("S2.98")
def test_an_agent_s_campaign_is_suggested_while_it_runs(ours: Company) -> None:
    with use_company(ours):
        aria = Agent.objects.create(kind="ai", name="Aria", provider="elevenlabs", external_id="agent_aria")
        running, over = factories.make_campaign(), factories.make_campaign(ends_on=date(2020, 1, 1))
        for campaign in (running, over, over):
            factories.make_call(agent=aria, campaign=campaign, started_at=timezone.now() - timedelta(days=2))
        call = factories.make_call(agent=aria)
        assert suggestions_for([call])[call.pk] == []
        for _ in range(2):
            factories.make_call(agent=aria, campaign=running, started_at=timezone.now() - timedelta(days=2))
        [one] = suggestions_for([call])[call.pk]
    assert one.campaign == running
    assert "agent" in one.why


def test_whom_we_contacted_long_ago_is_said_with_the_days(ours: Company) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=45)
        factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=-2)
        call = factories.make_call(customer_number=NUMBER, started_at=timezone.now())
        [one] = suggestions_for([call])[call.pk]
    assert one.why == "They were contacted for it 45 days before"


@pytest.mark.row("S2.98")
def test_a_list_of_calls_costs_as_many_questions_as_one(ours: Company, django_assert_max_num_queries: Any) -> None:
    with use_company(ours):
        aria = Agent.objects.create(kind="ai", name="Aria", provider="elevenlabs", external_id="agent_aria")
        calls = []
        for _ in range(50):
            contact = factories.make_contact()
            contact.add_number(e164=factories.make_number(), written="")
            factories.make_recipient(factories.make_campaign(), number=contact.numbers.last().e164)
            call = factories.make_call(contact=contact, agent=aria, turns=factories.TALK)
            factories.make_insight(call, findings={"email": {"value": "x@example.com"}})
            calls.append(call)
        with django_assert_max_num_queries(7):
            found = suggestions_for(calls)
        assert all(found[call.pk] for call in calls)
        assert suggestions_for([]) == {}


def test_another_company_s_recipients_are_not_suggested(ours: Company) -> None:
    with use_company(factories.make_company()):
        factories.make_recipient(factories.make_campaign(name="Secret visits"), number=NUMBER, days_ago=45)
    with use_company(ours):
        call = factories.make_call(customer_number=NUMBER, turns=[("customer", "The secret visits, please")])
        assert suggestions_for([call]) == {call.pk: []}
