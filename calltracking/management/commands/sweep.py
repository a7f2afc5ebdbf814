"""`manage.py sweep`: does the work of due rows itself, so that nothing depends on the queue.

Any number may run; one works at a time (a session's advisory lock) and the others wait to take over. It wakes when a
row is announced, and every few seconds whether or not it was told.
"""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from crm.leases import CHANNEL, work_on_due
from crm.tenancy import refuse_to_start

LOCK = "ringside:sweep"


class Command(BaseCommand):
    help = "Works on due rows: deliveries and calls that no queue worker has taken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Work on what is due now, then stop.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        refuse_to_start()
        if once:
            self.stdout.write(f"{self._drain(grace=timedelta(0))} rows worked on")
            return
        signal.signal(signal.SIGTERM, _stop)
        self.stdout.write("watching for due rows")
        while True:
            try:
                self._sweep_for_ever()
            except KeyboardInterrupt:
                return
            except (DatabaseError, InterfaceError, psycopg.Error) as error:  # the last is what waiting raises
                # The database is away: its rows wait for us as we wait for it.
                self.stderr.write(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
                time.sleep(1)

    def _sweep_for_ever(self) -> None:
        grace = timedelta(seconds=settings.SWEEP_GRACE_SECONDS)
        self._take_turn()
        while True:
            told = self._wait()
            if told and grace:
                # Fresh rows belong to the queue's workers first.
                time.sleep(grace.total_seconds())
            self._drain(grace=grace)

    def _take_turn(self) -> None:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            while True:
                cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
                if cursor.fetchone()[0]:
                    cursor.execute(f"listen {CHANNEL}")
                    return
                time.sleep(settings.SWEEP_EVERY_SECONDS)

    def _wait(self) -> bool:
        """Return whether rows were announced before the time was up."""
        for _ in connection.connection.notifies(timeout=settings.SWEEP_EVERY_SECONDS, stop_after=1):
            return True
        return False

    def _drain(self, *, grace: timedelta) -> int:
        worked = 0
        while done := work_on_due(before=timezone.now() - grace):
            worked += done
        return worked


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt
