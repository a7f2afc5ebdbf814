"""The figures of attribution. Each has one formula, stated here in words, and the address of the rows behind it.

Days are the company's. Nothing is kept beside the calls and their ledger, so no figure can be out of step with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.urls import reverse
from django.utils import timezone

from calltracking.models import AttributionBatch, AttributionEntry
from calltracking.models.attribution import FIRST_RULES
from crm.models import Campaign, Company, Contact, LeadStatus
from telephony.models import Call
from telephony.models.attribution import IS_TOUCH, IS_UNATTRIBUTED
from telephony.models.call_queries import IS_OF_LEAD, CallQuerySet
from telephony.models.converting import IS_CONVERSION

_FOUND_BY_RULE = Q(campaign__isnull=False, attributed_by__in=list(FIRST_RULES))

FORMULAS = {
    "attribution_rate": "Calls with a campaign, of all calls.",
    "unattributed": "Calls without a campaign, but for those of which a person said that none brought them.",
    "accuracy": "Calls whose campaign a rule found and no person gave to another or to none, of all calls whose "
    "campaign a rule found. One that a person confirmed counts as right.",
    "cost": "What the campaign cost, spread evenly over its days until today, for the days shown.",
    "cost_per_call": "Cost, by the calls the campaign brought.",
    "cost_per_lead": "Cost, by the leads among its callers, each counted once.",
    "cost_per_conversion": "Cost, by its calls that are conversions: the provider calls them a success, or the "
    "caller is a converted lead, unless a person says otherwise.",
    "revenue": "The actual value of converted leads whose last attributed call the campaign brought.",
    "roi": "Revenue less cost, by cost.",
}


@dataclass(frozen=True, kw_only=True)
class Days:
    """The first and the last day, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    @property
    def query(self) -> dict[str, str]:
        """The days in the words of the list of calls."""
        ends = {"started_from": self.first, "started_to": self.last}
        return {name: day.isoformat() for name, day in ends.items() if day}

    def times(self, name: str, company: Company) -> Q:
        """Return the condition that a moment lies within the company's days."""
        zone = company.zone
        wanted = Q()
        if self.first:
            wanted &= Q(**{f"{name}__gte": datetime.combine(self.first, time.min, tzinfo=zone)})
        if self.last:
            wanted &= Q(**{f"{name}__lt": datetime.combine(self.last + timedelta(days=1), time.min, tzinfo=zone)})
        return wanted


@dataclass(frozen=True, kw_only=True)
class Given:
    """Calls that are counted as if a person had just given them to a campaign: none unless told."""

    calls: Sequence[int] = ()
    campaign: Campaign | None = None

    @property
    def condition(self) -> Q:
        return Q(pk__in=self.calls)

    @property
    def campaign_of_call(self) -> Case | F:
        if self.campaign is None:
            return F("campaign")
        return Case(
            When(self.condition, then=Value(self.campaign.pk)), default=F("campaign"), output_field=BigIntegerField()
        )


class Judged(TypedDict):
    confirmed: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class AttributionNumbers:
    """Counts over some calls, and the shares made of them; None where there is nothing to divide by."""

    calls: int
    attributed: int
    unattributed: int
    # Found by a rule, and left so; confirmed by a person; given to another campaign or to none.
    left: int
    confirmed: int
    corrected: int
    days: Days

    @property
    def attribution_rate(self) -> float | None:
        return self.attributed / self.calls if self.calls else None

    @property
    def accuracy(self) -> float | None:
        found = self.left + self.confirmed + self.corrected
        return (self.left + self.confirmed) / found if found else None

    @property
    def urls(self) -> dict[str, str]:
        """Where the rows behind each figure are listed."""
        return {
            "calls": _calls_url(self.days),
            "attribution_rate": _calls_url(self.days, attribution="found"),
            "unattributed": _calls_url(self.days, attribution="open"),
            "accuracy": _calls_url(self.days, attribution="rule"),
        }


@dataclass(frozen=True, kw_only=True)
class CampaignNumbers:
    """What a campaign brought in some days, and at what cost; money in the company's currency."""

    campaign: Campaign
    days: Days
    calls: int = 0
    leads: int = 0
    conversions: int = 0
    cost: Decimal | None = None
    revenue: Decimal = Decimal(0)

    @property
    def cost_per_call(self) -> Decimal | None:
        return _each(self.cost, self.calls)

    @property
    def cost_per_lead(self) -> Decimal | None:
        return _each(self.cost, self.leads)

    @property
    def cost_per_conversion(self) -> Decimal | None:
        return _each(self.cost, self.conversions)

    @property
    def roi(self) -> float | None:
        return float((self.revenue - self.cost) / self.cost) if self.cost else None

    @property
    def urls(self) -> dict[str, str]:
        """Where the rows behind each figure are listed."""
        campaign = str(self.campaign.pk)
        return {
            "calls": _calls_url(self.days, campaign=campaign),
            "leads": _calls_url(self.days, campaign=campaign, is_lead="true"),
            "conversions": _calls_url(self.days, campaign=campaign, converted="true"),
            "revenue": _calls_url(self.days, campaign=campaign, lead_status=LeadStatus.CONVERTED.value),
            "cost": reverse("admin:crm_campaign_change", args=[self.campaign.pk]),
        }


