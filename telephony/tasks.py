"""From the inbox to calls. The task is one line; the row is the work."""

from __future__ import annotations

from celery import shared_task

from crm.leases import Lease, work_on
from telephony.models import Call, WebhookEvent
from telephony.providers import get_provider
from telephony.providers.base import NotUnderstood


@shared_task(name="telephony.process_event")
def process_event(*, company_id: int, event_id: int) -> None:
    """Process one delivery, if it is still due."""
    work_on(WebhookEvent, company_id=company_id, pk=event_id)


def read_delivery(lease: Lease) -> None:
    """Record what the delivery tells of its calls, in one transaction with the delivery's end."""
    with lease.effect() as event:
        try:
            reading = get_provider(event.provider).parse(bytes(event.body))
        except NotUnderstood as error:
            event.unrouted_because = str(error)[:300]
            event.save(update_fields=["unrouted_because"])
            return
        for call_event in reading.events:
            Call.objects.record(call_event, account=event.account)
        event.call_ref, event.unrouted_because = reading.call_ref[:128], ""
        event.save(update_fields=["call_ref", "unrouted_because"])
