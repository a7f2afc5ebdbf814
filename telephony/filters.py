"""How calls are filtered: the same words in the page's address and in the API."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crm.models import Company, LeadStatus
from telephony.events import AttributedBy, CallDirection, CallKind, CallOutcome, CallStatus
from telephony.models import Call, CallMetrics
from telephony.models.attribution import IS_UNATTRIBUTED
from telephony.models.call_queries import (
    HAS_ENDED,
    HAS_WAITED,
    IS_ANSWERED,
    IS_OF_LEAD,
    UNFINISHED,
    CallQuerySet,
)
from telephony.models.converting import IS_CONVERSION

MISSED = "missed"
DAYS = (("1", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("90", "Last 90 days"))
RESULTS = (
    (CallStatus.COMPLETED.value, "Completed"),
    (MISSED, "Missed"),
    (CallStatus.FAILED.value, "Failed"),
    (CallStatus.IN_PROGRESS.value, "In progress"),
    (CallStatus.VOICEMAIL.value, "Voicemail"),
    (CallStatus.NO_ANSWER.value, "No answer"),
    (CallStatus.BUSY.value, "Busy"),
)
INTENTS = (
    ("interested", "Interested"),
    ("callback", "Callback"),
    ("not_interested", "Not interested"),
    ("do_not_call", "Do not call"),
    ("unclear", "Unclear"),
)
FEELINGS = (("positive", "Positive"), ("neutral", "Neutral"), ("negative", "Negative"), ("mixed", "Mixed"))
# How the campaign of a call was found, in the words of the address.
ATTRIBUTIONS = (
    ("found", "With a campaign"),
    ("open", "No campaign yet"),
    ("rule", "Campaign found by a rule"),
    ("chosen", "Decided by a person"),
)
_BY_ATTRIBUTION = {
    "found": Q(campaign__isnull=False),
    "open": IS_UNATTRIBUTED,
    "rule": Q(campaign__isnull=False) & ~Q(attributed_by=AttributedBy.MANUAL),
    "chosen": Q(attributed_by=AttributedBy.MANUAL),
}


_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(9000, 1, 1)


class CallFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    q = filters.CharFilter(
        method="search", label="Number in any form, call id, name, business or e-mail; beginnings are found."
    )
    days = filters.ChoiceFilter(choices=DAYS, method="of_days", label="Days up to and with today.")
    started_from = filters.DateFilter(method="from_date", label="First day, in the company's time zone.")
    started_to = filters.DateFilter(method="to_date", label="Last day, in the company's time zone.")
    status = filters.ChoiceFilter(choices=RESULTS, method="with_status", label="How the connection went.")
    has_ended = filters.BooleanFilter(method="over", label="Whether the call is over.")
    direction = filters.ChoiceFilter(choices=CallDirection.choices)
    kind = filters.ChoiceFilter(choices=CallKind.choices, label="Who held it.")
    outcome = filters.ChoiceFilter(choices=CallOutcome.choices)
    intent = filters.ChoiceFilter(choices=INTENTS, label="What the customer wanted.")
    lead_status = filters.ChoiceFilter(
        field_name="contact__lead_status", choices=LeadStatus.choices, label="The caller's status as a lead, now."
    )
    hot = filters.BooleanFilter(field_name="is_hot", label="Hot calls only.")
    ambiguous = filters.BooleanFilter(field_name="is_ambiguous", label="Several people share the number.")
    contact = filters.NumberFilter(field_name="contact_id", label="The contact's id.")
    campaign = filters.NumberFilter(field_name="campaign_id", label="The id of the campaign that brought the call.")
    has_campaign = filters.BooleanFilter(
        field_name="campaign_id", lookup_expr="isnull", exclude=True, label="Whether any campaign is named."
    )
    attribution = filters.ChoiceFilter(
        choices=ATTRIBUTIONS, method="attributed", label="Whether and how its campaign was found."
    )
    is_lead = filters.BooleanFilter(method="of_leads", label="Whether the caller is a lead, now.")
    converted = filters.BooleanFilter(
        method="with_conversion", label="Outcome success, or of a converted lead, unless a person says otherwise."
    )
    line = filters.NumberFilter(field_name="line_id", label="The id of the number of yours that it came over.")
    agent = filters.NumberFilter(field_name="agent_id", label="The id of the agent who held it.")
    provider = filters.CharFilter(label="The provider that told of it first.")
    feeling = filters.ChoiceFilter(choices=FEELINGS, label="The customer's mood.")
    has_feeling = filters.BooleanFilter(method="with_feeling", label="Whether the mood was read.")
    seconds_from = filters.NumberFilter(
        field_name="duration_seconds", lookup_expr="gte", label="Least length in seconds."
    )
    seconds_below = filters.NumberFilter(
        field_name="duration_seconds", lookup_expr="lt", label="Shorter than, seconds."
    )
    score_from = filters.NumberFilter("score", "gte", label="Least score, 0 to 100.")
    score_below = filters.NumberFilter("score", "lt", label="Score below.")
    answered = filters.BooleanFilter(method="with_answer", label="Inbound, and answered by a person or an agent.")
    waited = filters.BooleanFilter(method="with_wait", label="Inbound, with a known time to answer.")
    replied = filters.BooleanFilter(method="with_delay", label="With a measured time until our side replies.")

    class Meta:
        model = Call
        fields: ClassVar[list[str]] = []

    def search(self, calls: CallQuerySet, name: str, text: str) -> CallQuerySet:
        return calls.search(text, region=self._company.region)

    def of_days(self, calls: CallQuerySet, name: str, days: str) -> CallQuerySet:
        today = self._company.local(timezone.now()).date()
        return self.from_date(calls, name, today - timedelta(days=int(days) - 1))

    def from_date(self, calls: CallQuerySet, name: str, day: date) -> CallQuerySet:
        return calls.filter(started_at__gte=self._midnight(day))

    def to_date(self, calls: CallQuerySet, name: str, day: date) -> CallQuerySet:
        return calls.filter(started_at__lt=self._midnight(min(day, _LAST_DAY) + timedelta(days=1)))

    def with_status(self, calls: CallQuerySet, name: str, status: str) -> CallQuerySet:
        return calls.missed() if status == MISSED else calls.filter(status=status)

    def attributed(self, calls: CallQuerySet, name: str, how: str) -> CallQuerySet:
        return calls.filter(_BY_ATTRIBUTION[how])

    def of_leads(self, calls: CallQuerySet, name: str, is_lead: bool) -> CallQuerySet:
        return calls.filter(IS_OF_LEAD) if is_lead else calls.exclude(IS_OF_LEAD)

    def with_conversion(self, calls: CallQuerySet, name: str, is_converted: bool) -> CallQuerySet:
        return calls.filter(IS_CONVERSION) if is_converted else calls.exclude(IS_CONVERSION)

    def with_feeling(self, calls: CallQuerySet, name: str, is_known: bool) -> CallQuerySet:
        return calls.exclude(feeling="") if is_known else calls.filter(feeling="")

    def with_answer(self, calls: CallQuerySet, name: str, is_answered: bool) -> CallQuerySet:
        wanted = Q(direction=CallDirection.INBOUND) & IS_ANSWERED
        return calls.filter(wanted) if is_answered else calls.exclude(wanted)

    def with_wait(self, calls: CallQuerySet, name: str, has_waited: bool) -> CallQuerySet:
        return calls.filter(HAS_WAITED) if has_waited else calls.exclude(HAS_WAITED)

    def with_delay(self, calls: CallQuerySet, name: str, is_measured: bool) -> CallQuerySet:
        measured = CallMetrics.objects.filter(call=OuterRef("pk"), measured__agent_response_seconds__isnull=False)
        known = measured.exclude(measured__agent_response_seconds=None)
        return calls.filter(Exists(known)) if is_measured else calls.exclude(Exists(known))

    def over(self, calls: CallQuerySet, name: str, is_over: bool) -> CallQuerySet:
        # Those under way are few: named by their statuses, an index finds them.
        return calls.filter(HAS_ENDED) if is_over else calls.filter(status__in=UNFINISHED)

    def _midnight(self, day: date) -> datetime:
        # Days at the very ends of the calendar have no neighbor, and no calls.
        return datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), time.min, tzinfo=self._company.zone)

    @property
    def _company(self) -> Company:
        return Company.objects.current()