# ---- all calls ------------------------------------------------------------------------------------------------


def attribution_numbers(calls: CallQuerySet, days: Days) -> AttributionNumbers:
    """Return the numbers of those of the calls that began in the days, in three queries."""
    within = calls.filter(days.times("started_at", Company.objects.current()))
    counted = within.order_by().aggregate(
        calls=Count("pk"),
        attributed=Count("pk", filter=Q(campaign__isnull=False)),
        unattributed=Count("pk", filter=IS_UNATTRIBUTED),
        left=Count("pk", filter=_FOUND_BY_RULE),
    )
    return AttributionNumbers(**counted, **judged(within), days=days)


def judged(calls: CallQuerySet, given: Given = Given()) -> Judged:
    """Return of how many calls a person confirmed the campaign that a rule had found, or chose otherwise."""
    in_force = Q(batch=None) | (Q(batch__is_in_force=True) & ~Q(batch__kind=AttributionBatch.Kind.UNDO))
    answers = AttributionEntry.objects.filter(
        in_force, call=OuterRef("pk"), by__in=list(FIRST_RULES), campaign_id__isnull=False
    )
    chosen = calls.filter(given.condition | Q(attributed_by="manual")).order_by()
    is_other = Q(is_given_to=None) | ~Q(by_rule=F("is_given_to"))
    counted: Any = chosen.annotate(
        by_rule=Subquery(answers.order_by("-pk").values("campaign_id")[:1]), is_given_to=given.campaign_of_call
    ).aggregate(
        confirmed=Count("pk", filter=Q(by_rule=F("is_given_to"))),
        corrected=Count("pk", filter=Q(by_rule__isnull=False) & is_other),
    )
    return Judged(confirmed=counted["confirmed"], corrected=counted["corrected"])


# ---- campaigns ------------------------------------------------------------------------------------------------


def campaign_numbers(
    days: Days, *, calls: CallQuerySet | None = None, campaign: Campaign | None = None
) -> list[CampaignNumbers]:
    """Return what each campaign brought in the days, the one with most calls first; in four queries, however many.

    `calls` are those that count, such as the ones somebody may see: all unless told.
    """
    company = Company.objects.current()
    counted_in: Any = Call.objects.all() if calls is None else calls
    campaigns = Campaign.objects.filter(pk=campaign.pk) if campaign else Campaign.objects.all()
    within = counted_in.filter(days.times("started_at", company), campaign__isnull=False)
    if campaign:
        within = within.filter(campaign=campaign)
    counted = (
        within.order_by()
        .values("campaign")
        .annotate(
            calls=Count("pk"),
            leads=Count("contact", filter=IS_OF_LEAD, distinct=True),
            conversions=Count("pk", filter=IS_CONVERSION),
        )
    )
    found = {row.pop("campaign"): row for row in counted}
    earned = revenue(days, company)
    today = company.local(timezone.now()).date()
    numbers = [
        CampaignNumbers(
            campaign=one,
            days=days,
            cost=cost_within(one, days, company=company, today=today),
            revenue=earned.get(one.pk, Decimal(0)),
            **found.get(one.pk, {}),
        )
        for one in campaigns
    ]
    return sorted(numbers, key=lambda each: (-each.calls, each.campaign.name))


def top_campaigns(days: Days, *, most: int = 5) -> list[CampaignNumbers]:
    """Return the campaigns that brought most calls in the days, without those that brought none."""
    return [numbers for numbers in campaign_numbers(days)[:most] if numbers.calls]


def cost_within(campaign: Campaign, days: Days, *, company: Company, today: date) -> Decimal | None:
    """Return what the campaign cost in the days: its cost so far, spread evenly over its days so far."""
    if campaign.cost is None:
        return None
    began = campaign.starts_on or company.local(campaign.created_at).date()
    ended = max(began, min(campaign.ends_on or today, today))
    first, last = max(began, days.first or began), min(ended, days.last or ended)
    if last < first:
        return Decimal(0)
    share = Decimal((last - first).days + 1) / Decimal((ended - began).days + 1)
    return (campaign.cost * share).quantize(Decimal("0.01"))


def revenue(days: Days, company: Company, given: Given = Given()) -> dict[int, Decimal]:
    """Return what converted leads were worth, by the campaign of their last touch, where that lies in the days."""
    touches = Call.objects.filter(given.condition | IS_TOUCH, contact=OuterRef("pk")).order_by("-started_at", "-pk")
    customers = Contact.objects.filter(lead_status=LeadStatus.CONVERTED, actual_value__isnull=False).annotate(
        brought_by=Subquery(touches.values(is_given_to=given.campaign_of_call)[:1]),
        touched_at=Subquery(touches.values("started_at")[:1]),
    )
    earned = customers.filter(days.times("touched_at", company), brought_by__isnull=False).order_by()
    return dict(earned.values_list("brought_by").annotate(Sum("actual_value")))


def _each(cost: Decimal | None, number: int) -> Decimal | None:
    return (cost / number).quantize(Decimal("0.01")) if cost is not None and number else None


def _calls_url(days: Days, **asked: str) -> str:
    query = urlencode({**asked, **days.query})
    return f"{reverse('calls')}?{query}" if query else reverse("calls")
