"""The product on top: the journey of a call, and the pages."""

from __future__ import annotations

from django.apps import AppConfig


class CalltrackingConfig(AppConfig):
    name = "calltracking"
    verbose_name = "Call tracking"

    def ready(self) -> None:
        from calltracking import receivers  # noqa: F401 - importing it connects the receiver
        from calltracking.journey import advance
        from calltracking.models import CallNote
        from calltracking.privacy import forget_notes, told_of_notes
        from calltracking.tasks import advance_calls
        from crm import leases, privacy
        from telephony.merging import move_with_call
        from telephony.models import Call

        leases.register(Call, work=advance, hint=lambda rows: advance_calls.delay(rows=rows))
        move_with_call(lambda kept, gone: CallNote.objects.filter(call=gone).update(call=kept))
        privacy.register("calltracking", models=(CallNote,), export=told_of_notes, erase=forget_notes)
