"""Readings by a model that are owed: one row a call. The call has been read by rules before."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.leases import Leased, announce
from crm.tenancy import CompanyForeignKey, CompanyManager


class ReadingQuerySet(models.QuerySet["Reading"]):
    def waiting(self) -> ReadingQuerySet:
        """Those that met a trouble and are tried again."""
        return self.filter(outcome=Reading.Outcome.WAITING)


class Reading(Leased):
    """`work_state` says whether a window of the call is still to be asked about.

    Each answer is kept as soon as it was paid for, so that a reading which was interrupted goes on where it was; when
    the insight is stored, the answers go.
    """

    class Outcome(models.TextChoices):
        OWED = "owed", "Owed"
        WAITING = "waiting", "Tried again later"
        READ = "read", "Read"
        STOPPED = "stopped", "Not read by the model"

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="readings")
    backend = models.CharField(max_length=30)
    said_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the conversation that is owed.")
    read_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the one that was read.")
    version = models.CharField(max_length=200, blank=True, help_text="Prompt, model and windows of the answers.")
    answers = models.JSONField(default=list, help_text="What the model told so far, window by window.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OWED)
    because = models.CharField(max_length=200, blank=True, help_text="Why it waits or was stopped; ends a sentence.")
    is_everybodys = models.BooleanField(default=False, help_text="Every call meets this trouble, not this one alone.")
    needs_mending = models.BooleanField(default=False, help_text="Only a person can end it: a key, a name, an account.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="How often it was tried in vain, one by one.")
    read_at = models.DateTimeField(null=True)

    objects: ClassVar = CompanyManager.from_queryset(ReadingQuerySet)()

    class Meta(Leased.Meta):
        verbose_name = "reading by a model"
        verbose_name_plural = "readings by a model"
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(fields=["company", "call"], name="one_reading_per_call"),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(
                fields=["company", "outcome", "-next_at"],
                condition=models.Q(outcome__in=("waiting", "stopped")),
                name="reading_in_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.call_id}"

    def owe(self, *, at: datetime | None = None) -> None:
        """Let it be read (again), from the beginning if the conversation is another one by then."""
        self.make_due(at=at)
        self.failures = 0
        self._is_well(self.Outcome.OWED)
        self.save()
        announce(self)

    def go_on(self) -> None:
        """The next window is due now; attempts count only what is tried in vain. The caller announces it."""
        self.make_due()
        self._is_well(self.Outcome.OWED)
        self.save()

    def wait(self, *, until: datetime, because: str, is_everybodys: bool = False, needs_mending: bool = False) -> None:
        """Try again later, for a reason that a person may read."""
        self.make_due(at=until)
        self.outcome, self.because = self.Outcome.WAITING, because[:200]
        self.is_everybodys, self.needs_mending = is_everybodys, needs_mending
        self.save()

    def stop(self, *, because: str) -> None:
        """Nothing more is asked, for a reason that a person may read."""
        self._is_well(self.Outcome.STOPPED)
        self.because, self.answers = because[:200], []
        self.save(update_fields=["outcome", "because", "is_everybodys", "needs_mending", "answers"])

    def conclude(self, *, at: datetime) -> None:
        """All was asked. What the model said is in the insight now, and here no longer."""
        self._is_well(self.Outcome.READ)
        self.answers, self.read_hash, self.read_at = [], self.said_hash, at
        names = ["outcome", "because", "is_everybodys", "needs_mending", "answers", "read_hash", "read_at"]
        self.save(update_fields=names)

    def _is_well(self, outcome: str) -> None:
        self.outcome, self.because, self.is_everybodys, self.needs_mending = outcome, "", False, False
