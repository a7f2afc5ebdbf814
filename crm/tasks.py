"""The queue's way to what crm owes. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.hints import Rows
from crm.leases import work_on_all
from crm.models import Invitation


@shared_task(name="crm.send_invitations")
def send_invitations(*, rows: Rows) -> None:
    """Mail invitations, those that are still owed."""
    work_on_all(Invitation, rows)
