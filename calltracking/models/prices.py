"""What the services behind calls cost a company, as it was told by them: rows that managers write."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from crm.history import tracked
from crm.tenancy import CompanyModel


@tracked("service", "unit", "provider", "amount", "is_active")
class ServicePrice(CompanyModel):
    """A price of a service, in the company's currency. It is applied to calls that are counted, never to guesses."""

    class Service(models.TextChoices):
        TELEPHONY = "telephony", "Telephony"
        VOICE_AGENT = "voice_agent", "Voice agent"
        TRANSCRIPTION = "transcription", "Speech to text"
        ANALYSIS = "analysis", "Language model"
        STORAGE = "storage", "Recording storage"

    class Unit(models.TextChoices):
        CALL = "call", "A call"
        MINUTE = "minute", "A minute of a call that ended"
        MONTH = "month", "A month"

    service = models.CharField(max_length=20, choices=Service.choices)
    unit = models.CharField("for", max_length=10, choices=Unit.choices, default=Unit.MINUTE)
    provider = models.CharField(
        max_length=30, blank=True, help_text="Of calls of one provider alone, such as twilio. Empty: of all calls."
    )
    amount = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        validators=[MinValueValidator(0)],
        help_text="In the company's currency, as it stands on the service's bill.",
    )
    is_active = models.BooleanField("active", default=True, help_text="When off, it is in no sum.")

    class Meta(CompanyModel.Meta):
        verbose_name = "service price"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "service", "unit", "provider"], name="price_once_per_service"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()}, {self.get_unit_display().lower()}"

    def clean(self) -> None:
        self.provider = self.provider.strip().lower()
        same = ServicePrice.objects.filter(service=self.service, unit=self.unit, provider=self.provider)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError("There is a price of this service for this already. Change that one.")
        if self.provider and self.unit == self.Unit.MONTH:
            raise ValidationError({"provider": "A price by the month is of no calls: leave the provider empty."})
