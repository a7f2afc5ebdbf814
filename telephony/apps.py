"""How calls reach us."""

from __future__ import annotations

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = "Telephony"

    def ready(self) -> None:
        from crm import hints, leases
        from telephony.models import WebhookEvent
        from telephony.tasks import process_event, read_delivery

        leases.register(
            WebhookEvent,
            work=read_delivery,
            hint=lambda company_id, pk: hints.send(lambda: process_event.delay(company_id=company_id, event_id=pk)),
        )
