"""What a call meant, and how it went. One current row per call; earlier versions are kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.history import tracked
from crm.models import Membership
from crm.tenancy import CompanyForeignKey, CompanyModel


class Insight(CompanyModel):
    """The grounded findings of one analysis (`analysis.findings.Findings` as JSON) and the score made of them."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="insights")
    is_current = models.BooleanField(default=True)
    backend = models.CharField(max_length=30)
    version = models.CharField(max_length=60)
    # A backend that has neither leaves them empty.
    model = models.CharField(max_length=100, blank=True, default="", db_default="")
    prompt_version = models.CharField(max_length=60, blank=True, default="", db_default="")
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


@tracked("call", "name", "item", "verdict", "words", "by", of="call", personal="true")
class Correction(CompanyModel):
    """What a person says of one value of a reading. It is laid over every reading (`analysis.corrections`).

    `name` is a field of `analysis.findings.Findings`, or `custom.bedrooms`. Of a list, `item` is the value as it was
    read, because places in a list change from reading to reading.
    """

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        CORRECTED = "corrected", "Corrected"
        REJECTED = "rejected", "Rejected"
        ADDED = "added", "Added"

    ITEM_LENGTH = 300

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="corrections")
    name = models.CharField(max_length=80)
    item = models.CharField("value as read", max_length=ITEM_LENGTH, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    value: Any = models.JSONField(null=True, help_text="What is right; of a rejected value, what is wrong.")
    words = models.CharField(
        "in words", max_length=ITEM_LENGTH, blank=True, help_text="The value as a person reads it."
    )
    evidence = models.JSONField(null=True, help_text="Turn and words that the person had before them, if any.")
    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(CompanyModel.Meta):
        verbose_name = "correction"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            SameCompany("by"),
            models.UniqueConstraint(fields=["company", "call", "name", "item"], name="one_correction_per_value"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_verdict_display().lower()}"

    @property
    def author(self) -> str:
        """Who said so, in words."""
        return str(self.by) if self.by else "Somebody who left"


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
