"""The tenant and its people. These tables are read before the company is known, so they carry no policy."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from phonenumbers import SUPPORTED_REGIONS

from crm import roles
from crm.history import tracked
from crm.models.users import User
from crm.presets import Preset
from crm.roles import LIMITED_TO_THEIR_OWN, Role
from crm.signals import company_founded
from crm.tenancy import remembered, require_company, use_company


def validate_time_zone(name: str) -> None:
    """Raise `ValidationError` unless the name is one of the IANA time zones."""
    if name not in available_timezones():
        raise ValidationError("%(name)s is no time zone, such as Asia/Kolkata.", params={"name": name})


def validate_region(region: str) -> None:
    """Raise `ValidationError` unless the region's national phone numbers can be read."""
    if region not in SUPPORTED_REGIONS:
        raise ValidationError("%(region)s is no country code, such as IN.", params={"region": region})


def validate_business_days(days: str) -> None:
    """Raise `ValidationError` unless the text is a set of ISO weekdays, Monday 1 to Sunday 7."""
    if not days or set(days) - set("1234567") or len(set(days)) != len(days):
        raise ValidationError("Write each working day once, from 1 (Monday) to 7 (Sunday), such as 12345.")


class CompanyQuerySet(models.QuerySet["Company"]):
    def current(self) -> Company:
        """Return the company in use; raises `NoCompany` when there is none."""
        return remembered("company", lambda: self.get(pk=require_company()))

    def found(self, *, name: str, slug: str, **fields: Any) -> Company:
        """Create a company with the rules, and unless told otherwise the switches, a new one starts from."""
        from crm.models.custom_fields import ExtractionField  # the tenant comes before its tables
        from crm.models.interactions import FollowUpRule

        switches = {
            "analyzes_calls": settings.AUTO_ANALYZE_CALLS,
            "creates_leads": settings.AUTO_CREATE_LEADS,
            "preset": settings.EXTRACTION_PRESET,
        }
        with transaction.atomic():
            company: Company = self.create(name=name, slug=slug, **{**switches, **fields})
            with use_company(company):
                FollowUpRule.objects.lay_down()
                ExtractionField.objects.lay_down(company.preset)
                company_founded.send(Company, company=company)
        return company


@tracked(
    "name",
    "slug",
    "time_zone",
    "region",
    "currency",
    "business_days",
    "opens_at",
    "closes_at",
    "analyzes_calls",
    "creates_leads",
    "preset",
    "agents_see",
    "requires_two_factor",
    "sends_transcripts",
    "model_cost_per_day",
)
class Company(models.Model):
    class Sight(models.TextChoices):
        ALL = "all", "All leads"
        OWN = "own", "Their own leads"

    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(
        max_length=60, default="Asia/Kolkata", validators=[validate_time_zone], help_text="Such as Asia/Kolkata."
    )
    region = models.CharField(
        max_length=2,
        default="IN",
        validators=[validate_region],
        help_text="Two letters. Phone numbers without a country code are read as numbers of this country.",
    )
    currency = models.CharField(max_length=3, default="INR", help_text="Three letters, such as INR.")
    business_days = models.CharField(
        max_length=7,
        default="12345",
        validators=[validate_business_days],
        help_text="1 is Monday, 7 is Sunday. Follow-ups fall on these days.",
    )
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(18))
    analyzes_calls = models.BooleanField(
        "analyze calls automatically",
        default=True,
        help_text="When off, calls are kept with what was said and nothing is read from it, unless somebody asks for "
        "it on the page of a call.",
    )
    creates_leads = models.BooleanField(
        "create leads automatically",
        default=True,
        help_text="A new caller becomes a lead with status New. When off, only hot calls do.",
    )
    preset = models.CharField(
        "what calls are read for",
        max_length=20,
        choices=Preset.choices,
        blank=True,
        help_text="Adds the fields that companies of the trade start from. Fields that are there stay as they are.",
    )
    requires_two_factor = models.BooleanField(
        "two-factor log-in for owners and managers",
        default=False,
        help_text="They set up a passkey or an authenticator app before they can do anything else.",
    )
    sends_transcripts = models.BooleanField(
        "conversations may be read by a model outside",
        default=True,
        db_default=True,
        help_text="Where the operator has connected one, it is sent what was said, without the caller's number. "
        "When off, nothing leaves: calls are read by rules alone.",
    )
    model_cost_per_day = models.DecimalField(
        "most that the model may cost in a day",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="In the currency of its prices, as a rule US dollars. Empty: what the operator allows, which is "
        "never exceeded either way.",
    )
    agents_see = models.CharField(
        max_length=10,
        choices=Sight.choices,
        default=Sight.ALL,
        help_text="Their own: an agent sees the people assigned to them with everything about them, and the calls "
        "they held themselves. People assigned to nobody are then seen by managers and owners, who give them out.",
    )
    is_demo = models.BooleanField(default=False, editable=False)
    shows_first_steps = models.BooleanField(default=True, db_default=True, editable=False)
    # Part of the cache's key for the names of campaigns: one that changes makes the names before worth nothing.
    campaigns_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    awaited_calls = models.PositiveIntegerField(
        null=True, editable=False, help_text="How many calls a demo will have; empty once it has them."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")), name="company_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=models.Q(agents_see__in=["all", "own"]), name="company_agents_see_all_or_own"
            ),
            models.CheckConstraint(condition=models.Q(preset__in=["", *Preset.values]), name="company_preset_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local(self, moment: datetime) -> datetime:
        """Return the moment as the company's clocks show it."""
        return moment.astimezone(self.zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active_for(self, user: User) -> MembershipQuerySet:
        """Return where the user may work, by the company's name."""
        return self.filter(user=user, is_active=True).select_related("company").order_by("company__name", "pk")

    def colleagues_of(self, membership: Membership) -> MembershipQuerySet:
        """Return who works in the same company now, that person included, by name."""
        there = self.filter(company_id=membership.company_id, is_active=True)
        return there.select_related("user").order_by("user__name", "user__email")


@tracked("user", "role", "is_active")
class Membership(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "member"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "company"], name="membership_once_per_user_and_company"),
            models.UniqueConstraint(fields=["company", "id"], name="crm_membership_in_company"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def needs_second_factor(self) -> bool:
        """Whether the company requires one of people with this role."""
        return self.company.requires_two_factor and roles.is_trusted_with_much(self.role)

    def is_last_owner(self) -> bool:
        """Return whether the company would be without an owner if they left; holds its owners' rows until commit.

        Two owners who end each other at once wait for one another here: the second finds that it would be the last.
        """
        owners = Membership.objects.filter(company_id=self.company_id, role=Role.OWNER, is_active=True)
        return list(owners.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)) == [self.pk]

    @property
    def sees_all(self) -> bool:
        """Whether they see everybody's leads, or only their own because the company is set so."""
        return self.role not in LIMITED_TO_THEIR_OWN or self.company.agents_see != Company.Sight.OWN
