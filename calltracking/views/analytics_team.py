"""How people and AI agents do: what they held in some days, sorted by any column, each number with its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.team import FORMULAS, SORTS, USUAL, Performance, performances
from calltracking.views.access import member_of, page, render_page
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.words import NOTHING, clock

# The word of the sort, the heading, and the formula behind it.
COLUMNS = (
    ("name", "Agent", ""),
    ("calls", "Calls", "calls"),
    ("talk", "Talk time", "talk"),
    ("average", "Average", "average"),
    ("conversions", "Conversions", "conversions"),
    ("rate", "Rate", "conversions"),
    ("mood", "Positive", "mood"),
    ("wait", "To answer", "wait"),
    ("reply", "To reply", "reply"),
    ("steps", "Follow-ups", "steps"),
)


@dataclass(frozen=True)
class Heading:
    """A column's heading: where a click sorts, and how it is sorted now (`ascending`, `descending` or empty)."""

    title: str
    query: str
    sorted: str
    formula: str


@dataclass(frozen=True)
class Cell:
    """One number of an agent, and the list it opens; `rows` are how many are there, where it is a count of them."""

    title: str
    said: str
    url: str = ""
    rows: int | None = None


@require_GET
@page("crm.view_membership")
def analytics_team(request: HttpRequest) -> HttpResponse:
    """Show the table; the page asks again for its figures alone, and puts what changed in its place."""
    chosen, member = read_filter(request), member_of(request)
    asked = request.GET.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else USUAL
    found = performances(chosen, member=member, sort=sort)
    context = {
        "title": "Team in numbers",
        "headings": [_heading(chosen, sort, *column) for column in COLUMNS],
        "rows": [(one.name, one.kind, cells_of(one, chosen)) for one in found],
        "formulas": [(title, FORMULAS[name]) for _, title, name in COLUMNS if name and title != "Rate"],
        "at": timezone.localtime(),
        "is_empty": not any(one.numbers.calls for one in found),
        "chosen": chosen,
    }
    is_part = request.headers.get("X-Part") == "figures"
    if not is_part:
        kept = {"sort": sort} if asked else {}
        context |= filter_context(request, chosen, tab="analytics-team", keeps=kept)
    template = "calltracking/parts/team_figures.html" if is_part else "calltracking/analytics_team.html"
    answer = render_page(request, template, context)
    patch_vary_headers(answer, ["X-Part"])
    return answer


def cells_of(one: Performance, chosen: AnalyticsFilter) -> list[Cell]:
    """Return an agent's numbers as the table shows them, in the order of its columns."""
    n = one.numbers

    def opens(**asked: Any) -> str:
        return chosen.calls_url(agent=one.agent.pk, **asked) if one.agent else ""

    return [
        Cell("Calls", f"{n.calls:,}", opens(), n.calls),
        Cell("Talk time", clock(n.seconds), opens(has_ended="true", sort="-length"), n.ended),
        Cell("Average", clock(n.average_seconds) or NOTHING, opens(has_ended="true", sort="-length"), n.ended),
        Cell("Conversions", f"{n.converted:,}", opens(converted="true"), n.converted),
        Cell("Rate", _share(n.conversion_rate), opens(converted="true"), n.converted),
        Cell("Positive", _share(n.positive_rate), opens(feeling="positive"), n.positive),
        Cell("To answer", _seconds(n.wait_seconds), opens(waited="true"), n.waits),
        Cell("To reply", _seconds(n.delay_seconds), opens(replied="true"), n.delays),
        Cell("Follow-ups", NOTHING if one.steps is None else f"{one.steps:,}", one.steps_url, one.steps),
    ]


def _heading(chosen: AnalyticsFilter, sort: str, word: str, title: str, formula: str) -> Heading:
    now = {f"-{word}": "descending", word: "ascending"}.get(sort, "")
    # Names are read from A on, numbers from the top.
    first, second = (word, f"-{word}") if word == "name" else (f"-{word}", word)
    query = chosen.query(sort=second if sort == first else first)
    return Heading(title, query, now, FORMULAS.get(formula, ""))


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.0%}"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    return f"{seconds:.1f} s" if seconds < 60 else clock(seconds)
