"""Insights: the hot leads, one card each, with what they said, what they are likely to do, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.hot_leads import FORMULAS, MOODS, HotLead, HotLeadFilter, HotNumbers, hot_leads, hot_numbers
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.campaigns import Figure
from calltracking.views.selects import Select
from calltracking.views.steps import toggled_step
from calltracking.views.words import MOOD_TONES, NOTHING, say_budget
from crm.admin.cells import STATUS_TONES
from crm.keyset import Order, read_page
from crm.models import Campaign, FollowUp, Lead, LeadStatus
from crm.phones import are_hidden
from crm.wording import day_and_time, initials
from telephony.filters import DAYS
from telephony.models import Agent

# The first page is the top 20.
PAGE_SIZE = 20
PANEL_SIZE = 5
MOST_NAMES = 200
MOST_DONE = 100

ORDERS = {
    "": Order("conversion_probability", float),
    "-score": Order("lead_score", int),
}
ORDER_NAMES = (("", "Likeliest first"), ("-score", "Highest score first"))
SCORES = (("90", "Score 90 and more"), ("80", "Score 80 and more"), ("70", "Score 70 and more"))


@dataclass(frozen=True)
class Step:
    """A next step as the card shows it."""

    pk: int
    what: str
    due: str
    who: str
    is_overdue: bool
    is_done: bool


@dataclass(frozen=True)
class Card:
    """One lead as the page shows it; empty texts are not known."""

    pk: int
    who: str
    initials: str
    business: str
    number: str
    # Empty for whoever may not see the number.
    dials: str
    email: str
    url: str
    status: str
    status_tone: str
    score: int
    chance: str
    mood: str
    mood_tone: str
    summary: str
    budget: str
    facts: tuple[tuple[str, str], ...]
    advice: str
    step: Step | None
    call_url: str
    call_when: str


@require_GET
@page("crm.view_lead")
def insights(request: HttpRequest) -> HttpResponse:
    """Show the hot leads that match; the page asks for itself every half minute, and keeps its place."""
    member = member_of(request)
    asked = HotLeadFilter(request.GET, queryset=Lead.objects.visible_to(member).hot())
    found = asked.qs if asked.is_valid() else Lead.objects.none()
    sort = request.GET.get("sort", "")
    order = ORDERS.get(sort, ORDERS[""])
    rows = found.defer("notes").prefetch_related("numbers")
    listed = read_page(rows, order=order, size=PAGE_SIZE, cursor=request.GET.get("page"))
    is_filtered = any(request.GET.get(name) for name in HotLeadFilter.base_filters)
    context = {
        "title": "Insights",
        "figures": _figures(hot_numbers(found), is_filtered=is_filtered),
        "cards": _cards(request, listed.rows),
        "older": listed.older and _with(request.GET, page=listed.older),
        "newer": listed.newer and _with(request.GET, page=listed.newer),
        "here": _with(request.GET),
        "selects": _selects(request.GET),
        "is_filtered": is_filtered,
        "errors": [] if asked.is_valid() else [said for errors in asked.errors.values() for said in errors],
    }
    return render_page(request, "calltracking/insights.html", context)


@require_GET
@page("crm.view_lead")
def hottest(request: HttpRequest) -> HttpResponse:
    """Answer with the dashboard's panel: the few likeliest hot leads, each with its next step."""
    # Of those as likely as each other, whoever called last.
    order = ("-conversion_probability", "-latest_call_at", "-pk")
    hot = Lead.objects.visible_to(member_of(request)).hot().order_by(*order)
    cards = _cards(request, list(hot.defer("notes").prefetch_related("numbers")[:PANEL_SIZE]))
    return render_page(request, "calltracking/parts/hottest.html", {"cards": cards})


