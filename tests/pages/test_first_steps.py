"""The first steps of a new company: each is done when its rows say so, and the list can be put away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from calltracking.first_steps import first_steps
from crm.models import Company, ExtractionField, Membership, User
from crm.tenancy import use_company
from telephony.models import WebhookEvent
from tests import factories

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def fresh() -> User:
    """The owner of a company that was founded a minute ago."""
    company = factories.make_company(name="Fresh Fields")
    return factories.make_member(company, role="owner", name="Fay Fresh").user


def done(member: Membership) -> list[bool]:
    with use_company(member.company_id):
        return [step.is_done for step in first_steps(member.company, member)]


def test_each_step_is_done_when_its_rows_say_so(fresh: User) -> None:
    member = Membership.objects.get(user=fresh)
    with use_company(member.company_id):
        ExtractionField.objects.all().delete()
    assert done(member) == [False] * 6
    with use_company(member.company_id):
        account = factories.make_account()
    assert done(member) == [True, *[False] * 5]
    with use_company(member.company_id):
        WebhookEvent.objects.create(account=account, provider=account.provider, dedupe_key="x", body=b"{}")
    assert done(member) == [True, True, *[False] * 4]
    with use_company(member.company_id):
        factories.make_call()
        factories.make_invitation(by=member)
        factories.make_field()
        factories.make_campaign()
    assert done(member) == [True] * 6


def test_a_colleague_who_has_joined_was_asked(fresh: User) -> None:
    member = Membership.objects.get(user=fresh)
    assert not done(member)[3]
    factories.make_member(member.company, role="agent")
    assert done(member)[3]


def test_the_steps_are_one_question(fresh: User, django_assert_num_queries: Any) -> None:
    member = Membership.objects.select_related("company").get(user=fresh)
    with use_company(member.company_id), django_assert_num_queries(1):
        first_steps(member.company, member)


def test_the_list_is_put_away_and_brought_back(fresh: User, client_of: Browser) -> None:
    client = client_of(fresh)
    assert "Connect a provider" in client.get("/").content.decode()
    assert 'id="first"' in client.get("/").content.decode()
    client.post(reverse("first-steps"))
    page = client.get("/").content.decode()
    assert 'id="first"' not in page
    assert "Show the first steps again" in page
    client.post(reverse("first-steps"), {"again": "1"})
    assert 'id="first"' in client.get("/").content.decode()


def test_each_step_leads_to_a_page_that_opens(fresh: User, client_of: Browser) -> None:
    member, client = Membership.objects.get(user=fresh), client_of(fresh)
    with use_company(member.company_id):
        steps = first_steps(member.company, member)
    assert [client.get(step.url).status_code for step in steps] == [200] * 6


def test_agents_do_their_work_and_see_no_list(company: Company, agent: User, client_of: Browser) -> None:
    client = client_of(agent)
    assert 'id="first"' not in client.get("/").content.decode()
    assert client.post(reverse("first-steps")).status_code == 403


def pages_without_ids() -> list[str]:
    """Every page of ours and every list of the admin."""
    found = [
        reverse(pattern.name)
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "name", None) and "<" not in str(pattern.pattern)
    ]
    lists = [
        f"admin:{key}"
        for key in get_resolver("config.urls").namespace_dict["admin"][1].reverse_dict
        if isinstance(key, str)
    ]
    return found + [reverse(name) for name in lists if name.endswith("_changelist")]


NOT_PAGES = (
    "/analytics/unattributed-calls/choices/",
    "/audit/history.csv",
    "/demo/filling/",
    "/healthz",
    "/notifications/count/",
    "/readyz",
    "/scoring/progress/",
    "/staff/",
)


def test_every_page_of_a_company_without_data_opens_and_says_what_to_do(fresh: User, client_of: Browser) -> None:
    client = client_of(fresh)
    silent = []
    for url in pages_without_ids():
        answer = client.get(url)
        assert answer.status_code in (200, 204, 302, 405) or url in NOT_PAGES, (url, answer.status_code)
        if answer.status_code != 200 or url.startswith(NOT_PAGES) or "text/html" not in answer["Content-Type"]:
            continue
        page = answer.content.decode()
        # Something to read or to do: an empty state, a note, a list that is never empty, or a form.
        if not any(
            sign in page
            for sign in ("rs-empty", "rs-note", "rs-table", "rs-report", "rs-roles", "result_list", "rs-lines")
        ):
            silent.append(url)
    assert silent == []
