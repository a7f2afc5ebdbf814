"""The queue's way to the journey. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.hints import Rows
from crm.leases import work_on_all
from telephony.models import Call


@shared_task(name="calltracking.advance_calls")
def advance_calls(*, rows: Rows) -> None:
    """Take calls through their journey, those that still owe it."""
    work_on_all(Call, rows)
