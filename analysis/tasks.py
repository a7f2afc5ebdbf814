"""The queue's way to what the analysis owes. A task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from analysis.models import Reading, Rescoring
from crm.hints import Rows
from crm.leases import work_on_all


@shared_task(name="analysis.rescore_calls")
def rescore_calls(*, rows: Rows) -> None:
    """Go on with passes over scored calls, those that are still owed."""
    work_on_all(Rescoring, rows)


@shared_task(name="analysis.read_calls")
def read_calls(*, rows: Rows) -> None:
    """Ask a model about calls, those that still owe it."""
    work_on_all(Reading, rows)
