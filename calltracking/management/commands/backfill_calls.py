"""`manage.py backfill_calls [--field NAME] [--dry-run]`: columns of calls computed again from what is kept of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from crm.models import Company
from crm.tenancy import use_company
from telephony.backfill import FIELDS, backfill
from telephony.models import Call


class Command(BaseCommand):
    help = "Reads every call's kept account again and corrects its columns. Calls nobody; may be stopped and repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--field", choices=FIELDS, help="Only this column.")
        parser.add_argument("--company", metavar="SHORT-NAME", help="Only this company.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")

    def handle(self, *args: Any, field: str | None, company: str | None, dry_run: bool, **options: Any) -> None:
        companies = Company.objects.order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}.")
        for each in companies:
            self._backfill(each, names=(field,) if field else FIELDS, is_rehearsal=dry_run)

    def _backfill(self, company: Company, *, names: tuple[str, ...], is_rehearsal: bool) -> None:
        changed: Counter[str] = Counter()
        read = unreadable = calls = 0
        last: int | None = 0
        with use_company(company):
            total = Call.objects.count()
        # For a terminal: a log or a pipe gets the summary alone.
        terminal = Console(stderr=True)
        with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
            task = progress.add_task(company.name, total=total)
            while last is not None:
                with use_company(company):
                    report, last = backfill(
                        names=names,
                        is_rehearsal=is_rehearsal,
                        after_id=last,
                        step=lambda count: progress.advance(task, count),
                    )
                changed.update(report.changed)
                read, unreadable = read + report.read, unreadable + report.unreadable
                calls += report.calls_changed
        would = "would change" if is_rehearsal else "changed"
        fields = ", ".join(f"{name} {count}" for name, count in sorted(changed.items())) or "nothing"
        self.stdout.write(f"{company}: {read:,} calls read, {calls:,} {would} ({fields}), {unreadable:,} not readable.")
