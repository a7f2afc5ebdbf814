"""Many leads at once: asked first, told after, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.admin import base
from crm.models import Company, Lead, LeadStatusChange, Membership, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import said, text_of

Browser = Callable[[User], Client]

LEADS = "/admin/crm/lead/"


def statuses(company: Company, leads: list[Any]) -> list[str]:
    with use_company(company):
        found = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk")
        return list(found.values_list("lead_status", flat=True))


def act(client: Client, leads: list[Any], *, action: str = "change_status", **more: Any) -> Any:
    return client.post(LEADS, {"action": action, "_selected_action": [lead.pk for lead in leads], **more})


@pytest.fixture
def leads(company: Company) -> list[Lead]:
    with use_company(company):
        return [factories.make_lead(), factories.make_lead(), factories.make_lead(status="callback")]


def test_the_question_says_how_many_would_change(
    company: Company, agent: User, client_of: Browser, leads: list[Lead]
) -> None:
    page = text_of(act(client_of(agent), leads, index="0"))
    assert "3 leads chosen" in page
    assert "2 New" in page
    assert "changes 2, 1 already there" in page
    assert statuses(company, leads) == ["new", "new", "callback"]


def test_a_bulk_change_moves_each_lead_with_its_history(
    company: Company, agent: User, client_of: Browser, leads: list[Lead]
) -> None:
    answer = act(client_of(agent), leads, apply="1", status="callback", why="The fair")
    assert "2 leads are now Callback" in said(answer)
    assert "1 lead had it already" in said(answer)
    assert statuses(company, leads) == ["callback"] * 3
    with use_company(company):
        by_agent = LeadStatusChange.objects.filter(by__user=agent, why="The fair")
        assert by_agent.count() == 2
        assert {lead.priority for lead in Lead.objects.filter(pk__in=[x.pk for x in leads])} == {3}


def test_moving_to_the_same_status_says_so(
    company: Company, agent: User, client_of: Browser, leads: list[Lead]
) -> None:
    answer = act(client_of(agent), leads[2:], apply="1", status="callback")
    assert "had the status Callback already. Nothing changed" in said(answer)


def test_a_bulk_change_is_taken_back(company: Company, agent: User, client_of: Browser, leads: list[Lead]) -> None:
    client = client_of(agent)
    act(client, leads, apply="1", status="do_not_call")
    undone = client.post(reverse("admin:crm_lead_undo"))
    assert "Undone: 3 leads back" in said(undone)
    assert statuses(company, leads) == ["new", "new", "callback"]
    with use_company(company):
        assert not Lead.objects.filter(pk__in=[lead.pk for lead in leads], do_not_call=True).exists()
    assert "nothing to undo" in said(client.post(reverse("admin:crm_lead_undo")))


def test_taking_back_leaves_who_moved_on_since(
    company: Company, agent: User, client_of: Browser, leads: list[Lead]
) -> None:
    client = client_of(agent)
    act(client, leads, apply="1", status="interested")
    with use_company(company):
        Lead.objects.get(pk=leads[0].pk).move_to("converted")
    undone = client.post(reverse("admin:crm_lead_undo"))
    assert "1 lead moved on since" in said(undone)
    assert statuses(company, leads) == ["converted", "new", "callback"]


def test_undo_is_no_link(company: Company, agent: User, client_of: Browser) -> None:
    assert client_of(agent).get(reverse("admin:crm_lead_undo")).status_code == 405


def test_many_leads_are_given_to_somebody(company: Company, agent: User, client_of: Browser, leads: list[Lead]) -> None:
    member = Membership.objects.get(user=agent)
    client = client_of(agent)
    assert "Who works on them" in text_of(act(client, leads, action="assign", index="0"))
    answer = act(client, leads, action="assign", apply="1", assignee=str(member.pk))
    assert "3 leads assigned to Agnes Agent" in said(answer)
    with use_company(company):
        assert Lead.objects.filter(assignee=member).count() == 3


def test_leads_are_not_given_to_another_companys_people(
    company: Company, agent: User, outsider: User, client_of: Browser, leads: list[Lead]
) -> None:
    theirs = Membership.objects.get(user=outsider)
    answer = act(client_of(agent), leads, action="assign", apply="1", assignee=str(theirs.pk))
    assert answer.status_code == 200
    with use_company(company):
        assert not Lead.objects.filter(pk__in=[x.pk for x in leads], assignee__isnull=False).exists()


def test_a_viewer_has_no_bulk_actions(company: Company, viewer: User, client_of: Browser, leads: list[Lead]) -> None:
    act(client_of(viewer), leads, apply="1", status="converted")
    assert statuses(company, leads) == ["new", "new", "callback"]


def test_too_many_at_once_are_refused_in_words(
    company: Company, agent: User, client_of: Browser, leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.admin.bulk.MOST_AT_ONCE", 2)
    assert base.MOST_AT_ONCE < 1000  # the browser may post a thousand fields
    answer = act(client_of(agent), leads, apply="1", status="converted")
    assert "at most 2 leads at a time" in said(answer)
    assert statuses(company, leads) == ["new", "new", "callback"]
