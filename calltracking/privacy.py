"""What colleagues wrote about a person's calls, and how it came about which campaign brought them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from calltracking.exports.working import start_over
from calltracking.models import AttributionEntry, CallNote, Export, LearntNumber, Notification, SavedView
from crm.leases import WorkState
from crm.privacy import SHORTEST, Erasure, Person, history_told, told_of
from telephony.privacy import calls_of

ERASED = "(erased)"


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
    """Delete notes, learnt numbers, what colleagues were told of them, files that were exported, and searches for them.

    The ledger stays with the calls: it names rows by their ids alone.
    """
    forget_notes(erasure)
    _learnt(erasure.person).delete()
    _notifications(erasure.person).delete()
    # Whose rows lie in a file nobody knows without reading it, so none is kept.
    start_over(Export.objects.filter(is_background=True, is_removed=False).exclude(work_state=WorkState.DEAD))
    forget_searches(erasure.person)


def forget_searches(person: Person) -> None:
    """Take out of the log of exports and of saved views what somebody typed to find the person."""
    known = [text.casefold() for text in (*person.spellings, person.contact.full_name, person.contact.business_name)]
    known = [text for text in known if len(text) >= SHORTEST]
    for export in Export.objects.filter(filter__has_key="q"):
        if _names(export.filter["q"], known):
            export.filter = {**export.filter, "q": ERASED}
            export.save(update_fields=["filter"])
    for view in SavedView.objects.filter(query__contains="q="):
        said = QueryDict(view.query, mutable=True)
        if _names(said.get("q", ""), known) or _names(view.name, known):
            said.pop("q", None)
            view.query, view.name = said.urlencode(), f"View {view.pk}"
            view.save(update_fields=["query", "name"])


def _names(typed: str, known: list[str]) -> bool:
    said = typed.casefold().strip()
    digits = re.sub(r"[\s().-]", "", said)
    return any(
        text in said or (len(said) >= SHORTEST and said in text) or (len(digits) >= SHORTEST and digits in text)
        for text in known
    )


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
