"""By what a company scores its calls, and the scoring of its calls anew. What a rule looks for is code, by its key
(`analysis.scoring.DEFAULT_RULES`); what it is worth is a row.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from analysis.scoring import DEFAULT_RULES, HOT_FROM, Rule
from crm.constraints import SameCompany
from crm.history import tracked
from crm.leases import Leased
from crm.models import Membership
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel

MOST_POINTS = 100


class ScoreRuleQuerySet(models.QuerySet["ScoreRule"]):
    def lay_down(self) -> None:
        """Give the company in use the rules it does not have yet, as a new company starts with them."""
        known = set(self.values_list("key", flat=True))
        rules = enumerate(DEFAULT_RULES)
        self.bulk_create(ScoreRule.of(rule, position=position) for position, rule in rules if rule.key not in known)


@tracked("label", "points", "is_active", made=False)
class ScoreRule(CompanyModel):
    """What one reason is worth. Without a row, what a new company starts with."""

    key = models.CharField(max_length=40, editable=False)
    label = models.CharField("reason", max_length=100, help_text="As people read it beside the score.")
    points = models.SmallIntegerField(help_text="From -100 to 100.")
    is_active = models.BooleanField("counts", default=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(ScoreRuleQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "scoring rule"
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "key"], name="one_score_rule_per_key"),
            models.CheckConstraint(
                condition=models.Q(points__range=(-MOST_POINTS, MOST_POINTS)), name="score_points_are_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of(cls, rule: Rule, *, position: int) -> ScoreRule:
        """Return the rule as a row of the company in use, not saved yet."""
        return cls(key=rule.key, label=rule.label, points=rule.points, position=position)


@tracked("from_score", "needs_interest", "needs_budget", "takes_emergencies", made=False)
class HotRule(CompanyModel):
    """When a lead is hot. One row; without it, what a new company starts with."""

    from_score = models.PositiveSmallIntegerField("hot from", default=HOT_FROM, help_text="A score of 0 to 100.")
    needs_interest = models.BooleanField(
        "only who showed interest", default=False, help_text="Interested, or asked to be called back."
    )
    needs_budget = models.BooleanField("only who named a budget", default=False)
    takes_emergencies = models.BooleanField(
        "emergencies too", default=False, help_text="Whatever their score, unless they refused."
    )

    class Meta(CompanyModel.Meta):
        verbose_name = "hot rule"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company"], name="one_hot_rule"),
            models.CheckConstraint(condition=models.Q(from_score__range=(0, 100)), name="hot_from_is_0_to_100"),
        ]

    def __str__(self) -> str:
        return f"Hot from {self.from_score}"


class RescoringQuerySet(models.QuerySet["Rescoring"]):
    def open(self) -> RescoringQuerySet:
        return self.filter(finished_at=None)

    def newest(self) -> Rescoring | None:
        return self.order_by("-started_at", "-pk").first()

    def begin(self, *, by: Membership | None, total: int) -> Rescoring:
        """Return a pass over all scored calls, due now; one that is under way starts over. The caller announces it."""
        fresh = {"by": by, "total": total, "done": 0, "moved": 0, "before_id": None, "started_at": timezone.now()}
        try:
            with transaction.atomic():
                begun: Rescoring = self.create(**fresh)
        except IntegrityError:
            begun = self.open().select_for_update(of=("self",)).get()
            for name, value in fresh.items():
                setattr(begun, name, value)
            begun.make_due()
            begun.save()
        return begun


class Rescoring(Leased):
    """One pass over a company's scored calls, newest first. The row holds the place: a killed one goes on there."""

    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    total = models.PositiveIntegerField(default=0, help_text="Calls to look at.")
    done = models.PositiveIntegerField(default=0, help_text="Calls looked at.")
    moved = models.PositiveIntegerField(default=0, help_text="Calls whose score changed.")
    before_id = models.BigIntegerField(null=True, editable=False, help_text="Calls below this id are still to come.")
    started_at = models.DateTimeField("started", default=timezone.now)
    finished_at = models.DateTimeField("finished", null=True, blank=True)

    objects: ClassVar = CompanyManager.from_queryset(RescoringQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("by"),
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(finished_at=None), name="one_open_rescoring"
            ),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-started_at"], name="rescoring_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total} calls"
