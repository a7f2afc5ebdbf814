"""What colleagues wrote about a person's calls, and how it came about which campaign brought them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from calltracking.models import AttributionEntry, CallNote, LearntNumber, Notification
from crm.privacy import Erasure, Person, history_told, told_of
from telephony.privacy import calls_of


def told_of_what_was_added(person: Person) -> dict[str, Any]:
    """Return what stands on their calls beside what was said: notes and attribution, and numbers learnt as theirs."""
    calls = list(calls_of(person).values_list("pk", flat=True))
    entries = AttributionEntry.objects.filter(call__in=calls).order_by("pk")
    return {
        **told_of_notes(person),
        "attribution_of_calls": told_of(entries),
        "learnt_numbers": told_of(_learnt(person).order_by("pk")),
        "notifications": told_of(_notifications(person).order_by("pk")),
    }


def forget_what_was_added(erasure: Erasure) -> None:
    """Delete notes, learnt numbers and what colleagues were told of them.

    The ledger stays with the calls: it names rows by their ids alone.
    """
    forget_notes(erasure)
    _learnt(erasure.person).delete()
    _notifications(erasure.person).delete()


def _learnt(person: Person) -> QuerySet[LearntNumber]:
    """Return the numbers learnt as theirs, and those of theirs learnt as somebody's."""
    found: QuerySet[LearntNumber] = LearntNumber.objects.filter(
        Q(recipient__contact=person.contact) | Q(e164__in=person.alone)
    )
    return found


def _notifications(person: Person) -> QuerySet[Notification]:
    """Return what colleagues were told of them."""
    calls = list(calls_of(person).values_list("pk", flat=True))
    found: QuerySet[Notification] = Notification.objects.filter(Q(contact=person.contact) | Q(call__in=calls))
    return found


def told_of_notes(person: Person) -> dict[str, Any]:
    """Return the notes on their calls, with how they came about."""
    calls = list(calls_of(person).values_list("pk", flat=True))
    return {
        "call_notes": told_of(CallNote.objects.filter(call__in=calls).order_by("written_at", "pk")),
        "history_of_call_notes": history_told(CallNote, Q(whole_id__in=calls)),
    }


def forget_notes(erasure: Erasure) -> None:
    """Delete the notes on their calls, and empty their history."""
    calls = list(calls_of(erasure.person).values_list("pk", flat=True))
    notes = CallNote.objects.filter(call__in=calls)
    pks = list(notes.values_list("pk", flat=True))
    notes.delete()
    erasure.empty_history(CallNote, rows=pks, wholes=calls)
