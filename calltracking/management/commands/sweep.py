"""`manage.py sweep`: does the work of due rows itself, so that nothing depends on the queue, and drains the spool.

Any number may run; one works at a time (a session's advisory lock) and the others wait to take over. It wakes when a
row is announced, and every few seconds whether or not it was told; every second while deliveries wait on disk.
"""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from calltracking.figures.keeping import refresh_all
from calltracking.notifying import tell_of_due_follow_ups
from crm.leases import CHANNEL, work_on_due
from crm.patience import lose_patience_after
from crm.tenancy import refuse_to_start
from telephony import spool

logger = logging.getLogger(__name__)

LOCK = "ringside:sweep"
DRAIN_EVERY_SECONDS = 1.0
LOOK_AFTER_SPOOL_SECONDS = 60.0
# Beat has it done every minute; the sweeper does it where there is no queue, and a little at a time.
COUNT_EVERY_SECONDS, COUNT_FOR_SECONDS = 60.0, 2.0
LOOK_FOR_DUE_FOLLOW_UPS_SECONDS = 30.0


class Command(BaseCommand):
    help = "Works on due rows that no queue worker has taken, and takes in what was kept on disk."
    looked_after_at = looked_for_due_at = counted_at = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Work on what is due now, then stop.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        refuse_to_start()
        lose_patience_after(settings.WORK_SECONDS)
        if once:
            drained = spool.drain()
            tell_of_due_follow_ups()
            self.stdout.write(f"{self._drain(grace=timedelta(0))} rows worked on")
            refresh_all()
            if drained:
                self.stdout.write(f"{drained} deliveries taken from the spool")
            return
        signal.signal(signal.SIGTERM, _stop)
        logger.info("watching for due rows")
        while True:
            try:
                self._sweep_for_ever()
            except KeyboardInterrupt:
                return
            except (DatabaseError, InterfaceError, psycopg.Error) as error:  # the last is what waiting raises
                # The database is away: its rows wait for us as we wait for it.
                self.stderr.write(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
                self._look_after_spool()
                time.sleep(1)

    def _sweep_for_ever(self) -> None:
        grace = timedelta(seconds=settings.SWEEP_GRACE_SECONDS)
        self._take_turn()
        while True:
            spool.drain()
            self._look_after_spool()
            self._look_for_due_follow_ups()
            self._drain(grace=grace)
            self._count()
            if self._wait() and grace:
                # Fresh rows belong to the queue's workers first.
                time.sleep(grace.total_seconds())

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
        pause = min(
            settings.SWEEP_EVERY_SECONDS, DRAIN_EVERY_SECONDS if spool.count() else settings.SWEEP_EVERY_SECONDS
        )
        for _ in connection.connection.notifies(timeout=pause, stop_after=1):
            return True
        return False

    def _look_after_spool(self) -> None:
        if time.monotonic() > self.looked_after_at + LOOK_AFTER_SPOOL_SECONDS:
            self.looked_after_at = time.monotonic()
            spool.tidy()

    def _count(self) -> None:
        if time.monotonic() > self.counted_at + COUNT_EVERY_SECONDS:
            refresh_all(seconds=COUNT_FOR_SECONDS)
            self.counted_at = time.monotonic()

    def _look_for_due_follow_ups(self) -> None:
        if time.monotonic() > self.looked_for_due_at + LOOK_FOR_DUE_FOLLOW_UPS_SECONDS:
            self.looked_for_due_at = time.monotonic()
            tell_of_due_follow_ups()

    def _drain(self, *, grace: timedelta) -> int:
        worked = 0
        while done := work_on_due(before=timezone.now() - grace):
            worked += done
        return worked


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt
