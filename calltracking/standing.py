"""How the company stands: contacts, leads with their value, next steps and calls, as numbers with one formula each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from calltracking.analytics import CallNumbers, call_numbers
from crm.models import Contact, FollowUp, LeadStatus
from telephony.events import CallDirection
from telephony.models.call_queries import IS_ANSWERED, CallQuerySet

DAYS = 30
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Stage:
    """Leads of one status: how many, and what they are worth by estimate and in fact."""

    status: str
    leads: int
    estimated_value: Decimal
    actual_value: Decimal


@dataclass(frozen=True)
class Standing:
    """Numbers of now, and of the time since a moment."""

    since: datetime
    contacts: int
    new_contacts: int
    hot_leads: int
    stages: tuple[Stage, ...]
    open_follow_ups: int
    overdue_follow_ups: int
    calls: CallNumbers
    inbound: int
    answered: int

    @property
    def leads(self) -> int:
        return sum(stage.leads for stage in self.stages)

    @property
    def converted(self) -> Stage:
        return next(stage for stage in self.stages if stage.status == LeadStatus.CONVERTED)

    @property
    def pipeline_value(self) -> Decimal:
        """What the leads that may still be won are estimated at."""
        lost = (LeadStatus.CONVERTED, LeadStatus.NOT_INTERESTED, LeadStatus.DO_NOT_CALL)
        return sum((stage.estimated_value for stage in self.stages if stage.status not in lost), NOTHING)

    @property
    def answer_rate(self) -> float | None:
        """Answered / inbound."""
        return self.answered / self.inbound if self.inbound else None


def standing(
    contacts: QuerySet[Contact], follow_ups: QuerySet[FollowUp], calls: CallQuerySet, *, now: datetime | None = None
) -> Standing:
    """Return how the company in use stands, in five queries. Those count that are passed in."""
    now = now or timezone.now()
    since = now - timedelta(days=DAYS)
    counted = contacts.aggregate(
        contacts=Count("pk"),
        new_contacts=Count("pk", filter=Q(created_at__gte=since)),
        hot_leads=Count("pk", filter=Q(is_hot=True) & ~Q(lead_status="")),
    )
    steps = follow_ups.filter(state=FollowUp.State.OPEN).aggregate(
        open_follow_ups=Count("pk"),
        overdue_follow_ups=Count("pk", filter=Q(overdue_at__lt=now) | Q(overdue_at=None, due_at__lt=now)),
    )
    ways_in = calls.filter(started_at__gte=since, direction=CallDirection.INBOUND).aggregate(
        inbound=Count("pk"), answered=Count("pk", filter=IS_ANSWERED)
    )
    return Standing(
        since=since, stages=_stages(contacts), calls=call_numbers(calls, since=since), **counted, **steps, **ways_in
    )


def _stages(contacts: QuerySet[Contact]) -> tuple[Stage, ...]:
    rows = contacts.exclude(lead_status="").order_by().values("lead_status")
    found = {
        row["lead_status"]: Stage(row["lead_status"], row["n"], row["estimated"] or NOTHING, row["actual"] or NOTHING)
        for row in rows.annotate(n=Count("pk"), estimated=Sum("estimated_value"), actual=Sum("actual_value"))
    }
    return tuple(found.get(status, Stage(status, 0, NOTHING, NOTHING)) for status in LeadStatus.values)
