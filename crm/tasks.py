"""The queue's way to what crm owes. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.leases import work_on
from crm.models import Invitation


@shared_task(name="crm.send_invitation")
def send_invitation(*, company_id: int, invitation_id: int) -> None:
    """Mail one invitation, if it is still owed."""
    work_on(Invitation, company_id=company_id, pk=invitation_id)
