"""How calls reach us."""

from __future__ import annotations

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = "Telephony"

    def ready(self) -> None:
        from crm import leases
        from telephony.models import SyncRun, WebhookEvent
        from telephony.sync import synchronize
        from telephony.tasks import process_events, publish_runs, read_delivery

        leases.register(WebhookEvent, work=read_delivery, hint=lambda rows: process_events.delay(rows=rows))
        leases.register(SyncRun, work=synchronize, hint=publish_runs)
