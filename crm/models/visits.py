"""Visits of platform staff: into one company, for a stated reason, for an hour, on record for its owners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from crm.models.companies import Membership
from crm.models.users import User
from crm.roles import Role
from crm.tenancy import CompanyManager, CompanyModel, use_company

LASTS = timedelta(minutes=60)
# Looks, changes nothing, and reads no number in full. What a visitor must change, an owner invites them for.
RIGHTS_OF_A_VISITOR = Role.VIEWER


class StaffVisitQuerySet(models.QuerySet["StaffVisit"]):
    def under_way(self, *, staff: User) -> StaffVisitQuerySet:
        return self.filter(staff=staff, ended_at=None, until__gt=timezone.now())

    def begin(self, *, staff: User, reason: str) -> StaffVisit:
        """Let the person look into the company in use from now on; one that they had under way there ends."""
        now = timezone.now()
        self.under_way(staff=staff).update(ended_at=now)
        visit: StaffVisit = self.create(
            staff=staff, reason=reason, began_at=now, until=now + LASTS, logged_in_at=staff.last_login
        )
        return visit


class StaffVisit(CompanyModel):
    """Rows are added, and ended; nobody changes what they say."""

    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    reason = models.CharField("why", max_length=300, editable=False)
    logged_in_at = models.DateTimeField("logged in", null=True, editable=False)
    began_at = models.DateTimeField("came in", default=timezone.now, editable=False)
    until = models.DateTimeField("at most until", editable=False)
    ended_at = models.DateTimeField("left", null=True, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(StaffVisitQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "platform visit"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(reason=""), name="visit_has_a_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-began_at", "-id"], name="staffvisit_newest")]

    def __str__(self) -> str:
        return f"{self.staff.email}, {timezone.localtime(self.began_at):%-d %b %Y %H:%M}"

    def end(self) -> None:
        """Leave; what was looked at so far stays on record."""
        self.ended_at = timezone.now()
        self.save(update_fields=["ended_at"])

    @property
    def left_at(self) -> Any:
        """When they were out: when they left, or when the time was up; None while they are inside."""
        return self.ended_at or (self.until if self.until <= timezone.now() else None)

    def as_membership(self, user: User) -> Membership:
        """Return what stands for a membership during the visit. It is no row: nothing can be assigned to it."""
        visitor = Membership(pk=NOBODYS, company=self.company, user=user, role=RIGHTS_OF_A_VISITOR)
        visitor.visit = self  # type: ignore[attr-defined]  # for the banner
        visitor._state.adding = False
        return visitor


# No row has this id: whoever is looked for under it is not there.
NOBODYS = 0


def visit_under_way(*, company_id: int, pk: int, staff: User) -> StaffVisit | None:
    """Return the visit if it still goes on; opens its company to look."""
    if not staff.is_platform_staff:
        return None
    with use_company(company_id):
        visit: StaffVisit | None = (
            StaffVisit.objects.under_way(staff=staff).select_related("company").filter(pk=pk).first()
        )
        return visit
