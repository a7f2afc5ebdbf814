"""Our own numbers, and the campaigns they stand for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from crm import phones
from crm.admin.base import CompanyAdmin, CompanyTabular, person_of
from crm.admin.cells import NOTHING, two_lines
from crm.admin.forms import CarefulForm, CarefulFormSet
from crm.wording import ago
from telephony.models import PhoneLine


class LineForm(CarefulForm):
    class Meta:
        model = PhoneLine
        # The screen adds the campaign, whose choices need a company in use.
        fields = ("written", "label")
        widgets: ClassVar = {
            "written": UnfoldAdminTextInputWidget({"inputmode": "tel", "placeholder": "+91 80 4567 8900"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        line = options.get("instance")
        if line is not None and line.pk:
            options["initial"] = {"written": line.display, **(options.get("initial") or {})}
        super().__init__(*args, **options)
        if "written" in self.fields and self.instance.pk:
            # Calls came over it: another number is another line.
            self.fields["written"].disabled = True
            self.fields["written"].help_text = "It stays, for calls came over it. Add another number as a new one."


class LineFormSet(CarefulFormSet):
    """The rows of a page are compared with each other here, and with all others by `PhoneLine.clean`."""

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            number = form.instance.e164
            if number and not self._should_delete_form(form):
                if number in seen and "written" not in form.errors:
                    form.add_error("written", "This number is on the list already, perhaps written differently.")
                seen.add(number)


class TrackingNumbers(CompanyTabular):
    """The numbers of ours that stand for a campaign, on its page."""

    model = PhoneLine
    form = LineForm
    formset = LineFormSet
    tab = True
    verbose_name = "tracking number"
    verbose_name_plural = "tracking numbers"
    fields = ("written", "label")
    readonly_fields = ("number",)
    ordering = ("pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else ("number", "label")

    @admin.display(description="Number")
    def number(self, line: PhoneLine) -> str:
        return line.display


@admin.register(PhoneLine)
class PhoneLineAdmin(CompanyAdmin):
    form = LineForm
    list_display = ("number", "of_campaign", "since")
    list_select_related = ("campaign",)
    list_filter = (("campaign", AutocompleteSelectFilter),)
    search_fields = ("e164",)
    search_help_text = "Number, in any form, or its beginning"
    autocomplete_fields = ("campaign",)
    ordering = ("pk",)
    fields: ClassVar = ("written", "label", "campaign")
    list_intro = "Your own numbers. One that stands for a campaign is a tracking number: who dials it came by it."
    empty_icon = "dialpad"
    empty_title = "No numbers yet"
    empty_text = "Add a number of yours, and the calls to it say over which line they came."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else ("number", *self.fields[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if self.has_change_permission(request, obj) else ("number",)

    def search(self, request: HttpRequest, queryset: Any, text: str) -> models.QuerySet[Any]:
        number = phones.to_search_prefix(text, region=person_of(request).company.region)
        found: models.QuerySet[Any] = queryset.filter(e164__prefix=number) if number else queryset.none()
        return found

    @admin.display(description="Number", ordering="e164")
    def number(self, line: PhoneLine) -> Any:
        return two_lines(line.display, line.label)

    @admin.display(description="Stands for", ordering="campaign__name")
    def of_campaign(self, line: PhoneLine) -> Any:
        if line.campaign is None:
            return NOTHING
        url = reverse("admin:crm_campaign_change", args=[line.campaign_id])
        return format_html('<a class="ra-link" href="{}">{}</a>', url, line.campaign)

    @admin.display(description="Yours since", ordering="created_at")
    def since(self, line: PhoneLine) -> str:
        return ago(line.created_at)
