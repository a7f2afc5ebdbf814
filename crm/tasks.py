"""The queue's way to what crm owes. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.hints import Rows
from crm.imports.keeping import purge_expired
from crm.leases import work_on, work_on_all
from crm.models import ContactImport, Invitation


@shared_task(name="crm.send_invitations")
def send_invitations(*, rows: Rows) -> None:
    """Mail invitations, those that are still owed."""
    work_on_all(Invitation, rows)


@shared_task(name="crm.go_on_with_import")
def go_on_with_import(*, company_id: int, import_id: int) -> None:
    """Do what an import of contacts still owes."""
    work_on(ContactImport, company_id=company_id, pk=import_id)


def publish_imports(rows: Rows) -> None:
    """Hint at imports one by one: each takes long, and different workers may take them."""
    for company_id, pk in rows:
        go_on_with_import.delay(company_id=company_id, import_id=pk)


@shared_task(name="crm.purge_imports")
def purge_imports() -> None:
    """The timetable: files and undo of imports that are past their time."""
    purge_expired()
