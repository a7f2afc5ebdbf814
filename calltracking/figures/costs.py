"""What calls cost: prices that managers wrote down, applied to calls that were counted, and what reading them cost.

Nothing is guessed: a service without a price is named as not connected, and is in no sum.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from django.db.models import Avg, Count, Q, Sum

from analysis.models import AnalysisUsage
from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import Numbers
from calltracking.figures.reading import by_day, total
from calltracking.figures.tables import Cell, Kind, table
from calltracking.models import ServicePrice
from crm.models import Company, Lead, LeadStatus, Membership

NOTHING = Decimal(0)
CENT = Decimal("0.01")
Service, Unit = ServicePrice.Service, ServicePrice.Unit
USUAL_CALLS = 2_000
MOST_CALLS = 10_000_000
# How many more customers a return is told for.
EXTRA_CUSTOMERS = (5, 10)

FORMULAS = {
    "cost": "Each active price, times the calls, their minutes or the share of the month of the days shown.",
    "per_call": "Cost of the days shown, by all calls of these days.",
    "minute": "Length of ended calls in minutes, the seconds of all added up.",
    "month": "A price by the month counts by the days shown of that month.",
    "reading": "What requests to a language model cost in these days, in the currency of its prices, call by call.",
    "forecast": "Prices by call times the calls you name; prices by minute times these and the average length of the "
    "ended calls of the days shown; prices by the month once.",
    "break_even": "Cost of the days shown, by what a customer is worth on average, rounded up.",
    "value": "Actual value of converted leads that have one, on average.",
    "return": "What so many more customers are worth, less the cost of the days shown, by that cost.",
}


@dataclass(frozen=True)
class ServiceCost:
    """What one service cost, in the company's currency; without prices it is not connected."""

    service: str
    name: str
    prices: tuple[ServicePrice, ...]
    cost: Decimal
    by_month: tuple[Decimal, ...]

    @property
    def is_connected(self) -> bool:
        return bool(self.prices)


@dataclass(frozen=True)
class Reading:
    """What requests to a model cost in one currency, and in each month of the days."""

    currency: str
    cost: Decimal
    requests: int
    calls: int
    by_month: tuple[Decimal, ...]


@dataclass(frozen=True)
class Month:
    """A month, or what of it lies in the days shown."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first:%B %Y}"

    @property
    def share(self) -> Decimal:
        """How much of the whole month these days are."""
        return Decimal((self.last - self.first).days + 1) / monthrange(self.first.year, self.first.month)[1]


@dataclass(frozen=True)
class Costs:
    """Costs of the chosen days. Money is in the company's currency, what a model cost in that of its prices."""

    chosen: AnalyticsFilter
    months: tuple[Month, ...]
    calls: tuple[int, ...]
    numbers: Numbers
    services: tuple[ServiceCost, ...]
    readings: tuple[Reading, ...]

    @property
    def total(self) -> Decimal:
        return sum((service.cost for service in self.services), NOTHING)

    @property
    def per_call(self) -> Decimal | None:
        return cents(self.total / self.numbers.calls) if self.numbers.calls and self.is_known else None

    @property
    def is_known(self) -> bool:
        """Whether any price is written down."""
        return any(service.is_connected for service in self.services)

    @property
    def missing(self) -> tuple[str, ...]:
        """Services that have no price and report no cost."""
        read = {Service.ANALYSIS.value} if self.readings else set()
        return tuple(s.name for s in self.services if not s.is_connected and s.service not in read)

    def month_total(self, nth: int) -> Decimal:
        return sum((service.by_month[nth] for service in self.services), NOTHING)


def costs_of(chosen: AnalyticsFilter, *, member: Membership) -> Costs:
    """Return what the chosen calls cost, by service and month."""
    months = months_of(chosen)
    days = {provider: by_day(only, member=member) for provider, only in _by_provider(chosen)}
    counted = {provider: [_within(found, month) for month in months] for provider, found in days.items()}
    ours = counted.get("", [])
    return Costs(
        chosen=chosen,
        months=months,
        calls=tuple(numbers.calls for numbers in ours),
        numbers=total(dict(enumerate(ours))),
        services=tuple(_service(service, counted, months) for service in Service),
        readings=_readings(chosen, months, member.company),
    )


def months_of(chosen: AnalyticsFilter) -> tuple[Month, ...]:
    """Return the months of the days, the first and the last perhaps in part."""
    found, first = [], chosen.first
    while first <= chosen.last:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        found.append(Month(first, min(last, chosen.last)))
        first = last + timedelta(days=1)
    return tuple(found)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _by_provider(chosen: AnalyticsFilter) -> Iterator[tuple[str, AnalyticsFilter]]:
    """Yield the calls of every provider that a price names, and under an empty name all that were chosen."""
    yield "", chosen
    named = ServicePrice.objects.filter(is_active=True).exclude(provider="")
    for provider in sorted(set(named.values_list("provider", flat=True))):
        if not chosen.provider or chosen.provider == provider:
            yield provider, replace(chosen, provider=provider)


