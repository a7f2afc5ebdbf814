"""Synchronization: asking a provider which calls there were, and finding what no webhook told us.

A run is a leased row. Its work goes page by page: list, compare with what we have, ask for each conversation that is
new or differs, record it through the same door as webhooks. The place in the list and the counts are saved with every
call, so a run that was killed goes on where it was, asks nothing twice and counts nothing twice. Nothing is asked for
inside a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from crm.leases import MAX_ATTEMPTS, Lease, announce
from crm.models import Company, Erased
from crm.tenancy import use_company
from telephony.bookmarks import Bookmark
from telephony.events import CallOutcome
from telephony.missed import note_missed
from telephony.models import Call, CallId, ProviderAccount, SyncRun
from telephony.models.call_queries import UNFINISHED
from telephony.models.syncs import LOOK_BACK, SyncAlreadyRuns
from telephony.providers import PROVIDERS, get_provider
from telephony.providers.base import ListedCall, Provider, ProviderError
from telephony.sync_work import Budget, OutOfTime, Pause, Progress, Work, save, take
from telephony.webhook_check import check_webhooks

logger = logging.getLogger(__name__)

# A worker gives the row back after this long, so that it never keeps others waiting; the next one goes on.
SLICE_SECONDS = 30.0
MOST_UNFINISHED = 200


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
        source = provider.source(run.account, pause=budget.bounding(pause))
        place = Bookmark.read(run.cursor, agents=_agents_of(run))
        work = Work(lease, run, provider, source, budget, progress, place)
        while work.place.agents:
            _read_page(work)
        _ask_again(work)
        check_webhooks(run.account, company_id=lease.company_id)
    except OutOfTime:
        lease.hand_back()
    except ProviderError as error:
        if not error.permanent and lease.attempt < MAX_ATTEMPTS:
            raise
        _finish(lease, because=str(error))
    else:
        _finish(lease)


def attributed_in(run: SyncRun) -> int:
    """Return how many calls that the run brought have been attributed to a campaign by now."""
    brought = Call.objects.filter(account=run.account, reached_us_by="sync", created_at__gte=run.started_at)
    return brought.filter(campaign__isnull=False).count()


def _agents_of(run: SyncRun) -> list[str]:
    return [run.agent_external_id] if run.agent_external_id else run.account.agent_ids.split() or [""]


def _finish(lease: Lease, *, because: str = "") -> None:
    with lease.effect() as run:
        if run.is_open:
            run.finish(because=because)
    if because:
        logger.warning("sync %s failed: %s", lease.pk, because)


def _read_page(work: Work) -> None:
    """Read the page at which the run stands, record what is new or differs in it, and turn it over."""
    work.budget.check()
    run, place = work.run, work.place
    page = work.source.list_calls(since=run.since, until=run.until, cursor=place.page, agent=place.agents[0])
    if page.cursor and page.cursor == place.page:
        raise ProviderError("The provider's list does not come to an end: its next page is the same.", permanent=True)
    listed = {call.ref: call for call in page.calls}
    with use_company(work.lease.company_id):
        ids = CallId.objects.filter(provider=work.provider.name, value__in=listed).select_related("call")
        known = {external.value: external.call for external in ids}
        listed = _without_erased(work.provider, listed)
    for ref, call in listed.items():
        if ref not in place.asked and (ref not in known or _differs(work.provider, known[ref], call)):
            take(work, ref)
    turned = work.place.turn(page.cursor)
    with work.lease.effect(finish=False) as row:
        row.missed += note_missed(run, listed.values())
        row.seen += len(page.calls) + page.unreadable
        row.failed += page.unreadable
        save(row, turned, "seen", "failed", "missed")
    work.place = turned
    work.progress(row)


def _without_erased(provider: Provider, listed: dict[str, ListedCall]) -> dict[str, ListedCall]:
    """Leave out calls that were erased with the person they were with: nobody asks for them again."""
    names = {f"call:{provider.name}:{ref}": ref for ref in listed}
    erased = {names[name] for name in Erased.objects.among(list(names))}
    return {ref: call for ref, call in listed.items() if ref not in erased}


def _differs(provider: Provider, call: Call, listed: ListedCall) -> bool:
    """Whether the details may tell something that we do not know."""
    if not call.has_ended or call.is_end_assumed or not provider.is_last_word(call.raw):
        return True
    if listed.outcome not in (CallOutcome.UNKNOWN, call.outcome):
        return True
    if listed.title and listed.title[:200] != call.title:
        return True
    return listed.duration_seconds is not None and listed.duration_seconds != call.duration_seconds


def _ask_again(work: Work) -> None:
    """Ask for calls of the last day of which more is to come, the newest first: nothing else would bring it.

    They were never said to be over, or we assumed that they are, or their provider was still at work on them.
    """
    run = work.run
    if run.since is None:
        return  # all of them stood in the list
    more_to_come = Q(status__in=UNFINISHED) | Q(is_end_assumed=True) | work.provider.still_at_work()
    with use_company(work.lease.company_id):
        older = Call.objects.filter(account=work.account, started_at__lt=run.since)
        waiting = older.filter(more_to_come, started_at__gte=run.until - LOOK_BACK)
        if run.agent_external_id:
            waiting = waiting.filter(agent__external_id=run.agent_external_id)
        newest = list(waiting.order_by("-started_at", "-pk").values_list("pk", flat=True)[:MOST_UNFINISHED])
        ids = CallId.objects.filter(provider=work.provider.name, call__in=newest)
        refs = list(ids.order_by("-call__started_at", "-call_id").values_list("value", flat=True))
    asked = set(work.place.asked)
    for ref in refs:
        if ref not in asked:
            take(work, ref)
