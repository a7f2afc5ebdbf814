"""The ids a call has at providers, and the log of what happened to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.tenancy import CompanyForeignKey, CompanyModel


class CallId(CompanyModel):
    """One of the ids a call has at providers: they meet on one row."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="ids")
    provider = models.CharField(max_length=30)
    value = models.CharField("id", max_length=128, db_collation="C")

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(fields=["company", "provider", "value"], name="call_once_per_provider_and_id"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "value"], name="call_id_value")]

    def __str__(self) -> str:
        return self.value


class CallEventLog(CompanyModel):
    """What happened to a call, and when."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="log")
    name = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(fields=["company", "call", "name", "happened_at"], name="log_entry_once_per_event"),
        ]

    def __str__(self) -> str:
        return self.name
