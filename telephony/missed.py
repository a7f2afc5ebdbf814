"""The gap detector: calls that were over and that no webhook told us of, found because the provider lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from crm.leases import WorkState
from telephony.models import Call, CallEventLog, CallId, SyncRun, WebhookEvent
from telephony.providers import get_provider
from telephony.providers.base import ListedCall

# How long after a call's end its webhook may still be under way.
WEBHOOK_MAY_TAKE = timedelta(minutes=10)
NO_WEBHOOK = "no webhook came"
MOST_WAITING = 2000


def note_missed(run: SyncRun, listed: Iterable[ListedCall]) -> int:
    """Write into the log of each call that was missed that it was, once; returns how many were new to us."""
    over = {call.ref for call in listed if _should_have_come(call, run)}
    silent = over - _told(run, over)
    ids = CallId.objects.filter(provider=run.account.provider, value__in=silent).select_related("call")
    # What is first known from a webhook had one, however long ago its delivery was dropped.
    calls = {external.call_id: external.call for external in ids if external.call.reached_us_by != "webhook"}
    noted = set(CallEventLog.objects.filter(call__in=calls, name=NO_WEBHOOK).values_list("call_id", flat=True))
    new = [call for pk, call in calls.items() if pk not in noted]
    CallEventLog.objects.bulk_create([_entry(call) for call in new])
    return len(new)


def _should_have_come(call: ListedCall, run: SyncRun) -> bool:
    """Whether it is long over, and began after we were connected: of earlier calls no webhook could tell us."""
    if call.started_at is None or call.started_at < run.account.created_at:
        return False
    return call.ended_at is not None and call.ended_at < run.until - WEBHOOK_MAY_TAKE


def _told(run: SyncRun, refs: set[str]) -> set[str]:
    """Return those of which a delivery came, those included whose delivery is in the inbox and not read yet."""
    deliveries = WebhookEvent.objects.filter(account=run.account)
    read = set(deliveries.filter(call_ref__in=refs).values_list("call_ref", flat=True))
    if read == refs:
        return read
    waiting = deliveries.exclude(work_state=WorkState.DONE).values_list("dedupe_key", flat=True)[:MOST_WAITING]
    provider = get_provider(run.account.provider)
    return read | {provider.ref_in_key(key) for key in waiting}


def _entry(call: Call) -> CallEventLog:
    return CallEventLog(call=call, name=NO_WEBHOOK, happened_at=call.ended_at or call.started_at)
