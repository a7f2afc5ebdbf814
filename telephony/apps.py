"""How calls reach us."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = "Telephony"

    def ready(self) -> None:
        from crm import hints, leases, rotation
        from telephony import spool
        from telephony.models import ProviderAccount, SyncRun, WebhookEvent
        from telephony.models.accounts import PLACES
        from telephony.sync import synchronize
        from telephony.tasks import process_event, read_delivery, synchronize_run

        leases.register(
            WebhookEvent,
            work=read_delivery,
            hint=lambda company_id, pk: hints.send(lambda: process_event.delay(company_id=company_id, event_id=pk)),
        )
        leases.register(
            SyncRun,
            work=synchronize,
            hint=lambda company_id, pk: hints.send(lambda: synchronize_run.delay(company_id=company_id, run_id=pk)),
        )
        for column in PLACES:
            rotation.register(ProviderAccount, column, context=partial(ProviderAccount.context_of, column=column))
        rotation.register_files("spool", spool.sealed_files)
