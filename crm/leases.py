"""Rows as the work list: whatever must happen is a leased row first, and any process may die at any moment.

A worker claims a row in one short transaction (the attempt is counted there, so that a row which kills its worker
dies after five attempts instead of looping), works with no transaction open, and commits its effect together with the
fence: the row is still leased under this worker's token, or nothing happens. Queues only carry hints.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from crm import hints
from crm.actors import Source
from crm.constraints import DueWork
from crm.failpoints import failpoint
from crm.gathering import Gathering
from crm.patience import end_of_patience
from crm.tenancy import CompanyModel, acting, remembering, require_company, use_company
from crm.waits import wait_after

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
# Seconds after the first failure, and after many.
FIRST_WAIT, LONGEST_WAIT = 10, 15 * 60
CHANNEL = "ringside_due"


class LeaseLost(RuntimeError):
    """Another worker holds the row now, or it changed meanwhile; this worker's effect was rolled back."""


class WorkState(models.TextChoices):
    DUE = "due", "Waiting"
    LEASED = "leased", "In work"
    DONE = "done", "Done"
    DEAD = "dead", "Given up"


class Leased(Gathering, CompanyModel):
    """A row that owes work. Subclasses extend `Leased.Meta.constraints` and `Leased.Meta.indexes`."""

    work_state = models.CharField(
        "state", max_length=10, choices=WorkState.choices, default=WorkState.DUE, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField("next attempt", default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    error = models.TextField(blank=True, editable=False, help_text="What went wrong last, if anything did.")

    class Meta(CompanyModel.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [*CompanyModel.Meta.constraints, DueWork()]
        indexes: ClassVar[list[models.Index]] = [
            # For the sweeper, through the due function.
            models.Index(fields=["next_at"], condition=Q(work_state="due"), name="%(class)s_due_at"),
            models.Index(fields=["lease_until"], condition=Q(work_state="leased"), name="%(class)s_leased"),
        ]

    @property
    def is_dead(self) -> bool:
        return self.work_state == WorkState.DEAD

    def make_due(self, *, at: datetime | None = None) -> None:
        """Owe the work (again): attempts start over, and whoever holds the row loses it. The caller saves."""
        self.work_state = WorkState.DUE
        self.attempts = 0
        self.next_at = at or timezone.now()
        self.lease_token = self.lease_until = None

    def end_lease(self) -> None:
        """The work is done."""
        self.work_state, self.error = WorkState.DONE, ""
        self.lease_token = self.lease_until = None
        self.save(update_fields=["work_state", "lease_token", "lease_until", "error"])

    def renew_lease(self) -> None:
        """Let a lease of which less than half is left run for its whole length again."""
        half = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS / 2)
        if self.lease_until is None or self.lease_until < half:
            self.lease_until = _lease_end()
            self.save(update_fields=["lease_until"])


# One statement, which leaves a row alone that somebody else is at.
CLAIM = """
    update {table} set work_state = 'leased', attempts = attempts + 1, lease_token = %s, lease_until = %s
     where id = (select id from {table}
                  where company_id = %s and id = %s and attempts < %s
                    and (work_state = 'due' and next_at <= %s or work_state = 'leased' and lease_until <= %s)
                    for update skip locked)
    returning attempts
"""
LEASE_FIELDS = ("work_state", "attempts", "next_at", "lease_until", "lease_token", "error")


@dataclass(frozen=True)
class Lease:
    """The right to work on one row until it expires."""

    model: type[Leased]
    company_id: int
    pk: int
    token: UUID
    attempt: int

    @contextmanager
    def effect(self, *, finish: bool = True) -> Iterator[Any]:
        """Open the company's transaction and yield the locked row; commit the effect only if the lease still holds.

        With `finish` the row is done afterwards; without, it stays leased for a next step. Raises `LeaseLost`.
        """
        with use_company(self.company_id), remembering():
            rows = _read(self.model).select_for_update(of=("self",))
            row = next(iter(rows.filter(pk=self.pk, lease_token=self.token, work_state=WorkState.LEASED)), None)
            if row is None:
                raise LeaseLost(f"{self.model._meta.label} {self.pk}")
            with row.written_once():
                yield row
                if finish:
                    row.end_lease()
                elif row.lease_token == self.token:
                    row.renew_lease()
            failpoint("effect:before_commit", row=self.pk)
        failpoint("effect:after_commit", row=self.pk)

    def hand_back(self) -> None:
        """Let the next worker go on at once: what is done so far stands. Raises `LeaseLost`."""
        with self.effect(finish=False) as row:
            row.make_due()
            row.save(update_fields=list(LEASE_FIELDS))
            announce(row)

    def put_back(self, error: BaseException) -> None:
        """Give the row back after an error: tried again later, dead after the last attempt."""
        dead = self.attempt >= MAX_ATTEMPTS
        wait = wait_after(self.attempt, first=FIRST_WAIT, longest=LONGEST_WAIT, jitter=0.2)
        with use_company(self.company_id):
            self.model.objects.filter(pk=self.pk, lease_token=self.token).update(
                work_state=WorkState.DEAD if dead else WorkState.DUE,
                next_at=timezone.now() + timedelta(seconds=wait),
                lease_token=None,
                lease_until=None,
                error=f"{type(error).__name__}: {error}"[:2000],
            )


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


# ---- who does the work ----------------------------------------------------------------------------------------

Work = Callable[[Lease], None]

_work: dict[type[Leased], Work] = {}
_hints: dict[type[Leased], hints.Publish] = {}
_beside: dict[type[Leased], tuple[str, ...]] = {}
_without: dict[type[Leased], tuple[str, ...]] = {}


def register(
    model: type[Leased],
    *,
    work: Work,
    hint: hints.Publish,
    beside: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> None:
    """Say who works on the model's due rows, and how hints about them are published. Called from each app's `ready`.

    `beside` are the keys whose rows the work wants along with its own, `without` the columns it does not read.
    """
    _work[model] = work
    _hints[model] = hint
    _beside[model], _without[model] = beside, without


def _read(model: type[Leased]) -> models.QuerySet[Any]:
    """Return the model's rows as its work reads them."""
    rows: models.QuerySet[Any] = model.objects.defer(*_without.get(model, ()))
    return rows.select_related(*beside) if (beside := _beside.get(model)) else rows


def leased_models() -> list[type[Leased]]:
    """Return the models whose rows can be due, in the order they were registered."""
    return list(_work)


@acting(Source.WORKER)
def work_on(model: type[Leased], *, company_id: int, pk: int) -> bool:
    """Claim the row and do what it owes. Returns False when there was nothing to do.

    Errors are kept on the row and logged by type alone: their text may hold what a caller said.
    """
    lease = claim(model, company_id=company_id, pk=pk)
    if lease is None:
        return False
    try:
        with end_of_patience():
            failpoint("claim:after", row=pk)
            _work[model](lease)
    except LeaseLost:
        logger.info("%s %s went to another worker", model._meta.label, pk)
    except Exception as error:  # any failure belongs on its row, so that no row can stop the others
        logger.warning("%s %s failed: %s", model._meta.label, pk, type(error).__name__)
        lease.put_back(error)
    return True


def work_on_all(model: type[Leased], rows: Iterable[tuple[int, int]]) -> None:
    """Do what these rows, as `(company_id, id)`, owe, those that still owe it."""
    for company_id, pk in rows:
        work_on(model, company_id=company_id, pk=pk)


def claim(model: type[Leased], *, company_id: int, pk: int) -> Lease | None:
    """Take the row for `LEASE_SECONDS` and count the attempt, in a transaction of its own; None if it is not due."""
    now, token = timezone.now(), uuid4()
    due = Q(work_state=WorkState.DUE, next_at__lte=now) | Q(work_state=WorkState.LEASED, lease_until__lte=now)
    with use_company(company_id):
        with connection.cursor() as cursor:
            claiming = CLAIM.format(table=connection.ops.quote_name(model._meta.db_table))
            cursor.execute(claiming, [token, _lease_end(), company_id, pk, MAX_ATTEMPTS, now, now])
            found = cursor.fetchone()
        if found is None:
            # It was leased five times and never given back: it kills whoever takes it.
            model.objects.filter(due, pk=pk, attempts__gte=MAX_ATTEMPTS).update(
                work_state=WorkState.DEAD, lease_token=None, error="It ended its worker five times."
            )
            return None
        failpoint("claim:before_commit", row=pk)
        return Lease(model=model, company_id=company_id, pk=pk, token=token, attempt=found[0])


def due_rows(model: type[Leased], *, before: datetime, most: int = 200) -> list[tuple[int, int]]:
    """Return `(company_id, id)` of rows due before a time, oldest first, of all companies."""
    function = next(c.name for c in model._meta.constraints if isinstance(c, DueWork))
    with connection.cursor() as cursor:
        cursor.execute(f'select company_id, id from public."{function}"(%s, %s)', [before, most])
        rows: list[tuple[int, int]] = cursor.fetchall()
        return rows


def work_on_due(*, before: datetime, most: int = 200) -> int:
    """Do what due rows of every model owe; returns how many were worked on."""
    return sum(
        work_on(model, company_id=company_id, pk=pk)
        for model in leased_models()
        for company_id, pk in due_rows(model, before=before, most=most)
    )


def announce(row: Leased) -> None:
    """Tell, once the transaction commits, that the row is due: the workers by the queue, else the sweeper by NOTIFY."""
    company_id, model, pk = require_company(), type(row), row.pk
    _notify()
    transaction.on_commit(lambda: _send_hint(model, company_id=company_id, pk=pk), robust=True)


def announce_committed(model: type[Leased], *, company_id: int, pk: int) -> None:
    """Tell of a row that is committed already: `announce` for who has no transaction open."""
    _notify()
    _send_hint(model, company_id=company_id, pk=pk)


def _notify() -> None:
    # Commits that notify wait for each other, so it is done only where nobody else would be told.
    if not hints.are_heard():
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify(%s, '')", [CHANNEL])


def _send_hint(model: type[Leased], *, company_id: int, pk: int) -> None:
    failpoint("ingest:before_hint", row=pk)
    hints.send(_hints[_concrete(model)], company_id=company_id, pk=pk)


def _concrete(model: type[Leased]) -> type[Leased]:
    return cast("type[Leased]", model._meta.concrete_model)
