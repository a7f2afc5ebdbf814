"""What is kept, and for how long: bodies of deliveries that are done with, quarantine, refusals, repeatable answers.

A delivery's row stays when its body goes: its key still tells a repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from crm.leases import WorkState
from crm.models import Company, RepeatableAnswer, RequestCount
from crm.tenancy import use_company
from telephony.models import Quarantined, Refusal, WebhookEvent

QUARANTINE_DAYS = 7
REFUSAL_DAYS = 7
BATCH = 500


@dataclass(frozen=True)
class Purged:
    """How many of each were dropped."""

    bodies: int = 0
    quarantined: int = 0
    refusals: int = 0


def purge_expired(*, now: datetime | None = None) -> Purged:
    """Drop what is past its time, in every company, in short transactions; returns how much that was."""
    now = now or timezone.now()
    bodies = quarantined = 0
    for company in Company.objects.order_by("pk"):
        bodies += sum(_empty_bodies(company.pk, before=now - timedelta(days=settings.KEEP_DELIVERIES_DAYS)))
        quarantined += sum(_drop_quarantine(company.pk, before=now - timedelta(days=QUARANTINE_DAYS)))
    refusals = 0
    while dropped := _delete(Refusal.objects.filter(refused_at__lt=now - timedelta(days=REFUSAL_DAYS))):
        refusals += dropped
    for company in Company.objects.order_by("pk"):
        for _ in _drop_answers(company.pk, before=now - RepeatableAnswer.KEPT):
            pass
    while _delete(RequestCount.objects.filter(ends_at__lt=now)):
        pass
    return Purged(bodies, quarantined, refusals)


def _empty_bodies(company_id: int, *, before: datetime) -> Iterator[int]:
    emptied = 1
    while emptied:
        with use_company(company_id):
            done = WebhookEvent.objects.filter(work_state=WorkState.DONE, received_at__lt=before).replayable()
            batch = list(done.order_by("-received_at", "-id").values_list("pk", flat=True)[:BATCH])
            # Still done when it is emptied: somebody may just have asked for a replay.
            held = WebhookEvent.objects.filter(pk__in=batch, work_state=WorkState.DONE)
            emptied = held.update(body=b"", headers={})
        yield emptied


def _drop_quarantine(company_id: int, *, before: datetime) -> Iterator[int]:
    dropped = 1
    while dropped:
        with use_company(company_id):
            dropped = _delete(Quarantined.objects.filter(received_at__lt=before))
        yield dropped


def _drop_answers(company_id: int, *, before: datetime) -> Iterator[int]:
    dropped = 1
    while dropped:
        with use_company(company_id):
            dropped = _delete(RepeatableAnswer.objects.filter(answered_at__lt=before))
        yield dropped


def _delete(rows: models.QuerySet[Any]) -> int:
    batch = list(rows.values_list("pk", flat=True)[:BATCH])
    deleted: int = rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return deleted
