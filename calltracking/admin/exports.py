"""The log of exports: what left as a file, who took it, by which way. Nobody changes it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from calltracking.models import Export
from calltracking.views.exports import filter_in_words
from crm.admin.base import ReadOnlyAdmin
from crm.admin.cells import NOTHING, pill, two_lines
from crm.wording import ago, day_and_time


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("made", "what_it_holds", "by_whom", "source", "rows", "state")
    list_display_links = ("made",)
    ordering = ("-made_at", "-id")
    list_select_related = ("made_by__user", "api_key")
    list_filter = ("what", "format", "source")
    fieldsets = (
        (None, {"fields": (("made", "by_whom", "source"), ("what_it_holds", "rows", "state"))}),
        ("What went out", {"fields": ("filtered", "include", ("hides_numbers", "sees_all"))}),
        ("The file", {"fields": (("finished_at", "expires_at"), ("canceled_at", "is_removed"))}),
    )
    readonly_fields: ClassVar = ("made", "what_it_holds", "by_whom", "filtered", "state")
    empty_icon = "download"
    empty_title = "Nothing was exported yet"
    empty_text = "Each file that somebody takes out of Ringside is listed here, with its filter and how many rows."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="When", ordering="made_at")
    def made(self, export: Export) -> Any:
        return two_lines(day_and_time(export.made_at), ago(export.made_at))

    @admin.display(description="What")
    def what_it_holds(self, export: Export) -> Any:
        return two_lines(str(export), self.filtered(export)[:120])

    @admin.display(description="Filter")
    def filtered(self, export: Export) -> str:
        return filter_in_words(export.filter) or "Everything"

    @admin.display(description="Who")
    def by_whom(self, export: Export) -> str:
        if export.api_key is not None:
            return f"API key “{export.api_key}”"
        return str(export.made_by) if export.made_by else NOTHING

    @admin.display(description="State")
    def state(self, export: Export) -> Any:
        if export.canceled_at:
            return pill("Canceled")
        if export.is_open:
            return pill("Being made", "info")
        if export.is_background and export.is_dead:
            return pill("Failed", "bad")
        return pill("Whole", "good") if export.finished_at else pill("Broken off", "warn")
