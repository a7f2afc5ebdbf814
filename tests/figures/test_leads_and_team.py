"""The numbers of leads and of the team: each opens its rows, and there are as many as it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calltracking.figures import TABLES, AnalyticsFilter
from calltracking.figures.keeping import refresh
from calltracking.figures.leads import lead_numbers
from calltracking.models import ServicePrice
from crm.models import Company, Contact, FollowUp, Lead, LeadStatus, Membership, User
from crm.models.lead_status import LEAD_NUMBERS
from crm.tenancy import use_company
from telephony.filters import CallFilter
from telephony.models import Agent, Call, CallMetrics
from tests.factories import make_call, make_campaign, make_company, make_contact, make_lead, make_member
from tests.figures.links import Link, links_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
STATUSES = list(LeadStatus)


@pytest.fixture
def ours(db: None) -> Company:
    """A company with leads of every status, score and priority; some have calls, steps due and an assignee."""
    company = make_company(name="Northwind Homes")
    members = [make_member(company, role="agent", name=name) for name in ("Asha Rao", "Ben Thomas")]
    make_member(company, role="manager", name="Manu Manager")
    now = timezone.now()
    with use_company(company):
        campaign = make_campaign(name="Monsoon")
        aria = Agent.objects.create(kind="ai", name="Aria", external_id="a")
        people = [Agent.objects.create(kind="human", name=str(member), membership=member) for member in members]
        for nth in range(36):
            lead = make_lead(
                status=STATUSES[nth % 6],
                assignee=[*members, None][nth % 3],
                lead_score=(nth * 11) % 101 if nth % 5 else None,
                estimated_value=Decimal(100_000 * nth),
                actual_value=Decimal(50_000) if nth % 6 == 4 else None,
                created_at=now - timedelta(days=3 * nth),
            )
            Contact.objects.filter(pk=lead.pk).update(priority=1 + nth % 5)
            FollowUp.objects.filter(contact_id=lead.pk).update(due_at=now + timedelta(days=nth - 10), overdue_at=None)
            if nth % 4:
                call = make_call(
                    contact=Contact.objects.get(pk=lead.pk),
                    external_id=f"c{nth}",
                    agent=[aria, *people, None][nth // 4 % 4],
                    campaign=campaign if nth % 3 else None,
                    outcome=("success", "failure")[nth % 2],
                    feeling=("positive", "negative", "")[nth % 3],
                    duration_seconds=30 + nth,
                    started_at=now - timedelta(days=nth),
                )
                Contact.objects.filter(pk=lead.pk).update(latest_call_at=call.started_at)
                CallMetrics.objects.create(call=call, measured={"agent_response_seconds": 1.5})
        make_contact(full_name="No Lead")
        refresh(company)
    return company


def member_of(company: Company, role: str) -> User:
    return company.memberships.filter(role=role).order_by("pk")[0].user


def opened(browser: Client, url: str) -> int:
    """Return how many rows the list at the address has; of the admin's lists without drawing them."""
    address = urlsplit(url)
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    member = Membership.objects.select_related("company").get(user=user)
    user.membership = member
    request: Any = RequestFactory().get(url)
    request.user, request.membership = user, member
    with use_company(member.company), timezone.override(member.company.zone):
        if address.path == "/calls/":
            asked = CallFilter(request.GET, queryset=Call.objects.visible_to(member))
            assert asked.is_valid(), (url, asked.errors)
            return asked.qs.count()
        model = {"lead": Lead, "contact": Contact, "followup": FollowUp, "serviceprice": ServicePrice}[
            address.path.split("/")[3]
        ]
        return site._registry[model].get_changelist_instance(request).result_count


def number_in(link: Link) -> int | None:
    """Return how many rows the link says it opens: by its mark, its title in a chart, or the end of its words."""
    said = link.rows or link.shape or link.text
    number = re.search(r"(\d[\d,]*)\s*$", said)
    return int(number[1].replace(",", "")) if number else None