@require_POST
@page("crm.change_followup")
def finish_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a lead's next step done, or take that back; answers with its line."""
    follow_up = toggled_step(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("insights")
    step = _step(follow_up, who=follow_up.contact.label)
    return render_page(request, "calltracking/parts/lead_step.html", {"step": step})


def _cards(request: HttpRequest, leads: Sequence[Lead]) -> list[Card]:
    """Return the leads' cards; of steps named `done` in the address those that are done stand in place of the next."""
    done = [int(pk) for pk in request.GET.getlist("done")[:MOST_DONE] if pk.isdecimal() and len(pk) < 19]
    steps = FollowUp.objects.visible_to(member_of(request))
    return [card_of(one) for one in hot_leads(leads, calls=calls_of(request), follow_ups=steps, just_done=done)]


def card_of(told: HotLead) -> Card:
    """Return the lead as its card shows it; numbers as the person may read them."""
    lead = told.lead
    number = lead.primary_number
    return Card(
        pk=lead.pk,
        who=lead.label,
        initials=initials(lead.label),
        business=lead.business_name if lead.full_name else "",
        number=number.display if number else "",
        dials=number.e164 if number and not are_hidden() and not lead.do_not_call else "",
        email=lead.email,
        url=reverse("admin:crm_lead_change", args=[lead.pk]),
        status=LeadStatus(lead.lead_status).label,
        status_tone=STATUS_TONES[LeadStatus(lead.lead_status)],
        score=lead.lead_score or 0,
        chance=f"{lead.conversion_probability:.0%}",
        mood=lead.feeling.capitalize(),
        mood_tone=MOOD_TONES.get(lead.feeling, "plain"),
        summary=told.summary,
        budget=say_budget(told.budget) if told.budget else "",
        facts=told.facts,
        advice=told.advice,
        step=_step(told.step, who=lead.label) if told.step else None,
        call_url=reverse("call", args=[told.call.pk]) if told.call else "",
        call_when=day_and_time(told.call.started_at) if told.call else "",
    )


def _step(follow_up: FollowUp, *, who: str) -> Step:
    return Step(
        pk=follow_up.pk,
        what=follow_up.reason or "Follow up",
        due=day_and_time(follow_up.due_at),
        who=who,
        is_overdue=follow_up.is_overdue(at=timezone.now()),
        is_done=not follow_up.is_open,
    )


def _figures(numbers: HotNumbers, *, is_filtered: bool) -> list[Figure]:
    # Filtered, the rows behind a number are the cards below it.
    url = "#hot-leads" if is_filtered else f"{reverse('admin:crm_lead_changelist')}?is_hot__exact=1"
    chance = NOTHING if numbers.chance is None else f"{numbers.chance:.0%}"
    score = NOTHING if numbers.score is None else f"{numbers.score:.0f}"
    return [
        Figure("Hot leads", f"{numbers.count:,}", FORMULAS["count"], url),
        Figure("Average conversion probability", chance, FORMULAS["chance"], url),
        Figure("Average score", score, FORMULAS["score"], url),
    ]


def _selects(asked: QueryDict) -> list[Select]:
    campaigns = [(str(one.pk), one.name) for one in Campaign.objects.order_by("-created_at", "-pk")[:MOST_NAMES]]
    agents = [(str(one.pk), str(one)) for one in Agent.objects.order_by("name", "pk")[:MOST_NAMES]]
    choices: tuple[tuple[str, str, Any], ...] = (
        ("days", "Any day", DAYS),
        ("campaign", "Any campaign", campaigns),
        ("agent", "Any agent", agents),
        ("mood", "Any mood", MOODS),
        ("score_from", "Any score", SCORES),
    )
    return [
        *(Select(name, label, tuple(words), asked.get(name, "")) for name, label, words in choices),
        Select("sort", "", ORDER_NAMES, asked.get("sort", "")),
    ]


def _with(asked: QueryDict, **changes: str) -> str:
    """Return the address's query with these entries changed; what was just done is told anew each time."""
    query = asked.copy()
    query.pop("done", None)
    for name, value in changes.items():
        query[name] = value
    return query.urlencode()
