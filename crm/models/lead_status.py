"""The six statuses of a lead, and what follows from each."""

from __future__ import annotations

from django.db import models


class LeadStatus(models.TextChoices):
    NEW = "new", "New"
    INTERESTED = "interested", "Interested"
    NOT_INTERESTED = "not_interested", "Not interested"
    CALLBACK = "callback", "Callback"
    CONVERTED = "converted", "Converted"
    DO_NOT_CALL = "do_not_call", "Do not call"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is planned with the lead."""
        return self in (LeadStatus.CONVERTED, LeadStatus.DO_NOT_CALL)


class Priority(models.IntegerChoices):
    HOT = 5, "5 · Hot"
    WARM = 4, "4 · Warm"
    MEDIUM = 3, "3 · Medium"
    COLD = 2, "2 · Cold"
    LOW = 1, "1 · Low"


PRIORITY_OF_STATUS = {
    LeadStatus.CONVERTED: Priority.HOT,
    LeadStatus.INTERESTED: Priority.WARM,
    LeadStatus.CALLBACK: Priority.MEDIUM,
    LeadStatus.NEW: Priority.COLD,
    LeadStatus.NOT_INTERESTED: Priority.LOW,
    LeadStatus.DO_NOT_CALL: Priority.LOW,
}


# A new lead that scores so much has told enough of itself (money, time, need) to be more than a number that rang.
QUALIFIED_FROM = 50


def priority_of(status: str, *, is_hot: bool, score: int | None) -> Priority:
    """Return the priority that a status stands for.

    A hot lead that can still be won is always 5, and a new one that is qualified is 4.
    """
    if is_hot and status not in (LeadStatus.NOT_INTERESTED, LeadStatus.DO_NOT_CALL):
        return Priority.HOT
    if status == LeadStatus.NEW and (score or 0) >= QUALIFIED_FROM:
        return Priority.WARM
    return PRIORITY_OF_STATUS[LeadStatus(status)]


# Business days after which an automatic follow-up is due, and after which it is overdue. Managers edit the rows of
# their company (FollowUpRule); a status without a line has no follow-up.
FOLLOW_UP_DAYS: dict[LeadStatus, tuple[int, int, str]] = {
    LeadStatus.INTERESTED: (1, 2, "Follow up while they are interested"),
    LeadStatus.CALLBACK: (3, 5, "Call back"),
    LeadStatus.NOT_INTERESTED: (30, 30, "Nurture: see whether things changed"),
    LeadStatus.NEW: (7, 7, "Get to know them"),
}

# All that the numbers of leads are made of: they are added up without a look at the leads themselves.
LEAD_NUMBERS = models.Index(
    fields=["company", "lead_status", "priority", "lead_score", "assignee"],
    include=["latest_call_at", "estimated_value", "actual_value"],
    condition=~models.Q(lead_status=""),
    name="lead_numbers",
)