def walk(browser: Client, address: str) -> int:
    """Compare every number that opens a list with the list; returns how many there were."""
    seen = 0
    for link in links_of(browser.get(address).content.decode()):
        is_list = link.href.startswith(("/calls/?", "/admin/")) and "figures" not in link.href
        number = (
            number_in(link)
            if is_list and link.inside & {"rs-cards", "rs-bars", "rs-table", "rs-chart", "rs-card"}
            else None
        )
        if number is not None:
            assert opened(browser, link.href) == number, (link.text or link.shape, link.href)
            seen += 1
    return seen


@pytest.mark.row(
    *("S0.113", "S0.114", "S0.115", "S0.116", "S0.117", "S0.137"),
    *("S4.1", "S4.3", "S4.4", "S4.5", "S4.6", "S4.7", "S4.8", "S4.9"),
)
@pytest.mark.parametrize("query", ["", "?days=90"])
def test_every_number_of_leads_opens_its_rows(ours: Company, client_of: Browser, query: str) -> None:
    browser = client_of(member_of(ours, "manager"))
    assert walk(browser, f"/analytics/leads/{query}") > 50


def test_campaign_and_agent_narrow_the_leads_and_their_lists(ours: Company, client_of: Browser) -> None:
    browser = client_of(member_of(ours, "manager"))
    with use_company(ours):
        campaign = ours_campaign()
        agent = Agent.objects.get(name="Aria")
    everybody = browser.get("/analytics/leads/").context["cards"][1].rows

    for query in (f"campaign={campaign}", f"agent={agent.pk}&campaign={campaign}"):
        page = browser.get(f"/analytics/leads/?{query}")
        assert 0 < page.context["cards"][1].rows < everybody
        assert walk(browser, f"/analytics/leads/?{query}") > 40


def ours_campaign() -> int:
    from crm.models import Campaign

    pk: int = Campaign.objects.get(name="Monsoon").pk
    return pk


def test_the_numbers_are_those_of_their_formulas(ours: Company, client_of: Browser) -> None:
    page = client_of(member_of(ours, "manager")).get("/analytics/leads/?days=30")
    cards = {card.name: card.value for card in [*page.context["cards"], *page.context["new_cards"]]}
    # Thirty-six leads, six of each status; one contact more. Every third day one was added.
    assert (cards["contacts"], cards["leads"], cards["customers"]) == ("37", "36", "6")
    assert cards["conversion_rate"] == "17%"
    assert cards["revenue"] == "₹3,00,000"
    # New, interested and callback: of every six the first, the second and the fourth.
    assert cards["pipeline"] == "₹2,94,00,000"
    assert (cards["new_leads"], cards["new_contacts"]) == ("10", "11")
    assert "data-refresh" in page.content.decode()


@pytest.mark.row("S0.118", "S3.191", "S4.2")
@pytest.mark.parametrize("query", ["", "?direction=inbound&sort=-steps"])
def test_every_number_of_the_team_opens_its_rows(ours: Company, client_of: Browser, query: str) -> None:
    browser = client_of(member_of(ours, "manager"))
    assert walk(browser, f"/analytics/team/{query}") > 8


def test_the_team_is_people_and_ai_agents_alike_sorted_by_any_column(ours: Company, client_of: Browser) -> None:
    browser = client_of(member_of(ours, "manager"))

    def names(query: str) -> list[str]:
        return [name for name, *_ in browser.get(f"/analytics/team/?days=90&{query}").context["rows"]]

    assert sorted(names("sort=name")) == ["Asha Rao", "Ben Thomas", "Nobody named"] or "Aria" in names("sort=name")
    assert names("sort=name") == sorted(names("sort=name"))
    assert names("sort=-name") == list(reversed(names("sort=name")))
    rows = {name: (kind, cells) for name, kind, cells in browser.get("/analytics/team/?days=90").context["rows"]}
    assert rows["Asha Rao"][0] == "Person"
    assert rows["Asha Rao"][1][-1].said != "–"
    assert names("sort=nonsense") == names("")


