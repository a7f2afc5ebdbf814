"""How it came about which campaign brought a call: the rules, the ledger of every answer, and what was done at once.

The call holds what counts now (telephony/models/attribution.py); calltracking/attribution/ decides and writes.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from crm import roles
from crm.actors import Source
from crm.constraints import AppendOnly, SameCompany
from crm.history import tracked
from crm.leases import Leased
from crm.models import Campaign, Membership, Recipient
from crm.roles import ATTRIBUTE_CALL, RUN_ATTRIBUTION
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel, require_company
from telephony.events import AttributedBy
from telephony.models import Call

# The rules a new company starts from, strongest first, and within how many days of a call what they look at counts.
FIRST_RULES: dict[AttributedBy, int | None] = {
    AttributedBy.TRACKING_NUMBER: None,
    AttributedBy.PROVIDER_METADATA: None,
    AttributedBy.RECIPIENT: 30,
    AttributedBy.EARLIER: 30,
}
WITH_WINDOW = [kind.value for kind, days in FIRST_RULES.items() if days]
LONGEST_WINDOW_DAYS = 3650


class AttributionRuleQuerySet(models.QuerySet["AttributionRule"]):
    def lay_down(self) -> None:
        """Give the company in use the rules a new company starts from."""
        self.bulk_create(
            AttributionRule(company_id=require_company(), kind=kind, position=position, window_days=days)
            for position, (kind, days) in enumerate(FIRST_RULES.items(), start=1)
        )

    def in_order(self) -> AttributionRuleQuerySet:
        return self.order_by("position", "pk")

    def active(self) -> AttributionRuleQuerySet:
        """Return the rules that decide, the first to be asked first."""
        return self.in_order().filter(is_active=True)


@tracked("kind", "position", "is_active", "window_days")
class AttributionRule(CompanyModel):
    """One way in which the campaign of a call is found. The first one that knows decides."""

    kind = models.CharField(
        "rule", max_length=30, choices=[(kind.value, kind.label) for kind in FIRST_RULES], editable=False
    )
    position = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(len(FIRST_RULES))],
        help_text="1 is asked first.",
    )
    is_active = models.BooleanField("active", default=True)
    window_days = models.PositiveSmallIntegerField(
        "days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WINDOW_DAYS)],
        help_text="So many days before the call count.",
    )

    objects: ClassVar = CompanyManager.from_queryset(AttributionRuleQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "kind"], name="one_attribution_rule_per_kind"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=WITH_WINDOW, window_days__isnull=False, window_days__range=(1, LONGEST_WINDOW_DAYS)
                )
                | (~models.Q(kind__in=WITH_WINDOW) & models.Q(window_days=None)),
                name="attribution_rule_has_a_window_where_days_count",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        if self.counts_days and self.window_days is None:
            raise ValidationError({"window_days": "Say within how many days."})
        if not self.counts_days and self.window_days is not None:
            raise ValidationError({"window_days": "Days play no part in this rule."})

    @property
    def counts_days(self) -> bool:
        return self.kind in WITH_WINDOW

    def move_to(self, position: int) -> None:
        """Put the rule at that place, from 1 on; the others keep their order around it."""
        rules = [rule for rule in AttributionRule.objects.in_order().select_for_update() if rule.pk != self.pk]
        rules.insert(max(0, position - 1), self)
        for place, rule in enumerate(rules, start=1):
            if rule.position != place or rule is self:
                rule.position = place
                rule.save(update_fields=["position"])


class AttributionBatch(Leased):
    """One operation on many calls, by a person or by the rules. Long ones are leased work: killed, they go on."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", "Given to a campaign"
        CLEAR = "clear", "Given back to the rules"
        RULES = "rules", "Rules run over the past"
        UNDO = "undo", "Undone"

    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    made_by = CompanyForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.OUTSIDE, editable=False)
    made_at = models.DateTimeField("when", default=timezone.now, editable=False)
    campaign = CompanyForeignKey(
        Campaign, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    undoes = CompanyForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_in", editable=False
    )
    since = models.DateTimeField("calls from", null=True, blank=True, editable=False)
    until = models.DateTimeField("calls before", null=True, blank=True, editable=False)
    rules = models.JSONField(default=list, editable=False, help_text="The rules as they were, the first first.")
    after_at = models.DateTimeField(null=True, editable=False, help_text="How far it came: when the last call began.")
    after_id = models.BigIntegerField(default=0, editable=False, help_text="And that call's id.")
    looked_at = models.PositiveIntegerField("calls looked at", default=0, editable=False)
    changed = models.PositiveIntegerField("calls changed", default=0, editable=False)
    kept = models.PositiveIntegerField(
        default=0, editable=False, help_text="Calls left as they were, because they were decided anew since."
    )
    finished_at = models.DateTimeField("finished", null=True, blank=True, editable=False)
    is_in_force = models.BooleanField(
        default=True, editable=False, help_text="Off once it was undone, on again once that was."
    )
    undone_at = models.DateTimeField("undone", null=True, blank=True, editable=False)
    undone_by = CompanyForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta(Leased.Meta):
        verbose_name = "bulk attribution"
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            *(SameCompany(field) for field in ("made_by", "campaign", "undoes", "undone_by")),
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(kind="rules", finished_at=None),
                name="one_open_run_of_the_rules",
            ),
            models.UniqueConstraint(fields=["company", "undoes"], name="batch_undone_once"),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-made_at", "-id"], name="batch_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {timezone.localtime(self.made_at):%d %b %Y %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    def may_be_undone_by(self, member: Membership) -> bool:
        """Return whether the member may undo it: their own, or anybody's for who runs the rules."""
        is_theirs = self.made_by_id == member.pk and self.kind != self.Kind.RULES
        return roles.allows(member.role, RUN_ATTRIBUTION) or (is_theirs and roles.allows(member.role, ATTRIBUTE_CALL))


class AttributionEntry(CompanyModel):
    """One answer to which campaign brought a call: from what to what, by which rule or whom, and what else there was.

    Rows are only ever added; what they name by its id may be gone. An entry is written when something changes.
    """

    call = CompanyForeignKey(Call, on_delete=models.PROTECT, related_name="attributions", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    by_before = models.CharField("before", max_length=30, choices=AttributedBy.choices, blank=True)
    by = models.CharField("by", max_length=30, choices=AttributedBy.choices, blank=True)
    campaign_before_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    recipient_before_id = models.BigIntegerField(null=True)
    recipient_id = models.BigIntegerField(null=True)
    confidence = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, help_text="0 to 1; empty where nothing was found or said."
    )
    candidates = models.JSONField(
        default=list, help_text="What was considered: rule, campaign, recipient, and why it was not taken."
    )
    source = models.CharField("by way of", max_length=10, choices=Source.choices, default=Source.OUTSIDE)
    member_id = models.BigIntegerField(null=True)
    batch = CompanyForeignKey(
        AttributionBatch, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )

    class Meta(CompanyModel.Meta):
        verbose_name_plural = "attribution entries"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            SameCompany("batch"),
            AppendOnly("call_id"),
            models.CheckConstraint(
                condition=models.Q(confidence=None) | models.Q(confidence__range=(0, 1)),
                name="attribution_confidence_is_0_to_1",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "call", "-id"], name="attribution_of_call"),
            models.Index(
                fields=["company", "batch", "call"],
                condition=models.Q(batch__isnull=False),
                name="attribution_of_batch",
            ),
        ]

    def __str__(self) -> str:
        return self.get_by_display()


class LearntNumber(CompanyModel):
    """Another number that a recipient called from, as a person said by giving them the call."""

    recipient = CompanyForeignKey(Recipient, on_delete=models.CASCADE, related_name="learnt_numbers")
    e164 = models.CharField("number", max_length=20, db_collation="C")
    batch = CompanyForeignKey(AttributionBatch, on_delete=models.PROTECT, related_name="learnt_numbers")
    learnt_at = models.DateTimeField(default=timezone.now)
    is_active = models.BooleanField(default=True, help_text="Off once the operation was undone.")

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("recipient"),
            SameCompany("batch"),
            models.UniqueConstraint(fields=["company", "recipient", "e164"], name="number_learnt_once_per_recipient"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "e164"], name="learnt_e164")]

    def __str__(self) -> str:
        return str(self.recipient)
