"""Calls that Twilio carried: through the door, in any order, to the contact and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from crm.models import Company, Contact, User
from crm.tenancy import use_company
from telephony import spool
from telephony.door import memory
from telephony.door.arrivals import Arrival
from telephony.events import CallDirection, CallKind, CallStatus, ExternalId
from telephony.models import Call, ProviderAccount, Quarantined, WebhookEvent
from telephony.models.accounts import hash_token
from telephony.providers import get_provider
from telephony.providers.address_signatures import sign_address
from telephony.providers.base import Delivery
from telephony.providers.twilio import FORM
from tests import factories
from tests.admin.support import text_of

CUSTOMER, OURS = "+919822012345", "+918000000100"
BEGAN = datetime(2026, 11, 20, 9, 52, 0, tzinfo=UTC)


@pytest.fixture
def account(company: Company) -> Any:
    with use_company(company):
        return factories.make_account("twilio")


def told(status: str, *, after: int = 0, **said: str) -> bytes:
    """Return the form of a status callback, so many seconds after the call began."""
    at = BEGAN + timedelta(seconds=after)
    known = {"CallSid": "CA1", "CallStatus": status, "Direction": "inbound", "From": CUSTOMER, "To": OURS}
    stamp = {"CallbackSource": "call-progress-events", "Timestamp": f"{at:%a, %d %b %Y %H:%M:%S} +0000"}
    return urlencode({**known, **stamp, **said}).encode()


LIFE = (
    told("initiated", SequenceNumber="0"),
    told("ringing", after=2, SequenceNumber="1"),
    told("in-progress", after=30, SequenceNumber="2"),
    told("in-progress", after=31, CallSid="CA2", ParentCallSid="CA1", Direction="outbound-dial", From=OURS),
    told("completed", after=79, SequenceNumber="3", CallDuration="49", Duration="1", AnsweredBy="human"),
)


def signed(account: Any, body: bytes, *, secret: str = "", query: str = "") -> Delivery:
    header = sign_address(body, url=f"{account.url}{query}", secret=secret or account.secret)
    return Delivery(body=body, headers={"content-type": FORM, "x-twilio-signature": header}, received_at=timezone.now())


def send(account: Any, body: bytes, *, secret: str = "", query: str = "", **extra: Any) -> int:
    answer = factories.post(f"{account.path}{query}", signed(account, body, secret=secret, query=query), **extra)
    return int(answer.status_code)


def the_call(account: ProviderAccount) -> dict[str, Any]:
    """Return what stands of the one call, its log and its ids, but for keys of rows."""
    call = Call.objects.get(account=account)
    left_out = ("id", "created_at", "next_at", "contact_id", "interaction_id", "account_id")
    row = {name: value for name, value in Call.objects.filter(pk=call.pk).values()[0].items() if name not in left_out}
    log = call.log.order_by("happened_at", "name").values_list("name", "happened_at")
    return {**row, "log": list(log), "ids": sorted(call.ids.values_list("provider", "value"))}


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# ---- a call's events ----------------------------------------------------------------------------------------------


@pytest.mark.row("S4.73", "S2.9")
def test_every_order_of_a_call_s_events_ends_in_the_same_row(account: ProviderAccount) -> None:
    events = [event for body in LIFE for event in get_provider("twilio").parse(body).events]
    ends: list[dict[str, Any]] = []
    with use_company(account.company_id):
        for order in permutations(events):
            with taken_back():
                # The first of them once more at the end: a repeat is no news.
                for event in (*order, order[0]):
                    Call.objects.record(event, account=account, reached_us_by="webhook")
                ends.append(the_call(account))
    assert len(ends) == 120
    assert all(end == ends[0] for end in ends)
    [end] = ends[:1]
    assert (end["status"], end["direction"], end["kind"]) == ("completed", "inbound", CallKind.HUMAN)
    assert (end["customer_number"], end["our_number"], end["duration_seconds"]) == (CUSTOMER, OURS, 49)
    assert end["started_at"] == BEGAN
    assert end["answered_at"] == BEGAN + timedelta(seconds=30)
    assert end["ended_at"] == BEGAN + timedelta(seconds=79)
    assert [name for name, _ in end["log"]] == ["queued", "ringing", "answered", "leg answered", "ended"]
    assert end["ids"] == [("twilio", "CA1"), ("twilio", "CA2")]


def test_who_is_told_of_the_end_alone_knows_when_it_was_answered(account: ProviderAccount) -> None:
    assert send(account, LIFE[-1]) == 200
    factories.work_off()
    with use_company(account.company_id):
        call = Call.objects.get(account=account)
        assert call.started_at == call.answered_at == BEGAN + timedelta(seconds=30)
        assert (call.status, call.duration_seconds) == (CallStatus.COMPLETED, 49)


def test_what_tells_no_time_was_so_when_it_came(account: ProviderAccount) -> None:
    body = urlencode({"CallSid": "CA1", "CallStatus": "ringing", "Direction": "inbound", "From": CUSTOMER}).encode()
    assert send(account, body) == 200
    factories.work_off()
    with use_company(account.company_id):
        event = WebhookEvent.objects.get(account=account)
        before = the_call(account)
        assert before["started_at"] == event.received_at
        event.replay()
    factories.work_off()
    with use_company(account.company_id):
        assert the_call(account)["log"] == before["log"]


# ---- to the contact -----------------------------------------------------------------------------------------------


@pytest.mark.row("S4.73")
def test_a_call_is_logged_and_its_caller_s_history_grows(
    account: ProviderAccount, manager: User, outsider: User, client_of: Callable[[User], Client]
) -> None:
    for body in LIFE:
        assert send(account, body) == 200
    factories.work_off()
    with use_company(account.company_id):
        [contact] = Contact.objects.with_number(CUSTOMER)
        call = Call.objects.get(account=account)
        assert call.contact == contact
        assert contact.latest_call_at == BEGAN
        assert list(contact.interactions.values_list("kind", "direction")) == [("call", "inbound")]
        path = f"/calls/{call.pk}/"
    page = text_of(client_of(manager).get(path))
    assert "Twilio" in page
    assert "98220 12345" in page
    assert client_of(outsider).get(path).status_code == 404

    # A call back to them, that nobody took, is theirs too.
    later = {"CallSid": "CA9", "Direction": "outbound-api", "From": OURS, "To": CUSTOMER, "CallDuration": "0"}
    assert send(account, told("no-answer", after=600, **later)) == 200
    factories.work_off()
    with use_company(account.company_id):
        assert Contact.objects.with_number(CUSTOMER).get() == contact
        assert contact.calls.count() == contact.interactions.count() == 2
        back = Call.objects.get(status=CallStatus.NO_ANSWER, account=account)
        assert (back.direction, back.customer_number) == (CallDirection.OUTBOUND, CUSTOMER)


@pytest.mark.parametrize("withheld", ["+266696687", "Anonymous", "client:agent_7", ""])
def test_a_caller_without_a_number_is_nobody(account: ProviderAccount, withheld: str) -> None:
    with use_company(account.company_id):
        people = Contact.objects.count()
    assert send(account, told("completed", From=withheld, CallDuration="7")) == 200
    factories.work_off()
    with use_company(account.company_id):
        call = Call.objects.get(account=account)
        assert (call.contact, call.customer_number, call.status) == (None, "", CallStatus.COMPLETED)
        assert Contact.objects.count() == people


def test_a_call_that_an_agent_of_another_provider_held_is_one_call(company: Company, account: ProviderAccount) -> None:
    with use_company(company):
        agents = factories.make_account("elevenlabs")
    base = factories.make_event(customer_number=CUSTOMER)
    both = replace(base, ids=(*base.ids, ExternalId(provider="twilio", value="CA1")))
    for deliver in (lambda: send(account, LIFE[-1]), lambda: factories.deliver(agents, both)):
        deliver()
        factories.work_off()
    with use_company(company):
        call = Call.objects.with_external_id("CA1").get()
        assert call.ids.count() == 2
        assert call.turns.exists()


# ---- the door -----------------------------------------------------------------------------------------------------


def test_what_a_proxy_or_a_stranger_says_of_the_address_decides_nothing(account: ProviderAccount) -> None:
    """It is signed for SITE_URL; it came by plain http, under another host's name."""
    claims = {"HTTP_X_FORWARDED_PROTO": "gopher", "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_HOST": "localhost:81"}
    assert send(account, LIFE[0], **claims) == 200
    forged = signed(account, LIFE[1])
    header = sign_address(LIFE[1], url=f"https://evil.example{account.path}", secret=account.secret)  # type: ignore[attr-defined]
    moved = replace(forged, headers={**forged.headers, "x-twilio-signature": header})
    assert factories.post(account.path, moved, HTTP_HOST="evil.example").status_code in (400, 401)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "site", ["https://calls.example.com", "https://calls.example.com:8443", "http://10.0.0.7:8000"]
)
def test_it_verifies_whatever_the_site_is_called(account: Any, settings: Any, site: str) -> None:
    settings.SITE_URL = site
    account.url = f"{site}{account.path}"
    assert send(account, LIFE[0], query="?line=7") == 200


