"""What campaigns brought and cost: all of them beside each other, and one on a page of its own.

Each figure says what it is made of, and opens the calls behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from calltracking.attribution.figures import (
    FORMULAS,
    AttributionNumbers,
    CampaignNumbers,
    Days,
    attribution_numbers,
    campaign_numbers,
)
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.words import NOTHING
from crm.models import Campaign, Company, LeadStatus
from crm.wording import money
from telephony.events import CallDirection, CallOutcome
from telephony.models.call_queries import CallQuerySet
from telephony.models.converting import IS_CONVERSION

USUAL_DAYS = 30
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2200, 1, 1)


@dataclass(frozen=True)
class Figure:
    """One number: what it is called, what it is made of, and the rows it opens."""

    title: str
    value: str
    formula: str
    url: str


class DaysForm(forms.Form):
    started_from = forms.DateField(label="From", required=False)
    started_to = forms.DateField(label="To", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        days = [cleaned.get(name) for name in ("started_from", "started_to")]
        if any(day and not FIRST_DAY <= day <= LAST_DAY for day in days):
            raise forms.ValidationError("Choose days of this century.")
        if all(days) and days[0] > days[1]:  # type: ignore[operator]  # both are days
            raise forms.ValidationError("The last day cannot come before the first.")
        return cleaned


@require_GET
@page("crm.view_campaign")
def campaigns(request: HttpRequest) -> HttpResponse:
    """Show the figures of attribution and every campaign's, for the last days or those that were asked for."""
    days, asked = _days(request)
    numbers = attribution_numbers(calls_of(request), days)
    rows = campaign_numbers(days, calls=calls_of(request))
    context = {
        "title": "What campaigns bring",
        **asked,
        "figures": _overall(numbers),
        "rows": [_row(one, shows_money=member_of(request).sees_all) for one in rows],
        "shows_money": member_of(request).sees_all,
        "formulas": FORMULAS,
    }
    return render_page(request, "calltracking/campaigns.html", context)


