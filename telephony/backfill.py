"""Backfill: reading again what is kept of calls, after a field was read wrongly, without calling anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from telephony.models import Call
from telephony.providers import UnknownProvider, get_provider
from telephony.providers.base import NotUnderstood
from telephony.signals import call_changed

FIELDS = (
    "status",
    "outcome",
    "direction",
    "customer_number",
    "customer_number_written",
    "our_number",
    "our_number_written",
    "agent",
    "campaign_ref",
    "recipient_ref",
    "started_at",
    "answered_at",
    "ended_at",
    "duration_seconds",
    "language",
    "title",
    "provider_summary",
    "ended_because",
)
BATCH = 200


@dataclass
class Report:
    """What a backfill found: calls read, those that could not be, and of each field how many changed."""

    read: int = 0
    unreadable: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    calls_changed: int = 0


def backfill(
    *, names: Sequence[str] = FIELDS, is_rehearsal: bool = False, after_id: int = 0, step: Callable[[int], None]
) -> tuple[Report, int | None]:
    """Reread the next batch of the company's calls behind `after_id`, in one transaction.

    Returns the report and the last call's id, None when there were no more. `step` is told how many were read. It may
    be run again at any time: what is right already does not change.
    """
    report = Report()
    calls = list(Call.objects.filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:BATCH])
    with transaction.atomic():
        for call in Call.objects.select_for_update(of=("self",)).filter(pk__in=calls).order_by("pk"):
            _reread(call, names=names, report=report)
        transaction.set_rollback(is_rehearsal)
    step(len(calls))
    return report, calls[-1] if calls else None


def _reread(call: Call, *, names: Sequence[str], report: Report) -> None:
    if not call.raw:
        return
    report.read += 1
    try:
        event = get_provider(call.provider).read_kept(call.raw)
    except (NotUnderstood, UnknownProvider):
        report.unreadable += 1
        return
    changes = call.reread(event, names=names)
    if changes:
        report.calls_changed += 1
        report.changed.update(list(changes))
        # What hangs on the call, such as whose it is, follows.
        call_changed.send(Call, call=call)
