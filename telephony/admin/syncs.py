"""Synchronization runs: what each found, and what webhooks missed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from crm.admin.cells import NOTHING, pill, two_lines
from crm.wording import ago, day_and_time
from telephony.models import SyncRun
from telephony.providers import provider_label


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = ("began", "account_of", "state", "seen", "new", "changed", "without_webhook", "unread", "trouble")
    list_display_links = ("began",)
    ordering = ("-started_at", "-id")
    list_select_related = ("account",)
    fieldsets = (
        (None, {"fields": (("state", "account_of"), ("began", "ended"), "trouble")}),
        ("Asked for", {"fields": (("starts", "ends"), "agent_external_id")}),
        ("Found", {"fields": (("seen", "new", "changed"), ("missed", "failed"))}),
    )
    readonly_fields: ClassVar = ("began", "ended", "starts", "ends", "account_of", "state", "trouble")
    empty_icon = "sync"
    empty_title = "No synchronization yet"
    empty_text = "Enter an account's API key under Providers; its calls are then asked for every 15 minutes."

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A run is begun by the timetable, the command or the API.
        return False

    @admin.display(description="Began", ordering="started_at")
    def began(self, run: SyncRun) -> Any:
        return two_lines(day_and_time(run.started_at), ago(run.started_at))

    @admin.display(description="Account", ordering="account")
    def account_of(self, run: SyncRun) -> Any:
        return two_lines(run.account.label, provider_label(run.account.provider))

    @admin.display(description="Finished")
    def ended(self, run: SyncRun) -> str:
        return day_and_time(run.finished_at) if run.finished_at else NOTHING

    @admin.display(description="Calls from")
    def starts(self, run: SyncRun) -> str:
        return day_and_time(run.since) if run.since else "The beginning"

    @admin.display(description="to")
    def ends(self, run: SyncRun) -> str:
        return day_and_time(run.until)

    @admin.display(description="Missed by webhooks", ordering="missed")
    def without_webhook(self, run: SyncRun) -> Any:
        return pill(f"{run.missed:,}", "warn") if run.missed else run.missed

    @admin.display(description="Not readable", ordering="failed")
    def unread(self, run: SyncRun) -> Any:
        return pill(f"{run.failed:,}", "warn") if run.failed else run.failed

    @admin.display(description="State")
    def state(self, run: SyncRun) -> Any:
        if run.failed_because or run.is_dead:
            return pill("Failed", "bad")
        return pill("Under way", "info") if run.is_open else pill("Done", "good")

    @admin.display(description="What went wrong")
    def trouble(self, run: SyncRun) -> Any:
        return run.failed_because or run.error or NOTHING
