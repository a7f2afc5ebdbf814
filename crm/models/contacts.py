"""People and businesses we talk to. A contact with a lead status is a lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from crm import phones
from crm.constraints import SameCompany
from crm.gathering import Gathering
from crm.history import tracked
from crm.models.assigning import Assigned
from crm.models.companies import Company, Membership
from crm.models.contact_queries import ContactQuerySet
from crm.models.lead_status import LEAD_NUMBERS, LeadStatus, Priority
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel

NOT_NEGATIVE = [MinValueValidator(0, "An amount cannot be below zero.")]


@tracked(
    "full_name",
    "business_name",
    "owner_name",
    "email",
    "website",
    "industry",
    "address",
    "city",
    "state",
    "company_size",
    "annual_revenue",
    "is_decision_maker",
    "source",
    "notes",
    "custom",
    "lead_status",
    "priority",
    "lead_score",
    "conversion_probability",
    "is_hot",
    "estimated_value",
    "actual_value",
    "assignee",
    "do_not_call",
    personal="true",
)
class Contact(Assigned, Gathering, CompanyModel):
    full_name = models.CharField("name", max_length=200, blank=True)
    business_name = models.CharField("business", max_length=200, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("e-mail", max_length=254, blank=True, db_collation="C")
    website = models.CharField(max_length=200, blank=True)
    industry = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)
    company_size = models.PositiveIntegerField("employees", null=True, blank=True)
    annual_revenue = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    is_decision_maker = models.BooleanField("decides", null=True, blank=True)
    source = models.CharField(max_length=100, blank=True, help_text="How we came to know them.")
    notes = models.TextField(blank=True)
    custom = models.JSONField(default=dict, blank=True, editable=False)

    lead_status = models.CharField(
        "status", max_length=20, choices=LeadStatus.choices, blank=True, help_text="Empty: not a lead."
    )
    priority = models.PositiveSmallIntegerField(
        choices=Priority.choices,
        default=Priority.COLD,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    lead_score = models.PositiveSmallIntegerField(
        "score", null=True, blank=True, editable=False, help_text="0 to 100, from the latest conversation."
    )
    conversion_probability = models.FloatField(null=True, blank=True, editable=False)
    is_hot = models.BooleanField("hot", default=False, editable=False)
    feeling = models.CharField(
        "mood",
        max_length=10,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Positive, neutral, negative or mixed, in the latest conversation.",
    )
    estimated_value = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    actual_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE)
    assignee = CompanyForeignKey(
        "crm.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="leads"
    )
    do_not_call = models.BooleanField(default=False)

    latest_call_at = models.DateTimeField("last call", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # For sorting without regard to case; the words people are found by are `ContactWord`.
    name_key = models.GeneratedField(
        expression=Lower("full_name"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
    )
    business_key = models.GeneratedField(
        expression=Lower("business_name"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
    )

    objects: ClassVar = CompanyManager.from_queryset(ContactQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("assignee"),
            models.CheckConstraint(
                condition=models.Q(lead_score__isnull=True) | models.Q(lead_score__range=(0, 100)),
                name="contact_score_is_0_to_100",
            ),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 5)), name="contact_priority_is_1_to_5"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at", "-id"], name="contact_newest"),
            models.Index(
                fields=["company", "-latest_call_at", "-id"],
                condition=~models.Q(lead_status=""),
                name="lead_latest_call",
            ),
            models.Index(
                fields=["company", "-latest_call_at", "-id"],
                condition=models.Q(is_hot=True) & ~models.Q(lead_status=""),
                name="lead_hot",
            ),
            # Hot leads by what they are worth a call for: few of all, and the whole of their list is in the index.
            *(
                models.Index(
                    fields=["company", f"-{best}", "-id"],
                    condition=models.Q(is_hot=True) & ~models.Q(lead_status=""),
                    name=name,
                )
                for best, name in (("lead_score", "lead_hot_score"), ("conversion_probability", "lead_hot_chance"))
            ),
            models.Index(
                fields=["company", "assignee", "-latest_call_at", "-id"],
                condition=~models.Q(lead_status=""),
                name="lead_assignee",
            ),
            models.Index(
                fields=["company", "-lead_score", "-id"], condition=~models.Q(lead_status=""), name="lead_score"
            ),
            models.Index(
                fields=["company", "-priority", "-id"], condition=~models.Q(lead_status=""), name="lead_priority"
            ),
            LEAD_NUMBERS,
            models.Index(fields=["company", "lead_status", "id"], name="contact_by_status"),
            models.Index(fields=["company", "name_key", "id"], name="contact_by_name"),
            # Whose they are: an agent's own list, also where it is all they may see.
            models.Index(fields=["company", "assignee", "-latest_call_at", "-id"], name="contact_assignee"),
            models.Index(fields=["company", "business_key", "id"], name="contact_by_business"),
            models.Index(fields=["company", "email", "id"], name="contact_by_email"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    # ---- mutators

    def add_number(self, *, e164: str, written: str, is_primary: bool = False) -> PhoneNumber:
        """Give the contact the number, if they do not have it; returns the row."""
        number: PhoneNumber = PhoneNumber.objects.get_or_create(
            contact=self, e164=e164, defaults={"written": written, "is_primary": is_primary}
        )[0]
        return number

    def met_at(self, moment: datetime) -> None:
        """Keep when their latest call was: one statement, so that of two calls at once the later one counts."""
        if self.latest_call_at is not None and self.latest_call_at >= moment:
            # It only ever moves forward.
            return
        earlier = models.Q(latest_call_at=None) | models.Q(latest_call_at__lt=moment)
        if Contact.objects.filter(earlier, pk=self.pk).update(latest_call_at=moment):
            self.latest_call_at = moment
        else:
            self.refresh_from_db(fields=["latest_call_at"])

    def fill_in(self, **facts: Any) -> list[str]:
        """Fill empty fields with what was learnt; what a person or an earlier call wrote stays. Returns the names."""
        learnt = [
            name for name, value in facts.items() if value not in (None, "") and getattr(self, name) in (None, "")
        ]
        for name in learnt:
            limit = getattr(self._meta.get_field(name), "max_length", None)
            value = facts[name]
            setattr(self, name, value[:limit] if limit and isinstance(value, str) else value)
        if learnt:
            self.save(update_fields=learnt)
        return learnt

    # ---- predicates and words

    def is_visible_to(self, member: Membership) -> bool:
        """Return whether the member may see them; `visible_to` for one that is at hand."""
        return member.sees_all or self.assignee_id == member.pk

    @property
    def is_lead(self) -> bool:
        return bool(self.lead_status)

    @property
    def label(self) -> str:
        """What a list calls them: their name, else their business, else that we do not know yet."""
        return self.full_name or self.business_name or self.email or "Unknown caller"

    @property
    def name_or_number(self) -> str:
        """What tells them from others where no number stands beside the name."""
        number = self.primary_number
        known = self.full_name or self.business_name or self.email
        return known or (number.display if number else self.label)

    @property
    def primary_number(self) -> PhoneNumber | None:
        numbers: list[PhoneNumber] = list(self.numbers.all())
        first = numbers[0] if numbers else None
        return next((number for number in numbers if number.is_primary), first)


@tracked("contact", "e164", "is_primary", of="contact", personal="true")
class PhoneNumber(CompanyModel):
    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="numbers")
    e164 = models.CharField("number", max_length=20, db_collation="C", editable=False)
    written = models.CharField("number", max_length=60, help_text="In any form; it is found in every other.")
    is_primary = models.BooleanField("main number", default=False)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("contact"),
            models.UniqueConstraint(fields=["company", "contact", "e164"], name="number_once_per_contact"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "e164"], name="number_e164")]

    def __str__(self) -> str:
        return self.display

    def clean(self) -> None:
        region = Company.objects.current().region
        self.e164 = phones.to_e164(self.written, region=region)
        if not self.e164:
            raise ValidationError({"written": "This is no phone number. Write it as you would dial it."})

    @property
    def display(self) -> str:
        return phones.to_display(self.e164)
