"""What stands beside calls in other tables, fetched for a whole lot of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from analysis.corrections import effective_of
from calltracking.exports import among  # noqa: F401 - the lookup
from calltracking.exports.asked import Asked
from calltracking.exports.cells import Column
from calltracking.models import CallNote
from crm import phones
from crm.models import Contact, FollowUp, Interaction, Membership, PhoneNumber
from telephony.events import Speaker
from telephony.models import Call, CallId, CallMetrics, Correction, Insight, Turn

MOST_ENTRIES = 20
CONTACT = (
    Column("contact_business", "Business"),
    Column("contact_owner", "Owner"),
    Column("contact_email", "E-mail"),
    Column("contact_numbers", "Numbers"),
    Column("contact_website", "Website"),
    Column("contact_industry", "Industry"),
    Column("contact_address", "Address"),
    Column("contact_city", "City"),
    Column("contact_state", "State"),
    Column("contact_employees", "Employees", "number"),
    Column("contact_revenue", "Revenue", "number"),
    Column("contact_decides", "Decides"),
    Column("contact_source", "Source"),
    Column("contact_assignee", "Assignee"),
    Column("contact_lead_score", "Lead score", "number"),
    Column("contact_estimated_value", "Estimated value", "number"),
    Column("contact_actual_value", "Actual value", "number"),
    Column("contact_do_not_call", "Do not call"),
    Column("contact_notes", "Notes on the contact", "long"),
)
HISTORY = (Column("interactions", "History with the contact", "long"),)
TRANSCRIPT = (Column("transcript", "Transcript", "long"),)
_CARD = (
    *("pk", "business_name", "owner_name", "email", "website", "industry", "address", "city", "state"),
    *("company_size", "annual_revenue", "is_decision_maker", "source", "assignee_id", "lead_score"),
    *("estimated_value", "actual_value", "do_not_call", "notes"),
)
_SPEAKERS = {str(value): str(label) for value, label in Speaker.choices}


class Known:
    """What is known of a lot of calls; `member` is whose people alone are seen, None where everybody's are."""

    def __init__(
        self, calls: Sequence[Mapping[str, Any]], *, include: Iterable[str], has_fields: bool, member: Membership | None
    ) -> None:
        included, pks = set(include), [call["id"] for call in calls]
        people = {call["contact_id"] for call in calls if call["contact_id"] and call["is_theirs"]}
        needs_findings = "analysis" in included or has_fields
        self.ids = _grouped(CallId.objects.filter(call__among=pks).order_by("pk").values_list("call_id", "value"))
        self.insights, self.findings = _insights(pks, with_findings=needs_findings)
        self.notes = _notes(pks)
        self.steps = steps_of(people, member)
        self.metrics = _metrics(pks) if "analysis" in included else {}
        self.cards = _cards(people) if "contact" in included else {}
        self.numbers = numbers_of(people) if "contact" in included else {}
        self.members = members() if "contact" in included or self.steps else {}
        self.entries = _entries(people) if "interactions" in included else {}
        self.turns = _turns(pks) if "transcript" in included else {}

    def custom_of(self, pk: int) -> dict[str, Any]:
        """Return what the call said of the company's own fields."""
        said = self.findings.get(pk, {}).get("custom") or {}
        return {key: fact["value"] for key, fact in said.items()}

    def step(self, call: Mapping[str, Any]) -> tuple[Any, str, str]:
        """Return the next step with the contact: when, what, by whom."""
        step = None if call["is_ambiguous"] else self.steps.get(call["contact_id"])
        return (step[0], step[1], self.members.get(step[2], "")) if step else (None, "", "")

    def contact(self, call: Mapping[str, Any]) -> list[Any]:
        card = self.cards.get(call["contact_id"]) if call["is_theirs"] else None
        if card is None:
            return [None] * len(CONTACT)
        numbers = ", ".join(phones.as_told(number) for number in self.numbers.get(card["pk"], ()))
        return [
            card["business_name"],
            card["owner_name"],
            card["email"],
            numbers,
            *(card[name] for name in ("website", "industry", "address", "city", "state", "company_size")),
            *(card[name] for name in ("annual_revenue", "is_decision_maker", "source")),
            self.members.get(card["assignee_id"], ""),
            *(card[name] for name in ("lead_score", "estimated_value", "actual_value", "do_not_call", "notes")),
        ]

    def history(self, call: Mapping[str, Any], asked: Asked, zone: tzinfo) -> list[Any]:
        entries = self.entries.get(call["contact_id"], ()) if call["is_theirs"] else ()
        if asked.format == "json":
            names = ("at", "kind", "direction", "outcome", "summary")
            return [[dict(zip(names, (entry[0].isoformat(), *entry[1:]), strict=True)) for entry in entries]]
        said = (
            f"{at.astimezone(zone):%Y-%m-%d %H:%M} {_KINDS.get(kind, kind)}: "
            + " · ".join(filter(None, (outcome, text)))
            for at, kind, _, outcome, text in entries
        )
        return ["\n".join(said)]

    def transcript(self, pk: int, asked: Asked) -> list[Any]:
        turns = self.turns.get(pk, ())
        if asked.format == "json":
            return [[{"speaker": who, "at": at, "content": said} for who, at, said in turns]]
        return ["\n".join(f"{_SPEAKERS.get(who, who)}: {said}" for who, _, said in turns)]


