"""`manage.py analyze_conversations IN.jsonl OUT.jsonl`: what conversations of one's own meant; needs no database."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from analysis.backends import BACKENDS
from analysis.record_runs import answers

FORMAT = """\
Each line of IN.jsonl is one conversation:
  {"id": "42", "turns": [{"speaker": "agent", "content": "Hello?", "start": 0.4, "end": 1.1}, …],
   "called_at": "2026-11-20T10:30:00+05:30", "region": "IN", "currency": "INR", "timezone": "Asia/Kolkata"}
Only turns with their speaker (agent or customer; assistant, ai, user and caller are read too) must be there.
Without called_at the call is held to be of this moment: "tomorrow" counts from today. region, currency and timezone
follow from each other; without any of them they are IN, INR and Asia/Kolkata.
Each line of OUT.jsonl is {"id", "findings", "metrics", "score"} or, for a line that cannot be read, {"id", "error"},
in the order of IN.jsonl. `turn` counts from 0. Exits 1 when a line could not be read."""


INTERRUPTED = 130


@dataclass
class Counts:
    """How many lines were written for."""

    read: int = 0
    unreadable: int = 0

    @property
    def together(self) -> int:
        return self.read + self.unreadable


class Command(BaseCommand):
    help = f"Reads conversations from a file and writes what they meant. Touches no database.\n\n{FORMAT}"
    requires_system_checks = []  # noqa: RUF012 - as Django declares it

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        from django.core.management.base import DjangoHelpFormatter

        class AsWritten(DjangoHelpFormatter):
            def _fill_text(self, text: str, width: int, indent: str) -> str:
                return text

        return super().create_parser(prog_name, subcommand, formatter_class=AsWritten, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="IN.jsonl", type=Path)
        parser.add_argument("target", metavar="OUT.jsonl", type=Path, help="Written anew; what is in it is lost.")
        parser.add_argument(
            "--backend", choices=sorted(BACKENDS), default=settings.ANALYSIS_BACKEND, help="Default: %(default)s."
        )
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="Processes. Default: %(default)s."
        )

    def handle(self, *args: Any, source: Path, target: Path, backend: str, workers: int, **options: Any) -> None:
        if workers < 1:
            raise CommandError("--workers must be at least 1.")
        if target.exists() and source.exists() and target.samefile(source):
            raise CommandError("OUT.jsonl would overwrite IN.jsonl; choose another name.")
        counts = Counts()
        try:
            self._analyze(source, target, backend=backend, workers=workers, counts=counts)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except KeyboardInterrupt:
            self.stdout.write(f"Stopped. {target.name} holds the answers to the first {counts.together:,} lines.")
            sys.exit(INTERRUPTED)
        self.stdout.write(f"Conversations: {counts.read:,} read, {counts.unreadable:,} not readable.")
        if counts.unreadable:
            sys.exit(1)

    def _analyze(self, source: Path, target: Path, *, backend: str, workers: int, counts: Counts) -> None:
        """Write the answers, and count them as they are written."""
        terminal = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        with (
            source.open("rb") as lines,
            target.open("w", encoding="utf-8") as out,
            Progress(
                *columns,
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=terminal,
                transient=True,
                # For a terminal: a log or a pipe gets the summary alone.
                disable=not terminal.is_terminal,
            ) as progress,
        ):
            task = progress.add_task(source.name, total=source.stat().st_size or None)
            for answered in answers(lines, backend=backend, workers=workers, now=timezone.now()):
                out.write(answered.text + "\n")
                counts.read += not answered.is_error
                counts.unreadable += answered.is_error
                progress.update(task, completed=answered.bytes_read, description=f"{counts.together:,} conversations")
