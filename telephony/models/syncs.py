"""Synchronization: asking a provider which calls there were, and what no webhook told us."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from crm.constraints import SameCompany
from crm.leases import Leased, WorkState
from crm.tenancy import CompanyForeignKey, CompanyManager
from telephony.models.accounts import ProviderAccount

# A webhook may come late and the provider's list may lag: what a run asks for overlaps with the one before.
OVERLAP = timedelta(hours=2)
# How far back a run looks again for conversations that could not be read.
LOOK_BACK = timedelta(hours=24)


class SyncAlreadyRuns(Exception):
    """A run over the account's calls is under way; the message says since when."""


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def open(self) -> SyncRunQuerySet:
        return self.filter(finished_at=None)

    def succeeded(self) -> SyncRunQuerySet:
        return self.exclude(finished_at=None).filter(failed_because="")

    def begin(
        self, account: ProviderAccount, *, agent: str = "", since: datetime | None = None, now: datetime | None = None
    ) -> SyncRun:
        """Create the row of a new run, due now; the caller announces it. Raises `SyncAlreadyRuns`.

        It asks from where the last run left off, with an overlap; an earlier `since` looks back farther.
        """
        now = now or timezone.now()
        for dead in self.open().filter(account=account, work_state=WorkState.DEAD):
            dead.finish(because=f"It was given up: {dead.error}", at=now)
        goes_on = self._covered_until(account, agent=agent, now=now)
        start = min(since, goes_on) if since and goes_on else since or goes_on
        run = self.model(account=account, agent_external_id=agent[:128], since=start, until=now, started_at=now)
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            raise SyncAlreadyRuns(self._why_not(account)) from None
        return run

    def begin_or_join(self, account: ProviderAccount, *, agent: str = "") -> SyncRun:
        """Begin a run, or return the one that is under way."""
        try:
            return self.begin(account, agent=agent)
        except SyncAlreadyRuns:
            # It may have ended just now; then there is room.
            return self.open().filter(account=account).first() or self.begin(account, agent=agent)

    def _covered_until(self, account: ProviderAccount, *, agent: str, now: datetime) -> datetime | None:
        """Return from when on calls may be unknown; None: no run has ever come through.

        A run of a clock that was ahead and is set right now covers no time that is yet to come.
        """
        runs = self.succeeded().filter(account=account, agent_external_id__in={"", agent}).order_by("-until")
        last = runs.first()
        if last is None:
            return None
        complete = runs.filter(failed=0).first()
        furthest = last.until - LOOK_BACK
        return min(max(complete.until, furthest) if complete else furthest, now) - OVERLAP

    def _why_not(self, account: ProviderAccount) -> str:
        run = self.open().filter(account=account).first()
        since = f" since {run.started_at:%H:%M} UTC" if run else ""
        return f"The calls of {account} are being synchronized already{since}. One run at a time; try again later."


class SyncRun(Leased):
    """One pass over an account's calls. The row holds the cursor: a run that was killed goes on where it was."""

    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="sync_runs")
    agent_external_id = models.CharField("agent", max_length=128, blank=True, help_text="Only calls of this agent.")
    since = models.DateTimeField("from", null=True, help_text="Calls that started at or after; empty: all.")
    until = models.DateTimeField("to", help_text="Frozen when the run begins, so that new calls shift no page.")
    cursor = models.TextField(blank=True, editable=False)
    started_at = models.DateTimeField("started", default=timezone.now)
    finished_at = models.DateTimeField("finished", null=True, blank=True)
    seen = models.PositiveIntegerField("listed", default=0)
    new = models.PositiveIntegerField(default=0, help_text="Calls that we did not have.")
    changed = models.PositiveIntegerField(default=0, help_text="Calls of which we learned something.")
    missed = models.PositiveIntegerField(
        "missed by webhooks", default=0, help_text="Calls that were over and that no webhook had told us of."
    )
    failed = models.PositiveIntegerField("could not be read", default=0)
    failed_because = models.CharField(max_length=300, blank=True)

    objects: ClassVar = CompanyManager.from_queryset(SyncRunQuerySet)()

    class Meta(Leased.Meta):
        verbose_name = "synchronization"
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("account"),
            models.UniqueConstraint(
                fields=["company", "account"], condition=Q(finished_at=None), name="one_open_sync_per_account"
            ),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "account", "-started_at"], name="syncrun_newest"),
        ]

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    def finish(self, *, at: datetime | None = None, because: str = "") -> None:
        """Close the run; `because` says what it failed of."""
        self.finished_at, self.failed_because = at or timezone.now(), because[:300]
        self.save(update_fields=["finished_at", "failed_because"])

    def __str__(self) -> str:
        return f"{self.account} {self.started_at:%Y-%m-%d %H:%M}"
