"""`manage.py export_calls --company northwind --format csv calls.csv`: calls as a file on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from calltracking.exports.asked import INCLUDES, USUAL, Asked, UnreadableFilter
from calltracking.exports.calls import CallRows
from calltracking.exports.sending import pieces
from calltracking.exports.working import begin
from calltracking.models import Export
from crm.actors import Source
from crm.models import Company
from crm.tenancy import use_company
from telephony.filters import CallFilter

NAMES = [name for name, _ in INCLUDES]


class Command(BaseCommand):
    help = (
        "Writes a company's calls to a file, however many: as CSV, Excel or JSON, by the filters of the list of calls. "
        "The file is there once it is whole. The company's log of exports says that it was made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", metavar="OUT", help="The file to write; - writes to the terminal's output.")
        parser.add_argument("--company", metavar="SHORT-NAME", required=True, help="Whose calls (its slug).")
        parser.add_argument("--format", choices=Export.Format.values, help="By the file's ending without it, else csv.")
        parser.add_argument("--since", metavar="DAY", help="First day, such as 2026-11-01, in the company's time zone.")
        parser.add_argument("--until", metavar="DAY", help="Last day.")
        parser.add_argument("--lead-status", metavar="STATUS", help="Of callers with this status as a lead, now.")
        parser.add_argument(
            "--filter",
            metavar="NAME=VALUE",
            action="append",
            default=[],
            help="Any other filter of the list's address, such as status=missed; repeatable.",
        )
        parser.add_argument(
            "--include", metavar="PART", action="append", choices=NAMES, help=f"Of {', '.join(NAMES)}; repeatable."
        )

    def handle(self, *args: Any, out: str, company: str, **options: Any) -> None:
        found = Company.objects.filter(slug=company).first()
        if found is None:
            raise CommandError(f"There is no company with the short name {company!r}.")
        ending = Path(out).suffix.removeprefix(".")
        shape = options["format"] or (ending if ending in Export.Format.values else Export.Format.CSV.value)
        with use_company(found):
            try:
                asked = Asked.by(None, shape=shape, said=_filter(options), include=tuple(options["include"] or USUAL))
            except UnreadableFilter as error:
                raise CommandError(str(error)) from error
            rows = CallRows(asked)
            total = rows.count()
            export = begin(asked, source=Source.COMMAND)
        self._write(export, rows, out=out, zone=found.time_zone, total=total)

    def _write(self, export: Export, rows: CallRows, *, out: str, zone: str, total: int) -> None:
        terminal, written = Console(stderr=True), 0
        with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
            task = bar.add_task("Exporting calls", total=total)

            def told(more: int) -> None:
                nonlocal written
                written += more
                bar.advance(task, more)

            read = pieces(rows, shape=export.format, company_id=export.of_company, zone=zone, told=told)
            try:
                _to_output(read, self.stdout) if out == "-" else _to_file(read, Path(out))
            except OSError as error:
                raise CommandError(f"The file cannot be written: {error.strerror}.") from error
            finally:
                with use_company(export.of_company):
                    Export.objects.filter(pk=export.pk).update(rows=written)
        with use_company(export.of_company):
            Export.objects.filter(pk=export.pk).update(finished_at=timezone.now())
        if out != "-":
            self.stdout.write(f"{written:,} calls written to {out}.")


def _filter(options: dict[str, Any]) -> QueryDict:
    said = QueryDict(mutable=True)
    for text in options["filter"]:
        name, _, value = text.partition("=")
        if name not in CallFilter.base_filters or not value:
            raise CommandError(f"There is no filter {text!r}; the list has {', '.join(CallFilter.base_filters)}.")
        said[name] = value
    chosen = {"started_from": options["since"], "started_to": options["until"], "lead_status": options["lead_status"]}
    said.update({name: value for name, value in chosen.items() if value})
    return said


def _to_file(read: Any, out: Path) -> None:
    """Write beside the file and put it in its place once it is whole; other people of the machine cannot read it."""
    draft = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in read:
                file.write(piece)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _to_output(read: Any, stdout: Any) -> None:
    binary = getattr(getattr(stdout, "_out", stdout), "buffer", None)
    for piece in read:
        binary.write(piece) if binary is not None else stdout.write(piece.decode(), ending="")