@require_GET
@page("crm.view_campaign")
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one campaign brought, by whom its calls were held, and what it is."""
    one = get_object_or_404(Campaign, pk=pk)
    days, asked = _days(request)
    [numbers] = campaign_numbers(days, calls=calls_of(request), campaign=one)
    its = calls_of(request).filter(days.times("started_at", Company.objects.current()), campaign=one).order_by()
    context = {
        "title": one.name,
        "campaign": one,
        "tab": "overview",
        **asked,
        "figures": _figures(numbers, its, shows_money=member_of(request).sees_all),
        "sources": _sources(its),
        "agents": _agents(its),
        "lines": [(line.display, line.label) for line in one.lines.order_by("pk")],
        "recipients": one.recipients.count(),
        "runs": _runs(one),
    }
    return render_page(request, "calltracking/campaign.html", context)


def _days(request: HttpRequest) -> tuple[Days, dict[str, Any]]:
    """Return the days that were asked for, the last ones when none were, and what the form shows."""
    today = member_of(request).company.local(timezone.now()).date()
    usual = Days(first=today - timedelta(days=USUAL_DAYS - 1), last=today)
    form = DaysForm(request.GET)
    is_valid = form.is_valid()
    is_asked = any(name in request.GET for name in form.fields)
    days = usual
    if is_valid and is_asked:
        days = Days(first=form.cleaned_data["started_from"], last=form.cleaned_data["started_to"])
    problems = [] if is_valid else [said for errors in form.errors.values() for said in errors]
    return days, {"first": days.first, "last": days.last, "problems": problems}


# ---- figures --------------------------------------------------------------------------------------------------


def _overall(numbers: AttributionNumbers) -> list[Figure]:
    said = {
        "attribution_rate": ("Attribution rate", _share(numbers.attribution_rate)),
        "unattributed": ("Unattributed calls", f"{numbers.unattributed:,}"),
        "accuracy": ("Attribution accuracy", _share(numbers.accuracy)),
    }
    calls = Figure("Calls", f"{numbers.calls:,}", "All calls of these days.", numbers.urls["calls"])
    return [calls, *(Figure(*words, FORMULAS[name], numbers.urls[name]) for name, words in said.items())]


def _figures(numbers: CampaignNumbers, its: CallQuerySet, *, shows_money: bool) -> list[Figure]:
    urls, inbound = numbers.urls, its.filter(direction=CallDirection.INBOUND).count()
    figures = [
        Figure("Calls", f"{numbers.calls:,}", "Calls that the campaign brought.", urls["calls"]),
        Figure(
            "Inbound calls",
            f"{inbound:,}",
            "Those that came in.",
            f"{urls['calls']}&direction={CallDirection.INBOUND.value}",
        ),
        Figure("Leads", f"{numbers.leads:,}", "Leads among its callers, each counted once.", urls["leads"]),
        Figure(
            "Conversions",
            f"{numbers.conversions:,}",
            "Its calls that succeeded or whose caller became a customer, unless a person says otherwise.",
            urls["conversions"],
        ),
    ]
    if not shows_money:
        return figures
    return [
        *figures,
        Figure("Cost", _money(numbers.cost), FORMULAS["cost"], urls["cost"]),
        Figure("Cost per call", _money(numbers.cost_per_call), FORMULAS["cost_per_call"], urls["calls"]),
        Figure("Cost per lead", _money(numbers.cost_per_lead), FORMULAS["cost_per_lead"], urls["leads"]),
        Figure(
            "Cost per conversion",
            _money(numbers.cost_per_conversion),
            FORMULAS["cost_per_conversion"],
            urls["conversions"],
        ),
        Figure("Revenue", _money(numbers.revenue), FORMULAS["revenue"], urls["revenue"]),
        Figure("Return", _share(numbers.roi), FORMULAS["roi"], urls["revenue"]),
    ]


def _row(numbers: CampaignNumbers, *, shows_money: bool) -> dict[str, Any]:
    said = {
        "pk": numbers.campaign.pk,
        "name": numbers.campaign.name,
        "state": numbers.campaign.get_status_display(),
        "calls": f"{numbers.calls:,}",
        "leads": f"{numbers.leads:,}",
        "conversions": f"{numbers.conversions:,}",
        "urls": numbers.urls,
    }
    if shows_money:
        said |= {
            "cost": _money(numbers.cost),
            "per_call": _money(numbers.cost_per_call),
            "per_lead": _money(numbers.cost_per_lead),
            "per_conversion": _money(numbers.cost_per_conversion),
            "roi": _share(numbers.roi),
        }
    return said


def _sources(its: CallQuerySet) -> list[tuple[str, int]]:
    """Return how many of the conversions a person, the provider and the lead's status say, the first that does."""
    unsaid = Q(said_converted=None)
    by_provider = Q(outcome=CallOutcome.SUCCESS)
    counted = its.aggregate(
        person=Count("pk", filter=Q(said_converted=True)),
        provider=Count("pk", filter=unsaid & by_provider),
        lead=Count("pk", filter=unsaid & ~by_provider & Q(contact__lead_status=LeadStatus.CONVERTED)),
        refused=Count("pk", filter=Q(said_converted=False)),
    )
    return [
        ("Said by a person", counted["person"]),
        ("Success, by their provider", counted["provider"]),
        ("The caller is a converted lead", counted["lead"]),
        ("Taken away by a person", counted["refused"]),
    ]


def _agents(its: CallQuerySet) -> list[dict[str, Any]]:
    """Return what each agent held of the campaign's calls, the busiest first."""
    counted = its.values("agent", "agent__name").annotate(
        calls=Count("pk"),
        inbound=Count("pk", filter=Q(direction=CallDirection.INBOUND)),
        conversions=Count("pk", filter=IS_CONVERSION),
    )
    return [dict(row) for row in counted.order_by("-calls", "agent__name")]


def _runs(campaign: Campaign) -> list[tuple[str, str]]:
    first, last = (f"{day:%-d %b %Y}" if day else "" for day in (campaign.starts_on, campaign.ends_on))
    days = f"{first} to {last}" if first and last else f"from {first}" if first else last and f"until {last}"
    return [
        ("Channel", campaign.get_channel_display()),
        ("Status", campaign.get_status_display()),
        ("Days", days or NOTHING),
        ("Budget", _money(campaign.budget)),
        ("Spent so far", _money(campaign.cost)),
        ("Id at the provider", campaign.external_id or NOTHING),
    ]


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:,.0%}"


def _money(amount: Decimal | None) -> str:
    return NOTHING if amount is None else money(amount, Company.objects.current().currency)
