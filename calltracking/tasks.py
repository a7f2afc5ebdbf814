"""The queue's way to the journey. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.leases import work_on
from telephony.models import Call


@shared_task(name="calltracking.advance_call")
def advance_call(*, company_id: int, call_id: int) -> None:
    """Take one call through its journey, if it still owes it."""
    work_on(Call, company_id=company_id, pk=call_id)
