"""Calls as rows of a file: one row a call, newest first, read a lot at a time by keyset.

Each lot is one short transaction, so that a slow download holds nothing open; what it asks for is fetched for the whole
lot at once, and nothing but plain values is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from calltracking.exports import beside
from calltracking.exports.asked import Asked, query_of
from calltracking.exports.cells import Column, Row
from calltracking.exports.findings import columns_of_findings, of_findings
from calltracking.exports.own_fields import columns_of_fields, of_fields
from crm import phones
from crm.models import Company, ExtractionField, LeadStatus, Membership
from telephony.events import AttributedBy, CallDirection, CallKind, CallOutcome, CallStatus
from telephony.filters import CallFilter
from telephony.models import Call
from telephony.models.call_queries import UNANSWERED, CallQuerySet
from telephony.providers import provider_label

Place = tuple[datetime, int] | None

LOT = 2000
# With every word that was said, or everything that was found, a lot is heavier.
HEAVY_LOT = 500

BASE = (
    Column("id", "Call", "number"),
    Column("call_sid", "Call id"),
    Column("ids", "All its ids"),
    Column("provider", "Provider"),
    Column("call_type", "Held by"),
    Column("direction", "Direction"),
    Column("status", "Status"),
    Column("outcome", "Outcome"),
    Column("is_missed", "Missed"),
    Column("disposition", "Disposition"),
    Column("started_at", "Started", "moment"),
    Column("answered_at", "Answered", "moment"),
    Column("ended_at", "Ended", "moment"),
    Column("duration", "Length, seconds", "number"),
    Column("time_zone", "Time zone"),
    Column("language", "Language"),
    Column("title", "Title"),
    Column("ended_because", "Ended because"),
    Column("our_number", "Our number"),
    Column("customer_number", "Customer's number"),
    Column("line", "Line"),
    Column("agent", "Agent"),
    Column("campaign_id", "Campaign, id", "number"),
    Column("campaign", "Campaign"),
    Column("attributed_by", "How the campaign was found"),
    Column("contact_id", "Contact, id", "number"),
    Column("contact", "Contact"),
    Column("is_ambiguous", "Several share the number"),
    Column("lead_status", "Lead status"),
    Column("lead_priority", "Priority", "number"),
    Column("is_conversion", "Conversion"),
    Column("score", "Score", "number"),
    Column("is_hot", "Hot"),
    Column("conversion_probability", "Chance of a conversion", "number"),
    Column("score_reasons", "What the score is made of", "long"),
    Column("sentiment", "Sentiment"),
    Column("intent", "Intent"),
    Column("summary", "Summary", "long"),
    Column("follow_up_at", "Next step due", "moment"),
    Column("follow_up", "Next step"),
    Column("follow_up_by", "Next step, by whom"),
    Column("notes", "Notes", "long"),
)
FIELDS = (
    *("id", "provider", "kind", "direction", "status", "outcome", "disposition", "started_at", "answered_at"),
    *("ended_at", "duration_seconds", "language", "title", "ended_because", "our_number", "our_number_written"),
    *("customer_number", "customer_number_written", "line__label", "line__e164", "agent_id", "agent__name"),
    *("campaign_id", "campaign__name", "attributed_by", "contact_id", "is_ambiguous", "said_converted", "score"),
    *("is_hot", "feeling", "intent", "provider_summary"),
    *("contact__full_name", "contact__business_name", "contact__email", "contact__lead_status", "contact__priority"),
    "contact__assignee_id",
)


class CallRows:
    """The calls that were asked for. Everything here is used with their company in use."""

    title = "Calls"

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def member(self) -> Membership | None:
        """Whose people alone are seen; None where everybody's are."""
        own = self.asked.own
        return None if own is None else Membership.objects.filter(pk=own).select_related("company").first()

    @cached_property
    def company(self) -> Company:
        found: Company = Company.objects.current()
        return found

    @cached_property
    def fields(self) -> list[ExtractionField]:
        return list(ExtractionField.objects.order_by("position", "pk"))

    @cached_property
    def columns(self) -> list[Column]:
        included = self.asked.include
        return [
            *BASE,
            *columns_of_fields(self.fields, taken={column.key for column in BASE}),
            *(beside.CONTACT if "contact" in included else ()),
            *(columns_of_findings() if "analysis" in included else ()),
            *(beside.HISTORY if "interactions" in included else ()),
            *(beside.TRANSCRIPT if "transcript" in included else ()),
        ]

    @property
    def lot(self) -> int:
        return HEAVY_LOT if {"transcript", "analysis", "interactions"} & set(self.asked.include) else LOT

    def calls(self) -> CallQuerySet:
        """Return what the page with this filter lists; nothing for a member who is there no more."""
        calls: Any = Call.objects.all()
        if self.asked.own is not None:
            calls = calls.visible_to(self.member) if self.member and self.member.is_active else calls.none()
        found: CallQuerySet = CallFilter(query_of(self.asked.filter), queryset=calls).qs
        return found

    def count(self) -> int:
        return self.calls().count()

    def is_at_most(self, most: int) -> bool:
        """Return whether they are so few; no more than that is looked at."""
        return self.calls().order_by()[: most + 1].count() <= most

    def after(self, place: Place) -> tuple[list[Row], Place]:
        """Return the rows behind the place, and the place of the last; no rows at the end."""
        with phones.hidden(self.asked.hides_numbers):
            calls = self.calls().order_by("-started_at", "-id")
            if place is not None:
                at, pk = place
                # The bare time lets the index begin there; the rest only takes out what was seen.
                calls = calls.filter(started_at__lte=at).filter(Q(started_at__lt=at) | Q(id__lt=pk))
            # JSON costs to be read, so it is asked for where it is told.
            names = (*FIELDS, *(("contact__custom",) if self.fields else ()))
            found: list[Any] = list(calls.values(*names)[: self.lot])
            if not found:
                return [], place
            return self._rows(found), (found[-1]["started_at"], found[-1]["id"])

    def _rows(self, calls: list[dict[str, Any]]) -> list[Row]:
        for call in calls:
            call["is_theirs"] = self.asked.own is None or call["contact__assignee_id"] == self.asked.own
        known = beside.Known(
            calls,
            include=self.asked.include,
            has_fields=bool(self.fields),
            member=self.member if self.asked.own else None,
        )
        return [self._row(call, known) for call in calls]

    def _row(self, call: Mapping[str, Any], known: beside.Known) -> Row:
        included, pk = self.asked.include, call["id"]
        row = self._base(call, known)
        findings = known.findings.get(pk, {})
        if self.fields:
            row += of_fields(self.fields, custom=_card(call), said=known.custom_of(pk), asked=self.asked)
        if "contact" in included:
            row += known.contact(call)
        if "analysis" in included:
            row += of_findings(findings, known.metrics.get(pk, {}), asked=self.asked)
        if "interactions" in included:
            row += known.history(call, self.asked, self.company.zone)
        if "transcript" in included:
            row += known.transcript(pk, self.asked)
        return row

    def _base(self, call: Mapping[str, Any], known: beside.Known) -> list[Any]:
        return [*self._carried(call, known), *self._meant(call, known)]

    def _carried(self, call: Mapping[str, Any], known: beside.Known) -> list[Any]:
        """How the call came about: the columns of `BASE` up to the campaign."""
        ids = known.ids.get(call["id"], [""])
        return [
            call["id"],
            ids[0],
            ids if self.asked.format == "json" else ", ".join(ids),
            provider_label(call["provider"]),
            _KINDS.get(call["kind"], call["kind"]),
            _DIRECTIONS.get(call["direction"], call["direction"]),
            _STATUSES.get(call["status"], call["status"]),
            _OUTCOMES.get(call["outcome"], call["outcome"]),
            call["direction"] == CallDirection.INBOUND and call["status"] in UNANSWERED,
            call["disposition"],
            call["started_at"],
            call["answered_at"],
            call["ended_at"],
            call["duration_seconds"],
            self.company.time_zone,
            call["language"],
            call["title"],
            call["ended_because"],
            call["our_number"] or call["our_number_written"],
            phones.as_told(call["customer_number"] or call["customer_number_written"]),
            call["line__label"] or call["line__e164"] or "",
            (call["agent__name"] or "Unnamed agent") if call["agent_id"] else "",
            call["campaign_id"],
            call["campaign__name"] or "",
            _ATTRIBUTED.get(call["attributed_by"], ""),
        ]

    def _meant(self, call: Mapping[str, Any], known: beside.Known) -> list[Any]:
        """Whom it was with and what came of it: the rest of `BASE`."""
        insight, is_json = known.insights.get(call["id"], {}), self.asked.format == "json"
        return [
            call["contact_id"],
            beside.name_of(call),
            call["is_ambiguous"],
            _LEADS.get(call["contact__lead_status"], "") if call["is_theirs"] else "",
            call["contact__priority"] if call["is_theirs"] and call["contact__lead_status"] else None,
            _is_conversion(call),
            call["score"],
            call["is_hot"],
            insight.get("conversion_probability"),
            insight.get("reasons", []) if is_json else beside.reasons_of(insight),
            call["feeling"],
            _INTENTS.get(call["intent"], call["intent"].replace("_", " ")),
            insight.get("summary") or call["provider_summary"],
            *known.step(call),
            "\n".join(known.notes.get(call["id"], ())),
        ]


def _card(call: Mapping[str, Any]) -> Mapping[str, Any]:
    return (call["contact__custom"] or {}) if call["is_theirs"] and not call["is_ambiguous"] else {}


def _is_conversion(call: Mapping[str, Any]) -> bool:
    if call["said_converted"] is not None:
        return bool(call["said_converted"])
    return bool(call["outcome"] == CallOutcome.SUCCESS or call["contact__lead_status"] == LeadStatus.CONVERTED)


def words_of(choices: Sequence[tuple[Any, Any]]) -> dict[str, str]:
    """Return the choices' labels by their values."""
    return {str(value): str(label) for value, label in choices}


_KINDS, _DIRECTIONS = words_of(CallKind.choices), words_of(CallDirection.choices)
_STATUSES, _OUTCOMES = words_of(CallStatus.choices), words_of(CallOutcome.choices)
_ATTRIBUTED, _LEADS = words_of(AttributedBy.choices), words_of(LeadStatus.choices)
_INTENTS = {
    "interested": "Interested",
    "callback": "Callback",
    "not_interested": "Not interested",
    "do_not_call": "Do not call",
}
