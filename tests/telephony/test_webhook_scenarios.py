"""What an ElevenLabs webhook may hold, from everything to next to nothing; and where calls are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import Company, Contact, FollowUp, LeadStatus, User
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, WebhookEvent
from telephony.providers.base import Delivery
from telephony.providers.signatures import sign_timestamped
from tests import factories

pytestmark = pytest.mark.django_db

TALK = (
    ("agent", "Hello, this is Aria. How can I help?"),
    ("customer", "Hi, my name is Meera Nair. I am very interested in the two bedroom flat."),
    ("customer", "My e-mail is meera.nair@example.com. Please send me the details."),
)


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


def send(account: ProviderAccount, body: bytes) -> WebhookEvent:
    """Send the bytes, signed, through the door and have them worked off; returns the delivery."""
    at = timezone.now()
    headers = {
        "content-type": "application/json",
        "elevenlabs-signature": sign_timestamped(body, secret=factories.SECRET, at=at),
    }
    answer = factories.post(
        account.path,  # type: ignore[attr-defined]
        Delivery(body=body, headers=headers, received_at=at),
    )
    assert answer.status_code == 200
    factories.work_off()
    with use_company(account.company_id):
        return WebhookEvent.objects.get(account=account)


def vendors(**data: Any) -> bytes:
    at = int(timezone.now().timestamp())
    return json.dumps({"type": "post_call_transcription", "event_timestamp": at, "data": data}).encode()


@pytest.mark.row("S2.83")
def test_a_full_webhook_becomes_a_call_with_all_that_follows(account: ProviderAccount) -> None:
    event = factories.make_event(turns=TALK, customer_number="+919811111111")
    factories.deliver(account, event)
    factories.work_off()
    with use_company(account.company_id):
        call = Call.objects.get(account=account)
        assert (call.status, call.outcome, call.direction, call.duration_seconds) == (
            "completed",
            "success",
            "inbound",
            95,
        )
        assert (call.title, call.reached_us_by, call.turns.count()) == ("A call", "webhook", 3)
        assert call.contact is not None
        assert (call.contact.full_name, call.contact.email) == ("Meera Nair", "meera.nair@example.com")
        assert call.contact.lead_status == LeadStatus.INTERESTED
        assert call.insights.get(is_current=True).score == call.score
        assert call.interaction is not None
        assert FollowUp.objects.filter(source=call.interaction).count() == 1


@pytest.mark.row("S2.84")
@pytest.mark.parametrize("more", [{}, {"status": "done"}, {"transcript": None, "metadata": None, "analysis": None}])
def test_a_minimal_webhook_is_a_call_of_which_little_is_known(account: ProviderAccount, more: dict[str, Any]) -> None:
    event = send(account, vendors(conversation_id="conv_min", **more))
    assert (event.call_ref, event.unrouted_because) == ("conv_min", "")
    with use_company(account.company_id):
        call = Call.objects.get(account=account)
        assert call.ids.get().value == "conv_min"
        assert (call.outcome, call.direction, call.duration_seconds, call.customer_number) == (
            "unknown",
            "unknown",
            0,
            "",
        )
        assert call.contact is None
        assert abs(call.started_at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.row("S2.85")
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[1]", b'{"type": "post_call_transcription"}', b"\xff\xfe"])
def test_a_malformed_webhook_is_kept_with_the_reason_and_makes_no_call(account: ProviderAccount, body: bytes) -> None:
    event = send(account, body)
    assert bytes(event.body) == body
    assert event.unrouted_because.endswith(".")
    with use_company(account.company_id):
        assert not Call.objects.filter(account=account).exists()


@pytest.mark.row("S2.88")
def test_a_webhook_without_a_number_is_a_call_of_nobody_until_they_say_who_they_are(account: ProviderAccount) -> None:
    for turns in ((("agent", "Hello."), ("customer", "What are your hours?")), TALK):
        factories.deliver(account, factories.make_event(customer_number="", turns=turns))
    factories.work_off()
    with use_company(account.company_id):
        unknown, said = Call.objects.filter(account=account).order_by("pk")
        assert (unknown.contact, unknown.customer_number, unknown.score is not None) == (None, "", True)
        assert said.contact == Contact.objects.get(email="meera.nair@example.com")


@pytest.mark.row("S2.5")
def test_figures_are_those_of_the_moment(
    account: ProviderAccount, manager: User, client_of: Callable[[User], Client]
) -> None:
    """Nothing is refreshed because nothing is kept apart: the next look counts the call."""
    browser = client_of(manager)

    def figures() -> dict[str, str]:
        return {card.title: card.value for card in browser.get("/").context["cards"]}

    before = figures()
    factories.deliver(account, factories.make_event(started_at=timezone.now() - timedelta(minutes=5)))
    factories.work_off()
    after = figures()
    assert int(after["Calls"]) == int(before["Calls"]) + 1


# ---- where calls are kept -------------------------------------------------------------------------------------


@pytest.mark.row("S1.1", "S1.3", "S1.4")
def test_calls_have_a_table_with_indexes_on_their_start_and_their_status(company: Company) -> None:
    table = Call._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where schemaname = 'public' and tablename = %s", [table])
        found = [row[0].partition(" USING btree ")[2] for row in cursor.fetchall()]
    assert any(columns.startswith("(company_id, started_at DESC") for columns in found)
    assert any(columns.startswith("(company_id, status, started_at DESC") for columns in found)
