"""How a call is read: anew, with the speakers the other way round, and one reading beside another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from analysis.differences import Difference, differences
from analysis.findings import Findings
from analysis.reprocessing import cost_of_many, owe_reading
from calltracking import reconsidering
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.lead_card import number_in, refreshed
from calltracking.views.rows import who_of
from calltracking.views.words import NOTHING, label_of, say
from crm.leases import WorkState
from crm.phones import as_told
from crm.roles import REPROCESS_MANY
from crm.wording import day_and_time
from telephony.filters import CallFilter
from telephony.models import Call, Insight

# More than this at once is for a terminal, where it can be watched and stopped.
MOST_AT_ONCE = 1000
# So many are looked at to say what all of them cost.
JUDGED_BY = 20
BACKEND_WORDS = {"builtin": "Built-in rules", "openai": "A model"}


@dataclass(frozen=True)
class Version:
    """One reading of a call: who read it, in which version, when, and what came of it."""

    pk: int
    number: int
    reader: str
    when: str
    score: int | None
    values: int
    dropped: int
    is_current: bool


@dataclass(frozen=True)
class Line:
    """One value that differs, in words."""

    label: str
    change: str
    before: str
    after: str
    turn_before: int | None
    turn_after: int | None


@require_POST
@page("telephony.change_call")
def reprocess(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the call read anew; what people decided stays, and so do earlier readings."""
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)).defer("raw"), pk=pk)
    owe_reading(call)
    return refreshed(request, call)


@require_POST
@page("telephony.change_call")
def swap_speakers(request: HttpRequest, pk: int) -> HttpResponse:
    """Take agent for customer and customer for agent, in every turn, or take that back; the call is read anew."""
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)).defer("raw"), pk=pk)
    reconsidering.swap_speakers(call, by=member_of(request))
    return refreshed(request, call)


@require_GET
@page("telephony.view_call")
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far the reading is; the page asks every second while it runs and reloads when it is over."""
    call = get_object_or_404(calls_of(request).defer("raw"), pk=pk)
    state = reading_state(call)
    if state != "reading":
        return HttpResponseClientRefresh()
    return render_page(request, "calltracking/parts/reading.html", {"call": call, "state": state})


def reading_state(call: Call) -> str:
    """Return whether the call's journey is done: `done`, `reading`, or `failed` when it was given up."""
    if call.work_state == WorkState.DEAD:
        return "failed"
    return "done" if call.work_state == WorkState.DONE else "reading"


@require_GET
@page("telephony.view_insight")
def readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every reading of the call, and what any two of them say differently."""
    call = get_object_or_404(calls_of(request).select_related("contact").defer("raw"), pk=pk)
    insights = list(call.insights.order_by("pk"))
    before, after = _chosen(request.GET, insights)
    context = {
        "title": f"Readings of the call with {who_of(call)}",
        "call": call,
        "versions": [_version(insight, number) for number, insight in enumerate(insights, start=1)][::-1],
        "before": before and before.pk,
        "after": after and after.pk,
        "lines": _lines(before, after) if before and after else [],
        "corrections": call.corrections.count(),
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "calltracking/parts/differences.html" if is_part else "calltracking/readings.html"
    return render_page(request, template, context)


def _chosen(asked: QueryDict, insights: list[Insight]) -> tuple[Insight | None, Insight | None]:
    """Return the two readings to compare: those asked for, else the current one and the one before it."""
    if len(insights) < 2:
        return None, None
    known = {insight.pk: insight for insight in insights}
    current = next((insight for insight in insights if insight.is_current), insights[-1])
    after = known.get(number_in(asked.get("after")), current)
    earlier = [insight for insight in insights if insight.pk != after.pk]
    return known.get(number_in(asked.get("before")), earlier[-1]), after


def _version(insight: Insight, number: int) -> Version:
    return Version(
        pk=insight.pk,
        number=number,
        reader=reader_of(insight),
        when=day_and_time(insight.created_at),
        score=insight.score,
        values=sum(1 for _ in Findings.model_validate(insight.findings).facts()),
        dropped=len(insight.dropped),
        is_current=insight.is_current,
    )


def reader_of(insight: Insight) -> str:
    """Return who read the call: `Built-in rules, version 2`, `openai, gpt-5-mini, prompt 3`."""
    name = BACKEND_WORDS.get(insight.backend, insight.backend)
    if insight.model:
        prompt = f", prompt {insight.prompt_version}" if insight.prompt_version else ""
        return f"{name}, {insight.model}{prompt}"
    return f"{name}, version {insight.version}"


def _lines(before: Insight, after: Insight) -> list[Line]:
    old, new = Findings.model_validate(before.findings), Findings.model_validate(after.findings)
    lines = [_line(difference) for difference in differences(old, new)]
    if before.score != after.score:
        lines.insert(0, Line("Score", "changed", _or_dash(before.score), _or_dash(after.score), None, None))
    return lines


def _line(found: Difference) -> Line:
    return Line(
        label=label_of(found.name),
        change=found.change.value,
        before=_in_words(found.name, found.before),
        after=_in_words(found.name, found.after),
        turn_before=found.turn_before,
        turn_after=found.turn_after,
    )


def _in_words(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and name == "engagement":
        return f"{value:.0%}"
    return as_told(say(value)) if name == "phones" else say(value)


def _or_dash(score: int | None) -> str:
    return NOTHING if score is None else str(score)


@require_http_methods(["GET", "POST"])
@page(REPROCESS_MANY)
def reprocess_many(request: HttpRequest) -> HttpResponse:
    """GET says how many calls the filters of the list stand for; POST has them read anew."""
    asked = CallFilter(request.GET, queryset=calls_of(request))
    found = asked.qs.ended() if asked.is_valid() else Call.objects.none()
    chosen = list(found.order_by("-started_at", "-pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if request.method == "POST" and 0 < len(chosen) <= MOST_AT_ONCE:
        for call in Call.objects.select_for_update(of=("self",)).defer("raw").filter(pk__in=chosen).order_by("pk"):
            owe_reading(call)
        messages.success(request, f"{len(chosen)} calls are being read anew. Earlier readings are kept.")
        return redirect(f"{reverse('calls')}?{request.GET.urlencode()}")
    context = {
        "title": "Read calls anew",
        "count": min(len(chosen), MOST_AT_ONCE),
        "cost": cost_of_many(_some(chosen), count=len(chosen)),
        "currency": settings.OPENAI_CURRENCY,
        "is_too_many": len(chosen) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "query": request.GET.urlencode(),
    }
    return render_page(request, "calltracking/reprocess.html", context)


def _some(chosen: list[int]) -> list[Call]:
    return list(Call.objects.defer("raw").filter(pk__in=chosen[:JUDGED_BY]))
