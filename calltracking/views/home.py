"""Home: the first numbers, what is due, who is hot, what came in last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.demo.filling import progress_of
from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import Numbers
from calltracking.figures.reading import by_day, total
from calltracking.sync_health import last_syncs
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.first_steps import shown_on_home
from calltracking.views.rows import for_list, rows_of
from calltracking.views.steps import toggled_step
from calltracking.views.words import NOTHING, clock
from crm.models import Company, FollowUp, Membership
from crm.tenancy import remembering
from crm.wording import day_and_time

DAYS = 30
SHOWN = 8


@dataclass(frozen=True)
class Card:
    """One number: what it is called, what it is made of, and the list it opens."""

    title: str
    value: str
    made_of: str
    url: str


@dataclass(frozen=True)
class Step:
    """One follow-up as home shows it."""

    pk: int
    who: str
    what: str
    due: str
    is_overdue: bool
    is_done: bool
    url: str


@require_GET
@page("telephony.view_call")
@remembering()
def home(request: HttpRequest) -> HttpResponse:
    company: Company = request.membership.company  # type: ignore[attr-defined]
    now = timezone.now()
    member, calls = member_of(request), calls_of(request)
    latest = list(for_list(calls.order_by("-started_at", "-pk"), member)[:SHOWN])
    hot_ones = calls.filter(is_hot=True, started_at__gte=_since(company, now))
    hot = list(for_list(hot_ones, member).order_by("-score", "-started_at", "-pk")[:5])
    steps = [
        _step(follow_up)
        for follow_up in FollowUp.objects.visible_to(member)
        .open()
        .select_related("contact")
        .prefetch_related("contact__numbers")
        .order_by("due_at", "pk")[:SHOWN]
    ]
    context = {
        "title": "Home",
        **shown_on_home(request),
        "filling": progress_of(company),
        "cards": _cards(member),
        "latest": rows_of(latest),
        "hot": rows_of(hot),
        "steps": steps,
        "days": DAYS,
        "syncs": last_syncs() if request.user.has_perm("telephony.view_syncrun") else [],
    }
    return render_page(request, "calltracking/home.html", context)


@require_GET
@page("telephony.view_call")
def filling(request: HttpRequest) -> HttpResponse:
    """Answer how far the demo is; nothing once it is complete, and the page asks no more."""
    return render_page(request, "calltracking/parts/filling.html", {"filling": progress_of(member_of(request).company)})


@require_POST
@page("crm.change_followup")
def finish_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a follow-up done, or take that back; answers with its line."""
    follow_up = toggled_step(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("home")
    return render_page(request, "calltracking/parts/step.html", {"step": _step(follow_up)})


def _since(company: Company, now: datetime) -> datetime:
    first = company.local(now).date() - timedelta(days=DAYS - 1)
    return datetime.combine(first, time.min, tzinfo=company.zone)


def _cards(member: Membership) -> list[Card]:
    """The cards of the dashboard's usual days, made of the same numbers."""
    chosen = AnalyticsFilter.read({"days": str(DAYS)}, company=member.company)
    numbers = total(by_day(chosen, member=member))
    calls_url = chosen.calls_url()
    return [
        Card("Calls", f"{numbers.calls:,}", f"in the last {DAYS} days, {numbers.missed:,} missed", calls_url),
        Card(
            "Success rate",
            NOTHING if numbers.success_rate is None else f"{numbers.success_rate:.0%}",
            f"{numbers.successes:,} of {numbers.ended:,} ended calls",
            f"{calls_url}&has_ended=true&outcome=success",
        ),
        Card(
            "Average length",
            clock(numbers.average_seconds) or NOTHING,
            _range(numbers),
            f"{calls_url}&has_ended=true&sort=-length",
        ),
        Card("Hot calls", f"{numbers.hot:,}", "score of 70 or more, no refusal", f"{calls_url}&hot=true"),
    ]


def _range(numbers: Numbers) -> str:
    if numbers.shortest is None:
        return "no call has ended yet"
    return f"{clock(numbers.shortest)} to {clock(numbers.longest)}, {numbers.ended:,} ended calls"


def _step(follow_up: FollowUp) -> Step:
    return Step(
        pk=follow_up.pk,
        who=follow_up.contact.name_or_number,
        what=follow_up.reason or "Follow up",
        due=day_and_time(follow_up.due_at),
        is_overdue=follow_up.is_overdue(at=timezone.now()),
        is_done=not follow_up.is_open,
        url=reverse("admin:crm_contact_change", args=[follow_up.contact_id]),
    )
