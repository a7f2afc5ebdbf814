"""`manage.py import_contacts FILE --company northwind`: contacts from a CSV file or an Excel workbook, however many."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from crm.actors import Source
from crm.imports import columns
from crm.imports.keeping import rejected_rows
from crm.imports.met import Outcome
from crm.imports.working import begin, cancel, foresee, work
from crm.leases import LeaseLost, claim
from crm.models import Company, ContactImport, Membership
from crm.roles import allows
from crm.spreadsheets import cell
from crm.tenancy import use_company

PIECE = 1 << 20
WATCHES_SECONDS = 0.2
Stage = ContactImport.Stage


class Command(BaseCommand):
    help = (
        "Brings contacts in from a CSV file or an Excel workbook, however many rows it has. Columns are recognized by "
        "their titles; people by their number or e-mail in any form, so nobody is there twice. What stands on a card "
        "stays unless the file wins. A run that was killed is gone on with by the workers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The file.")
        parser.add_argument("--company", metavar="SHORT-NAME", required=True, help="Whose contacts (its slug).")
        parser.add_argument("--by", metavar="E-MAIL", help="Whose import it is; a member who may add contacts.")
        parser.add_argument("--file-wins", action="store_true", help="Replace what stands on a card already.")
        parser.add_argument(
            "--map",
            metavar="TITLE=FIELD",
            action="append",
            default=[],
            help="What a column is, such as 'Wert=estimated_value'; repeatable. TITLE= leaves one out.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what the columns are and what would happen.")
        parser.add_argument("--rejected", type=Path, metavar="OUT", help="Write the rejected rows there, with reasons.")

    def handle(self, *args: Any, file: Path, company: str, **options: Any) -> None:
        found = Company.objects.filter(slug=company).first()
        if found is None:
            raise CommandError(f"There is no company with the short name {company!r}.")
        batch = self._read(found, file, by=_member(found, options["by"]))
        rule = ContactImport.Rule.FILE if options["file_wins"] else ContactImport.Rule.FILL
        with use_company(found):
            batch = ContactImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            mapping = self._mapping(batch, options["map"])
            self._say_columns(batch, mapping)
            if options["dry_run"]:
                self._say_foreseen(batch, mapping, rule)
                cancel(batch)
                return
            batch.start(mapping=mapping, has_titles=batch.has_titles, rule=rule)
        batch = self._work(found, batch)
        self._say_end(found, batch, rejected=options["rejected"])

    def _read(self, company: Company, file: Path, *, by: Membership | None) -> ContactImport:
        try:
            with file.open("rb") as opened, use_company(company):
                batch = begin(_pieces(opened), name=file.name, source=Source.COMMAND, by=by)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        return self._work(company, batch)

    def _work(self, company: Company, batch: ContactImport) -> ContactImport:
        """Do here what the import owes, or watch a worker do it."""
        terminal = Console(stderr=True)
        with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
            task = bar.add_task("Importing contacts", total=None)
            while batch.is_at_work:
                lease = claim(ContactImport, company_id=company.pk, pk=batch.pk)
                if lease is not None:
                    _work_on(lease)
                else:
                    time.sleep(WATCHES_SECONDS)
                with use_company(company):
                    batch.refresh_from_db()
                bar.update(task, total=batch.total, completed=batch.done)
        if batch.stage == Stage.REFUSED:
            raise CommandError(batch.said)
        if batch.is_dead:
            raise CommandError("The import failed and was given up. What came in so far stays.")
        return batch

    def _mapping(self, batch: ContactImport, said: list[str]) -> list[str]:
        mapping, known = list(batch.mapping), {target.key for target in columns.targets()}
        for text in said:
            title, _, key = text.rpartition("=")
            if title not in batch.titles or (key and key not in known):
                raise CommandError(f"{text!r} names no column of the file or no field: {', '.join(sorted(known))}.")
            mapping = ["" if held == key and key != columns.OTHER_NUMBERS else held for held in mapping]
            mapping[batch.titles.index(title)] = key
        if not columns.can_find(mapping):
            raise CommandError("No column is a number or an e-mail: say which with --map TITLE=number.")
        return mapping

    def _say_columns(self, batch: ContactImport, mapping: list[str]) -> None:
        labels = {target.key: target.label for target in columns.targets()}
        for place, key in enumerate(mapping):
            title = batch.titles[place] if batch.has_titles else f"Column {place + 1}"
            self.stdout.write(f"{title}: {labels.get(key, 'left out')}")

    def _say_foreseen(self, batch: ContactImport, mapping: list[str], rule: str) -> None:
        seen = foresee(batch, mapping=mapping, has_titles=batch.has_titles, rule=rule)
        for place, one in enumerate(seen, start=1 + batch.has_titles):
            self.stdout.write(f"Row {place}: {one.outcome.value}{f'. {one.why}' if one.why else ''}")
        wrong = sum(one.outcome is Outcome.REJECTED for one in seen)
        self.stdout.write(f"{len(seen)} rows looked at, {wrong} would be rejected. Nothing was changed.")

    def _say_end(self, company: Company, batch: ContactImport, *, rejected: Path | None) -> None:
        if rejected is not None and batch.rejected:
            with rejected.open("w", encoding="utf-8-sig", newline="") as out:
                rows = csv.writer(out)
                rows.writerow([cell(text) for text in [*batch.titles, "Why it was rejected"]])
                rows.writerows([cell(text) for text in row] for row in rejected_rows(batch))
        known = f"{batch.changed:,} changed, {batch.unchanged:,} unchanged"
        self.stdout.write(f"{batch.made:,} new, {known}, {batch.rejected:,} rejected.")


def _member(company: Company, email: str | None) -> Membership | None:
    if not email:
        return None
    member = Membership.objects.filter(company=company, user__email=email.strip().lower(), is_active=True).first()
    if member is None or not allows(member.role, "crm.add_contactimport"):
        raise CommandError("Nobody of that e-mail may import contacts there.")
    return member


def _pieces(opened: Any) -> Iterator[bytes]:
    while data := opened.read(PIECE):
        yield data


def _work_on(lease: Any) -> None:
    try:
        work(lease)
    except LeaseLost:
        return
    except Exception as error:  # whatever it was, the row says it and is due again
        lease.put_back(error)
        raise
