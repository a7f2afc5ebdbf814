"""Who can hold a call: a person of the company, or a provider's AI agent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.models import Membership
from crm.tenancy import CompanyForeignKey, CompanyModel


class Agent(CompanyModel):
    class Kind(models.TextChoices):
        AI = "ai", "AI"
        HUMAN = "human", "Person"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=30, blank=True, editable=False)
    external_id = models.CharField("id at the provider", max_length=128, blank=True, editable=False)
    membership = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="agents")

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("membership"),
            models.UniqueConstraint(
                fields=["company", "provider", "external_id"],
                condition=~models.Q(external_id=""),
                name="agent_once_per_provider",
            ),
        ]

    def __str__(self) -> str:
        return self.name or "Unnamed agent"
