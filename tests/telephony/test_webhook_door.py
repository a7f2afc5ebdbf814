"""The door: which account a delivery is for, what is answered, and that a repeat changes nothing."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from crm.leases import WorkState
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, WebhookAddress, WebhookEvent
from telephony.providers.base import Delivery
from telephony.providers.signatures import sign_timestamped
from tests import factories

BARE = "/api/webhooks/elevenlabs"


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


def events_of(account: ProviderAccount) -> list[WebhookEvent]:
    with use_company(account.company_id):
        return list(WebhookEvent.objects.filter(account=account).order_by("pk"))


def signed(body: bytes) -> Delivery:
    at = timezone.now()
    signature = sign_timestamped(body, secret=factories.SECRET, at=at)
    headers = {"content-type": "application/json", "elevenlabs-signature": signature}
    return Delivery(body=body, headers=headers, received_at=at)


# ---- stored ---------------------------------------------------------------------------------------------------


@pytest.mark.row("S1.38", "S2.1", "S2.4")
def test_a_genuine_delivery_is_stored_before_it_is_answered(account: ProviderAccount) -> None:
    answer = factories.deliver(account, factories.make_event())
    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    [event] = events_of(account)
    assert (event.work_state, event.attempts, event.provider) == (WorkState.DUE, 0, "elevenlabs")


@pytest.mark.row("S2.11", "S2.10")
def test_nothing_is_worked_on_before_the_answer(account: ProviderAccount) -> None:
    factories.deliver(account, factories.make_event())
    with use_company(account.company_id):
        assert not Call.objects.filter(account=account).exists()
    factories.work_off()
    with use_company(account.company_id):
        assert Call.objects.filter(account=account).count() == 1


@pytest.mark.row("S1.45")
def test_the_sender_s_address_is_recorded(account: ProviderAccount) -> None:
    path = account.path  # type: ignore[attr-defined]
    delivery = factories.compose(account, factories.make_event())
    assert factories.post(path, delivery, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert [event.ip for event in events_of(account)] == ["203.0.113.7"]


def test_headers_are_kept_without_the_signature(account: ProviderAccount) -> None:
    path = account.path  # type: ignore[attr-defined]
    delivery = factories.compose(account, factories.make_event())
    headers = {**delivery.headers, "user-agent": "ElevenLabs/1.0", "authorization": "Bearer x", "cookie": "a=b"}
    factories.post(path, replace(delivery, headers=headers))
    [event] = events_of(account)
    assert event.headers["user-agent"] == "ElevenLabs/1.0"
    assert set(event.headers) <= {"content-type", "content-length", "user-agent", "x-request-id"}


@pytest.mark.row("S2.9")
def test_a_repeated_webhook_changes_nothing(account: ProviderAccount) -> None:
    path = account.path  # type: ignore[attr-defined]
    delivery = factories.compose(account, factories.make_event())
    assert factories.post(path, delivery).status_code == 200
    factories.work_off()
    [before] = events_of(account)
    answer = factories.post(path, delivery)
    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    [after] = events_of(account)
    assert after.work_state == WorkState.DONE
    assert after.received_at == before.received_at
    assert factories.still_due() == []
    with use_company(account.company_id):
        assert Call.objects.filter(account=account).count() == 1


def test_a_repeat_that_is_signed_anew_is_still_a_repeat(account: ProviderAccount) -> None:
    event, at = factories.make_event(), timezone.now()
    body = factories.compose(account, event, at=at).body
    for _ in range(2):
        factories.post(account.path, signed(body))  # type: ignore[attr-defined]
    assert len(events_of(account)) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_deliveries_at_once_are_one_row() -> None:
    company = factories.make_company()
    with use_company(company):
        account = factories.make_account()
    delivery = factories.compose(account, factories.make_event())
    start, answers = threading.Barrier(20), []

    def send() -> None:
        try:
            start.wait(20)
            answers.append(factories.post(account.path, delivery).status_code)  # type: ignore[attr-defined]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [200] * 20
    assert len(events_of(account)) == 1
    factories.work_off()
    with use_company(company):
        assert Call.objects.count() == 1


# ---- refused --------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.2")
def test_what_is_not_genuine_is_refused_and_logged_without_its_words(
    account: ProviderAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    delivery = factories.compose(account, factories.make_event())
    forged = replace(delivery, body=delivery.body.replace(b"Meera", b"Mallory"))
    answer = factories.post(account.path, forged)  # type: ignore[attr-defined]
    assert answer.status_code == 401
    assert events_of(account) == []
    assert "refused" in caplog.text
    for secret in ("Mallory", factories.SECRET, account.path, delivery.headers["elevenlabs-signature"]):  # type: ignore[attr-defined]
        assert secret not in caplog.text


def test_an_address_that_is_not_known_answers_like_any_that_does_not_exist(account: ProviderAccount) -> None:
    delivery = factories.compose(account, factories.make_event())
    with use_company(account.company_id):
        closed = factories.make_account()
        WebhookAddress.objects.filter(account=closed).update(is_active=False)
        paused = factories.make_account(is_active=False)
    answers = [
        factories.post(path, delivery)
        for path in (
            f"{BARE}/no-such-token",
            f"{BARE}/{'x' * 500}",
            "/api/webhooks/nobody/token",
            "/api/webhooks/nobody",
            "/api/webhooks/fake/" + account.path.rpartition("/")[2],  # type: ignore[attr-defined]
            closed.path,  # type: ignore[attr-defined]
            paused.path,  # type: ignore[attr-defined]
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert events_of(closed) == events_of(paused) == []


@pytest.mark.row("S1.42")
def test_health_needs_no_token_and_tells_nothing(account: ProviderAccount) -> None:
    for path in (BARE, account.path, f"{BARE}/no-such-token"):  # type: ignore[attr-defined]
        answer = Client().get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "provider": "elevenlabs"})
    assert Client().get("/api/webhooks/nobody").status_code == 404


@pytest.mark.row("S1.43")
def test_another_method_is_refused_with_those_that_are_allowed(account: ProviderAccount) -> None:
    answer = Client().put(account.path, data=b"{}", content_type="application/json")  # type: ignore[attr-defined]
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}


@pytest.mark.row("S2.8")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"type": "post_call_transcription"}',
        b'{"type": "post_call_transcription", "data": null}',
        b'{"type": "post_call_transcription", "data": {"conversation_id": ""}}',
        b'{"type": "something_new", "data": {"conversation_id": "c"}}',
        b'{"type": "' + b"x" * 5_000 + b'"}',
        b'{"a": 1e400}',
        b"[" * 20_000,
    ],
)
def test_a_genuine_delivery_that_cannot_be_read_is_kept_and_given_a_reason(
    account: ProviderAccount, body: bytes
) -> None:
    assert factories.post(account.path, signed(body)).status_code == 200  # type: ignore[attr-defined]
    factories.work_off()
    [event] = events_of(account)
    assert event.is_unrouted
    assert event.work_state == WorkState.DONE
    assert bytes(event.body) == body


def test_text_that_the_database_cannot_hold_is_cleaned_and_the_call_is_kept(account: ProviderAccount) -> None:
    body = json.loads(factories.compose(account, factories.make_event()).body)
    body["data"]["transcript"][0]["message"] = "Hello \u0000 \ud800 there"
    body["data"]["agent_name"] = "A\u0000" + "x" * 500
    body["data"]["metadata"]["phone_call"]["call_sid"] = "C" * 500
    body["data"]["metadata"]["phone_call"]["external_number"] = "+" + "9" * 500
    assert factories.post(account.path, signed(json.dumps(body).encode())).status_code == 200  # type: ignore[attr-defined]
    factories.work_off()
    with use_company(account.company_id):
        call = Call.objects.get(account=account)
        assert call.turns.order_by("index")[0].content == "Hello  ? there"


# ---- whose account --------------------------------------------------------------------------------------------


def test_a_token_writes_only_into_its_own_company(company: Company, other_company: Company) -> None:
    accounts = []
    for one in (company, other_company):
        with use_company(one):
            accounts.append(factories.make_account(label="Same label"))
    ours, theirs = accounts
    event = factories.make_event()
    assert factories.deliver(theirs, event).status_code == 200
    factories.work_off()
    assert events_of(ours) == []
    with use_company(company):
        assert not Call.objects.with_external_id(event.ids[0].value).exists()
    with use_company(other_company):
        assert Call.objects.with_external_id(event.ids[0].value).count() == 1


def test_a_secret_of_another_company_opens_nothing(company: Company, other_company: Company) -> None:
    with use_company(company):
        ours = factories.make_account(secret="wsec_ours")
    with use_company(other_company):
        theirs = factories.make_account(secret="wsec_theirs")
    delivery = factories.compose(theirs, factories.make_event())
    assert factories.post(ours.path, delivery).status_code == 401  # type: ignore[attr-defined]


@pytest.mark.row("S1.38")
def test_the_bare_url_works_with_exactly_one_account(db: None) -> None:
    with use_company(factories.make_company()):
        account = factories.make_account()
        account.open_address()  # a second address of the same account is no second account
        factories.make_account(is_demo=True)
    delivery = factories.compose(account, factories.make_event())
    assert factories.post(BARE, delivery).status_code == 200
    assert len(events_of(account)) == 1


def test_the_bare_url_is_closed_with_two_accounts_even_of_two_companies(db: None) -> None:
    accounts = []
    for _ in range(2):
        with use_company(factories.make_company()):
            accounts.append(factories.make_account())
    assert factories.post(BARE, factories.compose(accounts[0], factories.make_event())).status_code == 404
    assert events_of(accounts[0]) == events_of(accounts[1]) == []


def test_an_account_that_is_switched_off_does_not_close_the_bare_url(db: None) -> None:
    with use_company(factories.make_company()):
        account = factories.make_account()
    with use_company(factories.make_company()):
        other = factories.make_account(is_active=False)

        def switch(*, on: bool) -> None:
            stored = ProviderAccount.objects.get(pk=other.pk)
            stored.is_active = on
            stored.save()

        closed, _ = ProviderAccount.objects.get(pk=other.pk).open_address()
        closed.close()
    delivery = factories.compose(account, factories.make_event())
    assert factories.post(BARE, delivery).status_code == 200
    with use_company(other.company_id):
        switch(on=True)
    assert factories.post(BARE, delivery).status_code == 404
    assert factories.deliver(other, factories.make_event()).status_code == 200
    with use_company(other.company_id):
        switch(on=False)
        # A write of something else says nothing of the switch.
        ProviderAccount(pk=other.pk, company_id=other.company_id, is_active=True).save(update_fields=["region"])
    assert factories.post(BARE, delivery).status_code == 200
    assert factories.deliver(other, factories.make_event()).status_code == 404
    # Whoever switches an account on again does not open what was closed.
    with use_company(other.company_id):
        switch(on=True)
    closed.refresh_from_db()
    assert (closed.is_active, closed.is_account_active) == (False, True)
    assert [a.account_id for a in WebhookAddress.objects.listening().filter(company_id=other.company_id)] == [other.pk]


def test_the_bare_url_never_reaches_a_demo_account(db: None) -> None:
    with use_company(factories.make_company()):
        account = factories.make_account(is_demo=True)
    assert factories.post(BARE, factories.compose(account, factories.make_event())).status_code == 404
    assert factories.deliver(account, factories.make_event()).status_code == 200


def test_the_bare_url_is_closed_without_any_account(db: None) -> None:
    assert factories.post(BARE, signed(b"{}")).status_code == 404


def test_an_old_delivery_is_refused_whatever_its_signature(account: ProviderAccount) -> None:
    event = factories.make_event()
    late = factories.deliver(account, event, at=timezone.now() - timedelta(minutes=31))
    early = factories.deliver(account, event, at=timezone.now() + timedelta(minutes=6))
    assert (late.status_code, early.status_code) == (401, 401)


def test_a_new_secret_leaves_the_old_one_valid(account: ProviderAccount) -> None:
    before = factories.compose(account, factories.make_event())
    with use_company(account.company_id):
        stored = ProviderAccount.objects.get(pk=account.pk)
        stored.set_webhook_secret("wsec_new")
        stored.save()
    assert factories.post(account.path, before).status_code == 200  # type: ignore[attr-defined]
    with use_company(account.company_id):
        stored.set_webhook_secret("wsec_newer")
        stored.save()
    after = factories.compose(account, factories.make_event())
    assert factories.post(account.path, after).status_code == 401  # type: ignore[attr-defined]


def test_a_delivery_that_is_replayed_changes_nothing(account: ProviderAccount) -> None:
    factories.deliver(account, factories.make_event())
    factories.work_off()
    [event] = events_of(account)
    with use_company(account.company_id):
        before = Call.objects.filter(account=account).values().get()
        WebhookEvent.objects.get(pk=event.pk).replay()
    factories.work_off()
    with use_company(account.company_id):
        assert Call.objects.filter(account=account).values().get() == before
    assert events_of(account)[0].work_state == WorkState.DONE


def test_the_answer_does_not_depend_on_who_is_logged_in(
    account: ProviderAccount, outsider: Any, client_of: Any
) -> None:
    delivery = factories.compose(account, factories.make_event())
    answer = factories.post(account.path, delivery, client=client_of(outsider))  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert len(events_of(account)) == 1
