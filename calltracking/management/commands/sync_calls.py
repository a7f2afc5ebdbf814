"""`manage.py sync_calls [--account LABEL] [--agent ID] [--since DATE]`: ask providers which calls there were."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from calltracking.management.dates import moment
from crm.leases import Lease, LeaseLost, WorkState, claim
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import ProviderAccount, SyncRun
from telephony.models.syncs import SyncAlreadyRuns
from telephony.providers.base import ProviderError
from telephony.sync import accounts_to_ask, synchronize

# While another worker has the run we look at it this often.
LOOK_SECONDS = 0.5
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Lists each account's calls at its provider and records what no webhook told us. May be stopped and repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", metavar="SHORT-NAME", help="Only accounts of this company.")
        parser.add_argument("--account", metavar="LABEL", help="Only the account with this label.")
        parser.add_argument("--agent", metavar="ID", default="", help="Only calls of this agent.")
        parser.add_argument("--since", metavar="DATE", help="Look back this far, such as 2026-11-01.")

    def handle(self, *args: Any, since: str | None, agent: str, **options: Any) -> None:
        start = _past(since) if since else None
        chosen = self._accounts(company=options["company"], label=options["account"])
        runs: list[SyncRun] = []
        # For a terminal: a log or a pipe gets the summary alone.
        terminal = Console(stderr=True)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=terminal,
            transient=True,
            disable=not terminal.is_terminal,
        ) as progress:
            try:
                for company_id, account in chosen:
                    runs += Follower(account, company_id=company_id, progress=progress).follow(agent=agent, since=start)
            except KeyboardInterrupt:
                said = "Stopped. Nothing is lost: worker and sweeper go on with the run, or the next sync_calls does."
                raise CommandError(said, returncode=INTERRUPTED) from None
        self._summarize(runs)
        if any(run.failed_because for run in runs):
            raise CommandError("Not every account could be synchronized; the reason stands beside it.")
        if any(run.is_open for run in runs):
            raise CommandError("Not every account could be synchronized now; worker and sweeper try again.")

    def _accounts(self, *, company: str | None, label: str | None) -> list[tuple[int, ProviderAccount]]:
        """Return what is to be asked; raises `CommandError` in a sentence that says why there is nothing."""
        companies = Company.objects.filter(is_demo=False).order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}, demo companies aside.")
        found = list(_accounts_of(companies))
        if not found:
            raise CommandError(
                "No active account has an API key and a provider that lists calls. Enter a key under Providers."
            )
        chosen = [(pk, account) for pk, account in found if label in (None, account.label)]
        if not chosen:
            labels = ", ".join(sorted({repr(account.label) for _, account in found}))
            raise CommandError(f"No active account with an API key has the label {label!r}. There are: {labels}.")
        return chosen

    def _summarize(self, runs: list[SyncRun]) -> None:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("account")
        for name in ("listed", "new", "changed", "missed by webhooks", "not readable"):
            table.add_column(name, justify="right")
        table.add_column("state")
        for run in runs:
            state = run.failed_because or (f"goes on later. {_sentence(run.error)}" if run.is_open else "done")
            counts = (run.seen, run.new, run.changed, run.missed, run.failed)
            table.add_row(escape(str(run.account)), *(f"{count:,}" for count in counts), escape(state))
        console = Console(width=140, highlight=False)
        with console.capture() as said:
            console.print(table)
        lines = (line.rstrip() for line in said.get().splitlines())
        self.stdout.write("\n".join(line for line in lines if line))


class Follower:
    """Takes one account's runs to their end, whoever does the work: this process, a worker or the sweeper."""

    def __init__(self, account: ProviderAccount, *, company_id: int, progress: Progress) -> None:
        self.account = account
        self.company_id = company_id
        self.progress = progress
        self.task = progress.add_task(escape(str(account)), total=None, counts="")

    def follow(self, *, agent: str, since: datetime | None) -> list[SyncRun]:
        """Begin a run and return it when it is over or put back; one that is under way is finished before."""
        before = self._under_way()
        if before:
            self.progress.console.print(
                f"A run that began at {before.started_at:%H:%M} UTC is under way; it is finished first."
            )
            before = self._follow(before)
            if before.is_open:
                return [before]
        with use_company(self.company_id):
            try:
                run = SyncRun.objects.begin(self.account, agent=agent, since=since)
            except SyncAlreadyRuns as error:
                raise CommandError(str(error)) from error
        return [*filter(None, [before]), self._follow(run)]

    def _under_way(self) -> SyncRun | None:
        with use_company(self.company_id):
            return SyncRun.objects.open().filter(account=self.account).first()

    def _row(self, run: SyncRun) -> SyncRun:
        with use_company(self.company_id):
            return SyncRun.objects.select_related("account").get(pk=run.pk)

    def _follow(self, run: SyncRun) -> SyncRun:
        while True:
            if lease := claim(SyncRun, company_id=self.company_id, pk=run.pk):
                self._work(lease)
            row = self._row(run)
            self._tell(row)
            if not row.is_open:
                self.progress.update(self.task, total=1, completed=1)
                return row
            if row.work_state == WorkState.DEAD or (row.work_state == WorkState.DUE and row.next_at > timezone.now()):
                return row
            if lease is None:
                time.sleep(LOOK_SECONDS)

    def _work(self, lease: Lease) -> None:
        try:
            synchronize(lease, progress=self._tell)
        except LeaseLost:
            return
        except ProviderError as error:
            lease.put_back(error)
        except KeyboardInterrupt:
            with suppress(LeaseLost):
                lease.hand_back()
            raise

    def _tell(self, row: SyncRun) -> None:
        # A page counts as listed when all of it was looked at.
        counts = f"{row.new:,} new, {row.changed:,} changed, {row.seen:,} of the list done"
        self.progress.update(self.task, counts=counts)


def _accounts_of(companies: Any) -> Iterator[tuple[int, ProviderAccount]]:
    for each in companies:
        with use_company(each):
            found = list(accounts_to_ask())
        yield from ((each.pk, account) for account in found)


def _sentence(error: str) -> str:
    """Return what went wrong without the name of the exception that said so."""
    return error.partition(": ")[2] or error


def _past(text: str) -> datetime:
    """Return the moment; raises `CommandError` for none, and for one that is yet to come."""
    found = moment(text)
    if found > timezone.now() + timedelta(minutes=1):
        raise CommandError(f"{text} is yet to come.")
    return found
