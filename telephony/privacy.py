"""What is kept of a person's calls: told in full, or forgotten so that the calls stay as nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BinaryField, Lookup, Q, QuerySet

from crm.leases import WorkState
from crm.privacy import Erasure, Person, history_told, told_of
from telephony.models import (
    Call,
    CallEventLog,
    CallId,
    Correction,
    Insight,
    Quarantined,
    SyncRun,
    Turn,
    WebhookEvent,
)
from telephony.providers import get_provider

# What a call is when nobody knows any more whose it was. When, how long, which campaign, how it was scored: that stays.
FORGOTTEN: dict[str, Any] = {
    "contact": None,
    "interaction": None,
    "recipient": None,
    "is_ambiguous": False,
    "customer_number": "",
    "customer_number_written": "",
    "recipient_ref": "",
    "disposition": "",
    "title": "",
    "provider_summary": "",
    "ended_because": "",
    "raw": {},
    "told": {},
    # Whoever is at work on it has read what was said, and must not write it.
    "work_state": WorkState.DONE,
    "lease_token": None,
    "lease_until": None,
    "error": "",
}


@BinaryField.register_lookup
class Holds(Lookup):
    """`body__holds=b"…"`: whether the bytes stand somewhere in it. It reads all of it."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"position({right} in {left}) > 0", [*right_params, *left_params]


def calls_of(person: Person) -> QuerySet[Call]:
    """Return their calls: those that are given to them, and those from a number of theirs that are given to nobody."""
    found: QuerySet[Call] = Call.objects.filter(
        Q(contact=person.contact) | Q(contact=None, customer_number__in=person.alone)
    )
    return found


def told_of_calls(person: Person) -> dict[str, Any]:
    """Return the calls with everything that hangs on them, and the deliveries that told of them."""
    calls = list(calls_of(person).order_by("started_at", "pk"))
    return {
        "calls": [_told_of_call(call) for call in calls],
        "deliveries": told_of(WebhookEvent.objects.filter(pk__in=_deliveries(person, _ids(calls))).order_by("pk")),
        "quarantine": told_of(_speaking_of(person, _ids(calls), Quarantined.objects.all()).order_by("pk")),
        "history_of_calls": history_told(Call, Q(pgh_obj_id__in=[call.pk for call in calls])),
        "history_of_corrections": history_told(Correction, Q(whole_id__in=[call.pk for call in calls])),
    }


def _told_of_call(call: Call) -> dict[str, Any]:
    return {
        **told_of([call])[0],
        "ids": told_of(call.ids.order_by("pk")),
        "turns": told_of(call.turns.order_by("index")),
        "insights": told_of(call.insights.order_by("pk")),
        "corrections": told_of(call.corrections.order_by("pk")),
        "metrics": told_of(call.metrics.order_by("pk")),
        "log": told_of(call.log.order_by("happened_at", "pk")),
    }


def forget_calls(erasure: Erasure) -> None:
    """Take the person out of their calls, and drop the deliveries that told of them.

    Deliveries are locked before calls, as the reader of the inbox does.
    """
    person = erasure.person
    ids = _ids(calls_of(person))
    _drop(WebhookEvent.objects.select_for_update(of=("self",)), _deliveries(person, ids))
    _speaking_of(person, ids, Quarantined.objects.all()).delete()
    calls = list(calls_of(person).select_for_update(of=("self",)).order_by("pk"))
    theirs = Call.objects.filter(pk__in=[call.pk for call in calls])
    ids = _ids(calls)
    erasure.remember(f"call:{provider}:{value}" for provider, value in ids)
    erasure.remember(f"number:{number}" for number in person.only_theirs(call.customer_number for call in calls))
    judged = list(Correction.objects.filter(call__in=calls).values_list("pk", flat=True))
    for model in (CallId, Turn, Insight, Correction):
        model.objects.filter(call__in=calls).delete()
    CallEventLog.objects.filter(call__in=calls).exclude(detail="").update(detail="")
    theirs.update(**FORGOTTEN)
    # The place where a run stood names calls; of a run that is over nobody needs it.
    SyncRun.objects.exclude(finished_at=None).exclude(cursor="").update(cursor="")
    erasure.empty_history(Call, rows=[call.pk for call in calls])
    erasure.empty_history(Correction, rows=judged, wholes=[call.pk for call in calls])


def _ids(calls: Iterable[Call]) -> set[tuple[str, str]]:
    """Return what providers call them: `(provider, id)`."""
    return set(CallId.objects.filter(call__in=calls).values_list("provider", "value"))


def _deliveries(person: Person, ids: set[tuple[str, str]]) -> list[int]:
    """Return the rows of the inbox that speak of the calls: read, waiting, or kept without being understood."""
    values = {value for _, value in ids}
    read = WebhookEvent.objects.filter(call_ref__in=values).values_list("pk", "provider", "call_ref")
    found = {pk for pk, provider, ref in read if (provider, ref) in ids}
    waiting = WebhookEvent.objects.exclude(work_state=WorkState.DONE).values_list("pk", "provider", "dedupe_key")
    found |= {pk for pk, provider, key in waiting if (provider, get_provider(provider).ref_in_key(key)) in ids}
    unrouted = WebhookEvent.objects.exclude(unrouted_because="").replayable()
    return sorted(found | set(_speaking_of(person, ids, unrouted).values_list("pk", flat=True)))


def _speaking_of(person: Person, ids: set[tuple[str, str]], rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows whose body holds a number of theirs, their e-mail, or the id of one of their calls."""
    said = {*person.spellings, *(value for _, value in ids)}
    if not said:
        return rows.none()
    return rows.filter(reduce(or_, (Q(body__holds=text.encode()) for text in sorted(said))))


def _drop(rows: QuerySet[WebhookEvent], pks: list[int]) -> None:
    held = list(rows.filter(pk__in=pks).order_by("pk").values_list("pk", flat=True))
    WebhookEvent.objects.filter(pk__in=held).delete()
