"""`manage.py purge_expired`: drops what was kept long enough. Beat runs it daily; without Redis, put it in cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from calltracking.exports import working
from calltracking.notifying import purge_notifications
from crm.imports.keeping import purge_expired as purge_imports
from telephony.retention import purge_expired


class Command(BaseCommand):
    help = (
        "Empties old deliveries, drops old quarantine, refusals and notifications, removes exported and imported "
        "files, in every company."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        purged, notifications = purge_expired(), purge_notifications()
        files, imported = working.purge_expired(), purge_imports()
        self.stdout.write(
            f"{purged.bodies} bodies emptied, {purged.quarantined} quarantined deliveries, {purged.refusals} refusals "
            f"and {notifications} notifications dropped, {files} exported files and those of {imported} imports removed"
        )
