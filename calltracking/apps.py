"""The product on top: the journey of a call, and the pages."""

from __future__ import annotations

from django.apps import AppConfig


class CalltrackingConfig(AppConfig):
    name = "calltracking"
    verbose_name = "Call tracking"

    def ready(self) -> None:
        from calltracking import (
            notifying,
            receivers,  # noqa: F401 - importing it connects the receiver
        )
        from calltracking.attribution import move_ledger, work_on_batch
        from calltracking.exports import files
        from calltracking.exports.working import write
        from calltracking.journey import advance
        from calltracking.models import (
            AttributionBatch,
            AttributionEntry,
            CallNote,
            Export,
            LearntNumber,
            Notification,
            SavedView,
        )
        from calltracking.privacy import forget_what_was_added, told_of_what_was_added
        from calltracking.tasks import advance_calls, publish_batches, publish_exports, send_notifications
        from crm import leases, privacy, rotation
        from crm.imports.undoing import goes_along
        from telephony.merging import move_with_call
        from telephony.models import Call

        leases.register(
            Call,
            work=advance,
            hint=lambda rows: advance_calls.delay(rows=rows),
            beside=("interaction",),
            without=("raw",),
        )
        leases.register(AttributionBatch, work=work_on_batch, hint=publish_batches)
        leases.register(Export, work=write, hint=publish_exports)
        rotation.register_files("exports", files.sealed_files)
        leases.register(Notification, work=notifying.send, hint=lambda rows: send_notifications.delay(rows=rows))
        # Who was told of a new lead did not touch it.
        goes_along(Notification)
        move_with_call(move_ledger)
        move_with_call(notifying.move_with_call)
        move_with_call(lambda kept, gone: CallNote.objects.filter(call=gone).update(call=kept))
        privacy.register(
            "calltracking",
            models=(CallNote, AttributionEntry, LearntNumber, Export, SavedView, Notification),
            export=told_of_what_was_added,
            erase=forget_what_was_added,
        )
