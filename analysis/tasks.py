"""The queue's way to readings by a model. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from analysis.models import Reading
from crm.hints import Rows
from crm.leases import work_on_all


@shared_task(name="analysis.read_calls")
def read_calls(*, rows: Rows) -> None:
    """Ask a model about calls, those that still owe it."""
    work_on_all(Reading, rows)
