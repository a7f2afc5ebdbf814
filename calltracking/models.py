"""What people add to calls."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.history import tracked
from crm.models import Membership
from crm.tenancy import CompanyForeignKey, CompanyModel
from telephony.models import Call


@tracked("call", "by", "text", of="call")
class CallNote(CompanyModel):
    """A person's observation on a call."""

    call = CompanyForeignKey(Call, on_delete=models.CASCADE, related_name="notes")
    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [*CompanyModel.Meta.constraints, SameCompany("call"), SameCompany("by")]
        indexes: ClassVar = [models.Index(fields=["company", "call", "-written_at"], name="note_of_call")]

    def __str__(self) -> str:
        return self.text[:60]
