"""Hot leads: who is worth a call now, what their latest reading says, and the next step. Page and API ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Avg, Count, Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from analysis.corrections import effective
from analysis.findings import Findings, Money
from crm.custom_words import say
from crm.models import Company, ExtractionField, FollowUp, Lead
from crm.models.leads import LeadQuerySet
from telephony.filters import DAYS
from telephony.models import Call, Correction, Insight
from telephony.models.call_queries import CallQuerySet

MOODS = (("positive", "Positive"), ("neutral", "Neutral"), ("mixed", "Mixed"), ("negative", "Negative"))
BUDGET, LOCATIONS, BEDROOMS = "budget", "locations", "bedrooms"
# Of a company's own fields, as many as a card has room for.
MOST_FACTS = 4

FORMULAS = {
    "count": "Leads whose latest conversation was hot: a score from the company's own limit on, and no refusal.",
    "chance": "Conversion probability of these leads, added up and divided by how many they are.",
    "score": "Score of these leads, 0 to 100, added up and divided by how many they are.",
}


class HotLeadFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """The same words in the page's address and in the API."""

    days = filters.ChoiceFilter(choices=DAYS, method="of_days", label="Their latest call: days up to and with today.")
    campaign = filters.NumberFilter(method="of_calls", label="The id of a campaign that brought a call of theirs.")
    agent = filters.NumberFilter(method="of_calls", label="The id of an agent who held a call of theirs.")
    mood = filters.ChoiceFilter(field_name="feeling", choices=MOODS, label="How they felt in their latest call.")
    score_from = filters.NumberFilter(
        field_name="lead_score", lookup_expr="gte", min_value=0, max_value=100, label="At least this score."
    )

    class Meta:
        model = Lead
        fields: ClassVar[list[str]] = []

    def of_days(self, leads: LeadQuerySet, name: str, days: str) -> LeadQuerySet:
        company = Company.objects.current()
        first = company.local(timezone.now()).date() - timedelta(days=int(days) - 1)
        return leads.filter(latest_call_at__gte=datetime.combine(first, time.min, tzinfo=company.zone))

    def of_calls(self, leads: LeadQuerySet, name: str, pk: Decimal) -> LeadQuerySet:
        of_theirs = Call.objects.filter(contact=OuterRef("pk"), **{f"{name}_id": int(pk)})
        return leads.filter(Exists(of_theirs))


@dataclass(frozen=True)
class HotNumbers:
    """How many leads, and what they score and stand to be won on average; None when there are none."""

    count: int
    chance: float | None
    score: float | None


@dataclass(frozen=True)
class HotLead:
    """A lead with what its latest reading says. `step` is the next one that is planned, or one just done."""

    lead: Lead
    call: Call | None
    summary: str
    advice: str
    budget: Money | None
    locations: str
    bedrooms: int | float | None
    facts: tuple[tuple[str, str], ...]
    step: FollowUp | None

    @property
    def call_id(self) -> str:
        """The id that the call's provider gave it first."""
        ids = sorted(self.call.ids.all(), key=lambda each: each.pk) if self.call else []
        return ids[0].value if ids else ""


def hot_numbers(leads: LeadQuerySet) -> HotNumbers:
    """Return the numbers of these leads, in one query."""
    counted = leads.order_by().aggregate(
        count=Count("pk"), chance=Avg("conversion_probability"), score=Avg("lead_score")
    )
    return HotNumbers(**counted)


def hot_leads(
    leads: Sequence[Lead],
    *,
    calls: CallQuerySet,
    follow_ups: QuerySet[FollowUp],
    just_done: Collection[int] = (),
) -> list[HotLead]:
    """Return these leads with what is known of each, in six queries however many they are.

    `calls` and `follow_ups` are those that whoever asks may see. Of `just_done`, ids of follow-ups, the ones that
    are done are shown in place of what comes next, so that they can be taken back.
    """
    ids = [lead.pk for lead in leads]
    read = _latest_read(calls, ids)
    corrections = _corrections([call.pk for call in read.values()])
    steps = _next_steps(follow_ups, ids, just_done)
    fields = list(ExtractionField.objects.active())
    return [_hot_lead(lead, read.get(lead.pk), corrections, fields, steps.get(lead.pk)) for lead in leads]


