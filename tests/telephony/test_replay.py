"""Processing what is stored once more: chosen by state, provider, time or call; and what is dropped for its age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from crm.leases import WorkState
from crm.models import Company, User
from crm.tenancy import use_company
from telephony import retention
from telephony.models import Call, ProviderAccount, Quarantined, Refusal, WebhookEvent
from tests import factories
from tests.admin.support import said, text_of

INBOX = "/admin/telephony/webhookevent/"


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


def stored(account: ProviderAccount, **fields: Any) -> WebhookEvent:
    """A delivery that went through the door, with what became of it."""
    event = factories.make_event()
    delivery = factories.compose(account, event)
    assert factories.post(account.path, delivery).status_code == 200  # type: ignore[attr-defined]
    with use_company(account.company_id):
        row = WebhookEvent.objects.get(account=account, body=delivery.body)
        changed = {"work_state": WorkState.DONE, "call_ref": event.ids[0].value, **fields}
        WebhookEvent.objects.filter(pk=row.pk).update(**changed)
        return WebhookEvent.objects.get(pk=row.pk)


def due(account: ProviderAccount) -> set[int]:
    with use_company(account.company_id):
        return set(WebhookEvent.objects.filter(work_state=WorkState.DUE).values_list("pk", flat=True))


def test_the_command_chooses_by_state(account: ProviderAccount, capsys: pytest.CaptureFixture[str]) -> None:
    done = stored(account)
    dead = stored(account, work_state=WorkState.DEAD, attempts=5, error="It ended its worker five times.")
    unrouted = stored(account, unrouted_because="A type we do not know.")
    call_command("replay_events")
    assert due(account) == {dead.pk}
    call_command("replay_events", "--state", "unrouted")
    assert due(account) == {dead.pk, unrouted.pk}
    call_command("replay_events", "--state", "all")
    assert {done.pk, dead.pk, unrouted.pk} <= due(account)
    assert "1 deliveries will be read again" in capsys.readouterr().out
    factories.work_off()
    with use_company(account.company_id):
        assert Call.objects.filter(account=account).count() == 3


def test_the_command_chooses_by_call_provider_and_time(account: ProviderAccount) -> None:
    now = timezone.now()
    wanted = stored(account, received_at=now - timedelta(hours=1))
    stored(account, received_at=now - timedelta(days=3))
    options = {"state": "all", "since": (now - timedelta(days=1)).isoformat(), "company": account.company.slug}
    call_command("replay_events", provider="fake", **options)
    assert due(account) == set()
    call_command("replay_events", call=wanted.call_ref)
    assert due(account) == {wanted.pk}
    with use_company(account.company_id):
        WebhookEvent.objects.filter(pk=wanted.pk).update(work_state=WorkState.DONE)
        ours = set(WebhookEvent.objects.filter(received_at__gte=now - timedelta(days=1)).replayable())
    call_command("replay_events", provider="elevenlabs", **options)
    assert due(account) == {event.pk for event in ours}


@pytest.mark.parametrize("options", [{"since": "yesterday"}, {"since": "2026-13-40"}, {"company": "nobody"}])
def test_the_command_says_what_it_cannot_read(db: None, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("replay_events", **options)


@pytest.mark.row("S2.9")
def test_replaying_everything_changes_nothing(account: ProviderAccount) -> None:
    for _ in range(5):
        factories.deliver(account, factories.make_event())
    factories.work_off()
    with use_company(account.company_id):
        before = list(Call.objects.order_by("pk").values())
    call_command("replay_events", "--state", "all", "--company", account.company.slug)
    factories.work_off()
    with use_company(account.company_id):
        assert list(Call.objects.order_by("pk").values()) == before


# ---- what is dropped for its age --------------------------------------------------------------------------------


def test_old_bodies_go_and_a_repeat_is_still_known(
    company: Company, other_company: Company, account: ProviderAccount, settings: Any
) -> None:
    settings.KEEP_DELIVERIES_DAYS = 30
    now = timezone.now()
    path = account.path  # type: ignore[attr-defined]
    delivery = factories.compose(account, factories.make_event())
    assert factories.post(path, delivery).status_code == 200
    factories.work_off()
    young, dead = stored(account), stored(account, work_state=WorkState.DEAD)
    long_ago = now - timedelta(days=31)
    with use_company(company):
        old = WebhookEvent.objects.get(account=account, body=delivery.body)
        WebhookEvent.objects.filter(pk__in=[old.pk, dead.pk]).update(received_at=long_ago)
        Quarantined.objects.create(account=account, provider="elevenlabs", body=b"{}", received_at=long_ago)
    Refusal.objects.create(provider="elevenlabs", code=401, why="old", refused_at=long_ago)
    fresh = Refusal.objects.create(provider="elevenlabs", code=401, why="fresh")
    assert retention.purge_expired(now=now) == retention.Purged(bodies=1, quarantined=1, refusals=1)
    with use_company(company):
        bodies = {event.pk: len(bytes(event.body)) for event in WebhookEvent.objects.filter(account=account)}
        assert bodies[old.pk] == 0
        assert bodies[young.pk] > 0
        assert bodies[dead.pk] > 0
    assert list(Refusal.objects.all()) == [fresh]
    assert retention.purge_expired(now=now) == retention.Purged()
    # Its key tells the repeat; and what has no body is never read again.
    assert factories.post(path, delivery).status_code == 200
    call_command("replay_events", "--state", "all", "--company", company.slug)
    assert old.pk not in due(account)


def test_more_than_a_batch_is_dropped(account: ProviderAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        stored(account, received_at=timezone.now() - timedelta(days=31))
        Refusal.objects.create(provider="x", code=404, why="", refused_at=timezone.now() - timedelta(days=8))
    purged = retention.purge_expired()
    assert (purged.bodies, purged.refusals) == (5, 5)


# ---- finding and replaying in the admin -------------------------------------------------------------------------


@pytest.mark.row("S2.94")
def test_the_inbox_is_searched_by_call_number_and_what_went_wrong(
    account: ProviderAccount, manager: User, client_of: Callable[[User], Client]
) -> None:
    with use_company(account.company_id):
        contact = factories.make_contact(number="+919812345678")
        factories.make_call(contact=contact, external_id="conv_of_number")
    found = stored(account, call_ref="conv_of_number")
    stored(account, call_ref="conv_broken", error="ValueError: the moon is full", work_state=WorkState.DEAD)
    stored(account, call_ref="conv_unread", unrouted_because="A type we do not know: ping.")
    client = client_of(manager)

    def refs(text: str) -> set[str]:
        page = text_of(client.get(INBOX, {"q": text}))
        return {ref for ref in ("conv_of_number", "conv_broken", "conv_unread") if ref in page}

    assert refs("98123 45678") == refs("+919812345678") == {"conv_of_number"}
    assert refs("MOON is") == {"conv_broken"}
    assert refs("do not know") == {"conv_unread"}
    assert refs("conv_") == {"conv_of_number", "conv_broken", "conv_unread"}
    assert refs("nothing of the kind") == set()
    assert found.pk


def test_what_was_dropped_is_not_replayed_and_that_is_said(
    account: ProviderAccount, manager: User, client_of: Callable[[User], Client]
) -> None:
    gone = stored(account, body=b"")
    answer = client_of(manager).post(INBOX, {"action": "replay", "_selected_action": [gone.pk], "index": "0"})
    assert "had been dropped" in said(answer)
    assert due(account) == set()
