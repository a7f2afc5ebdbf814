"""A call, read like a page: what was said, what it meant, and what is known of the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from analysis.speakers import look_swapped
from analysis.understanding import conversation_of
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.attributing import campaign_card
from calltracking.views.call_panel import conversion_of
from calltracking.views.corrections import values_of
from calltracking.views.lead_card import candidates_of, lead_card, person_shown
from calltracking.views.model_reading import cost_of_reading, told_of_reading
from calltracking.views.reading import lines_of, pretty_json
from calltracking.views.readings import reading_state
from calltracking.views.rows import for_list, number_of, rows_of, who_of
from calltracking.views.words import clock, result_of
from crm.audit import history_of
from crm.models import Contact
from crm.roles import FULL_NUMBERS
from crm.wording import day_and_time, initials
from telephony.models import Call, CallMetrics, Insight
from telephony.providers import provider_label

EARLIER_SHOWN = 5
EVENT_WORDS = {"ended": "Ended", "ringing": "Rang", "answered": "Answered", "updated": "Updated"}


@dataclass(frozen=True)
class Heading:
    """Who, from where, when, and what came of it."""

    who: str
    business: str
    initials: str
    number: str
    details: tuple[str, ...]
    result: str
    tone: str
    is_hot: bool
    held_by: str
    title: str


@require_GET
@page("telephony.view_call")
def call(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_call(request, pk)
    insight = current_insight(found)
    values = values_of(request, found, insight)
    person = person_shown(request, found)
    context = {
        "title": who_of(found),
        "call": found,
        "heading": _heading(found, person),
        "lines": lines_of(found, values["told"]),
        "shape": shape_of(found),
        "model_reading": told_of_reading(found, insight),
        "reading_cost": cost_of_reading(found) if request.user.has_perm("analysis.view_analysisusage") else "",
        "state": reading_state(found),
        # The company's switch is off and nobody asked for this one.
        "is_unread": insight is None and not member_of(request).company.analyzes_calls and found.turns.exists(),
        "swapped": _swapped(found),
        "looks_swapped": _looks_swapped(found),
        **conversion_of(request, found),
        "notes": notes_of(found),
        "events": _events(found),
        "ids": [(provider_label(i.provider), i.value) for i in found.ids.order_by("pk")],
        "candidates": _candidates(request, found),
        "earlier": _earlier(request, person, found),
        "can_see_raw": request.user.has_perm(FULL_NUMBERS),
        **values,
        **lead_card(request, found, insight=insight),
        **campaign_card(request, found),
    }
    return render_page(request, "calltracking/call.html", context)


@require_GET
@page(FULL_NUMBERS)
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the provider's own account, indented; loaded when it is opened. It holds every number in full."""
    found = get_object_or_404(calls_of(request).only("pk", "company_id", "raw"), pk=pk)
    return render_page(request, "calltracking/parts/raw.html", {"raw": pretty_json(found.raw)})


@require_GET
@page("telephony.view_call")
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who changed the call and its notes; loaded when it is opened."""
    found = get_object_or_404(calls_of(request).only("pk", "company_id"), pk=pk)
    shown = {"rows": history_of(found), "own_label": Call._meta.label_lower}
    return render_page(request, "calltracking/parts/history.html", shown)


def get_call(request: HttpRequest, pk: int) -> Call:
    """Return the call with what its page needs, or answer 404: for one out of sight exactly as for none."""
    calls = (
        calls_of(request)
        .select_related("contact__assignee__user", "agent", "campaign", "speakers_swapped_by__user")
        .defer("raw")
    )
    return get_object_or_404(calls, pk=pk)


def current_insight(call: Call) -> Insight | None:
    """Return what the call is held to mean now."""
    insight: Insight | None = call.insights.filter(is_current=True).first()
    return insight


def _swapped(call: Call) -> str:
    """Return who swapped the speakers and when, in words; empty when nobody did."""
    if call.speakers_swapped_at is None:
        return ""
    by = str(call.speakers_swapped_by) if call.speakers_swapped_by else "somebody who left"
    return f"{by}, {day_and_time(call.speakers_swapped_at)}"


def _looks_swapped(call: Call) -> Any:
    """Return the line that suggests that agent and customer were taken for each other; None when a person decided."""
    conversation = conversation_of(call) if call.speakers_swapped_at is None else None
    return look_swapped(conversation) if conversation else None


def notes_of(call: Call) -> list[Any]:
    return list(call.notes.select_related("by__user").order_by("-written_at", "-pk"))


def shape_of(call: Call) -> str:
    """Return the line over the conversation: `18 turns · customer 46 % · longest wait 2.1 s`."""
    metrics: CallMetrics | None = call.metrics.first()
    if metrics is None:
        return ""
    parts = [f"{metrics.turns} turns"]
    if metrics.agent_talk_ratio is not None:
        parts.append(f"customer {1 - metrics.agent_talk_ratio:.0%}")
    silence = metrics.measured.get("longest_silence_seconds") or 0
    if silence >= 1:
        parts.append(f"longest silence {silence:.1f} s")
    return " · ".join(parts)


def _heading(call: Call, contact: Contact | None) -> Heading:
    who = who_of(call)
    result, tone = result_of(call)
    number = number_of(call)
    direction = "" if call.direction == Call.Direction.UNKNOWN else call.get_direction_display().lower()
    nth = _nth_call(call, contact)
    when = day_and_time(call.started_at)
    details = (direction, nth, when, clock(call.duration_seconds))
    return Heading(
        who=who,
        business=contact.business_name if contact and contact.business_name != who else "",
        initials=initials(who),
        number=number or "no number",
        details=tuple(part for part in details if part),
        result=result,
        tone=tone,
        is_hot=call.is_hot,
        held_by=" · ".join(part for part in (provider_label(call.provider), str(call.agent or "")) if part),
        title=call.title,
    )


def _nth_call(call: Call, contact: Contact | None) -> str:
    if contact is None:
        return ""
    count = contact.calls.filter(started_at__lte=call.started_at).count()
    ending = "th" if 10 < count % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending} call"


def _candidates(request: HttpRequest, call: Call) -> list[Contact]:
    return list(candidates_of(request, call)) if call.is_ambiguous else []


def _earlier(request: HttpRequest, contact: Contact | None, call: Call) -> list[Any]:
    if contact is None:
        return []
    others = contact.calls.exclude(pk=call.pk).order_by("-started_at", "-pk")
    return rows_of(for_list(others, member_of(request))[:EARLIER_SHOWN])


def _events(call: Call) -> list[tuple[str, str]]:
    told: list[tuple[datetime, str]] = [
        (entry.happened_at, EVENT_WORDS.get(entry.name, entry.name)) for entry in call.log.all()
    ]
    told += [
        (moment, word) for moment, word in ((call.started_at, "Started"), (call.answered_at, "Answered")) if moment
    ]
    return [(f"{timezone.localtime(moment):%H:%M:%S}", word) for moment, word in sorted(told)]
