"""The figures of calls over some days: cards with their change, and the sections of the dashboard as tables.

Each figure has one formula, stated here in words, and the filters that open its rows in the list of calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from calltracking.attribution.figures import FORMULAS
from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import FEELINGS, LENGTHS, SCORES, Numbers
from calltracking.figures.reading import Parts, by_day, numbers, total
from calltracking.figures.spans import Span, spans, unit_of
from calltracking.figures.tables import Cell, Kind, table
from crm.models import Campaign, Membership

# What to aim for: 95 of 100 inbound calls answered, within 30 seconds, and 60 of 100 callers in a positive mood.
ANSWER_TARGET, WAIT_TARGET, POSITIVE_TARGET = 0.95, 30, 0.6
LENGTH_NAMES = ("Under 10 s", "10 to 30 s", "30 s to 1 min", "1 to 2 min", "2 to 5 min", "5 to 10 min", "10 to 30 min")
LENGTH_SHORT = ("<10s", "10s", "30s", "1m", "2m", "5m", "10m", "30m+")
OF_ALL = (*LENGTH_NAMES, "30 min and more")
NO_CAMPAIGN = "No campaign"


@dataclass(frozen=True)
class Measure:
    """One figure: the name of its number, what it is called, its formula, its kind, and the filters of its rows.

    `less_is_better` says which way a change is good; None says that neither is. `of` names what must not be nothing.
    """

    name: str
    title: str
    formula: str
    kind: Kind
    opens: dict[str, str]
    less_is_better: bool | None = False


MEASURES: dict[str, Measure] = {
    each.name: each
    for each in (
        Measure("calls", "Total calls", "Every call that began on these days.", Kind.COUNT, {}),
        Measure(
            "completed",
            "Completed",
            "Calls with status completed. The share is of all calls.",
            Kind.COUNT,
            {"status": "completed"},
        ),
        Measure(
            "missed",
            "Missed",
            "Inbound calls that ended without an answer: no answer, busy or canceled.",
            Kind.COUNT,
            {"status": "missed"},
            less_is_better=True,
        ),
        Measure(
            "average_seconds",
            "Average length",
            "Length of the ended calls, added up, by the number of ended calls.",
            Kind.SECONDS,
            {"has_ended": "true"},
            less_is_better=None,
        ),
        Measure(
            "success_rate",
            "Success rate",
            "Ended calls with outcome success, by ended calls.",
            Kind.SHARE,
            {"has_ended": "true", "outcome": "success"},
        ),
        Measure("hot", "Hot calls", "Calls marked hot by the rules of scoring.", Kind.COUNT, {"hot": "true"}),
        Measure(
            "converted",
            "Conversions",
            "Calls that succeeded or whose caller is a converted lead, unless a person says otherwise.",
            Kind.COUNT,
            {"converted": "true"},
        ),
        Measure("conversion_rate", "Conversion rate", "Conversions, by all calls.", Kind.SHARE, {"converted": "true"}),
        Measure(
            "unattributed",
            "Without a campaign",
            FORMULAS["unattributed"],
            Kind.COUNT,
            {"attribution": "open"},
            less_is_better=True,
        ),
        Measure(
            "answer_rate",
            "Answer rate",
            "Inbound calls that were answered, by inbound calls. Aim: 95%.",
            Kind.SHARE,
            {"answered": "true"},
        ),
        Measure(
            "wait_seconds",
            "Time to answer",
            "From the start of an inbound call until it was answered, on average. Aim: under 30 s.",
            Kind.SECONDS,
            {"waited": "true"},
            less_is_better=True,
        ),
        Measure(
            "delay_seconds",
            "Time to reply",
            "How long our side takes to reply within a call: the mean of the calls' means.",
            Kind.SECONDS,
            {"replied": "true"},
            less_is_better=True,
        ),
        Measure(
            "positive_rate",
            "Positive mood",
            "Calls in a positive mood, by calls whose mood was read. Aim: 60%.",
            Kind.SHARE,
            {"feeling": "positive"},
        ),
        Measure(
            "average_score",
            "Average score",
            "Lead scores of the calls added up, by calls with a score.",
            Kind.NUMBER,
            {"score_from": "0"},
        ),
    )
}
# What a share counts: its rows are these.
COUNTED_BY = {
    "success_rate": "successes",
    "conversion_rate": "converted",
    "answer_rate": "answered",
    "positive_rate": "positive",
    "average_seconds": "ended",
    "wait_seconds": "waits",
    "delay_seconds": "delays",
    "average_score": "scored",
}


@dataclass(frozen=True)
class Period:
    """The numbers of a range: all together, the range before, in parts for charts, and by campaign."""

    chosen: AnalyticsFilter
    now: Numbers
    before: Numbers
    spans: list[Span]

    def rows_behind(self, name: str) -> int:
        """Return how many calls the list shows that a figure opens."""
        return int(getattr(self.now, COUNTED_BY.get(name, name)))

    def url(self, name: str) -> str:
        return self.chosen.calls_url(**MEASURES[name].opens)


def read_period(chosen: AnalyticsFilter, *, member: Membership) -> Period:
    """Return the numbers of the range and of as many days before it."""
    unit = unit_of(chosen)
    # Of a thousand days only a few dozen parts are shown: the database adds them up.
    parts = None if unit == "Day" else Parts(unit.lower(), begins=chosen.first)
    days = by_day(replace(chosen, first=chosen.before.first), member=member, parts=parts)
    earlier = {day: days.pop(day) for day in list(days) if day < chosen.first}
    return Period(chosen, total(days), total(earlier), spans(chosen, days))


def by_campaign(chosen: AnalyticsFilter, *, member: Membership) -> list[tuple[int | None, str, Numbers]]:
    """Return the numbers of each campaign that has calls, the one with most first; calls without one have no id."""
    found = numbers(chosen, by="campaign_id", member=member)
    names = dict(Campaign.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    rows = [(pk, names.get(pk, f"Campaign {pk}") if pk else NO_CAMPAIGN, each) for pk, each in found.items()]
    return sorted(rows, key=lambda row: (-row[2].calls, row[1]))


def length_filters(nth: int) -> dict[str, str]:
    """Return the filters of the calls in a bucket of lengths."""
    below = {"seconds_below": str(LENGTHS[nth + 1])} if nth + 1 < len(LENGTHS) else {}
    return {"has_ended": "true", "seconds_from": str(LENGTHS[nth]), **below}


def score_filters(nth: int) -> dict[str, str]:
    """Return the filters of the calls in a bucket of scores; a score of 100 is in the last."""
    below = {"score_below": str(SCORES[nth + 1])} if nth + 1 < len(SCORES) else {}
    return {"score_from": str(SCORES[nth]), **below}


def score_name(nth: int) -> str:
    """Return what a bucket of scores is called."""
    return f"{SCORES[nth]} to {SCORES[nth] + 9 if nth + 1 < len(SCORES) else 100}"


# ---- tables ---------------------------------------------------------------------------------------------------

Rows = Iterator[tuple[Cell, ...]]


@table("calls", "Figures of calls", ("Figure", Kind.TEXT), ("Now", Kind.NUMBER), ("Before", Kind.NUMBER))
def _figures(chosen: AnalyticsFilter, member: Membership) -> Rows:
    period = read_period(chosen, member=member)
    for name, measure in MEASURES.items():
        yield measure.title, getattr(period.now, name), getattr(period.before, name)


@table(
    "calls-over-time",
    "Calls over time",
    ("First day", Kind.DAY),
    ("Last day", Kind.DAY),
    ("Calls", Kind.COUNT),
    ("Ended", Kind.COUNT),
    ("Successes", Kind.COUNT),
    ("Failures", Kind.COUNT),
    ("Success rate", Kind.SHARE),
    ("Missed", Kind.COUNT),
    ("Hot", Kind.COUNT),
    ("Conversions", Kind.COUNT),
    ("Conversion rate", Kind.SHARE),
    ("Average length", Kind.SECONDS),
    ("Time to answer", Kind.SECONDS),
    ("Time to reply", Kind.SECONDS),
)
def _over_time(chosen: AnalyticsFilter, member: Membership) -> Rows:
    for span in _spans(chosen, member):
        n = span.numbers
        yield (
            *(span.first, span.last, n.calls, n.ended, n.successes, n.failures, n.success_rate, n.missed, n.hot),
            *(n.converted, n.conversion_rate, n.average_seconds, n.wait_seconds, n.delay_seconds),
        )


@table("lengths", "Length of calls", ("Length", Kind.TEXT), ("Calls", Kind.COUNT))
def _lengths(chosen: AnalyticsFilter, member: Membership) -> Rows:
    yield from zip(OF_ALL, total(by_day(chosen, member=member)).lengths, strict=True)


@table("scores", "Lead score of calls", ("Score", Kind.TEXT), ("Calls", Kind.COUNT))
def _scores(chosen: AnalyticsFilter, member: Membership) -> Rows:
    for nth, counted in enumerate(total(by_day(chosen, member=member)).scores):
        yield score_name(nth), counted


@table(
    "moods",
    "Mood over time",
    ("First day", Kind.DAY),
    ("Last day", Kind.DAY),
    *((feeling.capitalize(), Kind.COUNT) for feeling in FEELINGS),
    ("Positive share", Kind.SHARE),
)
def _moods(chosen: AnalyticsFilter, member: Membership) -> Rows:
    for span in _spans(chosen, member):
        counted: list[Any] = [getattr(span.numbers, feeling) for feeling in FEELINGS]
        yield span.first, span.last, *counted, span.numbers.positive_rate


@table(
    "calls-by-campaign",
    "Calls by campaign",
    ("Campaign", Kind.TEXT),
    ("Calls", Kind.COUNT),
    ("Average length", Kind.SECONDS),
    ("Success rate", Kind.SHARE),
    ("Conversions", Kind.COUNT),
    ("Conversion rate", Kind.SHARE),
)
def _campaigns(chosen: AnalyticsFilter, member: Membership) -> Rows:
    for _, name, n in by_campaign(chosen, member=member):
        yield name, n.calls, n.average_seconds, n.success_rate, n.converted, n.conversion_rate


def _spans(chosen: AnalyticsFilter, member: Membership) -> list[Span]:
    return spans(chosen, by_day(chosen, member=member))
