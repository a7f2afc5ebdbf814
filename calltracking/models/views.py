"""Filters that somebody gave a name, to come back to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.models import Membership
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, member: Membership) -> SavedViewQuerySet:
        """Return the member's own and those that are shared with the company."""
        shared = models.Q(is_shared=True)
        return self.filter(shared if member.pk is None else shared | models.Q(made_by=member.pk))

    def by_name(self) -> SavedViewQuerySet:
        return self.order_by("name", "pk")


class SavedView(CompanyModel):
    """A page with its filter. `query` is the page's address behind the question mark."""

    class Page(models.TextChoices):
        CALLS = "calls", "Calls"
        DASHBOARD = "dashboard", "Dashboard"

    page = models.CharField(max_length=20, choices=Page.choices, editable=False)
    name = models.CharField(max_length=60)
    query = models.CharField("filter", max_length=1000, blank=True, editable=False)
    is_shared = models.BooleanField("shared with the company", default=False)
    made_by = CompanyForeignKey(Membership, on_delete=models.CASCADE, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(SavedViewQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("made_by"),
            models.UniqueConstraint(
                fields=["company", "made_by", "page", "name"], name="view_name_once_per_member_and_page"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "page", "name"], condition=models.Q(is_shared=True), name="view_shared")
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, member: Membership) -> bool:
        """Return whether the member may rename or delete it: what is theirs."""
        return self.made_by_id == member.pk
