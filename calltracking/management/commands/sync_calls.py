"""`manage.py sync_calls [--account LABEL] [--agent ID] [--since DATE]`: ask providers which calls there were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from crm.leases import LeaseLost, claim
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import ProviderAccount, SyncRun
from telephony.models.syncs import SyncAlreadyRuns
from telephony.providers.base import ProviderError
from telephony.sync import accounts_to_ask, synchronize

SLICE_SECONDS = 3600.0


class Command(BaseCommand):
    help = "Lists each account's calls at its provider and records what no webhook told us."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", metavar="SHORT-NAME", help="Only accounts of this company.")
        parser.add_argument("--account", metavar="LABEL", help="Only the account with this label.")
        parser.add_argument("--agent", metavar="ID", default="", help="Only calls of this agent.")
        parser.add_argument("--since", metavar="DATE", help="Look back this far, such as 2026-11-01.")

    def handle(self, *args: Any, since: str | None, agent: str, **options: Any) -> None:
        start = _moment(since) if since else None
        chosen = list(self._accounts(company=options["company"], label=options["account"]))
        if not chosen:
            raise CommandError("No active account has an API key and a provider that lists calls (see Providers).")
        runs = []
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True
        ) as progress:
            for company_id, account in chosen:
                run = self._begin(account, company_id=company_id, agent=agent, since=start)
                runs.append(run and self._work(run, company_id=company_id, progress=progress))
        self._summarize([run for run in runs if run])
        if any(run is None or run.failed_because or run.is_open for run in runs):
            raise CommandError("Not every account could be synchronized.")

    def _accounts(self, *, company: str | None, label: str | None) -> Iterator[tuple[int, ProviderAccount]]:
        companies = Company.objects.filter(is_demo=False).order_by("pk")
        for each in companies.filter(slug=company) if company else companies:
            with use_company(each):
                found = [account for account in accounts_to_ask() if label in (None, account.label)]
            yield from ((each.pk, account) for account in found)

    def _begin(
        self, account: ProviderAccount, *, company_id: int, agent: str, since: datetime | None
    ) -> SyncRun | None:
        with use_company(company_id):
            try:
                return SyncRun.objects.begin(account, agent=agent, since=since)
            except SyncAlreadyRuns as error:
                self.stderr.write(str(error))
                return None

    def _work(self, run: SyncRun, *, company_id: int, progress: Progress) -> SyncRun:
        name = str(run.account)
        task = progress.add_task(name)

        def tell(row: SyncRun) -> None:
            progress.update(task, description=f"{name}: {row.seen} listed, {row.new} new, {row.changed} changed")

        lease = claim(SyncRun, company_id=company_id, pk=run.pk)
        if lease:
            try:
                synchronize(lease, seconds=SLICE_SECONDS, progress=tell)
            except LeaseLost:
                self.stderr.write(f"{name}: another worker went on with the run.")
            except ProviderError as error:
                lease.put_back(error)
                self.stderr.write(f"{name}: {error} It is tried again later.")
        with use_company(company_id):
            return SyncRun.objects.select_related("account").get(pk=run.pk)

    def _summarize(self, runs: list[SyncRun]) -> None:
        table = Table("account", "listed", "new", "changed", "missed by webhooks", "not readable", "state")
        for run in runs:
            state = run.failed_because or ("goes on later" if run.is_open else "done")
            counts = (run.seen, run.new, run.changed, run.missed, run.failed)
            table.add_row(str(run.account), *(str(count) for count in counts), state)
        console = Console(width=140)
        with console.capture() as said:
            console.print(table)
        self.stdout.write(said.get())


def _moment(text: str) -> datetime:
    """Return the start of the day in UTC, or the moment; raises `CommandError`."""
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"{text} is no date, such as 2026-11-01.") from error
    found = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else moment
    if found is None:
        raise CommandError(f"{text} is no date, such as 2026-11-01.")
    found = found.replace(tzinfo=found.tzinfo or UTC)
    if found > timezone.now() + timedelta(minutes=1):
        raise CommandError(f"{text} is yet to come.")
    return found
