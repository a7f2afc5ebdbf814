"""What colleagues wrote about a person's calls."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from calltracking.models import CallNote
from crm.privacy import Erasure, Person, history_told, told_of
from telephony.privacy import calls_of


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
