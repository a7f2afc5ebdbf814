"""What we know of whoever has a number: for an agent that is about to talk to them, in one question to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from crm.models import Contact, FollowUp, Interaction, LeadStatus, PhoneNumber

CALLS_TOLD = 3
# A number of more people than this is a switchboard; who they are helps nobody.
MOST_PEOPLE = 10


@dataclass(frozen=True, kw_only=True)
class PastCall:
    """A call that was, and what it was about in a few sentences."""

    at: datetime
    summary: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What was promised or planned, and when it is due."""

    what: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person or business, as far as we know them. `calls` are the latest that have a summary, newest first."""

    contact_id: int
    full_name: str
    business_name: str
    email: str
    lead_status: str
    do_not_call: bool
    call_count: int
    last_call_at: datetime | None
    calls: tuple[PastCall, ...]
    next_step: NextStep | None

    @property
    def name(self) -> str:
        return self.full_name or self.business_name

    @property
    def status_label(self) -> str:
        return str(LeadStatus(self.lead_status).label) if self.lead_status in LeadStatus else ""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everybody who has the number. Several people are never guessed at: then `person` is None."""

    people: tuple[Person, ...] = ()

    @property
    def is_shared(self) -> bool:
        return len(self.people) > 1

    @property
    def person(self) -> Person | None:
        return self.people[0] if len(self.people) == 1 else None

    @property
    def do_not_call(self) -> bool:
        """Whether anybody of this number asked not to be called."""
        return any(person.do_not_call for person in self.people)


NOBODY = Knowledge()


def knowledge_of(e164: str, *, among: QuerySet[Contact] | None = None) -> Knowledge:
    """Return what is known of the number's people, in one query; none without a number.

    `among` are those who may be told of; the whole company in use without it.
    """
    if not e164:
        return NOBODY
    # Who they are is bounded before anything is asked about them. As a join in the order of ids, without statistics
    # (after an import, say), PostgreSQL once walked through everybody; so it cannot.
    people = PhoneNumber.objects.filter(e164=e164).values("contact_id")[:MOST_PEOPLE]
    found = _told_of((Contact.objects.all() if among is None else among).filter(pk__in=people).order_by("pk"))
    return Knowledge(people=tuple(_person(contact) for contact in found))


def _told_of(contacts: QuerySet[Contact]) -> QuerySet[Any]:
    calls = Interaction.objects.filter(contact=OuterRef("pk"), kind=Interaction.Kind.CALL).order_by()
    counted = calls.values("contact").annotate(count=Count("pk")).values("count")
    newest = calls.order_by("-happened_at", "-pk")
    told = newest.exclude(summary="").values(
        told=JSONObject(at=F("happened_at"), summary=F("summary"), outcome=F("outcome"))
    )
    steps = FollowUp.objects.open().filter(contact=OuterRef("pk")).order_by("due_at", "pk")
    return contacts.annotate(
        call_count=Coalesce(Subquery(counted), Value(0)),
        last_call_at=Subquery(newest.values("happened_at")[:1]),
        told_calls=ArraySubquery(told[:CALLS_TOLD]),
        step_reason=Subquery(steps.values("reason")[:1]),
        step_due_at=Subquery(steps.values("due_at")[:1]),
    )


def _person(contact: Any) -> Person:
    due_at = contact.step_due_at
    return Person(
        contact_id=contact.pk,
        full_name=contact.full_name,
        business_name=contact.business_name,
        email=contact.email,
        lead_status=contact.lead_status,
        do_not_call=contact.do_not_call or contact.lead_status == LeadStatus.DO_NOT_CALL,
        call_count=contact.call_count,
        last_call_at=contact.last_call_at,
        calls=_calls(contact.told_calls),
        next_step=NextStep(what=contact.step_reason or "Follow up", due_at=due_at) if due_at else None,
    )


def _calls(told: Sequence[dict[str, str]]) -> tuple[PastCall, ...]:
    return tuple(
        PastCall(at=datetime.fromisoformat(call["at"]), summary=call["summary"], outcome=call["outcome"])
        for call in told
    )
