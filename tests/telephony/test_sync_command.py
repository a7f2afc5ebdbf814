"""`manage.py sync_calls` as its user meets it: what it says, how it ends, and what it leaves behind when stopped."""

from __future__ import annotations

import signal
import threading
from io import StringIO
from typing import cast

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.leases import WorkState
from crm.tenancy import use_company
from telephony.models import ProviderAccount, SyncRun
from tests.stubs.elevenlabs import PREFIX, Answer, ElevenLabsStub
from tests.telephony.test_sync import begin, ids_of, make_day

pytestmark = pytest.mark.django_db


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("sync_calls", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def runs_of(account: ProviderAccount) -> list[SyncRun]:
    with use_company(account.company_id):
        return list(SyncRun.objects.filter(account=account).order_by("pk"))


@pytest.mark.row("S2.63", "S2.123")
def test_the_summary_has_a_line_for_each_run_with_its_counts(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    gone, *_ = make_day(stub, 3)
    stub.trouble = lambda path, times: Answer(404) if path.endswith(gone) else None
    heading, _, line = command().splitlines()
    assert heading.split() == [
        "account",
        "listed",
        "new",
        "changed",
        "missed",
        "by",
        "webhooks",
        "not",
        "readable",
        "state",
    ]
    assert line.split() == ["ElevenLabs", "·", "Voice", "agents", "3", "2", "0", "2", "1", "done"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--company", "nope"), "There is no company with the short name 'nope'"),
        (("--account", "nope"), "has the label 'nope'. There are: 'Voice agents'."),
    ],
)
def test_it_says_what_there_is_when_what_was_asked_for_is_not(
    account: ProviderAccount, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError) as caught:
        command(*arguments)
    assert sentence in str(caught.value)


def test_without_a_key_it_says_where_to_enter_one(db: None) -> None:
    with pytest.raises(CommandError, match="Enter a key under Providers"):
        command()


def test_a_run_that_is_under_way_is_finished_first(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    made = make_day(stub, 3)
    begin(account)
    said = command("--since", "2020-01-01").splitlines()
    assert len(said) == 4
    first, second = runs_of(account)
    assert (first.new, first.is_open, second.is_open) == (3, False, False)
    assert second.since is not None
    assert second.since.year == 2020
    assert ids_of(account) == set(made)


def test_ctrl_c_says_that_nothing_is_lost_and_gives_the_run_back(
    account: ProviderAccount, stub: ElevenLabsStub
) -> None:
    made = make_day(stub, 5)
    # What a shell starts in the background is deaf to Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(path: str, times: int) -> Answer | None:
        if path.endswith(made[3]) and times == 1:
            # To the thread that waits, so that it is there and not in some destructor that Python swallows it in.
            signal.pthread_kill(cast("int", threading.main_thread().ident), signal.SIGINT)
            return Answer(after_seconds=0.5)
        return None

    stub.trouble = interrupt
    try:
        with pytest.raises(CommandError, match="Nothing is lost") as caught:
            command()
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught.value.returncode == 130
    [run] = runs_of(account)
    assert (run.is_open, run.work_state, run.attempts, run.lease_token) == (True, WorkState.DUE, 0, None)
    command()
    assert ids_of(account) == set(made)
    assert runs_of(account)[0].new == 5


def test_a_provider_that_is_away_is_said_and_the_run_waits(
    account: ProviderAccount, stub: ElevenLabsStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.trouble = lambda path, times: Answer(503)
    # Waiting is not what is tested here.
    monkeypatch.setattr("crm.http.wait_after", lambda attempt, **how: 0.0)
    with pytest.raises(CommandError, match="worker and sweeper try again"):
        command()
    [run] = runs_of(account)
    assert run.is_open
    assert run.next_at > timezone.now()
    assert stub.asked[PREFIX] == 5


def test_a_company_that_there_is_not_is_said_by_the_backfill_too(db: None) -> None:
    with pytest.raises(CommandError, match="no company with the short name 'nope'"):
        call_command("backfill_calls", "--company", "nope")
