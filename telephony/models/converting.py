"""Whether a call reached what it was for: by its provider, by the lead's status, or because a person says so."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from crm.models import LeadStatus, Membership
from crm.tenancy import CompanyForeignKey
from telephony.events import CallOutcome

# Its provider says that it reached what it was for, or the caller became a customer; a person's word counts before.
IS_CONVERSION = models.Q(said_converted=True) | (
    models.Q(said_converted=None)
    & (models.Q(outcome=CallOutcome.SUCCESS) | models.Q(contact__lead_status=LeadStatus.CONVERTED))
)
# Partial: of few calls. It serves the key's own check.
CONVERTING_INDEXES = (
    models.Index(
        fields=["company", "said_converted_by"],
        condition=models.Q(said_converted_by__isnull=False),
        name="call_converted_by",
    ),
)


class ConversionBy(models.TextChoices):
    """Who says that a call is a conversion, or that it is none."""

    PERSON = "person", "Said by a person"
    PROVIDER = "provider", "Success, by its provider"
    LEAD_STATUS = "lead_status", "The caller is a converted lead"
    NOBODY = "", "Nothing says so"


class Converting(models.Model):
    """What people say of a call's conversion; no provider's later word touches it. Empty: nobody said anything."""

    said_converted = models.BooleanField(
        "conversion", null=True, blank=True, editable=False, help_text="What a person says; empty: nobody said."
    )
    said_converted_at = models.DateTimeField(null=True, blank=True, editable=False)
    said_converted_by = CompanyForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )

    SAID: ClassVar = ("said_converted", "said_converted_at", "said_converted_by")

    class Meta:
        abstract = True

    def say_converted(self, is_conversion: bool | None, *, by: Membership | None) -> None:
        """Keep a person's word on whether it is a conversion; None takes it back, and what was known counts again."""
        is_said = is_conversion is not None
        self.said_converted = is_conversion
        self.said_converted_at = timezone.now() if is_said else None
        self.said_converted_by = by if is_said else None
        self.save(update_fields=list(self.SAID))

    def take_saying(self, other: Converting) -> None:
        """Take over what a person said of another row of the same call, where it is the later word."""
        if other.said_converted_at and (not self.said_converted_at or other.said_converted_at > self.said_converted_at):
            for name in self.SAID:
                setattr(self, name, getattr(other, name))

    @property
    def is_conversion(self) -> bool:
        if self.said_converted is not None:
            return self.said_converted
        return self.conversion_by != ConversionBy.NOBODY

    @property
    def conversion_by(self) -> ConversionBy:
        """Who says what counts: the person before the provider, and the provider before the lead's status."""
        call: Any = self
        if self.said_converted is not None:
            return ConversionBy.PERSON
        if call.outcome == CallOutcome.SUCCESS:
            return ConversionBy.PROVIDER
        is_customer = call.contact is not None and call.contact.lead_status == LeadStatus.CONVERTED
        return ConversionBy.LEAD_STATUS if is_customer else ConversionBy.NOBODY