def test_a_body_of_json_is_taken_with_its_hash_in_the_address(account: Any) -> None:
    body = json.dumps({"CallSid": "CA7", "CallStatus": "ringing", "From": CUSTOMER}).encode()
    query = f"?bodySHA256={hashlib.sha256(body).hexdigest()}"
    delivery = signed(account, body, query=query)
    typed = replace(delivery, headers={**delivery.headers, "content-type": "application/json"})
    assert factories.post(f"{account.path}{query}", typed).status_code == 200
    assert factories.post(account.path, typed).status_code == 401
    assert factories.post(f"{account.path}{query}", replace(typed, body=body + b" ")).status_code == 401
    factories.work_off()
    with use_company(account.company_id):
        assert Call.objects.with_external_id("CA7").get().status == CallStatus.RINGING


def test_no_such_address_is_a_404_and_the_bare_one_is_heard_while_there_is_one_account(account: Any) -> None:
    nowhere = replace(signed(account, LIFE[0]), url="")
    assert factories.post("/api/webhooks/twilio/no-such-token", nowhere).status_code == 404
    account.path = "/api/webhooks/twilio"
    account.url = account.url.rpartition("/")[0]
    assert send(account, LIFE[0]) == 200


def test_the_short_way_verifies_as_the_long_one_does(account: Any) -> None:
    assert send(account, LIFE[0]) == 200
    assert memory.recall("twilio", hash_token(account.path.rpartition("/")[2]))
    assert send(account, LIFE[1]) == 200
    assert send(account, LIFE[2], secret="of somebody else") == 401
    with use_company(account.company_id):
        assert WebhookEvent.objects.filter(account=account).count() == 2


