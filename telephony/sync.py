"""Synchronization: asking a provider which calls there were, and finding what no webhook told us.

A run is a leased row. Its work goes page by page: list, compare with what we have, ask for each conversation that is
new or differs, record it through the same door as webhooks. The cursor is saved after every page, the counts with
every call, so a run that was killed goes on where it was and counts nothing twice. Nothing is asked for inside a
transaction.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from crm.leases import MAX_ATTEMPTS, Lease, WorkState, announce
from crm.models import Company
from crm.tenancy import use_company
from telephony.events import CallOutcome
from telephony.models import Call, CallEventLog, CallId, ProviderAccount, SyncRun, WebhookEvent
from telephony.models.call_queries import UNFINISHED
from telephony.models.syncs import LOOK_BACK, SyncAlreadyRuns
from telephony.providers import PROVIDERS, get_provider
from telephony.providers.base import AccessRefused, CallSource, ListedCall, Provider, ProviderError

logger = logging.getLogger(__name__)

# A worker gives the row back after this long, so that it never keeps others waiting; the next one goes on.
SLICE_SECONDS = 30.0
# How long after a call's end its webhook may still be under way.
WEBHOOK_MAY_TAKE = timedelta(minutes=10)
MOST_UNFINISHED = 200
# One conversation that cannot be read is skipped; so many in a row mean that the provider is away.
MOST_FAILURES_IN_A_ROW = 3
NO_WEBHOOK = "no webhook came"

Pause = Callable[[float], None]
Progress = Callable[[SyncRun], None]


class OutOfTime(Exception):
    """The slice is over; the row is due again."""


@dataclass(frozen=True)
class Budget:
    """How long this worker may go on."""

    ends: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        return cls(time.monotonic() + seconds)

    def check(self) -> None:
        """Raise `OutOfTime` when the time is up."""
        if time.monotonic() >= self.ends:
            raise OutOfTime


@dataclass
class Work:
    """What one worker needs for its slice of a run."""

    lease: Lease
    run: SyncRun
    provider: Provider
    source: CallSource
    budget: Budget
    progress: Progress
    failures_in_a_row: int = 0
    unreadable: set[str] = field(default_factory=set)

    @property
    def account(self) -> ProviderAccount:
        account: ProviderAccount = self.run.account
        return account


# ---- who starts runs ------------------------------------------------------------------------------------------


def begin_all(*, now: datetime | None = None) -> int:
    """Begin a run for every account that can be asked, in every company; returns how many. The timetable calls it."""
    begun = 0
    for company_id in Company.objects.filter(is_demo=False).order_by("pk").values_list("pk", flat=True):
        with use_company(company_id):
            for account in accounts_to_ask():
                try:
                    announce(SyncRun.objects.begin(account, now=now))
                    begun += 1
                except SyncAlreadyRuns as error:
                    logger.info("%s", error)
    return begun


def accounts_to_ask() -> Iterator[ProviderAccount]:
    """Yield the accounts of the company in use whose provider lists calls and for which we have a key."""
    able = [name for name in PROVIDERS if get_provider(name).can_list_calls]
    known = ProviderAccount.objects.filter(provider__in=able, is_active=True, is_demo=False)
    yield from known.exclude(api_key_sealed="").order_by("pk")


# ---- the work of a run ----------------------------------------------------------------------------------------


def synchronize(
    lease: Lease,
    *,
    seconds: float = SLICE_SECONDS,
    pause: Pause = time.sleep,
    progress: Progress = lambda run: None,
) -> None:
    """Go on with the run for at most so long, then give it back; the last slice finishes it.

    A refused key ends the run with a sentence; a provider that is away puts it back for later, and after the last
    attempt ends it too.
    """
    budget = Budget.of(seconds)
    with use_company(lease.company_id):
        run = SyncRun.objects.select_related("account").get(pk=lease.pk)
    if not run.is_open:
        _finish(lease, because=run.failed_because)
        return
    try:
        provider = get_provider(run.account.provider)
        source = provider.source(run.account, pause=_bounded(pause, budget))
        work = Work(lease, run, provider, source, budget, progress)
        _read_pages(work)
        _ask_again_for_unfinished(work)
    except OutOfTime:
        _hand_back(lease)
    except ProviderError as error:
        if not error.permanent and lease.attempt < MAX_ATTEMPTS:
            raise
        _finish(lease, because=str(error))
    else:
        _finish(lease)


def _bounded(pause: Pause, budget: Budget) -> Pause:
    def wait(seconds: float) -> None:
        if time.monotonic() + seconds >= budget.ends:
            raise OutOfTime
        pause(seconds)

    return wait


def _read_pages(work: Work) -> None:
    run, agents = work.run, _agents_of(work.run)
    place, cursor = _read_cursor(run.cursor)
    while place < len(agents):
        work.budget.check()
        page = work.source.list_calls(since=run.since, until=run.until, cursor=cursor, agent=agents[place])
        failed = _read_page(work, page.calls)
        place, cursor = (place, page.cursor) if page.cursor else (place + 1, "")
        with work.lease.effect(finish=False) as row:
            row.seen += len(page.calls)
            row.failed += failed
            row.cursor = json.dumps([place, cursor])
            # It came forward: attempts count only what is tried in vain.
            row.attempts = 0
            row.save(update_fields=["seen", "failed", "cursor", "attempts"])
        work.progress(row)


def _read_page(work: Work, calls: Iterable[ListedCall]) -> int:
    """Record what is new or differs; returns how many conversations could not be read."""
    listed = {call.ref: call for call in calls}
    with use_company(work.lease.company_id):
        known = _known_calls(work, list(listed))
    wanted = [ref for ref in listed if ref not in known or _differs(work.provider, known[ref], listed[ref])]
    failed = sum(not _take(work, ref) for ref in wanted)
    _count_missed(work, listed)
    return failed


def _known_calls(work: Work, refs: list[str]) -> dict[str, Call]:
    ids = CallId.objects.filter(provider=work.provider.name, value__in=refs).select_related("call")
    return {external.value: external.call for external in ids}


def _differs(provider: Provider, call: Call, listed: ListedCall) -> bool:
    """Whether the details may tell something that we do not know."""
    if not call.has_ended or call.is_end_assumed or not provider.is_last_word(call.raw):
        return True
    if listed.outcome not in (CallOutcome.UNKNOWN, call.outcome):
        return True
    return listed.duration_seconds is not None and listed.duration_seconds != call.duration_seconds


def _take(work: Work, ref: str) -> bool:
    """Ask for one conversation and record it, with the counts, in one transaction; returns whether it was read."""
    work.budget.check()
    try:
        event = work.source.fetch_call(ref)
    except AccessRefused:
        raise
    except ProviderError as error:
        _skip(work, ref, error)
        return False
    work.failures_in_a_row = 0
    with work.lease.effect(finish=False) as row:
        before = _version_of(work.provider, ref)
        call = Call.objects.record(event, account=work.account, reached_us_by="sync")
        row.new += before is None
        row.changed += before is not None and before != _version_of(work.provider, ref, call)
        row.save(update_fields=["new", "changed"])
    work.progress(row)
    return True


def _skip(work: Work, ref: str, error: ProviderError) -> None:
    """One conversation must not stop the others, unless it seems that none can be read."""
    logger.warning("sync %s: conversation %s could not be read: %s", work.lease.pk, ref, error)
    work.unreadable.add(ref)
    if error.permanent:
        return
    work.failures_in_a_row += 1
    if work.failures_in_a_row >= MOST_FAILURES_IN_A_ROW:
        raise error


def _version_of(provider: Provider, ref: str, call: Call | None = None) -> Any:
    """Return what differs once something was learned; None for a call that we do not have."""
    found = call or Call.objects.filter(ids__provider=provider.name, ids__value=ref).first()
    if found is None:
        return None
    # What was told again, in the same words, is no news: only its time is newer.
    return found.status, found.is_end_assumed, found.raw, found.outcome, found.duration_seconds


def _count_missed(work: Work, listed: dict[str, ListedCall]) -> None:
    """Note the calls that were over, that a webhook should have told of, and of which none came; each once."""
    run, account = work.run, work.account
    over = [
        ref
        for ref, call in listed.items()
        if call.ended_at and call.ended_at < run.until - WEBHOOK_MAY_TAKE and _is_ours(call, account)
    ]
    with work.lease.effect(finish=False) as row:
        told = set(WebhookEvent.objects.filter(account=account, call_ref__in=over).values_list("call_ref", flat=True))
        silent = _known_calls(work, [ref for ref in over if ref not in told]).values()
        noted = set(CallEventLog.objects.filter(call__in=silent, name=NO_WEBHOOK).values_list("call_id", flat=True))
        new = {call.pk: call for call in silent if call.pk not in noted}
        CallEventLog.objects.bulk_create(
            CallEventLog(call=call, name=NO_WEBHOOK, happened_at=call.ended_at or call.started_at)
            for call in new.values()
        )
        row.missed += len(new)
        row.save(update_fields=["missed"])


def _is_ours(call: ListedCall, account: ProviderAccount) -> bool:
    """Whether it began after we were connected: of earlier calls no webhook could tell us."""
    return call.started_at is not None and call.started_at >= account.created_at


def _ask_again_for_unfinished(work: Work) -> None:
    """Ask for calls of the last day that were never said to be over: nothing else would bring their end."""
    with use_company(work.lease.company_id):
        ids = CallId.objects.filter(
            provider=work.provider.name,
            call__account=work.account,
            call__status__in=UNFINISHED,
            call__started_at__gte=work.run.until - LOOK_BACK,
        )
        since = work.run.since
        if since:
            # Younger ones stood in the list.
            ids = ids.filter(call__started_at__lt=since)
        refs = list(ids.order_by("call_id").values_list("value", flat=True)[:MOST_UNFINISHED])
    for ref in refs:
        if ref not in work.unreadable:
            _take(work, ref)


def _agents_of(run: SyncRun) -> list[str]:
    return [run.agent_external_id] if run.agent_external_id else run.account.agent_ids.split() or [""]


def _read_cursor(text: str) -> tuple[int, str]:
    if not text:
        return 0, ""
    place, cursor = json.loads(text)
    return int(place), str(cursor)


def _hand_back(lease: Lease) -> None:
    """Let the next worker go on at once."""
    with use_company(lease.company_id):
        held = SyncRun.objects.filter(pk=lease.pk, lease_token=lease.token, work_state=WorkState.LEASED)
        held.update(work_state=WorkState.DUE, attempts=0, next_at=timezone.now(), lease_token=None, lease_until=None)
        announce(SyncRun.objects.get(pk=lease.pk))


def _finish(lease: Lease, *, because: str = "") -> None:
    with lease.effect() as run:
        if run.is_open:
            run.finish(because=because)
    if because:
        logger.warning("sync %s failed: %s", lease.pk, because)


def attributed_in(run: SyncRun) -> int:
    """Return how many calls that the run brought have been attributed to a campaign by now."""
    brought = Call.objects.filter(account=run.account, reached_us_by="sync", created_at__gte=run.started_at)
    return brought.exclude(attributed_by__in=("", "none")).count()
