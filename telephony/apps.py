"""How calls reach us."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = "Telephony"

    def ready(self) -> None:
        from crm import leases, privacy, rotation
        from telephony import alarms, spool
        from telephony.models import (
            Call,
            CallEventLog,
            CallId,
            CallMetrics,
            Correction,
            Insight,
            ProviderAccount,
            Quarantined,
            SyncRun,
            TroubleMail,
            Turn,
            WebhookEvent,
        )
        from telephony.models.accounts import PLACES
        from telephony.privacy import forget_calls, told_of_calls
        from telephony.sync import synchronize
        from telephony.tasks import process_events, publish_runs, read_delivery, send_trouble_mails

        leases.register(
            WebhookEvent, work=read_delivery, hint=lambda rows: process_events.delay(rows=rows), beside=("account",)
        )
        leases.register(SyncRun, work=synchronize, hint=publish_runs)
        leases.register(TroubleMail, work=alarms.send, hint=lambda rows: send_trouble_mails.delay(rows=rows))
        for column in PLACES:
            rotation.register(ProviderAccount, column, context=partial(ProviderAccount.context_of, column=column))
        rotation.register(Quarantined, "url_sealed", context=lambda row: row.context)
        rotation.register_files("spool", spool.sealed_files)
        privacy.register(
            "telephony",
            models=(
                *(Call, CallId, Turn, Insight, Correction, CallMetrics, CallEventLog),
                *(WebhookEvent, Quarantined),
            ),
            export=told_of_calls,
            erase=forget_calls,
        )
