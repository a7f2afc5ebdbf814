"""Every number of the dashboard opens its rows, and there are as many as it says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from calltracking.figures.keeping import refresh
from crm.models import Company, Contact, LeadStatus
from crm.tenancy import use_company
from telephony.filters import CallFilter
from telephony.models import Agent, Call, CallMetrics
from tests import factories
from tests.figures.links import links_of

STATUSES = ("completed", "completed", "no_answer", "busy", "failed", "voicemail", "in_progress", "canceled")
FEELINGS = ("positive", "neutral", "negative", "mixed", "")


@pytest.fixture
def ours(db: None) -> Company:
    company = factories.make_company(name="Northwind Homes")
    fill(company, calls=72)
    return company


def fill(company: Company, *, calls: int) -> None:
    """Give the company calls of every kind, over seventy days."""
    with use_company(company):
        campaigns = [factories.make_campaign(), factories.make_campaign(), None]
        agents = [Agent.objects.create(kind="ai", name=name, external_id=name) for name in ("Aria", "Ben")]
        line = factories.make_line()
        customer = Contact.objects.get(pk=factories.make_lead(status=LeadStatus.CONVERTED).pk)
        for nth in range(calls):
            at = timezone.now() - timedelta(hours=25 * nth + 1)
            call = factories.make_call(
                contact=customer if nth % 7 == 0 else None,
                started_at=at,
                answered_at=at + timedelta(seconds=nth % 50) if nth % 3 else None,
                status=STATUSES[nth % 8],
                outcome=("success", "failure", "unknown")[nth % 3],
                direction=("inbound", "outbound")[nth % 5 == 0],
                provider=("elevenlabs", "twilio")[nth % 2],
                duration_seconds=(nth * 37) % 2500,
                campaign=campaigns[nth % 3],
                agent=agents[nth % 2],
                line=line if nth % 4 else None,
                score=(nth * 13) % 101 if nth % 6 else None,
                feeling=FEELINGS[nth % 5],
                is_hot=nth % 9 == 0,
            )
            measured = {"agent_response_seconds": nth / 10 if nth % 4 else None}
            CallMetrics.objects.create(call=call, measured=measured)


def opened(url: str, company: Company, known: dict[str, int]) -> int:
    """Return how many calls the list at an address shows; each address is asked once."""
    if url not in known:
        known[url] = listed(url, company)
    return known[url]


def listed(url: str, company: Company) -> int:
    address = urlsplit(url)
    assert address.path == "/calls/", url
    with use_company(company):
        asked = CallFilter(QueryDict(address.query), queryset=Call.objects.all())
        assert asked.is_valid(), (url, asked.errors)
        unknown = set(parse_qs(address.query)) - set(CallFilter.base_filters) - {"sort"}
        assert not unknown, f"the list does not know {unknown}"
        return asked.qs.count()


def walk(client: Client, query: str, company: Company, known: dict[str, int]) -> int:
    """Compare every card, bar, point and cell of the page with its list; returns how many."""
    seen = 0
    for link in links_of(client.get(f"/analytics/?{query}").content.decode()):
        if not link.href.startswith("/calls/?"):
            continue
        if link.rows:
            said = link.rows
        elif "rs-behind" in link.inside:
            said = number_in(link.text)
        elif "svg" in link.inside:
            said = number_in(link.shape.partition(": ")[2])
        elif "rs-bars" in link.inside:
            [said] = re.findall(r"over ([\d,]+) ended", link.title)
        else:
            assert "rs-outliers" in link.inside, link
            said = number_in(link.text)
        assert opened(link.href, company, known) == int(said.replace(",", "")), (query, link)
        seen += 1
    return seen


def number_in(words: str) -> str:
    """Return the count in `12 calls`, or that in brackets behind a share."""
    in_brackets = re.search(r"\(([\d,]+)\)$", words)
    return in_brackets[1] if in_brackets else words.split(maxsplit=1)[0]


@pytest.mark.row(
    *("S1.24", "S1.25", "S1.26", "S1.27", "S1.28", "S2.67", "S2.68", "S2.69", "S2.70", "S2.71", "S2.72", "S2.73"),
    *("S3.92", "S3.93", "S3.94", "S3.95", "S3.96", "S3.172", "S3.183", "S3.190", "S3.192", "S3.193"),
    *("S1.63", "S3.98", "S0.109", "S0.110", "S0.111", "S0.112"),
)
@pytest.mark.timeout(400)
def test_every_number_opens_as_many_calls(ours: Company) -> None:
    client = Client()
    client.force_login(factories.make_member(ours, role="manager").user)
    with use_company(ours):
        agent, campaign = Agent.objects.first(), Call.objects.exclude(campaign=None).first().campaign
    queries = [
        "",
        "days=month",
        "days=90&direction=outbound",
        f"days=30&agent={agent.pk}",
        f"days=90&campaign={campaign.pk}&provider=twilio",
        f"days=90&campaign={campaign.pk}&provider=twilio&agent={agent.pk}",
        "started_from=2020-01-01&started_to=2030-01-01",
    ]
    known: dict[str, int] = {}
    live = [walk(client, query, ours, known) for query in queries]
    assert min(live) > 8, live
    assert sum(live) > 300
    while refresh(ours.pk):
        pass
    assert [walk(client, query, ours, known) for query in queries] == live


def test_the_page_says_what_it_shows(ours: Company) -> None:
    client = Client()
    client.force_login(factories.make_member(ours, role="viewer").user)
    page = client.get("/analytics/").content.decode()
    cards = {link.id: link for link in links_of(page) if link.rows}
    received = cards["figure-received"]
    assert "Calls Received" in received.text
    assert "AI Call Center tracking" in received.text
    assert "successful" in received.text
    assert all(card.title for card in cards.values()), "every number names its formula"
    assert page.count('<table class="rs-table rs-plain">') >= 10, "a table stands behind every chart"


def rows_of(client: Client, card: str) -> str:
    page = client.get("/analytics/").content.decode()
    return next(link.rows for link in links_of(page) if link.id == card)


@pytest.mark.row("S2.70")
def test_what_an_address_cannot_mean_is_said(ours: Company) -> None:
    client = Client()
    client.force_login(factories.make_member(ours, role="viewer").user)
    for query, said in (
        ("started_from=2026-03-05&started_to=2026-03-01", "cannot come before"),
        ("started_from=nonsense", "year-month-day"),
        ("started_from=0001-01-01", "this century"),
        ("campaign=all%27", "no such campaign"),
    ):
        answer = client.get(f"/analytics/?{query}")
        assert answer.status_code == 200
        assert said in answer.content.decode(), query


def test_who_sees_only_their_own_gets_numbers_over_those(db: None) -> None:
    company = factories.make_company(name="Northwind Homes", agents_see="own")
    colleague = factories.make_member(company, role="agent")
    with use_company(company):
        mine = factories.make_contact(assignee=colleague)
        factories.make_call(contact=mine)
        for _ in range(3):
            factories.make_call()
    client = Client()
    client.force_login(colleague.user)
    assert rows_of(client, "figure-calls") == "1"
    manager = Client()
    manager.force_login(factories.make_member(company, role="manager").user)
    assert rows_of(manager, "figure-calls") == "4"


def test_the_dashboard_asks_few_questions(ours: Company, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(factories.make_member(ours, role="manager").user)
    client.get("/analytics/")
    with django_assert_max_num_queries(30):
        client.get("/analytics/?days=90")
