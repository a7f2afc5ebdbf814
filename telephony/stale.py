"""Calls that nobody ended: closed as assumed, until a provider's word replaces the assumption."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call

# Without an end and without news this long, a call is over.
STALE_AFTER = timedelta(hours=4)


def close_stale(*, now: datetime | None = None) -> int:
    """Assume the end of calls that nobody ended, in every company; returns how many."""
    before = (now or timezone.now()) - STALE_AFTER
    closed = 0
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        with use_company(company_id):
            closed += Call.objects.close_unended(before=before)
    return closed