def test_other_days_keep_what_else_was_asked_for(ours: Company, client_of: Browser) -> None:
    client = client_of(make_member(ours, role="manager").user)
    for asked in ("team/?sort=-talk", "costs/?calls=2000", "reports/?report=moods"):
        path, _, said = asked.partition("?")
        name, _, value = said.partition("=")
        page = client.get(f"/analytics/{asked}").content.decode()
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
        days = [link.href for link in links_of(page) if "days=7" in link.href and link.href.startswith("?")]
        assert days, path
        assert all(said in link for link in days), days


def test_the_team_is_for_managers(ours: Company, client_of: Browser) -> None:
    assert client_of(member_of(ours, "agent")).get("/analytics/team/").status_code == 403


def test_agents_with_their_own_leads_count_those_alone(ours: Company, client_of: Browser) -> None:
    ours.agents_see = Company.Sight.OWN
    ours.save(update_fields=["agents_see"])
    browser = client_of(member_of(ours, "agent"))
    page = browser.get("/analytics/leads/?days=90")
    assert page.context["cards"][1].rows == 12
    assert "Pipeline of the team" not in page.content.decode()
    assert walk(browser, "/analytics/leads/?days=90") > 40


def test_an_empty_company_is_told_so(client_of: Browser, db: None) -> None:
    owner = make_member(make_company(name="Fresh"), role="owner").user
    browser = client_of(owner)
    assert "No leads to count" in browser.get("/analytics/leads/").content.decode()
    assert "Nobody held a call" in browser.get("/analytics/team/").content.decode()


@pytest.mark.row("S4.91")
def test_every_section_is_a_table_that_says_the_same(ours: Company, client_of: Browser) -> None:
    manager = Membership.objects.get(company=ours, role="manager")
    with use_company(ours):
        chosen = AnalyticsFilter.read({"days": "90"}, company=ours)
        told: dict[str, Any] = {
            name: source.read(chosen, member=manager).rows for name, source in TABLES.items() if source.page != "Calls"
        }
    assert sum(row[1] for row in told["leads-by-status"]) == 36
    assert sum(row[1] for row in told["leads-by-priority"]) == 36
    assert sum(row[1] for row in told["leads-by-score"]) == 36
    assert sum(row[1] for row in told["pipeline-by-member"]) == 36
    assert [row[1] for row in told["lead-funnel"]] == sorted((row[1] for row in told["lead-funnel"]), reverse=True)
    assert sum(row[2] for row in told["team"]) == 27
    with use_company(ours):
        assert sum(row[1] for row in told["follow-ups-coming"]) == FollowUp.objects.open().count()


@pytest.mark.parametrize(("address", "most"), [("/analytics/leads/?days=90", 24), ("/analytics/team/?days=90", 22)])
def test_the_pages_cost_the_same_however_much_they_count(
    ours: Company, client_of: Browser, address: str, most: int
) -> None:
    browser = client_of(member_of(ours, "manager"))
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    assert len(captured) <= most, len(captured)


def test_the_numbers_of_leads_are_added_up_from_one_index_alone(ours: Company) -> None:
    with use_company(ours), CaptureQueriesContext(connection) as captured:
        numbers = lead_numbers(Lead.objects.all())
        # Who was never scored is no 90, and who has nobody is held by nobody.
        assert numbers.scored(None) == Lead.objects.filter(lead_score=None).count() > 0
        assert numbers.scored(90) == Lead.objects.filter(lead_score__gte=90).count()
        assert numbers.count(called=True) == Lead.objects.exclude(latest_call_at=None).count()
        assert sum(group.leads for pk, group in numbers.held if pk is None) == 12
    # Of a table this small PostgreSQL reads every row; of a big one it needs no more than the index has.
    columns = {Contact._meta.get_field(name).column for name in (*LEAD_NUMBERS.fields, *LEAD_NUMBERS.include)}
    assert set(re.findall(r'"crm_contact"\."(\w+)"', captured.captured_queries[0]["sql"])) <= columns
