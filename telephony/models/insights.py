"""What a call meant, and how it went. One current row per call; earlier versions are kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.tenancy import CompanyForeignKey, CompanyModel


class Insight(CompanyModel):
    """The grounded findings of one analysis (`analysis.findings.Findings` as JSON) and the score made of them."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="insights")
    is_current = models.BooleanField(default=True)
    backend = models.CharField(max_length=30)
    version = models.CharField(max_length=60)
    input_hash = models.CharField(max_length=64, help_text="SHA-256 of what was analyzed.")
    findings = models.JSONField(default=dict)
    dropped = models.JSONField(default=list, help_text="Values that the transcript did not bear out, with the reason.")
    summary = models.TextField(blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    conversion_probability = models.FloatField(null=True)
    is_hot = models.BooleanField(default=False)
    reasons = models.JSONField(default=list, help_text="What the score is made of: label, points, turn.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(
                fields=["company", "call"], condition=models.Q(is_current=True), name="one_current_insight"
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__range=(0, 100)),
                name="insight_score_is_0_to_100",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "call", "-created_at"], name="insight_of_call")]

    def __str__(self) -> str:
        return f"{self.backend} {self.version}"


class CallMetrics(CompanyModel):
    """Arithmetic on turn times; seconds, as `analysis.metrics.Metrics` defines them."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="metrics")
    measured = models.JSONField(default=dict)
    agent_talk_ratio = models.FloatField(null=True)
    customer_turns = models.PositiveIntegerField(default=0)
    turns = models.PositiveIntegerField(default=0)

    class Meta(CompanyModel.Meta):
        verbose_name_plural = "call metrics"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(fields=["company", "call"], name="metrics_once_per_call"),
        ]

    def __str__(self) -> str:
        return f"{self.turns} turns"