def _within(found: dict[date, Numbers], month: Month) -> Numbers:
    return total({day: numbers for day, numbers in found.items() if month.first <= day <= month.last})


def _service(service: Any, counted: dict[str, list[Numbers]], months: tuple[Month, ...]) -> ServiceCost:
    prices = tuple(ServicePrice.objects.filter(service=service, is_active=True).order_by("unit", "provider"))
    by_month = tuple(
        cents(sum((_cost(price, counted, nth, month) for price in prices), NOTHING)) for nth, month in enumerate(months)
    )
    return ServiceCost(service.value, str(service.label), prices, sum(by_month, NOTHING), by_month)


def _cost(price: ServicePrice, counted: dict[str, list[Numbers]], nth: int, month: Month) -> Decimal:
    if price.unit == Unit.MONTH:
        return price.amount * month.share
    numbers = counted[price.provider][nth] if price.provider in counted else Numbers()
    return price.amount * (numbers.calls if price.unit == Unit.CALL else Decimal(numbers.seconds) / 60)


def _readings(chosen: AnalyticsFilter, months: tuple[Month, ...], company: Company) -> tuple[Reading, ...]:
    """Return what models cost by currency, in one query."""
    within = {f"m{nth}": Q(**_span(month.first, month.last, company)) for nth, month in enumerate(months)}
    narrowing = {f"call__{name}": value for name, value in chosen.narrowed.items()}
    rows: Any = (
        AnalysisUsage.objects.filter(**_span(chosen.first, chosen.last, company), **narrowing)
        .order_by("currency")
        .values("currency")
        .annotate(
            all_cost=Sum("cost"),
            requests=Count("pk"),
            calls=Count("call", distinct=True),
            **{name: Sum("cost", filter=span) for name, span in within.items()},
        )
    )
    return tuple(
        Reading(
            currency=row["currency"],
            cost=row["all_cost"] or NOTHING,
            requests=row["requests"],
            calls=row["calls"],
            by_month=tuple(row[name] or NOTHING for name in within),
        )
        for row in rows
    )


def _span(first: date, last: date, company: Company) -> dict[str, datetime]:
    begins, ends = (datetime.combine(day, time.min, tzinfo=company.zone) for day in (first, last + timedelta(days=1)))
    return {"asked_at__gte": begins, "asked_at__lt": ends}


# ---- what it will cost, and what it is worth ------------------------------------------------------------------


def forecast(costs: Costs, *, calls: int) -> tuple[tuple[ServiceCost, Decimal], ...]:
    """Return what each connected service would cost in a month of so many calls like those of the days shown."""
    minutes = Decimal(costs.numbers.seconds) / 60 / (costs.numbers.ended or 1)
    return tuple(
        (service, cents(sum((_foreseen(price, calls, minutes) for price in service.prices), NOTHING)))
        for service in costs.services
        if service.is_connected
    )


def _foreseen(price: ServicePrice, calls: int, minutes: Decimal) -> Decimal:
    if price.unit == Unit.MONTH:
        return price.amount
    return price.amount * calls * (minutes if price.unit == Unit.MINUTE else 1)


@dataclass(frozen=True)
class Worth:
    """What customers are worth beside what calls cost; None where there is nothing to divide by."""

    customers: int
    value: Decimal | None
    cost: Decimal

    @property
    def break_even(self) -> int | None:
        """How many more customers pay for the calls."""
        return ceil(self.cost / self.value) if self.value and self.cost else None

    def returns(self, customers: int) -> float | None:
        """Return what so many more customers bring, less the cost, by the cost."""
        return float((self.value * customers - self.cost) / self.cost) if self.value and self.cost else None


def worth_of(costs: Costs, *, member: Membership) -> Worth:
    """Return what a customer is worth on average, of those whose worth is written down."""
    won = Lead.objects.visible_to(member).filter(lead_status=LeadStatus.CONVERTED, actual_value__isnull=False)
    told = won.order_by().aggregate(customers=Count("pk"), value=Avg("actual_value"))
    return Worth(told["customers"], told["value"], costs.total)


# ---- as tables ------------------------------------------------------------------------------------------------


@table(
    "costs-by-month",
    "Cost by service and month",
    ("Month", Kind.TEXT),
    ("Service", Kind.TEXT),
    ("Currency", Kind.TEXT),
    ("Cost", Kind.MONEY),
    page="Costs",
    right="calltracking.view_serviceprice",
)
def costs_by_month(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    costs = costs_of(chosen, member=member)
    for nth, month in enumerate(costs.months):
        for service in costs.services:
            if service.is_connected:
                yield month.name, service.name, member.company.currency, service.by_month[nth]
        for reading in costs.readings:
            yield month.name, "Language model, as reported", reading.currency, reading.by_month[nth]
