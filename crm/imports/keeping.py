"""What is kept of an import, and for how long: its first rows for its person to look at, and the rejected ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from crm.imports import files
from crm.imports.reading import Row
from crm.leases import WorkState
from crm.models import Company, ContactImport, ImportedContact
from crm.tenancy import use_company

LEFT_OVER = timedelta(hours=6)


def first_rows(batch: ContactImport) -> list[Row]:
    """Return the rows of the beginning, what may be titles among them."""
    return files.get_rows(batch, number=0)


def rejected_rows(batch: ContactImport) -> Iterator[Row]:
    """Yield the rejected rows in the order of the file, each with the reason behind its cells."""
    for number in range(batch.lots):
        yield from (row for row in files.get_rows(batch, number=number, kind=files.REJECTED) if row)


def purge_expired(*, now: datetime | None = None) -> int:
    """Remove files and undo of imports that are past their time, and what killed processes left; returns how many."""
    now, removed = now or timezone.now(), 0
    for company in Company.objects.order_by("pk"):
        with use_company(company):
            for batch in ContactImport.objects.expired(at=now).select_for_update(of=("self",)):
                batch.cancel()
                batch.is_removed = True
                batch.save(update_fields=["is_removed"])
                ImportedContact.objects.filter(batch=batch).delete()
                files.remove(batch)
                removed += 1
    for company_id, pk in list(files.SHELF.rows_with_files()):
        with use_company(company_id):
            wanted = ContactImport.objects.filter(pk=pk, is_removed=False).exclude(
                work_state=WorkState.DEAD, stage=ContactImport.Stage.READING
            )
            if not wanted.exists():
                files.SHELF.remove(company_id, pk)
                removed += 1
    files.SHELF.remove_workshops(before=(now - LEFT_OVER).timestamp())
    return removed
