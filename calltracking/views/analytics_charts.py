"""The charts of the dashboard of calls: what each is made of, and the calls that each of its parts opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calltracking.charts import Bar, Chart, Part, Place, bars, columns, line
from calltracking.figures.calls import (
    LENGTH_SHORT,
    MEASURES,
    OF_ALL,
    POSITIVE_TARGET,
    WAIT_TARGET,
    Period,
    length_filters,
    score_filters,
    score_name,
)
from calltracking.figures.facts import Numbers
from calltracking.figures.spans import Span, unit_of
from calltracking.figures.tables import Kind
from calltracking.views.words import NOTHING, clock

MOST_CAMPAIGNS = 12
SHORTEST, LONGEST = 0, len(OF_ALL) - 1


def say(value: Any, kind: Kind) -> str:
    """Return a figure as people read it."""
    if value is None:
        return NOTHING
    if kind == Kind.SECONDS:
        return f"{value:.1f} s" if value < 60 else clock(value)
    return f"{value:.0%}" if kind == Kind.SHARE else f"{value:,}" if kind == Kind.COUNT else f"{value:,.1f}"


@dataclass(frozen=True)
class Section:
    """One chart over time, its formula, and how it is drawn: columns or line."""

    key: str
    title: str
    formula: str
    drawn: str
    chart: Chart


def sections(period: Period) -> list[Section]:
    """Return the charts over time."""
    return [
        _volume(period),
        _outcomes(period),
        _rate(period, "success_rate", "Success rate over time", "successes", highest=1, top="100%"),
        _rate(period, "conversion_rate", "Conversion rate over time", "converted", highest=1, top="100%"),
        _moods(period),
        _rate(
            period,
            "positive_rate",
            "Satisfaction",
            "positive",
            highest=1,
            top="100%",
            target=(POSITIVE_TARGET, f"aim {POSITIVE_TARGET:.0%}"),
        ),
        _rate(
            period, "wait_seconds", "Time to answer over time", "waits", target=(WAIT_TARGET, f"aim {WAIT_TARGET} s")
        ),
        _rate(period, "delay_seconds", "Time to reply over time", "delays"),
    ]


def _volume(period: Period) -> Section:
    places = [
        Place(span.name, span.short, (_part(period, span, span.numbers.calls, "call", "accent"),))
        for span in period.spans
    ]
    highest = max((span.numbers.calls for span in period.spans), default=0)
    unit = unit_of(period.chosen)
    chart = line("Calls over time", places, highest=highest, top=f"{highest:,}", series="Calls", heading=unit)
    return Section("volume", "Calls over time", MEASURES["calls"].formula, "line", chart)


def _outcomes(period: Period) -> Section:
    places = []
    for span in period.spans:
        n = span.numbers
        rest = n.ended - n.successes - n.failures
        ended = {"has_ended": "true"}
        parts = (
            _part(period, span, n.successes, "success", "good", ending="es", outcome="success", **ended),
            _part(period, span, n.failures, "failure", "bad", outcome="failure", **ended),
            _part(period, span, rest, "other", "plain", ending="", outcome="unknown", **ended),
        )
        places.append(Place(span.name, span.short, parts))
    series = (("Success", "good"), ("Failure", "bad"), ("Not said", "plain"))
    chart = columns("Success and failure", places, series=series, heading=unit_of(period.chosen))
    formula = "Ended calls by the outcome that their provider tells."
    return Section("outcomes", "Success and failure", formula, "columns", chart)


def _moods(period: Period) -> Section:
    tones = {"positive": "good", "neutral": "plain", "mixed": "warn", "negative": "bad"}
    places = [
        Place(
            span.name,
            span.short,
            tuple(
                _part(period, span, getattr(span.numbers, mood), f"{mood} call", tone, feeling=mood)
                for mood, tone in tones.items()
            ),
        )
        for span in period.spans
    ]
    series = tuple((mood.capitalize(), tone) for mood, tone in tones.items())
    chart = columns("Mood over time", places, series=series, heading=unit_of(period.chosen))
    return Section("moods", "Mood over time", "Calls by the caller's mood, where it was read.", "columns", chart)


def _rate(
    period: Period,
    name: str,
    title: str,
    counted: str,
    *,
    highest: float = 0,
    top: str = "",
    target: tuple[float, str] | None = None,
) -> Section:
    """Return a line of a share or a mean; days that have none are gaps."""
    measure = MEASURES[name]
    places = []
    for span in period.spans:
        value = getattr(span.numbers, name)
        parts: tuple[Part, ...] = ()
        if value is not None:
            said = f"{say(value, measure.kind)} ({getattr(span.numbers, counted):,})"
            parts = (Part(value, said, "accent", _on(period, span).calls_url(**measure.opens)),)
        places.append(Place(span.name, span.short, parts))
    known = [place.parts[0].value for place in places if place.parts]
    most = highest or max([*known, target[0] if target else 0])
    chart = line(
        title,
        places,
        highest=most,
        top=top or say(most, measure.kind),
        series=measure.title,
        target=target,
        heading=unit_of(period.chosen),
    )
    return Section(name.replace("_", "-"), title, measure.formula, "line", chart)


def length_chart(period: Period) -> Chart:
    """Return how long ended calls lasted; the two ends are outliers."""
    places = [
        Place(
            OF_ALL[nth],
            LENGTH_SHORT[nth],
            (
                Part(
                    counted,
                    _calls(counted),
                    "warn" if nth in (SHORTEST, LONGEST) else "accent",
                    period.chosen.calls_url(**length_filters(nth)),
                ),
            ),
        )
        for nth, counted in enumerate(period.now.lengths)
    ]
    return columns("Length of calls", places, series=(("Calls", "accent"),), heading="Length")


def outliers(period: Period) -> list[tuple[str, str]]:
    """Return the calls that are much shorter or longer than others, in words, with the list of them."""
    named = ((SHORTEST, "very short: under 10 s"), (LONGEST, "very long: 30 min and more"))
    return [
        (
            f"{_calls(period.now.lengths[nth])} {said}",
            period.chosen.calls_url(**length_filters(nth), sort="length" if nth == SHORTEST else "-length"),
        )
        for nth, said in named
        if period.now.lengths[nth]
    ]


def score_chart(period: Period) -> Chart:
    """Return how the lead scores of the calls are spread."""
    places = [
        Place(
            score_name(nth),
            score_name(nth).partition(" ")[0],
            (Part(counted, _calls(counted), "accent", period.chosen.calls_url(**score_filters(nth))),),
        )
        for nth, counted in enumerate(period.now.scores)
    ]
    return columns("Lead score of calls", places, series=(("Calls", "accent"),), heading="Score")


def campaign_bars(period: Period, rows: list[tuple[int | None, str, Numbers]]) -> tuple[Bar, ...]:
    """Return the average length of each campaign's ended calls, the campaign with most calls first."""
    entries = []
    for pk, name, n in rows[:MOST_CAMPAIGNS]:
        narrowed: dict[str, Any] = {"campaign": pk} if pk else {"has_campaign": "false"}
        url = period.chosen.calls_url(has_ended="true", **narrowed)
        title = f"{name}: {say(n.average_seconds, Kind.SECONDS)} over {n.ended:,} ended calls"
        entries.append((name, n.average_seconds or 0, say(n.average_seconds, Kind.SECONDS), url, title))
    return bars(entries)


def _part(period: Period, span: Span, value: int, word: str, tone: str, *, ending: str = "s", **asked: str) -> Part:
    said = f"{value:,} {word}{'' if value == 1 else ending}"
    return Part(value, said, tone, _on(period, span).calls_url(**asked) if value else "")


def _on(period: Period, span: Span) -> Any:
    return period.chosen.on(span.first, span.last)


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"
