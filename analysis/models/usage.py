"""What reading with a model costs, request by request. No word of a call is kept here."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Sum
from django.utils import timezone

from crm.constraints import SameCompany
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class AnalysisUsageQuerySet(models.QuerySet["AnalysisUsage"]):
    def since(self, moment: datetime) -> AnalysisUsageQuerySet:
        return self.filter(asked_at__gte=moment)

    def sums(self) -> tuple[int, Decimal]:
        """Return the tokens of these requests, both ways, and what they cost."""
        told = self.aggregate(tokens_in=Sum("tokens_in"), tokens_out=Sum("tokens_out"), cost=Sum("cost"))
        return (told["tokens_in"] or 0) + (told["tokens_out"] or 0), told["cost"] or Decimal(0)


class AnalysisUsage(CompanyModel):
    """One request to a model, written before it is made with the most it may cost, and settled afterwards.

    So a request whose worker was killed counts as well, once, and two workers cannot spend the same rest of a day.
    """

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="usage")
    backend = models.CharField(max_length=30)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=60)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    currency = models.CharField(max_length=3)
    is_settled = models.BooleanField(default=False, help_text="Told by the server; else it is the most it may be.")
    asked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = CompanyManager.from_queryset(AnalysisUsageQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "request to a model"
        verbose_name_plural = "requests to a model"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="usage_costs_no_less_than_nothing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-asked_at"], name="usage_newest"),
            models.Index(fields=["company", "call"], name="usage_of_call"),
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.tokens_in + self.tokens_out:,} tokens"
