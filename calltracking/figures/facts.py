"""What each number is made of, stated once: per call as conditions of the ORM, per group of calls as aggregates.

The conditions are those of the list of calls (telephony/filters.py), so a number and the list it opens cannot differ.
Rollups, live counts, the check of both and the pages read this table and no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, FloatField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Extract, TruncDate

from telephony.events import CallDirection, CallOutcome, CallStatus
from telephony.models.attribution import IS_UNATTRIBUTED
from telephony.models.call_queries import HAS_ENDED, HAS_WAITED, IS_ANSWERED, IS_MISSED, CallQuerySet
from telephony.models.converting import IS_CONVERSION

# The keys over which days are counted apart, in the order of the bits of a level: the first is the highest.
KEYS = ("campaign_id", "agent_id", "line_id", "provider", "direction")
# Where the buckets of a length begin, in seconds, and those of a score.
LENGTHS = (0, 10, 30, 60, 120, 300, 600, 1800)
SCORES = tuple(range(0, 100, 10))
FEELINGS = ("positive", "neutral", "negative", "mixed")

IS_INBOUND = Q(direction=CallDirection.INBOUND)
# By which calls are told apart; each becomes a column that is true or not.
CONDITIONS: dict[str, Q] = {
    "has_ended": HAS_ENDED,
    "is_completed": Q(status=CallStatus.COMPLETED),
    "is_success": HAS_ENDED & Q(outcome=CallOutcome.SUCCESS),
    "is_failure": HAS_ENDED & Q(outcome=CallOutcome.FAILURE),
    "is_missed": IS_MISSED,
    "is_inbound": IS_INBOUND,
    "is_answered": IS_INBOUND & IS_ANSWERED,
    "is_converted": IS_CONVERSION,
    "is_unattributed": IS_UNATTRIBUTED,
    "has_waited": HAS_WAITED,
}


def _counted(condition: str) -> str:
    return f"count(*) filter (where {condition})"


def _buckets(name: str, column: str, edges: tuple[int, ...], among: str) -> dict[str, str]:
    """Return the count of each bucket; the last one has no end."""
    ends = [f"and {column} < {end}" for end in edges[1:]] + [""]
    return {
        f"{name}_{edge}": _counted(f"{among} and {column} >= {edge} {end}")
        for edge, end in zip(edges, ends, strict=True)
    }


# Of the calls of a group. Lengths and waits are of those that have them; milliseconds are whole, so sums are exact.
AGGREGATES: dict[str, str] = {
    "calls": "count(*)",
    "ended": _counted("has_ended"),
    "completed": _counted("is_completed"),
    "successes": _counted("is_success"),
    "failures": _counted("is_failure"),
    "missed": _counted("is_missed"),
    "inbound": _counted("is_inbound"),
    "answered": _counted("is_answered"),
    "hot": _counted("is_hot"),
    "converted": _counted("is_converted"),
    "unattributed": _counted("is_unattributed"),
    "seconds": "coalesce(sum(duration_seconds) filter (where has_ended), 0)::bigint",
    "shortest": "min(duration_seconds) filter (where has_ended)",
    "longest": "max(duration_seconds) filter (where has_ended)",
    "waits": _counted("has_waited"),
    "waited_ms": "coalesce(sum(greatest(round(1000 * waited), 0)) filter (where has_waited), 0)::bigint",
    "delays": _counted("delay is not null"),
    "delayed_ms": "coalesce(sum(round((1000 * delay)::numeric)), 0)::bigint",
    **{feeling: _counted(f"feeling = '{feeling}'") for feeling in FEELINGS},
    "scored": _counted("score is not null"),
    "score_sum": "coalesce(sum(score), 0)::bigint",
    **_buckets("lasted", "duration_seconds", LENGTHS, "has_ended"),
    **_buckets("score", "score", SCORES, "score is not null"),
}
LEAST, MOST = "shortest", "longest"


def facts_of(calls: CallQuerySet, *, zone: tzinfo) -> tuple[str, Any]:
    """Return, as SQL and its parameters, one row for each call with what any number is made of."""
    said = {name: ExpressionWrapper(q, output_field=BooleanField()) for name, q in CONDITIONS.items()}
    delay = KeyTextTransform("agent_response_seconds", "metrics__measured")
    rows = (
        calls.order_by()
        .annotate(
            day=TruncDate("started_at", tzinfo=zone),
            waited=Extract(F("answered_at") - F("started_at"), "epoch"),
            delay=Cast(delay, FloatField()),
            **said,
        )
        .values("day", *KEYS, "duration_seconds", "is_hot", "feeling", "score", "waited", "delay", *said)
    )
    sql, parameters = rows.query.sql_with_params()
    return sql, parameters


@dataclass(frozen=True)
class Numbers:
    """Counts over some calls, in the words of `AGGREGATES`; lengths in seconds, None when no call has ended."""

    calls: int = 0
    ended: int = 0
    completed: int = 0
    successes: int = 0
    failures: int = 0
    missed: int = 0
    inbound: int = 0
    answered: int = 0
    hot: int = 0
    converted: int = 0
    unattributed: int = 0
    seconds: int = 0
    shortest: int | None = None
    longest: int | None = None
    waits: int = 0
    waited_ms: int = 0
    delays: int = 0
    delayed_ms: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    mixed: int = 0
    scored: int = 0
    score_sum: int = 0
    lengths: tuple[int, ...] = (0,) * len(LENGTHS)
    scores: tuple[int, ...] = (0,) * len(SCORES)

    @classmethod
    def of(cls, values: tuple[Any, ...]) -> Numbers:
        """Return the numbers of a row of `AGGREGATES`, in their order."""
        plain = len(AGGREGATES) - len(LENGTHS) - len(SCORES)
        lengths, scores = values[plain : plain + len(LENGTHS)], values[plain + len(LENGTHS) :]
        named = dict(zip(AGGREGATES, values[:plain], strict=False))
        return cls(**named, lengths=tuple(lengths), scores=tuple(scores))

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers.joined([self, other])

    @classmethod
    def joined(cls, many: Iterable[Numbers]) -> Numbers:
        """Return the numbers of all of them together."""
        listed = list(many)
        added: list[Any] = []
        for name in _NAMES:
            column = [getattr(each, name) for each in listed]
            if name in (LEAST, MOST):
                known = [value for value in column if value is not None]
                added.append((min if name == LEAST else max)(known) if known else None)
            elif name in ("lengths", "scores"):
                added.append(tuple(map(sum, zip(*column, strict=True))) or getattr(cls, name))
            else:
                added.append(sum(column))
        return cls(*added)

    # ---- shares and means; None where there is nothing to divide by

    @property
    def success_rate(self) -> float | None:
        """Outcome success / ended calls."""
        return _share(self.successes, self.ended)

    @property
    def completed_rate(self) -> float | None:
        """Completed / all calls."""
        return _share(self.completed, self.calls)

    @property
    def answer_rate(self) -> float | None:
        """Answered / inbound."""
        return _share(self.answered, self.inbound)

    @property
    def conversion_rate(self) -> float | None:
        """Conversions / all calls."""
        return _share(self.converted, self.calls)

    @property
    def average_seconds(self) -> float | None:
        """Length of ended calls, added up / ended calls."""
        return _share(self.seconds, self.ended)

    @property
    def felt(self) -> int:
        """Calls whose mood was read."""
        return self.positive + self.neutral + self.negative + self.mixed

    @property
    def positive_rate(self) -> float | None:
        """Calls in a positive mood / calls whose mood was read."""
        return _share(self.positive, self.felt)

    @property
    def wait_seconds(self) -> float | None:
        """From the start of an inbound call until it was answered, on average."""
        return _share(self.waited_ms / 1000, self.waits)

    @property
    def delay_seconds(self) -> float | None:
        """How long our side takes to reply within a call: the mean of the calls' means."""
        return _share(self.delayed_ms / 1000, self.delays)

    @property
    def average_score(self) -> float | None:
        """Scores added up / calls with a score."""
        return _share(self.score_sum, self.scored)


_NAMES = tuple(field.name for field in fields(Numbers))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
