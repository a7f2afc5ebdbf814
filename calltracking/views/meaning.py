"""What a call meant, as its page says it: the summary, the mood over the call, what spoke for and against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.corrections import Effective
from analysis.findings import BusinessOutcome, Fact, Findings, Resolution, Sentiment
from calltracking.views.words import INTENT_WORDS, MOOD_TONES, TONES
from telephony.models import Call

WIDTH, HEIGHT, EDGE = 320, 56, 4
# Beyond this many turns single points are too close to be told apart; the line stays.
MOST_POINTS = 60

RESOLUTIONS = {
    Resolution.RESOLVED: ("Resolved", "good"),
    Resolution.UNRESOLVED: ("Not resolved", "warn"),
    Resolution.ESCALATED: ("Escalated", "warn"),
}
OUTCOMES = {
    BusinessOutcome.BOOKING: ("Booking", "good"),
    BusinessOutcome.LEAD_GENERATED: ("Lead", "good"),
    BusinessOutcome.FOLLOW_UP_REQUIRED: ("Follow-up needed", "info"),
}
STANCES = (
    ("key_points", "Key points"),
    ("positive_signals", "Speaks for it"),
    ("objections", "Objections"),
    ("pain_points", "Problems they have"),
)


@dataclass(frozen=True)
class Chip:
    """One word of the verdict: what it is about, the word, its tone, and the turn it stands in, if any."""

    about: str
    word: str
    tone: str = "plain"
    turn: int | None = None


@dataclass(frozen=True)
class Point:
    """The mood at one turn, as a place in the chart."""

    x: float
    y: float
    turn: int
    said: str


@dataclass(frozen=True)
class Chart:
    """The mood of the customer over the call. `said` tells the same in words."""

    line: str
    points: tuple[Point, ...]
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    middle: float = HEIGHT / 2


@dataclass(frozen=True)
class Said:
    """Something that was said, and the turn it stands in; None where a person entered it."""

    text: str
    turn: int | None


@dataclass(frozen=True)
class Meaning:
    chips: tuple[Chip, ...]
    chart: Chart | None
    stances: tuple[tuple[str, tuple[Said, ...]], ...]
    topics: str
    keywords: tuple[Said, ...]
    next_step: Said | None
    engagement: str


def meaning_of(call: Call, told: Effective | None) -> Meaning | None:
    """Return what the card of the call's meaning shows; None when it was not read."""
    if told is None:
        return None
    found = told.findings
    stances = tuple((title, _said(getattr(found, name))) for name, title in STANCES if getattr(found, name))
    return Meaning(
        chips=tuple(_chips(found)),
        chart=chart_of(found.sentiment),
        stances=stances,
        topics=", ".join(dict.fromkeys(fact.value for fact in found.topics)),
        keywords=_said(found.keywords),
        next_step=_one(found.next_best_action) if found.next_best_action else None,
        engagement="" if found.engagement is None else f"{found.engagement:.0%}",
    )


def _chips(found: Findings) -> Iterable[Chip]:
    intent = found.stated_intent
    yield Chip("Wants", INTENT_WORDS.get(intent, "Unclear"), TONES.get(intent, "plain"), _turn(found.intent))
    if found.sentiment:
        label = found.sentiment.label
        yield Chip("Mood", f"{label.capitalize()} {found.sentiment.score:+.1f}", MOOD_TONES.get(label, "plain"))
    if found.resolution:
        yield Chip("Their matter", *RESOLUTIONS[found.resolution.value], _turn(found.resolution))
    if found.business_outcome:
        yield Chip("Outcome", *OUTCOMES[found.business_outcome.value], _turn(found.business_outcome))
    if found.emergency and found.emergency.value:
        yield Chip("Emergency", "Yes", "bad", _turn(found.emergency))


def chart_of(sentiment: Sentiment | None) -> Chart | None:
    """Return the chart of a mood that was taken at two turns or more."""
    if sentiment is None or len(sentiment.course) < 2:
        return None
    last = len(sentiment.course) - 1
    points = tuple(
        Point(
            x=round(EDGE + place * (WIDTH - 2 * EDGE) / last, 1),
            y=round(HEIGHT / 2 - score * (HEIGHT / 2 - EDGE), 1),
            turn=turn,
            said=f"Turn {turn + 1}: {score:+.1f}",
        )
        for place, (turn, score) in enumerate(sentiment.course)
    )
    first, final = sentiment.course[0][1], sentiment.course[-1][1]
    low, high = min(score for _, score in sentiment.course), max(score for _, score in sentiment.course)
    return Chart(
        line=" ".join(f"{point.x},{point.y}" for point in points),
        points=points if len(points) <= MOST_POINTS else (),
        said=f"From {first:+.1f} at the beginning to {final:+.1f} at the end, between {low:+.1f} and {high:+.1f}.",
    )


def _said(facts: Iterable[Fact[str]]) -> tuple[Said, ...]:
    return tuple(dict.fromkeys(_one(fact) for fact in facts))


def _one(fact: Fact[str]) -> Said:
    return Said(fact.value, _turn(fact))


def _turn(fact: Fact[Any] | None) -> int | None:
    return fact.evidence.turn if fact is not None and fact.evidence.turn >= 0 else None
