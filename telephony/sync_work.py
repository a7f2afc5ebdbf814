"""One worker's slice of a synchronization: how long it may take, and each conversation it asks for and records."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError

from crm.leases import Lease, LeaseLost
from telephony.bookmarks import Bookmark
from telephony.events import CallEvent
from telephony.models import Call, ProviderAccount, SyncRun
from telephony.models.call_queries import CallIsErased
from telephony.providers.base import AccessRefused, CallSource, Provider, ProviderError

logger = logging.getLogger(__name__)

# One conversation that cannot be read is skipped; so many in a row mean that the provider is away.
MOST_FAILURES_IN_A_ROW = 3

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

    def bounding(self, pause: Pause) -> Pause:
        """Return a pause that raises `OutOfTime` at once when it would end after the time is up."""

        def wait(seconds: float) -> None:
            if time.monotonic() + seconds >= self.ends:
                raise OutOfTime
            pause(seconds)

        return wait


@dataclass
class Work:
    """What one worker needs for its slice of a run."""

    lease: Lease
    run: SyncRun
    provider: Provider
    source: CallSource
    budget: Budget
    progress: Progress
    place: Bookmark
    failures_in_a_row: int = 0

    @property
    def account(self) -> ProviderAccount:
        account: ProviderAccount = self.run.account
        return account


def take(work: Work, ref: str) -> None:
    """Ask for one conversation and record it, with the counts and the place, in one transaction."""
    work.budget.check()
    try:
        event = work.source.fetch_call(ref)
    except AccessRefused:
        raise
    except ProviderError as error:
        _skip(work, ref, error)
        return
    try:
        row = _record(work, ref, event)
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception as error:  # a conversation that cannot be recorded must not stop all that are behind it
        _skip(work, ref, ProviderError(f"it could not be recorded ({type(error).__name__})", permanent=True))
    else:
        work.failures_in_a_row = 0
        work.progress(row)


def save(row: SyncRun, place: Bookmark, *counts: str) -> None:
    """Keep the place and the counts of the run: a worker after this one goes on from there."""
    row.cursor = place.write()
    # It came forward: attempts count only what is tried in vain.
    row.attempts = 0
    row.save(update_fields=[*counts, "cursor", "attempts"])


def _record(work: Work, ref: str, event: CallEvent) -> SyncRun:
    """Record the conversation; returns the run with its counts."""
    place = work.place.behind(ref)
    row: SyncRun
    with work.lease.effect(finish=False) as row:
        before = _version_of(work.provider, ref)
        try:
            call = Call.objects.record(event, account=work.account, reached_us_by="sync")
        except CallIsErased:
            save(row, place)
            work.place = place
            return row
        # Between the two lines above a webhook may have brought it.
        row.new += before is None and call.reached_us_by == "sync"
        row.changed += before is not None and before != _version_of(work.provider, ref, call)
        save(row, place, "new", "changed")
    work.place = place
    return row


def _skip(work: Work, ref: str, error: ProviderError) -> None:
    """One conversation must not stop the others, unless it seems that none can be read."""
    logger.warning("sync %s: conversation %s could not be read: %s", work.lease.pk, ref, error)
    place = work.place.behind(ref)
    with work.lease.effect(finish=False) as row:
        # What stood in the list is looked for again for a day; what is unfinished is asked for again anyway.
        row.failed += bool(place.agents)
        row.cursor = place.write()
        row.save(update_fields=["failed", "cursor"])
    work.place = place
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
