"""`manage.py seed_demo`: a believable company, its calls sent through the same front door as anybody's."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from calltracking.demo import DEMO_LOGINS
from calltracking.demo.filling import WRITTEN_CALLS, DoorIsClosed, Filling, found
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call

# Where no bar can be drawn, a line after so many calls.
SAID_EVERY = 100


class Command(BaseCommand):
    help = "Creates the demo company with its calls, or goes on where it was stopped. Does nothing when it is complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--calls",
            type=int,
            help=f"How many calls, {WRITTEN_CALLS} at least; DEMO_CALLS unless you say otherwise.",
        )

    def handle(self, *args: Any, calls: int | None = None, **options: Any) -> None:
        banyan = found(calls=settings.DEMO_CALLS if calls is None else calls)
        if banyan.awaited_calls is None:
            self.stdout.write("The demo company is there already.")
            return
        filling = Filling.of(banyan)
        try:
            with stopped_by_a_word():
                self._watch(filling)
        except DoorIsClosed as error:
            raise CommandError(str(error)) from error
        self._say_what_failed(banyan)
        people = ", ".join(f"{email} ({role})" for email, _, role in DEMO_LOGINS)
        self.stdout.write(f"{banyan}: {filling.total:,} calls. Log in as {people}.")

    def _watch(self, filling: Filling) -> None:
        if not sys.stdout.isatty():
            for done in filling.run():
                if not done % SAID_EVERY:
                    self.stdout.write(f"{done:,} of {filling.total:,} calls")
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, transient=True) as progress:
            task = progress.add_task("calls", total=filling.total, completed=filling.done)
            for done in filling.run():
                progress.update(task, completed=done)

    def _say_what_failed(self, banyan: Company) -> None:
        with use_company(banyan):
            failed = Call.objects.exclude(error="").count()
        if failed:
            self.stderr.write(f"{failed} calls could not be read yet; the sweeper tries them again.")


@contextmanager
def stopped_by_a_word() -> Iterator[None]:
    """Let SIGTERM end the command in order, its helpers included."""

    def stop(*_: object) -> None:
        sys.exit("Stopped. The next start goes on from here.")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
