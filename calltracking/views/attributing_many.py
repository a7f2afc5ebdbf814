"""Many calls given to one campaign: first what would change is shown, and once it is confirmed it is one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from calltracking.attribution import assign
from calltracking.attribution.foreseeing import Foreseen, foresee
from calltracking.attribution.keeping import locked
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.campaign_choice import CampaignChoice, campaign_options
from calltracking.views.rows import for_list, rows_of
from calltracking.views.unattributed import asked_calls, filters_of
from calltracking.views.undoing import calls_in_words, undo_button
from calltracking.views.words import NOTHING
from crm.models import Company
from crm.roles import ATTRIBUTE_CALL
from crm.wording import money
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet

# So many calls in one operation; more are chosen in several.
MOST_AT_ONCE = 10_000
EXAMPLES = 8


@dataclass(frozen=True)
class Choice:
    """The calls that were chosen: one by one, or all that matched when they were looked at.

    `upto` is the newest of those that were looked at, so that a call that comes in meanwhile is not among them; `seen`
    is how many there were, `number` how many there are now.
    """

    calls: CallQuerySet
    picked: list[int]
    is_all: bool
    filters: str
    upto: int
    seen: int
    number: int


@dataclass(frozen=True)
class Line:
    """A figure before and after, in words."""

    label: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


@require_POST
@page(ATTRIBUTE_CALL)
def assign_many(request: HttpRequest) -> HttpResponse:
    """Show what giving the chosen calls to the campaign would change; with “apply” do it, as one operation."""
    chosen = _chosen(request)
    if not 0 < chosen.number <= MOST_AT_ONCE:
        return _refuse(request, chosen)
    choice = CampaignChoice(request.POST, by=member_of(request))
    if not choice.is_valid() or "apply" not in request.POST:
        return _ask(request, chosen, choice)
    # Who decides about one of them at the same moment comes first, and their choice stays.
    pks = [call.pk for call in locked(chosen.calls) if call.campaign_id is None]
    still = calls_of(request).filter(pk__in=pks)
    batch = assign(still, campaign=choice.chosen, recipient=choice.whom, by=member_of(request))
    verb = "is" if batch.changed == 1 else "are"
    said = f"{calls_in_words(batch.changed)} {verb} now {choice.chosen}’s."
    if left := chosen.seen - batch.changed:
        said += f" {calls_in_words(left)} got a campaign meanwhile, and kept it."
    undo = undo_button(request, batch, place="list", filters=chosen.filters) if batch.changed else ""
    messages.success(request, format_html("{}{}", said, undo))
    return _to_list(chosen)


def _chosen(request: HttpRequest) -> Choice:
    sent = request.POST
    filters = filters_of(QueryDict(sent.get("filters", "")))
    picked = [int(pk) for pk in sent.getlist("call") if pk.isdecimal() and len(pk) < 19]
    if is_all := sent.get("all") == "1":
        asked = asked_calls(request, filters)
        calls: Any = asked.qs if asked.is_valid() else Call.objects.none()
        upto = _number(sent.get("upto")) or calls.order_by().aggregate(newest=Max("pk"))["newest"] or 0
        calls = calls.filter(pk__lte=upto)
    else:
        upto, calls = 0, calls_of(request).filter(pk__in=picked, campaign=None)
    number = calls.order_by().values("pk")[: MOST_AT_ONCE + 1].count()
    return Choice(
        calls=calls,
        picked=[] if is_all else picked,
        is_all=is_all,
        filters=filters.urlencode(),
        upto=upto,
        seen=_number(sent.get("seen")) or number,
        number=number,
    )


def _refuse(request: HttpRequest, chosen: Choice) -> HttpResponse:
    if chosen.number:
        most = f"Choose at most {MOST_AT_ONCE:,} calls at a time, for instance with a filter by days."
        messages.error(request, f"{most} Nothing was changed.")
    elif chosen.picked or chosen.is_all:
        messages.info(request, "They all have a campaign by now. Nothing was changed.")
    else:
        messages.error(request, "Choose at least one call. Nothing was changed.")
    return _to_list(chosen)


def _ask(request: HttpRequest, chosen: Choice, choice: CampaignChoice) -> HttpResponse:
    examples = for_list(chosen.calls, member_of(request)).order_by("-started_at", "-pk")[:EXAMPLES]
    is_valid = choice.is_valid()
    seen = None
    if is_valid:
        pks = list(chosen.calls.order_by().values_list("pk", flat=True))
        seen = foresee(pks, campaign=choice.chosen, within=calls_of(request))
    context = {
        "title": f"Give {calls_in_words(chosen.number)} to a campaign",
        "chosen": chosen,
        "rows": rows_of(examples),
        "more": max(0, chosen.number - EXAMPLES),
        "campaigns": campaign_options(member_of(request).company),
        "campaign_name": choice.chosen.name if is_valid else request.POST.get("campaign_name", ""),
        "recipient_number": request.POST.get("recipient_number", ""),
        "errors": choice.errors,
        "campaign": choice.chosen if is_valid else None,
        "whom": choice.whom if is_valid else None,
        "lines": _lines(seen) if seen else [],
        "first_day": f"{seen.days.first:%-d %b %Y}" if seen and seen.days.first else "",
        "is_partial": not member_of(request).sees_all,
        "back": f"{reverse('unattributed')}?{chosen.filters}".rstrip("?"),
    }
    return render_page(request, "calltracking/attribute_many.html", context)


def _lines(seen: Foreseen) -> list[Line]:
    """Return the figures that follow from the calls' campaigns; costs only where the campaign's cost is known."""
    now, then = seen.campaign_now, seen.campaign_then
    currency = Company.objects.current().currency
    lines = [
        Line("Attribution rate", _share(seen.all_now.attribution_rate), _share(seen.all_then.attribution_rate)),
        Line("Calls without a campaign", f"{seen.all_now.unattributed:,}", f"{seen.all_then.unattributed:,}"),
        Line("Rules that were right", _share(seen.all_now.accuracy), _share(seen.all_then.accuracy)),
        Line("Calls of this campaign", f"{now.calls:,}", f"{then.calls:,}"),
        Line("Leads of this campaign", f"{now.leads:,}", f"{then.leads:,}"),
        Line("Conversions of this campaign", f"{now.conversions:,}", f"{then.conversions:,}"),
        Line("Revenue of this campaign", money(now.revenue, currency), money(then.revenue, currency)),
    ]
    costs = (
        ("Cost per call", now.cost_per_call, then.cost_per_call),
        ("Cost per lead", now.cost_per_lead, then.cost_per_lead),
        ("Cost per conversion", now.cost_per_conversion, then.cost_per_conversion),
    )
    if now.cost is not None:
        lines += [
            Line(label, *(money(c, currency) if c is not None else NOTHING for c in pair)) for label, *pair in costs
        ]
        lines.append(Line("Return on the cost", _share(now.roi), _share(then.roi)))
    return lines


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.1%}".replace("%", " %")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _to_list(chosen: Choice) -> HttpResponse:
    return redirect(f"{reverse('unattributed')}?{chosen.filters}".rstrip("?"))
