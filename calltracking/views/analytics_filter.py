"""The bar above every page of figures: days, what narrows them, and the tabs. One mechanism, all in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from calltracking.figures.choice import PRESETS, AnalyticsFilter
from calltracking.views.access import member_of
from calltracking.views.selects import Select
from crm.models import Campaign
from telephony.events import CallDirection
from telephony.models import Agent, PhoneLine, ProviderAccount

# The longest list that a select shows; what is chosen is shown in any case.
MOST_CHOICES = 300
# The name of the address, what the tab says, and what a member needs to see it.
TABS = (
    ("analytics", "Calls", "telephony.view_call"),
    ("analytics-leads", "Leads", "crm.view_lead"),
    ("analytics-team", "Team", "crm.view_membership"),
    ("analytics-costs", "Costs", "crm.view_membership"),
    ("reports", "Reports", "telephony.view_call"),
)


@dataclass(frozen=True)
class Link:
    """A tab, or a range of days: its words, its address, and whether it is the one shown."""

    label: str
    url: str
    is_on: bool


def read_filter(request: HttpRequest) -> AnalyticsFilter:
    """Return what the address asks for; problems are in it, as words for the page."""
    return AnalyticsFilter.read(request.GET, company=member_of(request).company)


def filter_context(
    request: HttpRequest, chosen: AnalyticsFilter, *, tab: str, keeps: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what `parts/analytics_filter.html` shows; `tab` is the name of the page's address. Four queries.

    `keeps` is what else the page was asked for, and goes on being asked for when days or filters change.
    """
    kept, no_days = dict(keeps or {}), {"started_from": None, "started_to": None}
    return {
        "chosen": chosen,
        "kept": kept.items(),
        "presets": [
            Link(
                label,
                f"?{chosen.query(days=value, **no_days, **kept)}",
                chosen.preset == value,
            )
            for value, label in PRESETS.items()
        ],
        "selects": _selects(chosen),
        "tabs": _tabs(request, chosen, tab),
        "is_narrowed": bool(chosen.narrowed),
        "without_filters": f"?{chosen.query(**dict.fromkeys(chosen.narrowed), **kept)}",
    }


def _tabs(request: HttpRequest, chosen: AnalyticsFilter, tab: str) -> list[Link]:
    found = []
    for name, label, right in TABS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if request.user.has_perm(right):
            found.append(Link(label, f"{url}?{chosen.query()}", name == tab))
    return found


def _selects(chosen: AnalyticsFilter) -> list[Select]:
    named: tuple[tuple[str, str, Any], ...] = (
        ("campaign", "All campaigns", Campaign.objects.order_by("name")),
        ("agent", "All agents", Agent.objects.order_by("name")),
        ("line", "All lines", PhoneLine.objects.order_by("label", "pk")),
    )
    selects = []
    for name, label, rows in named:
        choices = tuple((str(row.pk), str(row)) for row in rows[:MOST_CHOICES])
        selects.append(_select(name, label, choices, getattr(chosen, name)))
    providers = ProviderAccount.objects.order_by("provider").values_list("provider", flat=True).distinct()
    words = tuple((provider, provider.capitalize()) for provider in providers)
    return [
        *selects,
        _select("provider", "All providers", words, chosen.provider),
        _select("direction", "In and out", tuple(CallDirection.choices[:2]), chosen.direction),
    ]


def _select(name: str, label: str, choices: tuple[tuple[str, str], ...], chosen: Any) -> Select:
    said = str(chosen or "")
    if said and said not in dict(choices):
        choices = (*choices, (said, f"{name.capitalize()} {said}"))
    return Select(name, label, choices, said)
