"""When PostgreSQL is away or slow, deliveries wait on disk, and nobody is answered before that is durable."""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony import spool
from telephony.door import memory
from telephony.models import Call, ProviderAccount, Quarantined, Refusal, WebhookAddress, WebhookEvent
from telephony.providers.base import Delivery
from tests import factories

Away = Callable[[], None]


@pytest.fixture(autouse=True)
def own_spool(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    memory.forget_everything()
    yield
    memory.forget_everything()


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    """From its call on the door holds PostgreSQL for gone, as after a failure."""

    def leave() -> None:
        monkeypatch.setattr(memory, "PAUSE_SECONDS", 1000.0)
        memory.database_failed()

    return leave


def send(account: Any, delivery: Delivery | None = None, *, path: str = "") -> Any:
    delivery = delivery or factories.compose(account, factories.make_event())
    return factories.post(path or account.path, delivery)


def inbox(account: ProviderAccount) -> list[WebhookEvent]:
    with use_company(account.company_id):
        return list(WebhookEvent.objects.filter(account=account).order_by("pk"))


def files(suffix: str = ".ev") -> list[Path]:
    return sorted(path for path in spool.folder().glob(f"*{suffix}"))


# ---- in ---------------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.4", "S2.110")
@pytest.mark.django_db(transaction=True)
def test_what_comes_while_the_database_is_away_is_kept_and_drained(account: ProviderAccount, away: Away) -> None:
    assert send(account).status_code == 200
    away()
    answers = [send(account) for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"status": "stored"})] * 3
    assert (spool.count(), len(inbox(account))) == (3, 1)
    memory.database_answered()
    call_command("sweep", "--once")
    assert (spool.count(), len(inbox(account))) == (0, 4)
    assert factories.failures() == []
    with use_company(account.company_id):
        assert Call.objects.filter(account=account, work_state="done").count() == 4


def test_a_file_is_sealed_and_only_ours_to_read(account: ProviderAccount, away: Away) -> None:
    away()
    send(account)
    [path] = files()
    content = path.read_bytes()
    for words in (b"Meera", b"elevenlabs", b"v0=", account.path.rpartition("/")[2].encode()):  # type: ignore[attr-defined]
        assert words not in content
    assert path.stat().st_mode & 0o077 == 0
    assert spool.folder().stat().st_mode & 0o077 == 0


def test_a_known_sender_is_verified_from_memory(account: ProviderAccount, away: Away) -> None:
    send(account)
    away()
    forged = replace(factories.compose(account, factories.make_event()), body=b"{}")
    assert send(account, forged).status_code == 401
    assert spool.count() == 0
    assert send(account).status_code == 200
    assert ["-g-" in path.name for path in files()] == [True]


