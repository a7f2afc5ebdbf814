"""The dashboard of calls: cards against the period before, and charts, each opening the calls it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.charts import Bar, Chart, Part, Place, bars, columns, line
from calltracking.figures.calls import (
    COUNTED_BY,
    LENGTH_SHORT,
    MEASURES,
    OF_ALL,
    POSITIVE_TARGET,
    WAIT_TARGET,
    Period,
    by_campaign,
    length_filters,
    read_period,
    score_filters,
    score_name,
)
from calltracking.figures.facts import Numbers
from calltracking.figures.spans import Span, unit_of
from calltracking.figures.tables import Kind
from calltracking.views.access import member_of, page, render_page
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.words import clock

NOTHING = "–"
FIRST = ("calls", "completed", "missed", "average_seconds")
SECOND = ("success_rate", "hot", "converted", "conversion_rate", "answer_rate", "wait_seconds", "delay_seconds")
MOST_CAMPAIGNS = 12
SHORTEST, LONGEST = 0, len(OF_ALL) - 1


@dataclass(frozen=True)
class Card:
    """One figure, how it changed, what it is made of, and the calls it opens: as many as `rows`."""

    name: str
    title: str
    value: str
    detail: str
    change: str
    tone: str
    formula: str
    url: str
    rows: int


@require_GET
@page("telephony.view_call")
def analytics(request: HttpRequest) -> HttpResponse:
    """Show the dashboard; the page asks again for its figures alone, and puts what changed in its place."""
    chosen, member = read_filter(request), member_of(request)
    period = read_period(chosen, member=member)
    context = {
        "title": "Dashboard",
        "received": received_card(period),
        "cards": [card(period, name) for name in FIRST],
        "more": [card(period, name) for name in SECOND],
        "sections": sections(period),
        "outliers": outliers(period),
        "campaigns": campaign_bars(period, by_campaign(chosen, member=member)),
        "scores": score_chart(period),
        "lengths": length_chart(period),
        "at": timezone.localtime(),
        "own_only": not member.sees_all,
        "is_empty": not period.now.calls,
        "before": chosen.before.said,
        "chosen": chosen,
    }
    is_part = request.headers.get("X-Part") == "figures"
    if not is_part:
        context |= filter_context(request, chosen, tab="analytics")
    template = "calltracking/parts/analytics_figures.html" if is_part else "calltracking/analytics.html"
    answer = render_page(request, template, context)
    patch_vary_headers(answer, ["X-Part"])
    return answer


# ---- cards ----------------------------------------------------------------------------------------------------


def card(period: Period, name: str) -> Card:
    """Return a figure's card, with its change against the days before."""
    measure = MEASURES[name]
    now, before = getattr(period.now, name), getattr(period.before, name)
    change, tone = change_of(now, before, kind=measure.kind, less_is_better=measure.less_is_better)
    return Card(
        name=name,
        title=measure.title,
        value=say(now, measure.kind),
        detail=_detail(period.now, name),
        change=change,
        tone=tone,
        formula=measure.formula,
        url=period.url(name),
        rows=period.rows_behind(name),
    )


def received_card(period: Period) -> Card:
    """Return the card of the calls that reached us, with what came of them."""
    n = period.now
    made = card(period, "calls")
    detail = f"{n.successes:,} successful · {say(n.average_seconds, Kind.SECONDS)} on average"
    formula = f"{MEASURES['calls'].formula} Successful: ended with outcome success."
    return Card(**{**made.__dict__, "title": "Calls Received", "detail": detail, "formula": formula})


def change_of(now: Any, before: Any, *, kind: Kind, less_is_better: bool | None) -> tuple[str, str]:
    """Return how a figure changed, in words, and whether that is good, bad or plain."""
    if now is None or before is None or (kind == Kind.COUNT and not before):
        return ("new" if now and before is not None else "", "plain")
    if kind == Kind.SHARE:
        points = round(100 * (now - before))
        said, way = f"{points:+d} points", points
    else:
        percent = round(100 * (now - before) / before) if before else 0
        said, way = f"{percent:+,d}%", percent
    if not way:
        return "no change", "plain"
    is_good = None if less_is_better is None else (way < 0) == less_is_better
    return said.replace("-", "−"), "plain" if is_good is None else "good" if is_good else "bad"


def say(value: Any, kind: Kind) -> str:
    """Return a figure as people read it."""
    if value is None:
        return NOTHING
    if kind == Kind.SECONDS:
        return f"{value:.1f} s" if value < 60 else clock(value)
    return f"{value:.0%}" if kind == Kind.SHARE else f"{value:,}" if kind == Kind.COUNT else f"{value:,.1f}"


def _detail(n: Numbers, name: str) -> str:
    details: dict[str, Callable[[], str]] = {
        "calls": lambda: f"{n.inbound:,} inbound",
        "completed": lambda: f"{say(n.completed_rate, Kind.SHARE)} of all, {say(n.success_rate, Kind.SHARE)} succeeded",
        "missed": lambda: f"of {n.inbound:,} inbound",
        "average_seconds": lambda: f"{clock(n.shortest) or NOTHING} to {clock(n.longest) or NOTHING}",
        "success_rate": lambda: f"{n.successes:,} of {n.ended:,} ended",
        "conversion_rate": lambda: f"{n.converted:,} of {n.calls:,} calls",
        "answer_rate": lambda: f"{n.answered:,} of {n.inbound:,} inbound",
        "positive_rate": lambda: f"{n.positive:,} of {n.felt:,} calls",
    }
    if name in details:
        return details[name]()
    return f"over {getattr(n, COUNTED_BY[name]):,} calls" if name in COUNTED_BY else ""


# ---- charts ---------------------------------------------------------------------------------------------------


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
