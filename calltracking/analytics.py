"""The numbers of the pages. Each has one formula, stated here and beside the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Max, Min, Q

from telephony.events import CallOutcome
from telephony.models.call_queries import HAS_ENDED, IS_MISSED, CallQuerySet


@dataclass(frozen=True)
class CallNumbers:
    """Counts over some calls. Lengths in seconds, of ended calls; None when there are none."""

    calls: int
    ended: int
    successes: int
    hot: int
    missed: int
    average_seconds: float | None
    shortest_seconds: int | None
    longest_seconds: int | None

    @property
    def success_rate(self) -> float | None:
        """Outcome success / ended calls."""
        return self.successes / self.ended if self.ended else None


def call_numbers(calls: CallQuerySet, *, since: datetime) -> CallNumbers:
    """Return the numbers of those calls that started at or after a moment, in one query."""
    counted = calls.filter(started_at__gte=since).aggregate(
        calls=Count("pk"),
        ended=Count("pk", filter=HAS_ENDED),
        successes=Count("pk", filter=HAS_ENDED & Q(outcome=CallOutcome.SUCCESS)),
        hot=Count("pk", filter=Q(is_hot=True)),
        missed=Count("pk", filter=IS_MISSED),
        average_seconds=Avg("duration_seconds", filter=HAS_ENDED),
        shortest_seconds=Min("duration_seconds", filter=HAS_ENDED),
        longest_seconds=Max("duration_seconds", filter=HAS_ENDED),
    )
    return CallNumbers(**counted)
