"""What people add to calls."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.history import tracked
from crm.models import ApiKey, Membership
from crm.tenancy import CompanyForeignKey, CompanyModel
from telephony.models import Call


@tracked("call", "by", "text", of="call", personal="true")
class CallNote(CompanyModel):
    """An observation on a call, by a person or by a program with its key."""

    call = CompanyForeignKey(Call, on_delete=models.CASCADE, related_name="notes")
    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    api_key = CompanyForeignKey(ApiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            SameCompany("by"),
            SameCompany("api_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "call", "-written_at"], name="note_of_call")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def author(self) -> str:
        """Who wrote it, in words."""
        return str(self.by) if self.by else f"API key “{self.api_key}”" if self.api_key else "Somebody who left"
