"""Days put together so that a chart of any range stays readable: days, weeks, months or years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import Numbers
from crm import wording

# The longest range, in days, of which each of these is shown.
BY_DAY, BY_WEEK, BY_MONTH = 45, 200, 1500


@dataclass(frozen=True)
class Span:
    """The first and last day of one place of a chart, what it is called, and the numbers of its calls."""

    first: date
    last: date
    name: str
    short: str
    numbers: Numbers


def spans(chosen: AnalyticsFilter, days: dict[date, Numbers]) -> list[Span]:
    """Return the range in parts, each with its numbers, without the empty years before the first call."""
    first = min(days, default=chosen.first) if chosen.days > BY_MONTH else chosen.first
    named = [(*ends, *_words(*ends, chosen)) for ends in _parts(max(first, chosen.first), chosen)]
    within: dict[date, list[Numbers]] = {}
    starts = [part[0] for part in named]
    at = 0
    for day in sorted(days):
        while at + 1 < len(starts) and starts[at + 1] <= day:
            at += 1
        within.setdefault(starts[at], []).append(days[day])
    return [Span(begin, end, name, short, Numbers.joined(within.get(begin, []))) for begin, end, name, short in named]


def unit_of(chosen: AnalyticsFilter) -> str:
    """Return what one place of a chart stands for."""
    return "Day" if chosen.days <= BY_DAY else "Week" if chosen.days <= BY_WEEK else _long_unit(chosen)


def _long_unit(chosen: AnalyticsFilter) -> str:
    return "Month" if chosen.days <= BY_MONTH else "Year"


def _parts(first: date, chosen: AnalyticsFilter) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each part; those at the ends may be shorter. Weeks begin on Monday."""
    begin, unit = first, unit_of(chosen)
    while begin <= chosen.last:
        if unit == "Day":
            following = begin + timedelta(days=1)
        elif unit == "Week":
            following = begin + timedelta(days=7 - begin.weekday())
        elif unit == "Month":
            following = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            following = date(begin.year + 1, 1, 1)
        yield begin, min(following - timedelta(days=1), chosen.last)
        begin = following


def _words(first: date, last: date, chosen: AnalyticsFilter) -> tuple[str, str]:
    unit = unit_of(chosen)
    if unit == "Day":
        return f"{first:%a %-d %b %Y}", f"{first:%-d %b}"
    if unit == "Week":
        return wording.days(first, last), f"{first:%-d %b}"
    return (f"{first:%B %Y}", f"{first:%b %y}") if unit == "Month" else (f"{first:%Y}", f"{first:%Y}")
