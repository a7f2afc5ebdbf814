"""What happened with a contact, and what is to happen next."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.business_days import add_business_days
from crm.constraints import SameCompany
from crm.history import tracked
from crm.models.companies import Company, Membership
from crm.models.contact_queries import OfPeopleQuerySet
from crm.models.contacts import Contact
from crm.models.lead_status import FOLLOW_UP_DAYS, LeadStatus
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel, require_company


class Interaction(CompanyModel):
    """One entry of a contact's history."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        SMS = "sms", "SMS"
        CHAT = "chat", "Chat"
        APPOINTMENT = "appointment", "Appointment"
        NOTE = "note", "Note"

    class Direction(models.TextChoices):
        INBOUND = "inbound", "Inbound"
        OUTBOUND = "outbound", "Outbound"
        INTERNAL = "internal", "Internal"

    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.INBOUND)
    summary = models.TextField(blank=True)
    outcome = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField("when", default=timezone.now)

    objects: ClassVar = CompanyManager.from_queryset(OfPeopleQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [*CompanyModel.Meta.constraints, SameCompany("contact")]
        indexes: ClassVar = [models.Index(fields=["company", "contact", "-happened_at"], name="interaction_of_contact")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {timezone.localtime(self.happened_at):%d %b %Y}"


class FollowUpRuleQuerySet(models.QuerySet["FollowUpRule"]):
    def lay_down(self) -> None:
        """Give the company in use the rules a new company starts from."""
        self.bulk_create(
            FollowUpRule(company_id=require_company(), status=status, due_days=due, overdue_days=overdue, reason=reason)
            for status, (due, overdue, reason) in FOLLOW_UP_DAYS.items()
        )


@tracked("status", "due_days", "overdue_days", "reason", "is_active")
class FollowUpRule(CompanyModel):
    """When a lead of a status is to be contacted again. No row, or an inactive one: no follow-up."""

    status = models.CharField(max_length=20, choices=LeadStatus.choices)
    due_days = models.PositiveSmallIntegerField("due after", help_text="Business days.")
    overdue_days = models.PositiveSmallIntegerField("overdue after", help_text="Business days.")
    reason = models.CharField(max_length=200, help_text="What the person who is to do it reads.")
    is_active = models.BooleanField("active", default=True)

    objects: ClassVar = CompanyManager.from_queryset(FollowUpRuleQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "follow-up rule"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "status"], name="one_rule_per_status"),
            models.CheckConstraint(
                condition=models.Q(overdue_days__gte=models.F("due_days")), name="overdue_is_not_before_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.due_days} business days"


class FollowUpQuerySet(OfPeopleQuerySet):
    def open(self) -> FollowUpQuerySet:
        return self.filter(state=FollowUp.State.OPEN)

    def overdue(self, *, at: datetime) -> FollowUpQuerySet:
        late = models.Q(overdue_at__lt=at) | models.Q(overdue_at=None, due_at__lt=at)
        return self.open().filter(late)

    def plan(
        self,
        *,
        contact_id: int,
        status: str,
        source: Interaction | None,
        agreed_at: datetime | None,
        at: datetime,
    ) -> FollowUp | None:
        """Make the contact's open automatic follow-up what the status asks for.

        None when it asks for none, or when a person has already dealt with what the source asked for.
        """
        company = Company.objects.current()
        automatic = self.open().filter(contact_id=contact_id, is_automatic=True)
        rule = FollowUpRule.objects.filter(status=status, is_active=True).first()
        if LeadStatus(status).is_closed or (rule is None and agreed_at is None):
            automatic.update(state=FollowUp.State.CANCELED)
            return None
        if source is not None and self.taken_over(source).filter(contact_id=contact_id).exists():
            return None
        if agreed_at is not None:
            due = overdue = agreed_at
            reason = "Call back at the agreed time"
        else:
            assert rule is not None
            due = add_business_days(company, start=at, days=rule.due_days)
            overdue = add_business_days(company, start=at, days=rule.overdue_days, at=company.closes_at)
            reason = rule.reason
        planned = [due, max(overdue, due), reason, source.pk if source else None]
        follow_up: FollowUp = self.raw(PLAN, [require_company(), contact_id, *planned, timezone.now()])[0]
        return follow_up

    def taken_over(self, source: Interaction) -> FollowUpQuerySet:
        """Return what a person has made of the source's follow-up: done it, or moved it. Nothing brings it back."""
        return self.filter(models.Q(state=FollowUp.State.DONE) | models.Q(is_automatic=False), source=source)


# One statement, whether or not there is one; of two at once the later one waits, and changes what the other made.
PLAN = """
    insert into crm_followup (company_id, contact_id, due_at, overdue_at, reason, source_id, created_at,
                              is_automatic, state)
    values (%s, %s, %s, %s, %s, %s, %s, true, 'open')
        on conflict (company_id, contact_id) where is_automatic and state = 'open'
        do update set due_at = excluded.due_at, overdue_at = excluded.overdue_at, reason = excluded.reason,
                      source_id = excluded.source_id
 returning *
"""


@tracked("contact", "due_at", "reason", "assignee", "state", of="contact", personal="true")
class FollowUp(CompanyModel):
    """The next step with a contact."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        CANCELED = "canceled", "Canceled"

    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="follow_ups")
    due_at = models.DateTimeField("due")
    overdue_at = models.DateTimeField("overdue after", null=True, blank=True)
    reason = models.CharField("what to do", max_length=200, blank=True)
    assignee = CompanyForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_automatic = models.BooleanField(default=False, editable=False)
    source = CompanyForeignKey(
        Interaction, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(FollowUpQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "follow-up"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("contact"),
            SameCompany("assignee"),
            SameCompany("source"),
            models.UniqueConstraint(
                fields=["company", "contact"],
                condition=models.Q(is_automatic=True, state="open"),
                name="one_open_automatic_follow_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "due_at", "id"], name="follow_up_due"),
            # With the order too: without statistics PostgreSQL would go through everybody's open ones by their date.
            models.Index(fields=["company", "contact", "state", "due_at", "id"], name="follow_up_next"),
        ]

    def __str__(self) -> str:
        return self.reason or "Follow-up"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, *, at: datetime) -> bool:
        return self.is_open and at > (self.overdue_at or self.due_at)

    def take_over(self) -> None:
        """Make it a person's own: overdue once it is due, and no rule moves it. The caller saves."""
        self.overdue_at, self.is_automatic = self.due_at, False

    def reschedule(self, *, due_at: datetime, reason: str | None = None) -> None:
        """Move it to a time a person chose; it is theirs from now on."""
        self.due_at = due_at
        self.reason = reason if reason is not None else self.reason
        self.take_over()
        self.save(update_fields=["due_at", "overdue_at", "is_automatic", "reason"])

    def finish(self) -> None:
        self.state = self.State.DONE
        self.save(update_fields=["state"])

    def reopen(self) -> None:
        """Take «done» back. It stays automatic, unless another automatic step took its place meanwhile."""
        others = FollowUp.objects.open().filter(contact_id=self.contact_id, is_automatic=True)
        self.is_automatic = self.is_automatic and not others.exists()
        self.state = self.State.OPEN
        self.save(update_fields=["state", "is_automatic"])
