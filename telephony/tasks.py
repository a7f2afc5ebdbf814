"""The queue's way to due rows, and from the inbox to calls. A task is one line; the row is the work."""

from __future__ import annotations

import logging
from dataclasses import replace

from celery import shared_task

from crm.failpoints import failpoint
from crm.hints import Rows
from crm.leases import Lease, work_on, work_on_all
from telephony import retention, sync, watching
from telephony.models import Call, SyncRun, TroubleMail, WebhookEvent
from telephony.models.call_queries import CallIsErased
from telephony.providers import get_provider
from telephony.providers.base import NotUnderstood
from telephony.stale import close_stale

logger = logging.getLogger(__name__)


@shared_task(name="telephony.process_events")
def process_events(*, rows: Rows) -> None:
    """Process deliveries that are still due."""
    work_on_all(WebhookEvent, rows)


@shared_task(name="telephony.purge_expired")
def purge_expired() -> None:
    """Drop what was kept long enough; beat asks once a day."""
    retention.purge_expired()


@shared_task(name="telephony.synchronize_run")
def synchronize_run(*, company_id: int, run_id: int) -> None:
    """Go on with one run of the synchronization, if it is still due."""
    work_on(SyncRun, company_id=company_id, pk=run_id)


def publish_runs(rows: Rows) -> None:
    """Hint at runs one by one: each takes long, and different workers may take them."""
    for company_id, pk in rows:
        synchronize_run.delay(company_id=company_id, run_id=pk)


@shared_task(name="telephony.begin_syncs")
def begin_syncs() -> None:
    """The timetable: a run for every account that can be asked, and an end for calls that nobody ended."""
    sync.begin_all()
    close_stale()


@shared_task(name="telephony.watch")
def watch() -> None:
    """The timetable, each minute: what loses calls is noticed, told, and made up for."""
    watching.watch_all()


@shared_task(name="telephony.send_trouble_mails")
def send_trouble_mails(*, rows: Rows) -> None:
    """Mail what people have to hear of troubles, as far as it is still owed."""
    work_on_all(TroubleMail, rows)


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
            told = replace(call_event, told_at=event.received_at) if reading.is_undated else call_event
            try:
                Call.objects.record(told, account=event.account, reached_us_by="webhook")
            except CallIsErased:
                logger.info("delivery %s speaks of a call that was erased, and is dropped", event.pk)
                event.delete()
                return
            failpoint("read:after_record", row=event.pk)
        event.call_ref, event.unrouted_because = reading.call_ref[:128], ""
        event.save(update_fields=["call_ref", "unrouted_because"])
