"""Synchronization against a provider that is slow, stubborn, strange or late, and a clock that is not right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from crm.leases import WorkState, claim, work_on
from crm.tenancy import current_company_id, use_company
from telephony import missed, sync
from telephony.bookmarks import Bookmark
from telephony.models import Call, ProviderAccount, SyncRun, WebhookEvent
from telephony.signals import call_changed
from telephony.stale import close_stale
from tests import factories
from tests.stubs.elevenlabs import PREFIX, Answer, ElevenLabsStub
from tests.telephony.test_sync import begin, calls_of, go_on, ids_of, make_day, no_wait, now, synchronize

pytestmark = pytest.mark.django_db


def hours_ago(hours: float) -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(hours=hours)


def synchronize_at(account: ProviderAccount, *hours: float) -> None:
    """Have runs come through so many hours ago; what began long before the last is in no later one's window."""
    for each in hours:
        with time_machine.travel(hours_ago(each), tick=False):
            synchronize(account)


# ---- more is to come ------------------------------------------------------------------------------------------


def test_a_pending_analysis_is_fetched_long_after_the_call_left_the_list_s_window(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    event = factories.make_event(started_at=hours_ago(8), duration_seconds=95)
    stub.keep(replace(event, title="", summary=""), status="processing")
    synchronize_at(account, 7.9, 5)
    stub.keep(event)
    run = synchronize(account)
    assert (run.seen, run.new, run.changed) == (0, 0, 1)
    assert calls_of(account)[0].title == "A call"
    # It was the last word: nobody asks again.
    asked = stub.details_asked()
    synchronize(account)
    assert stub.details_asked() == asked


def test_an_assumed_end_is_replaced_long_after_the_call_left_the_list_s_window(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    event = factories.make_event(started_at=hours_ago(8), duration_seconds=95)
    stub.keep(event, status="in-progress")
    synchronize_at(account, 7.9, 5)
    assert close_stale() == 1
    stub.keep(event)
    synchronize(account)
    [call] = calls_of(account)
    assert (call.status, call.is_end_assumed) == ("completed", False)


def test_a_title_that_was_written_anew_is_fetched(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    [ref] = make_day(stub, 1)
    synchronize(account)
    stub.conversations[ref]["analysis"].update(call_summary_title="Asks for a viewing", transcript_summary="Longer.")
    assert synchronize(account).changed == 1
    [call] = calls_of(account)
    assert (call.title, call.provider_summary) == ("Asks for a viewing", "Longer.")


def test_a_run_over_one_agent_asks_again_for_that_agent_s_calls_alone(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    for agent in ("agent_a", "agent_b"):
        stub.keep(factories.make_event(started_at=hours_ago(8), agent_id=agent), status="in-progress")
    synchronize_at(account, 7.9, 5)
    before = stub.details_asked()
    synchronize(account, agent="agent_a")
    assert stub.details_asked() == before + 1


# ---- slow, killed, in slices ----------------------------------------------------------------------------------


def work_in_slices(run: SyncRun, *, seconds: float, most: int) -> int:
    """Do slices until the run is over; returns how many it took, at most so many."""
    for slices in range(1, most + 1):
        if not go_on(run, seconds=seconds).is_open:
            return slices
    return most + 1


@pytest.mark.parametrize("listed", [True, False])
def test_calls_that_stay_unfinished_at_a_slow_provider_do_not_keep_a_run_from_ending(
    account: ProviderAccount, stub: ElevenLabsStub, listed: bool
) -> None:
    """A slice is over before all were asked; the next one must not begin with the same again."""
    for place in range(9):
        started = hours_ago(1 if listed else 8) - timedelta(seconds=place)
        stub.keep(factories.make_event(started_at=started), status="in-progress")
    if not listed:
        synchronize_at(account, 7.9, 5)
    before = stub.details_asked()
    stub.trouble = lambda path, times: None if path == PREFIX else Answer(404, after_seconds=0.08)
    assert work_in_slices(begin(account), seconds=0.3, most=8) in range(2, 9)
    assert stub.details_asked() == before + 9


def test_what_could_not_be_read_is_counted_once_however_often_a_run_is_taken_up(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    gone, *_ = make_day(stub, 4)
    stub.trouble = lambda path, times: Answer(404) if path.endswith(gone) else None
    run, taken = begin(account), []

    def stop(row: SyncRun) -> None:
        taken.append(row.new)
        raise sync.OutOfTime

    while now(run).is_open:
        lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
        assert lease is not None
        sync.synchronize(lease, pause=no_wait, progress=stop)
        with use_company(account.company_id):
            if SyncRun.objects.get(pk=run.pk).is_open:
                assert SyncRun.objects.get(pk=run.pk).work_state == WorkState.DUE
    done = now(run)
    assert (done.seen, done.new, done.failed, done.failed_because) == (4, 3, 1, "")
    assert stub.details_asked() == 4
    # It is gone for good at the provider: asked for once by each run of a day, and no more.
    assert synchronize(account).failed == 1
    assert stub.details_asked() == 5


def test_three_that_are_broken_at_the_provider_do_not_hide_what_is_behind_them(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    made = make_day(stub, 6)
    broken = made[:3]
    stub.trouble = lambda path, times: Answer(500) if path.rpartition("/")[2] in broken else None
    run = go_on(begin(account))
    assert (run.work_state, run.failed) == (WorkState.DUE, 3)
    assert "500" in run.error
    with use_company(account.company_id):
        SyncRun.objects.filter(pk=run.pk).update(next_at=timezone.now())
    run = go_on(run)
    assert (run.new, run.failed, run.failed_because) == (3, 3, "")
    assert ids_of(account) == set(made[3:])


def test_a_conversation_that_cannot_be_recorded_does_not_stop_the_others(
    account: ProviderAccount, stub: ElevenLabsStub, caplog: pytest.LogCaptureFixture
) -> None:
    bad, *rest = make_day(stub, 4)

    def refuse(*, call: Call, **_: Any) -> None:
        if call.ids.filter(value=bad).exists():
            raise ValueError("what a caller said")

    call_changed.connect(refuse)
    try:
        run = synchronize(account)
    finally:
        call_changed.disconnect(refuse)
    assert (run.new, run.failed, run.failed_because) == (3, 1, "")
    assert ids_of(account) == set(rest)
    assert "what a caller said" not in caplog.text
    assert synchronize(account).new == 1


def test_a_conversation_of_monstrous_depth_does_not_stop_the_others(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    bad, *rest = make_day(stub, 3)
    for depth in (500, 100_000):
        body = b'{"conversation_id": "' + bad.encode() + b'", "a": ' + b"[" * depth + b"]" * depth + b"}"
        stub.trouble = lambda path, times, body=body: Answer(body=body) if path.endswith(bad) else None
        run = synchronize(account)
        assert (run.failed, run.failed_because) == (1, "")
    assert ids_of(account) == set(rest)


# ---- strange lists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ({}, "no list"),
        ({"conversations": None, "has_more": False}, "no list"),
        ({"detail": "try later"}, "no list"),
        ({"conversations": [], "has_more": True, "next_cursor": None}, "does not say where"),
        ({"conversations": [], "has_more": True, "next_cursor": 7}, "does not say where"),
        ({"conversations": [], "has_more": True, "next_cursor": "same"}, "does not come to an end"),
    ],
)
def test_a_list_that_is_none_is_no_coverage(
    account: ProviderAccount, stub: ElevenLabsStub, page: dict[str, Any], sentence: str
) -> None:
    made = make_day(stub, 2)
    stub.trouble = lambda path, times: Answer(body=json.dumps(page).encode()) if path == PREFIX else None
    run = synchronize(account)
    assert sentence in run.failed_because
    stub.trouble = lambda path, times: None
    assert synchronize(account).new == 2
    assert ids_of(account) == set(made)


def test_an_account_that_is_edited_meanwhile_shifts_nothing(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    ours = make_day(stub, 2, agent_id="agent_a") + make_day(stub, 2, agent_id="agent_b")
    make_day(stub, 1, agent_id="agent_c")
    with use_company(account.company_id):
        ProviderAccount.objects.filter(pk=account.pk).update(agent_ids="agent_a\nagent_b")
    run = begin(account)

    def edit(row: SyncRun) -> None:
        if row.seen == 2:
            with use_company(account.company_id):
                ProviderAccount.objects.filter(pk=account.pk).update(agent_ids="agent_c")
            raise sync.OutOfTime

    lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
    assert lease is not None
    sync.synchronize(lease, pause=no_wait, progress=edit)
    assert go_on(run).is_open is False
    assert ids_of(account) == set(ours)


@pytest.mark.parametrize("kept", ["", "{", '[0, "c"]', "7", "{}", '{"agents": 1, "page": "", "asked": []}'])
def test_a_place_that_cannot_be_read_is_the_beginning(kept: str) -> None:
    assert Bookmark.read(kept, agents=["a", "b"]) == Bookmark(("a", "b"))


def test_a_place_is_read_as_it_was_written() -> None:
    place = Bookmark(("a", "b")).behind("conv_1").behind("conv_2")
    assert Bookmark.read(place.write(), agents=["other"]) == place
    assert place.turn("next") == Bookmark(("a", "b"), "next")
    assert place.turn("") == Bookmark(("b",))


def test_a_clock_that_was_ahead_leaves_no_gap(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    synchronize_at(account, -48)
    made = make_day(stub, 2)
    run = synchronize(account)
    assert run.since is not None
    assert run.since <= timezone.now() - timedelta(hours=2)
    assert ids_of(account) == set(made)


# ---- webhooks at the same time --------------------------------------------------------------------------------


def test_a_webhook_that_arrives_while_the_same_call_is_asked_for_is_counted_as_its_own(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    [ref] = make_day(stub, 1)
    stub.trouble = lambda path, times: Answer(429) if path != PREFIX and times == 1 else None
    companies = []
    at = timezone.now()

    def meanwhile(_: float) -> None:
        # Between two tries: nothing is open here, so the other worker's effect is committed and seen.
        companies.append(current_company_id())
        delivery = stub.webhook(stub.conversations[ref], secret=factories.SECRET, at=at)
        assert factories.post(account.path, delivery).status_code == 200  # type: ignore[attr-defined]
        with use_company(account.company_id):
            pk = WebhookEvent.objects.get(account=account).pk
        assert work_on(WebhookEvent, company_id=account.company_id, pk=pk)

    run = begin(account)
    lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
    assert lease is not None
    sync.synchronize(lease, pause=meanwhile)
    done = now(run)
    assert companies == [None]
    assert (done.seen, done.new, done.missed, done.failed) == (1, 0, 0, 0)
    assert [call.reached_us_by for call in calls_of(account)] == ["webhook"]


@pytest.mark.parametrize("state", [WorkState.DUE, WorkState.DEAD])
@pytest.mark.row("B.6", "S2.112")
def test_a_delivery_that_waits_to_be_read_was_not_missed(
    account: ProviderAccount, stub: ElevenLabsStub, state: WorkState
) -> None:
    [ref] = make_day(stub, 1)
    delivery = stub.webhook(stub.conversations[ref], secret=factories.SECRET, at=timezone.now())
    assert factories.post(account.path, delivery).status_code == 200  # type: ignore[attr-defined]
    with use_company(account.company_id):
        WebhookEvent.objects.update(work_state=state)
    run = synchronize(account)
    assert (run.new, run.missed) == (1, 0)


def test_a_call_whose_delivery_was_dropped_long_ago_was_not_missed(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    [ref] = make_day(stub, 1)
    delivery = stub.webhook(stub.conversations[ref], secret=factories.SECRET, at=timezone.now())
    assert factories.post(account.path, delivery).status_code == 200  # type: ignore[attr-defined]
    factories.work_off()
    with use_company(account.company_id):
        WebhookEvent.objects.all().delete()
    assert synchronize(account).missed == 0
    with use_company(account.company_id):
        assert not Call.objects.filter(log__name=missed.NO_WEBHOOK).exists()
