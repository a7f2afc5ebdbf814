"""Our own numbers: what people dial to reach us."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from crm import phones
from crm.constraints import SameCompany
from crm.history import tracked
from crm.models import Campaign, Company
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class PhoneLineQuerySet(models.QuerySet["PhoneLine"]):
    def tracking(self) -> PhoneLineQuerySet:
        """Return the numbers that stand for a campaign."""
        return self.exclude(campaign=None)


@tracked("label", "e164", "campaign")
class PhoneLine(CompanyModel):
    """A number of ours. With a campaign it is a tracking number: who dials it was brought by the campaign."""

    label = models.CharField(max_length=100, blank=True, help_text="What it is to you: reception, the leaflet of May.")
    e164 = models.CharField("number", max_length=20, db_collation="C", editable=False)
    written = models.CharField("number", max_length=60, help_text="In any form; it is found in every other.")
    campaign = CompanyForeignKey(
        Campaign,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lines",
        help_text="Calls to the number are brought by it.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(PhoneLineQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("campaign"),
            models.UniqueConstraint(fields=["company", "e164"], name="line_once_per_number"),
            models.CheckConstraint(condition=~models.Q(e164=""), name="line_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.display})" if self.label else self.display

    def clean(self) -> None:
        self.label = self.label.strip()
        self.e164 = phones.to_e164(self.written, region=Company.objects.current().region)
        if not self.e164:
            raise ValidationError({"written": "This is no phone number. Write it as you would dial it."})
        same = PhoneLine.objects.exclude(pk=self.pk).filter(e164=self.e164).select_related("campaign").first()
        if same and same.campaign:
            raise ValidationError({"written": f"This number stands for “{same.campaign}” already."})
        if same:
            raise ValidationError({"written": "This is a number of yours already: find it under Phone lines."})

    @property
    def display(self) -> str:
        return phones.to_display(self.e164)