def _latest_read(calls: CallQuerySet, ids: list[int]) -> dict[int, Call]:
    """Return the latest call of each that was read and scored, with its current insight."""
    insights = Prefetch("insights", queryset=Insight.objects.filter(is_current=True).defer("dropped", "reasons"))
    latest = (
        calls.filter(contact__in=ids, score__isnull=False)
        .order_by("contact_id", "-started_at", "-pk")
        .distinct("contact_id")
        .defer("raw", "told")
        .prefetch_related(insights, "ids")
    )
    return {call.contact_id: call for call in latest if call.contact_id}


def _corrections(call_ids: list[int]) -> dict[int, list[Correction]]:
    found: dict[int, list[Correction]] = {}
    for correction in Correction.objects.filter(call__in=call_ids).order_by("pk"):
        # A card shows no words of the conversation, so it need not be looked up whether they still stand.
        correction.evidence = None
        found.setdefault(correction.call_id, []).append(correction)
    return found


def _next_steps(follow_ups: Any, ids: list[int], just_done: Collection[int]) -> dict[int, FollowUp]:
    first = follow_ups.open().filter(contact__in=ids).order_by("contact_id", "due_at", "pk").distinct("contact_id")
    steps = {step.contact_id: step for step in first}
    done: Iterable[FollowUp] = (
        follow_ups.filter(pk__in=just_done, contact__in=ids, state=FollowUp.State.DONE) if just_done else ()
    )
    return {**steps, **{step.contact_id: step for step in done}}


def _hot_lead(
    lead: Lead,
    call: Call | None,
    corrections: dict[int, list[Correction]],
    fields: list[ExtractionField],
    step: FollowUp | None,
) -> HotLead:
    insight = next(iter(call.insights.all()), None) if call else None
    found = Findings.model_validate(insight.findings) if insight else Findings()
    if call:
        found = effective(found, corrections.get(call.pk, [])).findings
    answers = {field.key: (field, field.typed(lead.custom.get(field.key))) for field in fields}
    known = {key: (field, value) for key, (field, value) in answers.items() if value is not None}
    bedrooms = known[BEDROOMS][1] if BEDROOMS in known else None
    return HotLead(
        lead=lead,
        call=call,
        summary=insight.summary if insight else "",
        advice=found.next_best_action.value if found.next_best_action else "",
        budget=_budget(known, found),
        locations=str(known[LOCATIONS][1]) if LOCATIONS in known else "",
        bedrooms=bedrooms if isinstance(bedrooms, int | float) else None,
        facts=tuple(_facts(lead, known))[:MOST_FACTS],
        step=step,
    )


def _budget(known: dict[str, tuple[ExtractionField, Any]], found: Findings) -> Money | None:
    """Return what is kept of the lead, and only then what was read: a person may have put the former right."""
    value = known[BUDGET][1] if BUDGET in known else None
    if isinstance(value, dict):
        ends = {end: None if value[end] is None else Decimal(str(value[end])) for end in ("minimum", "maximum")}
        return Money(**ends, currency=value["currency"], period=value["period"])
    return found.budget.value if found.budget else None


def _facts(lead: Lead, known: dict[str, tuple[ExtractionField, Any]]) -> Iterable[tuple[str, str]]:
    """Yield the answers to the company's own fields, and where they live, where no field of its own says where."""
    for key in sorted(known, key=lambda each: (each not in (LOCATIONS, BEDROOMS), known[each][0].position)):
        if key != BUDGET:
            field, value = known[key]
            yield field.label, say(field, value)
    if LOCATIONS not in known and lead.city:
        yield "City", lead.city
