"""Synchronization: what a provider's list knows and no webhook told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.leases import Lease, LeaseLost, WorkState, claim
from crm.models import Company, Contact
from crm.privacy import erase_person
from crm.tenancy import use_company
from telephony import sync
from telephony.events import CallOutcome, CallStatus
from telephony.models import Call, ProviderAccount, SyncRun
from telephony.models.syncs import SyncAlreadyRuns
from telephony.providers import get_provider
from telephony.providers.base import AccessRefused, ProviderError, UnsupportedFeature
from telephony.stale import close_stale
from tests import factories
from tests.stubs import elevenlabs
from tests.stubs.elevenlabs import PREFIX, Answer, ElevenLabsStub

pytestmark = pytest.mark.django_db


def no_wait(_: float) -> None:
    """Between tries a test does not wait."""


def begin(account: ProviderAccount, **options: Any) -> SyncRun:
    with use_company(account.company_id):
        return SyncRun.objects.begin(account, **options)


def go_on(run: SyncRun, *, seconds: float = 60.0) -> SyncRun:
    """Do one slice of the run, as a worker would; returns the run as it stands."""
    lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
    assert lease is not None
    try:
        sync.synchronize(lease, seconds=seconds, pause=no_wait)
    except ProviderError as error:
        lease.put_back(error)
    return now(run)


def lease_in(leases: list[Lease | None], place: int) -> Lease:
    lease = leases[place]
    assert lease is not None
    return lease


def now(run: SyncRun) -> SyncRun:
    with use_company(run.company_id):
        return SyncRun.objects.select_related("account").get(pk=run.pk)


def synchronize(account: ProviderAccount, **options: Any) -> SyncRun:
    return go_on(begin(account, **options))


def calls_of(account: ProviderAccount) -> list[Call]:
    with use_company(account.company_id):
        return list(Call.objects.filter(account=account).order_by("-started_at", "pk"))


def ids_of(account: ProviderAccount) -> set[str]:
    with use_company(account.company_id):
        return set(Call.objects.filter(account=account).values_list("ids__value", flat=True))


def make_day(stub: ElevenLabsStub, count: int, *, ended_ago: int = 3600, **facts: Any) -> list[str]:
    """Have that many conversations at the provider; returns their ids."""
    made = []
    for place in range(count):
        started = timezone.now().replace(microsecond=0) - timedelta(seconds=ended_ago + 95 + place)
        event = factories.make_event(**{"started_at": started, **facts})
        made.append(stub.keep(event)["conversation_id"])
    return made


# ---- pages and details ----------------------------------------------------------------------------------------


@pytest.mark.row("S1.10", "S1.17", "S2.12")
def test_a_run_follows_every_page_and_the_next_one_changes_nothing(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    made = make_day(stub, 230)
    run = synchronize(account)
    assert (run.seen, run.new, run.changed, run.failed, run.failed_because) == (230, 230, 0, 0, "")
    assert run.finished_at is not None
    assert ids_of(account) == set(made)
    assert stub.details_asked() == 230
    assert {query["page_size"][0] for query in stub.queries} == {"100"}
    # One upper bound for the whole run: a call that comes in shifts no page.
    assert {query["call_start_before_unix"][0] for query in stub.queries} == {str(int(run.until.timestamp()))}

    again = synchronize(account)
    assert (again.seen, again.new, again.changed) == (230, 0, 0)
    assert stub.details_asked() == 230


def test_an_account_s_agents_are_asked_for_one_by_one(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    ours = make_day(stub, 2, agent_id="agent_a") + make_day(stub, 3, agent_id="agent_b")
    make_day(stub, 4, agent_id="agent_of_others")
    with use_company(account.company_id):
        account.agent_ids = "agent_a\nagent_b"
        account.save()
    assert synchronize(account).new == 5
    assert ids_of(account) == set(ours)


@pytest.mark.row("S1.14")
def test_a_run_may_ask_for_one_agent_alone(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    only = make_day(stub, 2, agent_id="agent_a")
    make_day(stub, 3, agent_id="agent_b")
    assert synchronize(account, agent="agent_a").seen == 2
    assert ids_of(account) == set(only)
    # It does not stand for the others: the next full run asks from the beginning.
    assert synchronize(account).seen == 5


@pytest.mark.row("S2.3", "S1.8")
def test_a_call_from_the_list_is_as_whole_as_one_from_a_webhook(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    [ref] = make_day(stub, 1)
    synchronize(account)
    [call] = calls_of(account)
    assert (call.status, call.outcome, call.customer_number, call.reached_us_by) == (
        "completed",
        "success",
        "+919876543210",
        "sync",
    )
    assert call.raw["conversation_id"] == ref
    assert call.raw["has_audio"] is True
    with use_company(account.company_id):
        assert call.turns.count() == len(factories.TALK)


@pytest.mark.row("S1.11", "S1.12", "S1.70")
def test_other_spellings_and_unknown_fields_do_not_stop_a_run(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    [ref] = make_day(stub, 1)
    data = stub.conversations[ref]
    metadata = data["metadata"]
    metadata["start_time_unix"] = metadata["start_time_unix_secs"]
    metadata["call_duration_seconds"] = metadata["call_duration_secs"]
    data["from_the_future"] = {"a": [1]}
    bare = {**data, "metadata": {k: v for k, v in metadata.items() if not k.endswith("_secs")}}
    item = {"conversation_id": ref, "start_time_unix": metadata["start_time_unix"], "call_duration_seconds": 95}
    strange = [item, {"no": "id"}, "text", None, {"conversation_id": 7}]
    listed = {"conversations": strange, "has_more": False, "surprise": 1}

    def trouble(path: str, times: int) -> Answer:
        return Answer(body=json.dumps(listed if path == PREFIX else bare).encode())

    stub.trouble = trouble
    run = synchronize(account)
    # Entries that name no conversation are counted: nobody can ask for them.
    assert (run.seen, run.new, run.failed) == (5, 1, 4)
    [call] = calls_of(account)
    assert (call.duration_seconds, int(call.started_at.timestamp())) == (95, metadata["start_time_unix"])


# ---- where a run begins ---------------------------------------------------------------------------------------


@pytest.mark.row("S1.18")
def test_the_next_run_continues_with_an_overlap(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    first = synchronize(account)
    assert first.since is None
    second = begin(account)
    assert second.since == first.until - timedelta(hours=2)


def test_what_could_not_be_read_is_looked_for_again_for_a_day(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    began = timezone.now().replace(microsecond=0)
    with time_machine.travel(began, tick=False):
        assert synchronize(account).failed == 0
        made = make_day(stub, 1, ended_ago=60)
    with time_machine.travel(began + timedelta(minutes=15), tick=False):
        stub.trouble = lambda path, times: Answer(404) if path != PREFIX else None
        assert synchronize(account).failed == 1
    with time_machine.travel(began + timedelta(hours=5), tick=False):
        assert synchronize(account).failed == 1
    stub.trouble = lambda path, times: None
    with time_machine.travel(began + timedelta(hours=10), tick=False):
        run = synchronize(account)
        assert (run.new, run.failed) == (1, 0)
    assert ids_of(account) == set(made)


def test_an_earlier_date_looks_back_and_a_later_one_leaves_no_gap(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    last = synchronize(account)
    early, late = last.until - timedelta(days=3), last.until + timedelta(seconds=1)
    looks_back = begin(account, since=early)
    assert looks_back.since == early
    go_on(looks_back)
    assert begin(account, since=late, now=late).since < last.until


@pytest.mark.row("S2.64")
def test_one_run_per_account_at_a_time(account: ProviderAccount) -> None:
    begin(account)
    with pytest.raises(SyncAlreadyRuns, match="One run at a time"):
        begin(account)


def test_a_run_that_was_given_up_makes_room(account: ProviderAccount) -> None:
    dead = begin(account)
    with use_company(account.company_id):
        SyncRun.objects.filter(pk=dead.pk).update(work_state=WorkState.DEAD, error="It ended its worker five times.")
    begin(account)
    assert "ended its worker" in now(dead).failed_because


# ---- killed, late, in vain ------------------------------------------------------------------------------------


def test_a_run_that_loses_its_lease_leaves_no_effect_and_goes_on_elsewhere(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    make_day(stub, 120)
    run = begin(account)
    leases = [claim(SyncRun, company_id=run.company_id, pk=run.pk)]

    def lose(row: SyncRun) -> None:
        # In the middle of the second page another worker takes the row, as after kill -9 and the lease's end.
        if row.new == 109 and len(leases) == 1:
            with use_company(run.company_id):
                SyncRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
            leases.append(claim(SyncRun, company_id=run.company_id, pk=run.pk))

    with pytest.raises(LeaseLost):
        sync.synchronize(lease_in(leases, 0), pause=no_wait, progress=lose)
    half = now(run)
    assert (half.seen, half.new) == (100, 109)
    sync.synchronize(lease_in(leases, 1), pause=no_wait)
    done = now(run)
    assert (done.seen, done.new, done.failed_because) == (120, 120, "")
    # The one whose effect was rolled back is asked for again; nothing else is.
    assert stub.details_asked() == 121


def test_a_slice_that_is_over_gives_the_row_back_and_the_next_goes_on(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    make_day(stub, 5)
    run = go_on(begin(account), seconds=0.0)
    assert (run.work_state, run.attempts, run.is_open) == (WorkState.DUE, 0, True)
    assert go_on(run).new == 5


@pytest.mark.row("S2.64")
def test_a_refused_key_ends_the_run_with_a_sentence(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    stub.key = "another"
    run = synchronize(account)
    assert run.work_state == WorkState.DONE
    assert "API key" in run.failed_because
    assert elevenlabs.KEY not in run.failed_because
    # A refused key is not tried over and over: once now, once when the timetable says so.
    assert stub.asked.total() == 1
    # Failed runs do not count as coverage.
    assert begin(account).since is None


def test_busy_answers_are_waited_out(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    make_day(stub, 3)
    stub.trouble = lambda path, times: Answer(429 if times == 1 else 500) if times <= 2 else None
    run = synchronize(account)
    assert (run.new, run.failed) == (3, 0)
    assert stub.details_asked() == 9


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"conversation_id": "another"}', b"null", b"{}"])
def test_one_conversation_that_cannot_be_read_stops_nothing(
    account: ProviderAccount, stub: ElevenLabsStub, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    bad, *_ = make_day(stub, 4)
    stub.trouble = lambda path, times: Answer(body=body) if path.endswith(bad) else None
    run = synchronize(account)
    assert (run.seen, run.new, run.failed, run.failed_because) == (4, 3, 1, "")
    assert bad in caplog.text
    assert elevenlabs.KEY not in caplog.text


def test_a_provider_that_is_away_is_tried_later_and_at_last_given_up(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    stub.trouble = lambda path, times: Answer(503)
    run = begin(account)
    for _ in range(4):
        run = go_on(run)
        assert run.work_state == WorkState.DUE
        assert "503" in run.error
        with use_company(account.company_id):
            SyncRun.objects.filter(pk=run.pk).update(next_at=timezone.now())
    run = go_on(run)
    assert (run.work_state, run.is_open) == (WorkState.DONE, False)
    assert "503" in run.failed_because


def test_nothing_is_asked_inside_a_transaction(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    """The source is called with no company in use: tables could not be read there, so none is open."""
    from crm.tenancy import current_company_id

    make_day(stub, 2)
    seen = []

    def note(row: SyncRun) -> None:
        seen.append(current_company_id())

    lease = claim(SyncRun, company_id=account.company_id, pk=begin(account).pk)
    assert isinstance(lease, Lease)
    sync.synchronize(lease, pause=no_wait, progress=note)
    assert seen == [None] * 3


# ---- unfinished, changed, missed ------------------------------------------------------------------------------


def test_a_call_that_goes_on_is_asked_for_until_it_is_over(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    began = timezone.now().replace(microsecond=0) - timedelta(hours=12)
    event = factories.make_event(started_at=began, duration_seconds=95)
    with time_machine.travel(began + timedelta(minutes=1), tick=False):
        stub.keep(event, status="in-progress")
        synchronize(account)
    with time_machine.travel(began + timedelta(minutes=20), tick=False):
        again = synchronize(account)
        assert (again.new, again.changed) == (0, 0)
    [call] = calls_of(account)
    assert call.status == CallStatus.IN_PROGRESS
    with use_company(account.company_id):
        assert call.log.count() == 1
    # Long out of the list's window, and still asked for by its id.
    stub.keep(event)
    with time_machine.travel(began + timedelta(hours=6), tick=False):
        synchronize(account)
        stub.queries.clear()
    assert calls_of(account)[0].status == CallStatus.COMPLETED


def test_an_analysis_that_was_pending_is_fetched_when_it_is_there(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    event = factories.make_event()
    stub.keep(replace(event, title="", summary="", outcome=CallOutcome.UNKNOWN), status="processing")
    synchronize(account)
    [call] = calls_of(account)
    assert (call.status, call.title) == ("completed", "")
    stub.keep(event)
    assert synchronize(account).changed == 1
    [call] = calls_of(account)
    assert (call.title, call.outcome) == ("A call", "success")


def test_a_conversation_that_was_judged_anew_is_fetched_again(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    [ref] = make_day(stub, 1)
    synchronize(account)
    stub.conversations[ref]["analysis"]["call_successful"] = "failure"
    assert synchronize(account).changed == 1
    assert calls_of(account)[0].outcome == "failure"


@pytest.mark.row("B.6", "S2.110", "S2.111", "S2.112")
def test_calls_that_no_webhook_told_are_counted_once(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    told, silent = make_day(stub, 2)
    young = make_day(stub, 1, ended_ago=60)
    at = timezone.now()
    delivery = stub.webhook(stub.conversations[told], secret=factories.SECRET, at=at)
    assert factories.post(account.path, delivery).status_code == 200  # type: ignore[attr-defined]
    factories.work_off()
    run = synchronize(account)
    assert (run.seen, run.new, run.missed) == (3, 2, 1)
    with use_company(account.company_id):
        by = dict(Call.objects.filter(account=account).values_list("ids__value", "reached_us_by"))
    assert by == {told: "webhook", silent: "sync", young[0]: "sync"}
    assert synchronize(account).missed == 0
    with time_machine.travel(at + timedelta(minutes=15), tick=False):
        assert synchronize(account).missed == 1


def test_calls_of_before_the_account_was_connected_were_not_missed(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    make_day(stub, 2, ended_ago=8 * 24 * 3600)
    run = synchronize(account)
    assert (run.new, run.missed) == (2, 0)


def test_a_call_that_nobody_ended_is_closed_as_assumed_and_the_provider_s_word_replaces_it(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    began = timezone.now().replace(microsecond=0)
    event = factories.make_event(started_at=began - timedelta(minutes=1), turns=None)
    ringing = factories.make_event(started_at=began - timedelta(minutes=1), turns=None)
    stub.keep(event, status="in-progress")
    stub.keep(ringing, status="initiated")
    synchronize(account)
    assert close_stale(now=began + timedelta(hours=3)) == 0
    assert close_stale(now=began + timedelta(hours=4)) == 2
    ends = {call.status: call.is_end_assumed for call in calls_of(account)}
    assert ends == {"completed": True, "no_answer": True}
    stub.keep(replace(ringing, status=CallStatus.FAILED))
    assert synchronize(account).changed == 1
    with use_company(account.company_id):
        call = Call.objects.with_external_id(ringing.ids[0].value).get()
        assert (call.status, call.is_end_assumed) == ("failed", False)


# ---- the reference set ----------------------------------------------------------------------------------------

# 34 calls: 27 successful, 6 failed, 1 unknown; 0 to 601 seconds, 59 on average.
LENGTHS = (601, *[43] * 31, 72, 0)


@pytest.mark.row("S1.31", "S1.32", "S1.33", "S1.34", "S1.35", "S1.36", "S1.37")
def test_the_reference_set(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    outcomes = [CallOutcome.SUCCESS] * 27 + [CallOutcome.FAILURE] * 6 + [CallOutcome.UNKNOWN]
    for place, (seconds, outcome) in enumerate(zip(LENGTHS, outcomes, strict=True)):
        started = timezone.now().replace(microsecond=0) - timedelta(hours=3, minutes=place)
        stub.keep(factories.make_event(started_at=started, duration_seconds=seconds, outcome=outcome))
    run = synchronize(account)
    assert (run.new, run.failed, run.failed_because) == (34, 0, "")
    before = [(c.pk, c.outcome, c.duration_seconds) for c in calls_of(account)]
    assert synchronize(account).new == 0
    factories.work_off()
    calls = calls_of(account)
    assert [(c.pk, c.outcome, c.duration_seconds) for c in calls] == before
    count = {outcome: sum(call.outcome == outcome for call in calls) for outcome in CallOutcome}
    assert (len(calls), count["success"], count["failure"], count["unknown"]) == (34, 27, 6, 1)
    assert [round(100 * count[o] / 34) for o in ("success", "failure", "unknown")] == [79, 18, 3]
    lengths = [call.duration_seconds for call in calls]
    assert (round(sum(lengths) / 34), min(lengths), max(lengths)) == (59, 0, 601)


# ---- the client -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("", "api.elevenlabs.io"),
        ("us", "api.us.elevenlabs.io"),
        ("EU", "api.eu.residency.elevenlabs.io"),
        ("in", "api.in.residency.elevenlabs.io"),
        ("sg", "api.sg.residency.elevenlabs.io"),
    ],
)
@pytest.mark.row("S1.59")
def test_the_region_chooses_the_host(company: Company, settings: Any, region: str, host: str) -> None:
    settings.ELEVENLABS_BASE_URL = ""
    with use_company(company):
        account = factories.make_account(region=region)
        account.set_api_key("k")
    source: Any = get_provider("elevenlabs").source(account)
    assert (source.base_url, source.http.hosts) == (f"https://{host}", frozenset({host}))
    assert source.http.headers == {"xi-api-key": "k"}


def test_an_unknown_region_and_another_machine_are_refused(company: Company, settings: Any) -> None:
    with use_company(company):
        account = factories.make_account(region="moon")
        account.set_api_key("k")
    settings.ELEVENLABS_BASE_URL = ""
    with pytest.raises(ProviderError, match="moon"):
        get_provider("elevenlabs").source(account)
    settings.ELEVENLABS_BASE_URL = "https://elevenlabs.example.com"
    with pytest.raises(ProviderError, match="only name this machine"):
        get_provider("elevenlabs").source(account)


def test_without_a_key_nobody_is_asked(company: Company) -> None:
    with use_company(company):
        account = factories.make_account()
    with pytest.raises(AccessRefused, match="no API key"):
        get_provider("elevenlabs").source(account)
    with pytest.raises(UnsupportedFeature, match="cannot list calls"):
        get_provider("fake").source(account)


# ---- the timetable and the command ----------------------------------------------------------------------------


@pytest.mark.row("S1.57", "S2.12", "S2.61", "S2.15")
def test_the_timetable_begins_a_run_for_each_account_that_can_be_asked(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    from config.celery import app
    from telephony.tasks import begin_syncs

    [entry] = [e for e in app.conf.beat_schedule.values() if e["task"] == begin_syncs.name]
    assert entry["schedule"] == 15 * 60
    made = make_day(stub, 2)
    with use_company(account.company_id):
        for fields in ({"is_active": False}, {"is_demo": True}):
            other = factories.make_account(**fields)
            other.set_api_key("k")
            other.save()
        factories.make_account("fake")
    begin_syncs()
    begin_syncs()
    with use_company(account.company_id):
        assert [run.account for run in SyncRun.objects.open()] == [account]
    factories.work_off()
    assert ids_of(account) == set(made)


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("sync_calls", *arguments, stdout=said, stderr=said)
    return said.getvalue()


@pytest.mark.row("S2.63", "S2.123", "S1.60")
def test_the_command_says_what_it_found(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    make_day(stub, 3, agent_id="agent_a")
    make_day(stub, 1, agent_id="agent_b")
    said = command("--account", "Voice agents", "--agent", "agent_a", "--since", "2020-01-01")
    assert "Voice agents" in said
    assert len(calls_of(account)) == 3
    with use_company(account.company_id):
        assert account.sync_runs.get().since.year == 2020


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--account", "Nobody's"), "No active account"),
        (("--since", "yesterday"), "no date"),
        (("--since", "2026-13-40"), "no date"),
        (("--since", "2999-01-01"), "yet to come"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    account: ProviderAccount, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        command(*arguments)


def test_the_command_fails_when_an_account_does(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    stub.key = "another"
    with pytest.raises(CommandError, match="Not every account"):
        command()


# ---- people who were erased -----------------------------------------------------------------------------------


@pytest.mark.row("S0.130")
def test_calls_of_a_person_who_was_erased_are_not_brought_back(
    account: ProviderAccount, stub: ElevenLabsStub, company: Company
) -> None:
    [ref] = make_day(stub, 1, customer_number="+919812300045")
    synchronize(account)
    factories.work_off()
    [call] = calls_of(account)
    asked = stub.details_asked()
    with use_company(company):
        contact = Contact.objects.get(numbers__e164="+919812300045")
    erase_person(contact, by=factories.make_member(company, role="owner"), why="Asked for it")

    run = synchronize(account)
    assert (run.seen, run.new, run.changed, run.failed, run.missed) == (1, 0, 0, 0, 0)
    assert stub.details_asked() == asked, "it was asked for again"

    make_day(stub, 1, customer_number="+919812300045", ended_ago=1800)
    run = synchronize(account)
    assert (run.seen, run.new, run.failed) == (2, 0, 0), "another call of theirs came in behind their back"
    assert [kept.pk for kept in calls_of(account)] == [call.pk]
    with use_company(company):
        assert not SyncRun.objects.filter(pk=run.pk, cursor__contains=ref).exists()
        assert not Contact.objects.filter(numbers__e164="+919812300045").exists()
