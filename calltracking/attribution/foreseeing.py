"""What giving calls to a campaign would do to the figures: counted as they will be counted, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q

from calltracking.attribution.figures import (
    AttributionNumbers,
    CampaignNumbers,
    Days,
    Given,
    attribution_numbers,
    campaign_numbers,
    judged,
    revenue,
)
from crm.models import Campaign, Company
from telephony.models import Call
from telephony.models.attribution import IS_UNATTRIBUTED
from telephony.models.call_queries import IS_OF_LEAD, CallQuerySet
from telephony.models.converting import IS_CONVERSION


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The figures now and afterwards, from the day of the earliest of the calls on."""

    days: Days
    all_now: AttributionNumbers
    all_then: AttributionNumbers
    campaign_now: CampaignNumbers
    campaign_then: CampaignNumbers


def foresee(chosen: Sequence[int], *, campaign: Campaign, within: CallQuerySet) -> Foreseen:
    """Return what changes when the calls of these ids, none of which has a campaign, are given to it.

    `within` are the calls that count, such as those somebody may see; the chosen ones are among them.
    """
    company, given = Company.objects.current(), Given(calls=chosen, campaign=campaign)
    theirs: Any = Call.objects.filter(pk__in=chosen)
    of_chosen = theirs.aggregate(
        earliest=Min("started_at"), calls=Count("pk"), open=Count("pk", filter=IS_UNATTRIBUTED)
    )
    earliest = of_chosen["earliest"]
    days = Days(first=company.local(earliest).date() if earliest else None)
    all_now = attribution_numbers(within, days)
    [campaign_now] = campaign_numbers(days, calls=within, campaign=campaign)
    in_days = within.filter(days.times("started_at", company))
    its = in_days.filter(given.condition | Q(campaign=campaign))
    counted = its.order_by().aggregate(
        calls=Count("pk"),
        leads=Count("contact", filter=IS_OF_LEAD, distinct=True),
        conversions=Count("pk", filter=IS_CONVERSION),
    )
    earned = revenue(days, company, given).get(campaign.pk, Decimal(0))
    return Foreseen(
        days=days,
        all_now=all_now,
        all_then=replace(
            all_now,
            attributed=all_now.attributed + of_chosen["calls"],
            unattributed=all_now.unattributed - of_chosen["open"],
            **judged(in_days, given),
        ),
        campaign_now=campaign_now,
        campaign_then=replace(campaign_now, **counted, revenue=earned),
    )
