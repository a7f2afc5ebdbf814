"""What the door refuses: on record, within bounds, and let in later when it was our secret that was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from crm.models import Company, User
from crm.proxies import client_address
from crm.tenancy import use_company
from telephony.door import refusals
from telephony.models import Call, ProviderAccount, Quarantined, Refusal, WebhookEvent
from telephony.providers.base import Delivery
from tests import factories
from tests.admin.support import said, text_of

SENDER = "203.0.113.7"
RIGHT = "wsec_right"


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account(secret="wsec_mistyped")


def genuine(account: Any, *, secret: str = RIGHT) -> Delivery:
    account.secret = secret
    return factories.compose(account, factories.make_event())


def send(account: Any, delivery: Delivery, *, ip: str = SENDER, **extra: Any) -> Any:
    return factories.post(account.path, delivery, REMOTE_ADDR=ip, **extra)


def kept(account: ProviderAccount) -> list[Quarantined]:
    with use_company(account.company_id):
        return list(Quarantined.objects.filter(account=account).order_by("pk"))


def inbox(account: ProviderAccount) -> list[WebhookEvent]:
    with use_company(account.company_id):
        return list(WebhookEvent.objects.filter(account=account))


def correct_secret(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        stored = ProviderAccount.objects.get(pk=account.pk)
        stored.set_webhook_secret("wsec_right")
        stored.save()


# ---- on record ------------------------------------------------------------------------------------------------


@pytest.mark.row("S1.49", "S2.7", "S2.94")
def test_every_refused_attempt_is_on_record_without_its_words(account: ProviderAccount) -> None:
    path = account.path  # type: ignore[attr-defined]
    delivery = genuine(account)
    send(account, delivery)
    send(account, replace(delivery, headers={"content-type": "text/plain"}))
    factories.post("/api/webhooks/elevenlabs/no-such-token", delivery, REMOTE_ADDR=SENDER)
    factories.post("/api/webhooks/nobody/token", delivery, REMOTE_ADDR=SENDER)
    Client().put(path, data=b"{}", content_type="application/json", REMOTE_ADDR=SENDER)
    on_record = list(Refusal.objects.order_by("pk").values_list("provider", "ip", "code"))
    codes = [401, 415, 404, 404, 405]
    assert [code for *_, code in on_record] == codes
    assert {ip for _, ip, _ in on_record} == {SENDER}
    everything = " ".join(map(str, Refusal.objects.values_list("provider", "why")))
    for secret in (path.rpartition("/")[2], "no-such-token", "Meera", "wsec"):
        assert secret not in everything


def test_a_body_that_is_too_large_is_on_record(account: ProviderAccount, settings: Any) -> None:
    settings.WEBHOOK_MAX_BYTES = 100
    assert send(account, genuine(account)).status_code == 413
    assert Refusal.objects.get().code == 413
    assert kept(account) == []


def test_what_verifies_leaves_no_refusal(account: ProviderAccount) -> None:
    assert send(account, genuine(account, secret="wsec_mistyped")).status_code == 200
    assert not Refusal.objects.exists()
    assert kept(account) == []


def test_an_unknown_address_answers_with_the_body_of_any_other(account: ProviderAccount) -> None:
    unknown = factories.post("/api/webhooks/elevenlabs/no-such-token", genuine(account))
    nowhere = Client().post("/api/no/such/thing", data=b"{}", content_type="application/json")
    assert (unknown.status_code, unknown.content) == (404, nowhere.content)


# ---- quarantine -----------------------------------------------------------------------------------------------


@pytest.mark.row("S1.48")
def test_what_does_not_verify_is_kept_apart_with_its_signature_and_no_credentials(account: ProviderAccount) -> None:
    delivery = genuine(account)
    headers = {**delivery.headers, "authorization": "Bearer x", "cookie": "a=b", "user-agent": "ElevenLabs/1.0"}
    assert send(account, replace(delivery, headers=headers)).status_code == 401
    [row] = kept(account)
    assert (bytes(row.body), row.ip, row.provider) == (delivery.body, SENDER, "elevenlabs")
    assert "secret" in row.why
    assert row.headers["elevenlabs-signature"] == delivery.headers["elevenlabs-signature"]
    assert not {"authorization", "cookie"} & set(row.headers)
    assert inbox(account) == []


def test_the_quarantine_is_bounded(account: ProviderAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_QUARANTINED_A_DAY", 2)
    monkeypatch.setattr(refusals, "MOST_QUARANTINED_BYTES", 100_000)
    large = replace(genuine(account), body=b"x" * 100_001)
    for delivery in (large, *(genuine(account) for _ in range(4))):
        assert send(account, delivery).status_code == 401
    assert len(kept(account)) == 2
    reasons = list(Refusal.objects.order_by("pk").values_list("why", flat=True))
    assert "not kept: 100001 bytes are too many" in reasons[0]
    assert ["not kept: the quarantine is full" in why for why in reasons[1:]] == [False, False, True, True]


def test_the_quarantine_of_a_day_is_bounded_in_bytes_too(
    account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST_QUARANTINED_BYTES_A_DAY", 1_000)
    for size in (600, 500, 300):
        send(account, replace(genuine(account), body=b"x" * size))
    assert [len(row.body) for row in kept(account)] == [600, 300]


def test_a_forged_copy_does_not_stand_in_the_genuine_one_s_way(account: ProviderAccount) -> None:
    delivery = genuine(account, secret="wsec_mistyped")
    forged = replace(delivery, headers={**delivery.headers, "elevenlabs-signature": "t=1,v0=" + "0" * 64})
    assert send(account, forged).status_code == 401
    assert send(account, delivery).status_code == 200
    assert len(inbox(account)) == 1


@pytest.mark.row("S1.46", "S2.6")
def test_only_allowed_senders_are_heard_and_the_others_are_kept_apart(company: Company) -> None:
    with use_company(company):
        account = factories.make_account(allowed_ips="198.51.100.0/24\n2001:db8::1")
    delivery = factories.compose(account, factories.make_event())
    assert send(account, delivery).status_code == 401
    assert "allowed" in kept(account)[0].why
    for ip in ("198.51.100.9", "2001:db8::1", "::ffff:198.51.100.7"):
        assert send(account, delivery, ip=ip).status_code == 200
    assert len(inbox(account)) == 1


def test_once_the_secret_is_corrected_the_quarantine_is_let_in(
    account: ProviderAccount, manager: User, agent: User, outsider: User, client_of: Callable[[User], Client]
) -> None:
    deliveries = [genuine(account) for _ in range(3)]
    for delivery in (*deliveries, genuine(account, secret="wsec_of_a_stranger")):
        assert send(account, delivery).status_code == 401
    correct_secret(account)
    # Judged at the time they came: by now their signatures are too old.
    with use_company(account.company_id):
        rows = Quarantined.objects.filter(account=account)
        chosen = [str(pk) for pk in rows.values_list("pk", flat=True)]
    url = "/admin/telephony/quarantined/"
    act = {"action": "verify_again", "_selected_action": chosen, "index": "0"}
    for other in (agent, outsider):
        client_of(other).post(url, act)
        assert inbox(account) == []
    page = text_of(client_of(manager).get(url))
    assert SENDER in page
    answer = client_of(manager).post(url, act)
    assert "3 deliveries verified and let in. 1 still did not verify." in said(answer)
    assert {bytes(event.body) for event in inbox(account)} == {delivery.body for delivery in deliveries}
    assert [row.released_at is not None for row in kept(account)] == [True, True, True, False]
    factories.work_off()
    with use_company(account.company_id):
        assert Call.objects.filter(account=account).count() == 3
    # Again, and from the command line: nothing is let in twice.
    call_command("replay_events", "--quarantine")
    assert len(inbox(account)) == 3


def test_the_quarantine_is_judged_at_the_time_it_came(account: ProviderAccount) -> None:
    account.secret = "wsec_right"  # type: ignore[attr-defined]
    at = timezone.now() - timedelta(days=3)
    delivery = factories.compose(account, factories.make_event(), at=at)
    fields = {"account": account, "provider": "elevenlabs", "body": delivery.body, "headers": dict(delivery.headers)}
    with use_company(account.company_id):
        Quarantined.objects.create(received_at=at + timedelta(seconds=5), **fields)
        Quarantined.objects.create(received_at=at + timedelta(hours=1), **fields)
    correct_secret(account)
    call_command("replay_events", "--quarantine")
    assert [row.released_at is not None for row in kept(account)] == [True, False]
    [event] = inbox(account)
    assert event.received_at == at + timedelta(seconds=5)


# ---- the limit for failures -----------------------------------------------------------------------------------


@pytest.mark.row("S1.47")
def test_the_hundred_and_first_failure_in_a_minute_is_not_heard(account: ProviderAccount) -> None:
    forged, good = genuine(account), genuine(account, secret="wsec_mistyped")
    answers = [send(account, forged) for _ in range(103)]
    assert [answer.status_code for answer in answers] == [401] * 100 + [429] * 3
    assert int(answers[-1]["Retry-After"]) > 0
    assert Refusal.objects.count() == 100
    # A spoofed header opens no new hundred, another sender has its own, and what verifies is never limited.
    assert send(account, forged, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 429
    assert send(account, forged, ip="203.0.113.8").status_code == 401
    assert {send(account, good).status_code for _ in range(5)} == {200}
    Refusal.objects.update(refused_at=timezone.now() - timedelta(seconds=61))
    assert send(account, forged).status_code == 401


@pytest.mark.row("S1.47", "S1.48")
def test_a_provider_whose_secret_we_have_wrong_loses_nothing_by_the_limit(
    account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST_A_MINUTE", 3)
    monkeypatch.setattr(refusals, "MOST_QUARANTINED_A_DAY", 8)
    deliveries = [genuine(account) for _ in range(10)]
    assert [send(account, delivery).status_code for delivery in deliveries] == [401] * 3 + [429] * 7
    assert Refusal.objects.count() == 3
    assert [bytes(row.body) for row in kept(account)] == [delivery.body for delivery in deliveries[:8]]
    # What reaches no address of ours is not kept, whoever sends it.
    nowhere = factories.post("/api/webhooks/elevenlabs/no-such-token", deliveries[0], REMOTE_ADDR=SENDER)
    assert nowhere.status_code == 429
    correct_secret(account)
    call_command("replay_events", "--quarantine")
    assert {bytes(event.body) for event in inbox(account)} == {delivery.body for delivery in deliveries[:8]}


@pytest.mark.row("S1.47")
def test_two_hundred_genuine_deliveries_in_a_minute_are_all_stored(account: ProviderAccount) -> None:
    for _ in range(200):
        assert send(account, genuine(account, secret="wsec_mistyped")).status_code == 200
    assert len(inbox(account)) == 200


# ---- who sends ------------------------------------------------------------------------------------------------


@pytest.mark.row("S1.45", "S1.47")
@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "nonsense", "203.0.113.7"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_sender_s_address_is_believed_as_far_as_our_proxies_vouch(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_a_socket_without_an_address_has_none() -> None:
    assert client_address(RequestFactory().post("/", REMOTE_ADDR="")) is None
