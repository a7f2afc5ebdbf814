"""`manage.py attribute_calls --since 2026-11-01`: runs the attribution rules over past calls, once it was agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from calltracking.attribution import Preview, RunsAlready, preview, run
from calltracking.attribution.past import calls_between
from calltracking.management.dates import moment
from calltracking.models import AttributionBatch
from crm.leases import WorkState, work_on
from crm.models import Campaign, Company
from crm.tenancy import use_company


class Command(BaseCommand):
    help = "Runs the attribution rules over past calls. What a person chose stays; the run can be undone as a whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", metavar="SHORT-NAME", help="Of one company (its slug); of all by default.")
        parser.add_argument("--since", metavar="DATE", help="Calls that began at or after this; all by default.")
        parser.add_argument("--until", metavar="DATE", help="Calls that began before this.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, company: str | None, **options: Any) -> None:
        companies = Company.objects.order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}.")
        since, until = (moment(text) if text else None for text in (options["since"], options["until"]))
        for one in companies:
            self._attribute(one, since, until, is_rehearsal=options["dry_run"], is_agreed=options["yes"])

    def _attribute(
        self, company: Company, since: datetime | None, until: datetime | None, *, is_rehearsal: bool, is_agreed: bool
    ) -> None:
        until = until or timezone.now()
        with self._progress() as bar, use_company(company):
            task = bar.add_task(f"Looking at the calls of {company}", total=calls_between(since, until).count())
            seen = preview(since=since, until=until, step=lambda looked_at: bar.advance(task, looked_at))
            self._say(company, seen)
        if is_rehearsal or not seen.changed:
            return
        if not is_agreed and input("Change them? [y/N] ").strip().lower() not in ("y", "yes"):
            self.stdout.write("Nothing was changed.")
            return
        try:
            with use_company(company):
                batch = run(by=None, since=since, until=until)
        except RunsAlready:
            raise CommandError(f"The rules are being run over the calls of {company} already.") from None
        self._work_off(company, batch, total=seen.looked_at)

    def _work_off(self, company: Company, batch: AttributionBatch, *, total: int) -> None:
        """Do the run here, whoever else takes a part of it."""
        with self._progress() as bar:
            task = bar.add_task("Attributing", total=total)
            while batch.finished_at is None and batch.work_state != WorkState.DEAD:
                work_on(AttributionBatch, company_id=company.pk, pk=batch.pk)
                with use_company(company):
                    batch.refresh_from_db()
                bar.update(task, completed=batch.looked_at)
        if batch.finished_at is None:
            raise CommandError(f"The run was given up: {batch.error}")
        self.stdout.write(f"{batch.looked_at:,} calls looked at, {batch.changed:,} changed (operation {batch.pk}).")

    def _say(self, company: Company, seen: Preview) -> None:
        self.stdout.write(f"{company}: {seen.looked_at:,} calls, of which {seen.changed:,} would change.")
        names = dict(Campaign.objects.values_list("pk", "name"))
        for (before, after), number in seen.moves.most_common():
            was, becomes = (names.get(pk or 0, "no campaign") for pk in (before, after))
            self.stdout.write(
                f"  {number:,}: {was} → {becomes}" if before != after else f"  {number:,}: {was}, as before"
            )

    @staticmethod
    def _progress() -> Progress:
        console = Console(stderr=True)
        return Progress(console=console, transient=True, disable=not console.is_terminal)
