"""The dashboard of calls: cards against the period before, and charts, each opening the calls it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.figures.calls import COUNTED_BY, MEASURES, Period, by_campaign, read_period
from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import Numbers
from calltracking.figures.tables import Kind
from calltracking.views.access import member_of, page, render_page
from calltracking.views.analytics_charts import (
    campaign_bars,
    length_chart,
    outliers,
    say,
    score_chart,
    sections,
)
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.saved_views import saved_views
from calltracking.views.words import clock
from crm.roles import ATTRIBUTE_CALL, TAKE_OUT
from crm.tenancy import remembering

FIRST = ("calls", "completed", "missed", "average_seconds")
SECOND = (
    *("success_rate", "hot", "converted", "conversion_rate", "positive_rate", "answer_rate", "wait_seconds"),
    "delay_seconds",
    "unattributed",
)


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
@remembering()
def analytics(request: HttpRequest) -> HttpResponse:
    """Show the dashboard; the page asks again for its figures alone, and puts what changed in its place."""
    chosen, member = read_filter(request), member_of(request)
    period = read_period(chosen, member=member)
    context = {
        "title": "Dashboard",
        "received": received_card(period),
        "cards": [card(period, name) for name in FIRST],
        "more": [card(period, name) for name in SECOND],
        "actions": quick_actions(request, chosen),
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
        "can_take_out": request.user.has_perm(TAKE_OUT),
    }
    is_part = request.headers.get("X-Part") == "figures"
    if not is_part:
        context |= filter_context(request, chosen, tab="analytics")
        context["views"] = saved_views(request, "dashboard")
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


def quick_actions(request: HttpRequest, chosen: AnalyticsFilter) -> list[tuple[str, str]]:
    """Return what is done most from here, each with its address, as far as the member may."""
    actions = (
        ("telephony.view_call", "Hot leads", reverse("insights")),
        (ATTRIBUTE_CALL, "Give calls to campaigns", reverse("unattributed")),
        (TAKE_OUT, "Export these calls", f"{reverse('export-calls')}?{chosen.calls_url().partition('?')[2]}"),
        (TAKE_OUT, "Reports", f"{reverse('reports')}?{chosen.query()}"),
    )
    return [(label, url) for right, label, url in actions if request.user.has_perm(right)]


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


def _detail(n: Numbers, name: str) -> str:
    details: dict[str, Callable[[], str]] = {
        "calls": lambda: f"{n.inbound:,} inbound",
        "completed": lambda: (
            f"{say(n.completed_rate, Kind.SHARE)} of all, {say(n.success_rate, Kind.SHARE)} succeeded"
            if n.ended
            else "no call has ended"
        ),
        "missed": lambda: f"of {n.inbound:,} inbound",
        "average_seconds": lambda: (
            f"{clock(n.shortest)} to {clock(n.longest)}" if n.longest is not None else "no call has ended"
        ),
        "success_rate": lambda: f"{n.successes:,} of {n.ended:,} ended",
        "conversion_rate": lambda: f"{n.converted:,} of {n.calls:,} calls",
        "unattributed": lambda: f"of {n.calls:,} calls",
        "answer_rate": lambda: f"{n.answered:,} of {n.inbound:,} inbound",
        "positive_rate": lambda: f"{n.positive:,} of {n.felt:,} calls",
    }
    if name in details:
        return details[name]()
    return f"over {getattr(n, COUNTED_BY[name]):,} calls" if name in COUNTED_BY else ""
