"""What a model told of a person's calls before it became an insight."""

from __future__ import annotations

from typing import Any

from analysis.models import Reading
from crm.privacy import Erasure, Person, told_of
from telephony.privacy import calls_of


def told_of_readings(person: Person) -> dict[str, Any]:
    """Return the readings of their calls, with the answers that are kept until all are there."""
    return {"readings_by_a_model": told_of(Reading.objects.filter(call__in=calls_of(person)).order_by("pk"))}


def forget_readings(erasure: Erasure) -> None:
    """Drop them: who is at work on one loses it. What the requests cost stays, without a word of theirs.

    One that is being written this very moment is not waited for, because its writer may wait for the call: its worker
    finds that nothing was said and empties it.
    """
    calls = list(calls_of(erasure.person).values_list("pk", flat=True))
    free = Reading.objects.select_for_update(skip_locked=True, of=("self",)).filter(call__in=calls)
    Reading.objects.filter(pk__in=list(free.values_list("pk", flat=True))).delete()