def test_what_was_learnt_long_before_refuses_nobody(
    account: ProviderAccount, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(account)
    away()
    monkeypatch.setattr(memory, "FRESH_SECONDS", -1.0)
    # The secret may have been changed since.
    account.secret = "wsec_new"  # type: ignore[attr-defined]
    assert send(account).status_code == 200
    assert ["-u-" in path.name for path in files()] == [True]


def test_a_stranger_fills_only_a_little_of_the_disk(
    account: ProviderAccount, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(account)
    away()
    monkeypatch.setattr(spool, "MOST_UNKNOWN", 2)
    stranger = Delivery(body=b"{}", headers={"content-type": "application/json"}, received_at=timezone.now())
    paths = [f"/api/webhooks/elevenlabs/guess-{n}" for n in range(4)]
    assert [send(account, stranger, path=path).status_code for path in paths] == [200, 200, 503, 503]
    assert send(account).status_code == 200
    monkeypatch.setattr(spool, "MOST_UNKNOWN", 100)
    large = replace(stranger, body=b"x" * spool.MOST_UNKNOWN_BYTES)
    assert send(account, large, path=paths[0]).status_code == 503


def test_a_full_spool_asks_for_the_delivery_again(account: ProviderAccount, away: Away, settings: Any) -> None:
    send(account)
    away()
    settings.SPOOL_MAX_BYTES = 100
    answer = send(account)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert files() == files(".tmp") == []


def test_a_disk_that_refuses_asks_for_the_delivery_again(account: ProviderAccount, away: Away, settings: Any) -> None:
    in_the_way = Path(settings.VAR_DIR) / "spool"
    in_the_way.write_text("a file where the folder should be")
    away()
    answer = send(account)
    assert (answer.status_code, "Retry-After" in answer) == (503, True)
    in_the_way.unlink()
    assert send(account).status_code == 200


def test_file_and_folder_are_on_the_disk_before_the_answer(
    account: ProviderAccount, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bar R17. The real calls, written down as they are made."""
    done: list[str] = []
    flush, rename = os.fsync, Path.rename

    def flush_and_tell(handle: int) -> None:
        flush(handle)
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")

    def rename_and_tell(path: Path, target: Path) -> Path:
        done.append(f"renamed to {target.suffix}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flush_and_tell)
    monkeypatch.setattr(Path, "rename", rename_and_tell)
    away()
    assert send(account).status_code == 200
    done.append("answered")
    assert done == ["file", "renamed to .ev", "folder", "answered"]


# ---- out --------------------------------------------------------------------------------------------------------


def test_files_are_drained_oldest_first(account: ProviderAccount, away: Away) -> None:
    away()
    deliveries = [factories.compose(account, factories.make_event()) for _ in range(4)]
    for delivery in deliveries:
        send(account, delivery)
    memory.database_answered()
    assert [spool.drain(most=3), spool.drain(), spool.drain()] == [3, 1, 0]
    events = inbox(account)
    assert [bytes(event.body) for event in events] == [delivery.body for delivery in deliveries]
    assert [event.received_at for event in events] == sorted(event.received_at for event in events)


def test_a_drain_that_was_killed_repeats_harmlessly(account: ProviderAccount, away: Away) -> None:
    away()
    send(account)
    [path] = files()
    copy = path.read_bytes()
    memory.database_answered()
    assert spool.drain() == 1
    path.write_bytes(copy)
    assert spool.drain() == 1
    assert len(inbox(account)) == 1
    assert spool.count() == 0


def test_the_signature_is_judged_at_the_time_it_came(account: ProviderAccount, away: Away) -> None:
    away()
    send(account)
    [path] = files()
    arrival = spool._unpack(path.read_bytes())
    path.unlink()
    long_ago = timezone.now() - timedelta(hours=5)
    old = factories.compose(account, factories.make_event(), at=long_ago)
    spool.write(replace(arrival, delivery=replace(old, received_at=long_ago)), is_genuine=True)
    memory.database_answered()
    spool.drain()
    [event] = inbox(account)
    assert event.received_at == long_ago


def test_what_does_not_verify_on_the_way_out_is_refused_as_at_the_door(account: ProviderAccount, away: Away) -> None:
    away()
    forged = factories.compose(account, factories.make_event())
    forged = replace(forged, body=forged.body.replace(b"Meera", b"Mallo"))
    assert send(account, forged).status_code == 200
    assert send(account, forged, path="/api/webhooks/elevenlabs/no-such-token").status_code == 200
    memory.database_answered()
    assert spool.drain() == 2
    assert sorted(Refusal.objects.values_list("code", flat=True)) == [401, 404]
    with use_company(account.company_id):
        assert bytes(Quarantined.objects.get(account=account).body) == forged.body
    assert inbox(account) == []


def test_an_address_that_was_closed_meanwhile_takes_nothing(account: ProviderAccount, away: Away) -> None:
    send(account)
    away()
    assert send(account).status_code == 200
    WebhookAddress.objects.filter(account_id=account.pk).update(is_active=False)
    memory.database_answered()
    assert spool.drain() == 1
    assert len(inbox(account)) == 1
    assert Refusal.objects.get().code == 404
    # And it is forgotten: the next outage finds it unknown.
    away()
    assert send(account).status_code == 200
    assert ["-u-" in path.name for path in files()] == [True]


def test_the_bare_address_is_kept_too(db: None, away: Away) -> None:
    with use_company(factories.make_company()):
        account = factories.make_account()
    bare = "/api/webhooks/elevenlabs"
    assert send(account, path=bare).status_code == 200
    away()
    assert send(account, path=bare).status_code == 200
    assert ["-g-" in path.name for path in files()] == [True]
    memory.database_answered()
    spool.drain()
    assert len(inbox(account)) == 2


def test_a_file_that_cannot_be_read_is_set_aside_and_holds_up_nobody(
    account: ProviderAccount, away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    away()
    send(account)
    (spool.folder() / "00000000T000000.000000-g-broken.ev").write_bytes(b"first.not sealed at all")
    (spool.folder() / "00000000T000000.000001-g-broken.ev").write_bytes(b"")
    memory.database_answered()
    assert spool.drain() == 1
    assert (spool.count(), spool.count_bad(), len(inbox(account))) == (0, 2, 1)
    assert "set aside" in caplog.text


def test_drafts_are_ignored_and_removed_when_old(account: ProviderAccount) -> None:
    spool.folder().mkdir()
    fresh, old = spool.folder() / "fresh.tmp", spool.folder() / "old.tmp"
    for draft in (fresh, old):
        draft.write_bytes(b"half")
    hours_ago = time.time() - 7200
    os.utime(old, (hours_ago, hours_ago))
    assert (spool.count(), spool.drain()) == (0, 0)
    spool.tidy()
    assert files(".tmp") == [fresh]


def test_a_file_that_grows_old_is_an_alarm(
    account: ProviderAccount, away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    assert spool.oldest_seconds() == 0
    away()
    send(account)
    caplog.set_level(logging.WARNING)
    caplog.clear()
    spool.tidy()
    assert caplog.text == ""
    minutes_ago = time.time() - 120
    os.utime(files()[0], (minutes_ago, minutes_ago))
    assert spool.oldest_seconds() >= 120
    spool.tidy()
    assert "1 deliveries wait in the spool" in caplog.text


# ---- a database that is there, and slow -------------------------------------------------------------------------


@pytest.mark.row("S1.41")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_holds_its_table_is_not_waited_for() -> None:
    with use_company(factories.make_company()):
        account = factories.make_account()
    assert send(account).status_code == 200
    owner = connections["owner"].settings_dict
    where = {"host": owner["HOST"], "port": owner["PORT"] or None, "user": owner["USER"], "password": owner["PASSWORD"]}
    with psycopg.connect(dbname=connection.settings_dict["NAME"], **where) as blocker:
        blocker.execute("lock table telephony_webhookevent in access exclusive mode")
        began = time.monotonic()
        first = send(account)
        waited = time.monotonic() - began
        # The next ones do not even ask.
        rest = [send(account).status_code for _ in range(5)]
        blocker.rollback()
    assert (first.status_code, rest) == (200, [200] * 5)
    assert waited < 10
    assert spool.count() == 6
    spool.drain()
    assert len(inbox(account)) == 7
