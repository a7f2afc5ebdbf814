"""What we did to be called: campaigns, and whom each of them contacted on which number."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from crm import phones
from crm.constraints import SameCompany
from crm.history import tracked
from crm.models.companies import Company
from crm.models.contacts import Contact
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class NamedQuerySet(models.QuerySet[Any]):
    """Rows that a provider may name: by an id that we agreed on with it, or by our own."""

    def named(self, ref: str) -> NamedQuerySet:
        """Return the rows that the id stands for; none for an id that we never heard of.

        The agreed id counts before our own: somebody chose it to be found by it.
        """
        agreed = self.filter(external_id=ref) if ref else self.none()
        is_number = ref.isascii() and ref.isdecimal() and len(ref) < 19
        if not is_number or agreed.exists():
            return agreed
        return self.filter(pk=int(ref))


@tracked("name", "channel", "description", "status", "starts_on", "ends_on", "budget", "cost", "external_id")
class Campaign(CompanyModel):
    class Channel(models.TextChoices):
        CALLS = "calls", "Calls"
        SMS = "sms", "SMS"
        WHATSAPP = "whatsapp", "WhatsApp"
        EMAIL = "email", "E-mail"
        ONLINE = "online", "Online advertising"
        PRINT = "print", "Print and outdoor"
        OTHER = "other", "Other"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.CALLS)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    budget = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    cost = models.DecimalField(
        "spent so far", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    external_id = models.CharField(
        "id at the provider",
        max_length=128,
        blank=True,
        db_collation="C",
        help_text="A provider that passes it along with a call names this campaign.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(NamedQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "name"], name="campaign_name_once"),
            models.UniqueConstraint(
                fields=["company", "external_id"],
                condition=~models.Q(external_id=""),
                name="campaign_once_per_external_id",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_no_earlier_than_it_starts",
            ),
            models.CheckConstraint(
                condition=(models.Q(budget=None) | models.Q(budget__gte=0))
                & (models.Q(cost=None) | models.Q(cost__gte=0)),
                name="campaign_money_is_not_negative",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-created_at", "-id"], name="campaign_newest")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name, self.external_id = self.name.strip(), self.external_id.strip()
        others = Campaign.objects.exclude(pk=self.pk)
        if others.filter(name=self.name).exists():
            raise ValidationError({"name": "You have a campaign of this name already."})
        if self.external_id and (same := others.filter(external_id=self.external_id).first()):
            raise ValidationError({"external_id": f"“{same}” has this id already."})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day cannot come before the first."})


class Recipient(CompanyModel):
    """A number that a campaign contacts, whether or not we know whose it is."""

    campaign = CompanyForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients", db_index=False)
    contact = CompanyForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="campaign_entries"
    )
    e164 = models.CharField("number", max_length=20, db_collation="C", editable=False)
    written = models.CharField("number", max_length=60, help_text="In any form; it is found in every other.")
    contacted_at = models.DateTimeField(
        "contacted",
        null=True,
        blank=True,
        help_text="When last. A call soon after it counts as an answer; how soon is a rule of the company's.",
    )
    external_id = models.CharField(
        "id at the provider",
        max_length=128,
        blank=True,
        db_collation="C",
        help_text="A provider that passes it along with a call names this recipient.",
    )

    objects: ClassVar = CompanyManager.from_queryset(NamedQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("campaign"),
            SameCompany("contact"),
            models.UniqueConstraint(fields=["company", "campaign", "e164"], name="recipient_once_per_campaign"),
            models.UniqueConstraint(
                fields=["company", "campaign", "external_id"],
                condition=~models.Q(external_id=""),
                name="recipient_once_per_external_id",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "e164", "-contacted_at", "-id"], name="recipient_e164"),
            models.Index(
                fields=["company", "external_id"], condition=~models.Q(external_id=""), name="recipient_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.display

    def clean(self) -> None:
        self.external_id = self.external_id.strip()
        self.e164 = phones.to_e164(self.written, region=Company.objects.current().region)
        if not self.e164:
            raise ValidationError({"written": "This is no phone number. Write it as you would dial it."})
        others = Recipient.objects.filter(campaign_id=self.campaign_id).exclude(pk=self.pk)
        if others.filter(e164=self.e164).exists():
            raise ValidationError({"written": "The campaign has this number already, perhaps written differently."})
        if self.external_id and others.filter(external_id=self.external_id).exists():
            raise ValidationError({"external_id": "Another recipient of the campaign has this id."})
        self._recognize()

    @property
    def display(self) -> str:
        return phones.to_display(self.e164)

    def _recognize(self) -> None:
        """Take the number's owner for the contact; nobody is guessed where several people share it."""
        if self.contact_id is None:
            owners = list(Contact.objects.with_number(self.e164)[:2])
            self.contact = owners[0] if len(owners) == 1 else None