def test_after_the_token_is_corrected_the_quarantine_is_let_in(account: Any) -> None:
    for body in LIFE:
        assert send(account, body, secret="the right token") == 401
    token = account.path.rpartition("/")[2]
    with use_company(account.company_id):
        rows = list(Quarantined.objects.filter(account=account))
        assert len(rows) == len(LIFE)
        # Where it was sent to is part of what was signed, and holds the token.
        assert all(row.url_sealed and token not in f"{row.url_sealed}{row.headers}{row.why}" for row in rows)
        stored = ProviderAccount.objects.get(pk=account.pk)
        stored.set_webhook_secret("the right token")
        stored.save()
    call_command("replay_events", "--quarantine")
    factories.work_off()
    with use_company(account.company_id):
        assert not Quarantined.objects.filter(account=account, released_at=None).exists()
        assert Call.objects.get(account=account).status == CallStatus.COMPLETED


def test_an_address_that_is_not_signed_is_not_kept(company: Company) -> None:
    with use_company(company):
        other: Any = factories.make_account("fake")
    other.secret = "of somebody else"
    assert factories.deliver(other, factories.make_event()).status_code == 401
    with use_company(company):
        assert Quarantined.objects.get(account=other).url_sealed == ""


def test_what_waited_on_disk_verifies_when_it_is_taken(account: Any) -> None:
    delivery = replace(signed(account, LIFE[0]), url=account.url)
    arrival = Arrival(
        provider="twilio", token_hash=hash_token(account.path.rpartition("/")[2]), delivery=delivery, ip="203.0.113.7"
    )
    spool.write(arrival, is_genuine=False)
    assert spool.drain() == 1
    with use_company(account.company_id):
        assert bytes(WebhookEvent.objects.get(account=account).body) == LIFE[0]


# ---- what people enter --------------------------------------------------------------------------------------------


def test_a_form_is_shown_in_lines(account: Any, owner: User, client_of: Callable[[User], Client]) -> None:
    assert send(account, told("busy", FromCity="")) == 200
    with use_company(account.company_id):
        event = WebhookEvent.objects.get(account=account)
    page = text_of(client_of(owner).get(f"/admin/telephony/webhookevent/{event.pk}/change/"))
    assert "CallStatus = busy\n" in page
    assert f"From = {CUSTOMER}\n" in page


def test_people_are_told_what_to_enter_where(account: Any, owner: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(owner)
    change = text_of(client.get(f"/admin/telephony/provideraccount/{account.pk}/change/"))
    for said in ("New auth token", "/api/webhooks/twilio/", "Call status changes"):
        assert said in change
    shown = text_of(client.get("/connections/"))
    assert "Call status changes" in shown
    with use_company(account.company_id):
        ProviderAccount.objects.filter(pk=account.pk).update(webhook_secret_sealed="")
    assert "Auth token not set" in text_of(client.get("/connections/"))
