"""Leads: contacts seen as a sale in progress, and the history of their status."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.models.companies import Membership
from crm.models.contact_queries import ContactQuerySet
from crm.models.contacts import Contact
from crm.models.interactions import FollowUp, Interaction
from crm.models.lead_status import LeadStatus, priority_of
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class LeadQuerySet(ContactQuerySet):
    def leads(self) -> LeadQuerySet:
        return self.exclude(lead_status="")

    def hot(self) -> LeadQuerySet:
        """Return those whose latest conversation says that they are worth a call now; each has a score and a chance."""
        return self.leads().filter(is_hot=True, lead_score__isnull=False, conversion_probability__isnull=False)

    def with_next_follow_up(self) -> LeadQuerySet:
        """Annotate `next_follow_up_at`: when their earliest open follow-up is due."""
        earliest = FollowUp.objects.open().filter(contact=models.OuterRef("pk")).order_by("due_at", "pk")
        found: LeadQuerySet = self.annotate(next_follow_up_at=models.Subquery(earliest.values("due_at")[:1]))
        return found

    def owed(self, follow_ups: models.QuerySet[FollowUp]) -> LeadQuerySet:
        """Return those who are owed one of these follow-ups."""
        return self.filter(models.Exists(follow_ups.filter(contact=models.OuterRef("pk"))))

    def without_follow_up(self) -> LeadQuerySet:
        return self.exclude(models.Exists(FollowUp.objects.open().filter(contact=models.OuterRef("pk"))))


class LeadManager(CompanyManager.from_queryset(LeadQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> LeadQuerySet:
        found: LeadQuerySet = super().get_queryset()
        return found.leads()


class Lead(Contact):
    """The same row as the contact."""

    objects: ClassVar[Any] = LeadManager()

    class Meta:
        proxy = True

    @classmethod
    def of(cls, contact: Contact) -> Lead:
        """Return the contact seen as a lead, whether or not it is one yet."""
        lead = cls()
        lead.__dict__.update(contact.__dict__)
        return lead

    def move_to(
        self,
        status: str,
        *,
        by: Membership | None = None,
        why: str = "",
        source: Interaction | None = None,
        agreed_at: datetime | None = None,
        at: datetime | None = None,
    ) -> None:
        """Change the status, with its history, the priority it stands for and the follow-up it asks for.

        `agreed_at` is a time agreed in the conversation; it wins over the company's table. The same status again
        only renews the follow-up.
        """
        at = at or timezone.now()
        if status != self.lead_status:
            LeadStatusChange.objects.create(
                contact_id=self.pk, from_status=self.lead_status, to_status=status, by=by, why=why, changed_at=at
            )
            self.priority = priority_of(status, is_hot=self.is_hot, score=self.lead_score)
        self.lead_status = LeadStatus(status)
        self.do_not_call = self.do_not_call or status == LeadStatus.DO_NOT_CALL
        self.save(update_fields=["lead_status", "do_not_call", "priority"])
        FollowUp.objects.plan(contact_id=self.pk, status=status, source=source, agreed_at=agreed_at, at=at)

    def move_back_to(self, status: str, *, priority: int, do_not_call: bool, by: Membership) -> None:
        """Undo a move: status, priority and do-not-call as they were; the next step is planned anew."""
        self.move_to(status, by=by, why="Undone")
        self.priority, self.do_not_call = priority, do_not_call
        self.save(update_fields=["priority", "do_not_call"])

    def rate(self, *, score: int, probability: float, is_hot: bool, feeling: str | None = None) -> None:
        """Keep what the latest conversation says of the lead's chances, and how they felt in it, where that is told."""
        # A priority that differs from what status and score stand for was set by a person, and stays.
        held = priority_of(self.lead_status, is_hot=self.is_hot, score=self.lead_score) if self.lead_status else None
        if self.priority == held:
            self.priority = priority_of(self.lead_status, is_hot=is_hot, score=score)
        self.lead_score, self.conversion_probability, self.is_hot = score, probability, is_hot
        self.feeling = self.feeling if feeling is None else feeling
        self.save(update_fields=["lead_score", "conversion_probability", "is_hot", "feeling", "priority"])


class LeadStatusChange(CompanyModel):
    """One step of a lead's history. Rows are only ever added."""

    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="status_changes")
    from_status = models.CharField("from", max_length=20, choices=LeadStatus.choices, blank=True)
    to_status = models.CharField("to", max_length=20, choices=LeadStatus.choices)
    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField("when", default=timezone.now)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("contact"),
            SameCompany("by"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "contact", "-changed_at"], name="status_change_of")]

    def __str__(self) -> str:
        return f"{self.get_from_status_display() or 'No lead'} → {self.get_to_status_display()}"
