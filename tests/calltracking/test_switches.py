"""What a company does by itself: reading calls, making leads. A switch that is off stops its step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.models import Company, Lead, User
from crm.tenancy import use_company
from telephony.first_account import connect_from_environment
from telephony.models import Call, CallMetrics, Insight
from tests import factories
from tests.admin.support import open_form, save, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FLAT = (
    ("agent", "Hello, how can I help?"),
    ("customer", "I am very interested in the two bedroom flat."),
    ("agent", "What is your budget?"),
    ("customer", "My budget is 80 lakh. Please send me the details."),
)


@pytest.fixture
def ours() -> Company:
    return factories.make_company(name="Ours")


def tell(company: Company, *, call_id: str = "conv_1", **told: Any) -> Call:
    """Let a provider of the company report a call; returns it after its journey."""
    with use_company(company):
        account = factories.make_account()
    event = factories.make_event(call_id=call_id, customer_number="+919845012345", **{"turns": FLAT, **told})
    factories.deliver(account, event)
    factories.work_off()
    with use_company(company):
        return Call.objects.with_external_id(call_id).get()  # type: ignore[no-any-return]


@pytest.mark.row("S3.200", "S3.165", "S0.35")
def test_every_call_with_a_conversation_is_read_and_measured(ours: Company) -> None:
    short = (("agent", "Hello?"), ("customer", "Wrong number."))
    calls = [tell(ours, call_id="conv_1"), tell(ours, call_id="conv_2", turns=short)]
    with use_company(ours):
        assert set(Insight.objects.filter(is_current=True).values_list("call_id", flat=True)) == {
            call.pk for call in calls
        }
        rows = CallMetrics.objects.order_by("call_id")
        assert [(row.turns, row.customer_turns) for row in rows] == [(4, 2), (2, 1)]
        assert all(row.measured["duration_seconds"] > 0 for row in rows)


@pytest.mark.row("S3.154")
def test_with_the_switch_off_a_call_is_kept_and_not_read(ours: Company, client_of: Callable[[User], Client]) -> None:
    Company.objects.filter(pk=ours.pk).update(analyzes_calls=False)
    call = tell(ours)
    with use_company(ours):
        assert call.turns.count() == len(FLAT)
        assert not Insight.objects.exists()
        assert not CallMetrics.objects.exists()
        assert call.score is None
        assert Lead.objects.get().lead_status == "new"
    owner = client_of(factories.make_member(ours, role="owner").user)
    page = text_of(owner.get(f"/calls/{call.pk}/"))
    assert "automatic analysis is off" in page
    assert f'href="/admin/crm/company/{ours.pk}/change/"' in page
    assert "Analyze now" in page
    viewer = client_of(factories.make_member(ours, role="viewer").user)
    page = text_of(viewer.get(f"/calls/{call.pk}/"))
    assert "automatic analysis is off" in page
    assert "Analyze now" not in page
    assert "Turn it on" not in page


@pytest.mark.row("S3.154")
def test_one_call_can_be_read_all_the_same(ours: Company, client_of: Callable[[User], Client]) -> None:
    Company.objects.filter(pk=ours.pk).update(analyzes_calls=False)
    asked, other = tell(ours, call_id="conv_1"), tell(ours, call_id="conv_2")
    agent = client_of(factories.make_member(ours, role="agent").user)
    agent.post(f"/calls/{asked.pk}/reprocess/", headers=HTMX)
    factories.work_off()
    with use_company(ours):
        assert Insight.objects.get().call_id == asked.pk
        assert Call.objects.get(pk=other.pk).score is None
    assert "automatic analysis is off" not in text_of(agent.get(f"/calls/{asked.pk}/"))


@pytest.mark.row("S3.154", "S3.155")
def test_an_owner_turns_the_switches(ours: Company, client_of: Callable[[User], Client]) -> None:
    client = client_of(factories.make_member(ours, role="owner").user)
    url = f"/admin/crm/company/{ours.pk}/change/"
    form = open_form(client, url)
    save(client, url, form, analyzes_calls=None, creates_leads=None)
    ours.refresh_from_db()
    assert (ours.analyzes_calls, ours.creates_leads) == (False, False)


@pytest.mark.row("S3.157")
@pytest.mark.parametrize("is_on", [True, False])
def test_the_environment_says_what_the_first_company_starts_with(settings: Any, is_on: bool) -> None:
    settings.COMPANY_NAME, settings.ELEVENLABS_API_KEY = "First Homes", "key"
    settings.AUTO_ANALYZE_CALLS = settings.AUTO_CREATE_LEADS = is_on
    connect_from_environment()
    first = Company.objects.get(name="First Homes")
    assert (first.analyzes_calls, first.creates_leads) == (is_on, is_on)
    call = tell(first)
    with use_company(first):
        assert Insight.objects.filter(call=call).exists() == is_on
        assert Lead.objects.exists() == is_on


@pytest.mark.row("S3.155")
def test_without_the_switch_only_hot_callers_become_leads(ours: Company) -> None:
    Company.objects.filter(pk=ours.pk).update(creates_leads=False)
    plain = (("agent", "Hello?"), ("customer", "What are your office hours?"))
    tell(ours, turns=plain)
    with use_company(ours):
        assert not Lead.objects.exists()
