"""Calls as the lists show them: one small value a row, so that templates neither ask nor count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from calltracking.views.words import clock, result_of
from crm.models import FollowUp, LeadStatus, Membership
from crm.phones import as_told, to_display
from crm.wording import day_and_time, initials
from telephony.models import Call

FEELINGS = {
    "positive": "sentiment_satisfied",
    "neutral": "sentiment_neutral",
    "negative": "sentiment_dissatisfied",
    "mixed": "contrast",
}
LEAD_STATUSES = dict(LeadStatus.choices)


@dataclass(frozen=True)
class CallRow:
    """One line of a list of calls."""

    url: str
    who: str
    business: str
    number: str
    initials: str
    when: str
    started_at: datetime
    result: str
    tone: str
    length: str
    score: int | None
    feeling: str
    feeling_icon: str
    lead_status: str
    held_by: str
    next_step: str
    next_when: str
    is_hot: bool
    is_inbound: bool
    is_unknown: bool


def for_list(calls: QuerySet[Call], member: Membership) -> QuerySet[Call]:
    """Add what a row needs, in the same query; of next steps those the member may see."""
    open_ones = (
        FollowUp.objects.visible_to(member).open().filter(contact=OuterRef("contact_id")).order_by("due_at", "pk")
    )
    theirs, status = F("contact__business_name"), F("contact__lead_status")
    is_mine = Q(contact__assignee=member.pk)
    return (
        calls.select_related("contact", "agent")
        .defer("raw", "provider_summary", "contact__notes", "contact__custom")
        .annotate(
            # Of a call that they held with a colleague's person they see no card.
            business_name=theirs if member.sees_all else Case(When(is_mine, then=theirs), default=Value("")),
            their_status=status if member.sees_all else Case(When(is_mine, then=status), default=Value("")),
            next_due_at=Subquery(open_ones.values("due_at")[:1]),
            next_reason=Subquery(open_ones.values("reason")[:1]),
        )
    )


def rows_of(calls: Iterable[Call]) -> list[CallRow]:
    """Return the rows of calls that `for_list` fetched."""
    return [_row(call) for call in calls]


def who_of(call: Call) -> str:
    """Return whom a list names: the contact, or the plain truth about who it may have been."""
    if call.is_ambiguous:
        return "Several people share this number"
    if call.contact is not None:
        return str(call.contact)
    return "Unknown caller" if call.customer_number else "No number"


def number_of(call: Call) -> str:
    """Return the customer's number as the person may read it; as it came when it is none."""
    return to_display(call.customer_number) if call.customer_number else as_told(call.customer_number_written)


def _row(call: Any) -> CallRow:
    who = who_of(call)
    result, tone = result_of(call)
    number = number_of(call)
    return CallRow(
        url=reverse("call", args=[call.pk]),
        who=who,
        business=call.business_name or "",
        number=number or "web call",
        initials=initials(who),
        when=day_and_time(call.started_at),
        started_at=call.started_at,
        result=result,
        tone=tone,
        length=clock(call.duration_seconds),
        score=call.score,
        feeling=call.feeling,
        feeling_icon=FEELINGS.get(call.feeling.lower(), ""),
        lead_status="" if call.is_ambiguous else LEAD_STATUSES.get(call.their_status or "", ""),
        held_by=str(call.agent) if call.agent else "",
        next_step=_next_step(call),
        next_when=day_and_time(call.next_due_at) if call.next_due_at and not call.is_ambiguous else "",
        is_hot=call.is_hot,
        is_unknown=call.contact is None or not (call.contact.full_name or call.contact.business_name),
        is_inbound=call.direction == Call.Direction.INBOUND,
    )


def _next_step(call: Any) -> str:
    if call.is_ambiguous:
        return "Choose who it was"
    return call.next_reason or "" if call.next_due_at else ""
