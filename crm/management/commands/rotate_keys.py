"""`manage.py rotate_keys [--check]`: every secret sealed with the first of ENCRYPTION_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import Progress

from crm import rotation
from crm.encryption import first_key_id
from crm.rotation import Tally


class Command(BaseCommand):
    help = (
        "Seals every secret with the first of ENCRYPTION_KEYS. May be killed and repeated; exits 1 until all is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Say what each key still seals, and change nothing.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        tally = rotation.count_left() if check else self._rotate()
        self._report(tally)
        if not tally.is_done:
            raise CommandError("The earlier keys are still needed: keep them in ENCRYPTION_KEYS.")
        self.stdout.write(f"The key {first_key_id()} alone opens everything; the others can go.")

    def _rotate(self) -> Tally:
        with Progress(transient=True) as progress:
            task = progress.add_task("Sealing", total=sum(place.count() for place in rotation.places()))
            tally = rotation.rotate(on_row=lambda: progress.advance(task))
        self.stdout.write(f"{tally.changed} rows sealed with the key {first_key_id()}.")
        return tally

    def _report(self, tally: Tally) -> None:
        for key, count in sorted(tally.texts.items()):
            self.stdout.write(f"key {key}: {count} secrets")
        for (name, key), count in sorted(tally.files.items()):
            waits = (
                "" if key == first_key_id() else ": drained as soon as the database is reached, or .bad for a person"
            )
            self.stdout.write(f"key {key}: {count} files in the {name}{waits}")
        for place in tally.unreadable:
            self.stdout.write(self.style.ERROR(f"no key opens {place}"))
