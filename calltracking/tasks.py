"""The queue's way to the journey and to long operations. A task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from calltracking.exports.working import purge_expired
from calltracking.figures.keeping import refresh_all
from calltracking.models import AttributionBatch, Export, Notification
from calltracking.notifying import purge_notifications
from crm.hints import Rows
from crm.leases import work_on, work_on_all
from telephony.models import Call


@shared_task(name="calltracking.advance_calls")
def advance_calls(*, rows: Rows) -> None:
    """Take calls through their journey, those that still owe it."""
    work_on_all(Call, rows)


@shared_task(name="calltracking.go_on_with_batch")
def go_on_with_batch(*, company_id: int, batch_id: int) -> None:
    """Do what an operation on many calls still owes."""
    work_on(AttributionBatch, company_id=company_id, pk=batch_id)


@shared_task(name="calltracking.refresh_stats")
def refresh_stats() -> None:
    """Count anew the days whose calls changed."""
    refresh_all()


@shared_task(name="calltracking.send_notifications")
def send_notifications(*, rows: Rows) -> None:
    """Mail notifications, those that are still owed."""
    work_on_all(Notification, rows)


@shared_task(name="calltracking.purge_notifications")
def drop_old_notifications() -> None:
    """Drop notifications past their time."""
    purge_notifications()


def publish_batches(rows: Rows) -> None:
    """Hint at operations one by one: each takes long, and different workers may take them."""
    for company_id, pk in rows:
        go_on_with_batch.delay(company_id=company_id, batch_id=pk)


@shared_task(name="calltracking.write_export")
def write_export(*, company_id: int, export_id: int) -> None:
    """Go on with an export that is too long to be sent at once."""
    work_on(Export, company_id=company_id, pk=export_id)


def publish_exports(rows: Rows) -> None:
    """Hint at exports one by one, like operations."""
    for company_id, pk in rows:
        write_export.delay(company_id=company_id, export_id=pk)


@shared_task(name="calltracking.purge_exports")
def purge_exports() -> None:
    """The timetable: files of exports that are past their time."""
    purge_expired()
