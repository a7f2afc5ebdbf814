"""What calls cost by service and month, what a month of so many calls would cost, and what customers are worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from calltracking.attribution.figures import Days, campaign_numbers
from calltracking.figures.costs import (
    EXTRA_CUSTOMERS,
    FORMULAS,
    MOST_CALLS,
    USUAL_CALLS,
    Costs,
    Worth,
    cents,
    costs_of,
    forecast,
    worth_of,
)
from calltracking.models import ServicePrice
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.analytics import Card
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.words import NOTHING
from crm.models import LeadStatus
from crm.wording import money

MOST_CAMPAIGNS = 8


@require_GET
@page("calltracking.view_serviceprice")
def analytics_costs(request: HttpRequest) -> HttpResponse:
    """Show costs of the chosen calls; `calls` in the address says for how many the forecast is."""
    chosen, member = read_filter(request), member_of(request)
    currency = member.company.currency
    costs = costs_of(chosen, member=member)
    worth = worth_of(costs, member=member)
    calls = _calls_asked(request)
    days = Days(first=chosen.first, last=chosen.last)
    found = campaign_numbers(days, calls=calls_of(request))
    kept = {"calls": str(calls)} if "calls" in request.GET else {}
    context = {
        "title": "Costs",
        "cards": _cards(costs, currency),
        "months": [month.name for month in costs.months],
        "rows": _rows(costs, currency),
        "totals": [(month.name, money(costs.month_total(nth), currency)) for nth, month in enumerate(costs.months)],
        "total": money(costs.total, currency),
        "per_month_calls": [(month.name, f"{count:,}") for month, count in zip(costs.months, costs.calls, strict=True)],
        "missing": costs.missing,
        "is_known": costs.is_known,
        "forecast_calls": calls,
        "forecast": [(service.name, money(amount, currency)) for service, amount in forecast(costs, calls=calls)],
        "forecast_total": money(sum((amount for _, amount in forecast(costs, calls=calls)), Decimal(0)), currency),
        "worth": _worth(worth, currency),
        "campaigns": [_campaign(one, currency) for one in found if one.cost is not None][:MOST_CAMPAIGNS],
        "formulas": FORMULAS,
        "at": timezone.localtime(),
        "chosen": chosen,
        "most_calls": MOST_CALLS,
        **filter_context(request, chosen, tab="analytics-costs", keeps=kept),
    }
    return render_page(request, "calltracking/analytics_costs.html", context)


def _calls_asked(request: HttpRequest) -> int:
    said = request.GET.get("calls", "")
    return min(int(said), MOST_CALLS) if said.isascii() and said.isdecimal() and len(said) < 10 else USUAL_CALLS


def _cards(costs: Costs, currency: str) -> list[Card]:
    n, calls_url = costs.numbers, costs.chosen.calls_url()
    prices = reverse("admin:calltracking_serviceprice_changelist")
    active = sum(len(service.prices) for service in costs.services)
    cards = [
        Card(
            "cost",
            "Cost",
            money(costs.total, currency) if costs.is_known else NOTHING,
            f"{active} active prices",
            "",
            "plain",
            FORMULAS["cost"],
            f"{prices}?is_active__exact=1",
            active,
        ),
        Card(
            "per_call",
            "Cost per call",
            NOTHING if costs.per_call is None else money(costs.per_call, currency),
            f"{n.calls:,} calls",
            "",
            "plain",
            FORMULAS["per_call"],
            calls_url,
            n.calls,
        ),
        _minutes_card(costs),
    ]
    return cards + [_reading_card(reading, costs) for reading in costs.readings]


def _minutes_card(costs: Costs) -> Card:
    return Card(
        "minutes",
        "Minutes",
        f"{Decimal(costs.numbers.seconds) / 60:,.0f}",
        f"of {costs.numbers.ended:,} ended calls",
        "",
        "plain",
        FORMULAS["minute"],
        costs.chosen.calls_url(has_ended="true"),
        costs.numbers.ended,
    )


def _reading_card(reading: Any, costs: Costs) -> Card:
    return Card(
        f"reading-{reading.currency.lower()}",
        "Language model, as reported",
        _exact(reading.cost, reading.currency),
        f"{reading.requests:,} requests for {reading.calls:,} calls",
        "",
        "plain",
        FORMULAS["reading"],
        costs.chosen.calls_url(),
        costs.numbers.calls,
    )


def _rows(costs: Costs, currency: str) -> list[dict[str, Any]]:
    """Return a line for each service that is connected, and one for what models reported."""
    calls = costs.numbers.calls
    found = [
        {
            "name": service.name,
            "prices": ", ".join(_price(price, currency) for price in service.prices),
            "by_month": _by_month(costs, [money(amount, currency) for amount in service.by_month]),
            "total": money(service.cost, currency),
            "per_call": money(cents(service.cost / calls), currency) if calls else NOTHING,
        }
        for service in costs.services
        if service.is_connected
    ]
    for reading in costs.readings:
        each = reading.cost / reading.calls if reading.calls else None
        found.append(
            {
                "name": "Language model, as reported",
                "prices": f"in {reading.currency}, in no sum with other currencies",
                "by_month": _by_month(costs, [_exact(amount, reading.currency) for amount in reading.by_month]),
                "total": _exact(reading.cost, reading.currency),
                "per_call": NOTHING if each is None else _exact(each, reading.currency),
            }
        )
    return found


def _by_month(costs: Costs, said: list[str]) -> list[tuple[str, str]]:
    return [(month.name, words) for month, words in zip(costs.months, said, strict=True)]


def _price(price: ServicePrice, currency: str) -> str:
    of = f" of {price.provider}" if price.provider else ""
    return f"{_exact(price.amount, currency)} {'a call' if price.unit == 'call' else f'a {price.unit}'}{of}"


def _exact(amount: Decimal, currency: str) -> str:
    """Return small amounts too: a request to a model costs a fraction of a cent."""
    return money(amount, currency) if amount == cents(amount) or amount >= 1 else f"{amount.normalize():f} {currency}"


def _worth(worth: Worth, currency: str) -> dict[str, Any]:
    return {
        "customers": worth.customers,
        "customers_url": f"{reverse('admin:crm_lead_changelist')}?lead_status__exact={LeadStatus.CONVERTED.value}"
        "&actual_value__isnull=False",
        "value": NOTHING if worth.value is None else money(cents(worth.value), currency),
        "cost": money(worth.cost, currency),
        "break_even": worth.break_even,
        "returns": [(more, f"{share:,.0%}") for more in EXTRA_CUSTOMERS if (share := worth.returns(more)) is not None],
    }


def _campaign(one: Any, currency: str) -> dict[str, Any]:
    return {
        "name": one.campaign.name,
        "url": reverse("campaign", args=[one.campaign.pk]),
        "calls": f"{one.calls:,}",
        "calls_url": one.urls["calls"],
        "cost": money(one.cost, currency),
        "revenue": money(one.revenue, currency),
        "roi": NOTHING if one.roi is None else f"{one.roi:,.0%}",
    }