def name_of(call: Mapping[str, Any]) -> str:
    """Return whom the lists name; of several who share the number nobody."""
    if call["is_ambiguous"] or call["contact_id"] is None:
        return ""
    known: str = call["contact__full_name"] or call["contact__business_name"] or call["contact__email"]
    return known or "Unknown caller"


def reasons_of(insight: Mapping[str, Any]) -> str:
    """Return what the score is made of: `Asked for the price +10; …`."""
    return "; ".join(f"{reason.get('label', '')} {reason.get('points', 0):+d}" for reason in insight.get("reasons", ()))


def members() -> dict[int, str]:
    """Return the names of the company's people."""
    from crm.tenancy import require_company

    people = Membership.objects.filter(company_id=require_company()).select_related("user")
    return {member.pk: str(member) for member in people}


def _grouped(pairs: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, *value in pairs:
        found[key].append(value[0] if len(value) == 1 else tuple(value))
    return found


def _insights(pks: Sequence[int], *, with_findings: bool) -> tuple[dict[int, Any], dict[int, Any]]:
    """Return the current insights, and what the calls are held to mean: with what people put right."""
    names = ("call_id", "summary", "reasons", "conversion_probability", *(("findings",) if with_findings else ()))
    rows = Insight.objects.filter(call__among=pks, is_current=True).values(*names)
    insights: dict[int, Any] = {row["call_id"]: row for row in rows}
    if not with_findings:
        return insights, {}
    findings = {pk: row["findings"] for pk, row in insights.items()}
    corrected = set(Correction.objects.filter(call__among=insights).values_list("call_id", flat=True))
    for call in Call.objects.filter(pk__in=corrected).defer("raw", "told"):
        held = effective_of(call, call.insights.filter(is_current=True).first())
        if held is not None:
            findings[call.pk] = held.findings.model_dump(mode="json")
    return insights, findings


def _metrics(pks: Sequence[int]) -> dict[int, Any]:
    return dict(CallMetrics.objects.filter(call__among=pks).values_list("call_id", "measured"))


def _notes(pks: Sequence[int]) -> dict[int, list[str]]:
    notes = CallNote.objects.filter(call__among=pks).order_by("written_at", "pk")
    return _grouped(notes.values_list("call_id", "text"))


def steps_of(people: set[int], member: Membership | None = None) -> dict[int, tuple[Any, str, int]]:
    """Return the next step with each of these contacts: when, what, by whom."""
    steps = FollowUp.objects.open().filter(contact__among=people)
    steps = steps.visible_to(member) if member else steps
    in_order = steps.order_by("contact_id", "due_at", "pk").distinct("contact_id")
    rows = in_order.values_list("contact_id", "due_at", "reason", "assignee_id")
    return {contact: (due_at, reason, assignee) for contact, due_at, reason, assignee in rows}


def _cards(people: set[int]) -> dict[int, Any]:
    return {row["pk"]: row for row in Contact.objects.filter(pk__in=people).values(*_CARD)}


def numbers_of(people: set[int]) -> dict[int, list[str]]:
    """Return the numbers of each of these contacts, the main one first."""
    numbers = PhoneNumber.objects.filter(contact__among=people).order_by("-is_primary", "pk")
    return _grouped(numbers.values_list("contact_id", "e164"))


def _entries(people: set[int]) -> dict[int, list[Any]]:
    newest = Window(RowNumber(), partition_by=F("contact_id"), order_by=[F("happened_at").desc(), F("pk").desc()])
    rows = Interaction.objects.filter(contact__among=people).annotate(place=newest).filter(place__lte=MOST_ENTRIES)
    rows = rows.order_by("contact_id", "place")
    return _grouped(rows.values_list("contact_id", "happened_at", "kind", "direction", "outcome", "summary"))


def _turns(pks: Sequence[int]) -> dict[int, list[Any]]:
    turns = Turn.objects.filter(call__among=pks).order_by("call_id", "index")
    return _grouped(turns.values_list("call_id", "speaker", "start_seconds", "content"))


_KINDS = {str(value): str(label) for value, label in Interaction.Kind.choices}
