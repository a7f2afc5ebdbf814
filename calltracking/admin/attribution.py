"""The rules by which the campaign of a call is found: their order, which of them are asked, and how far they look."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from calltracking.models import AttributionRule
from crm.admin.base import CompanyAdmin
from crm.admin.cells import NOTHING, count_of, pill, two_lines
from crm.admin.forms import CarefulForm
from telephony.events import AttributedBy

# What each rule looks at.
SAID = {
    AttributedBy.TRACKING_NUMBER: "They dialed a number of yours that stands for a campaign.",
    AttributedBy.PROVIDER_METADATA: "The provider passed along the id of a campaign or of a recipient.",
    AttributedBy.RECIPIENT: "A campaign contacted the caller's number before the call; the latest one counts.",
    AttributedBy.EARLIER: "A campaign brought an earlier call of the same contact.",
}


class AttributionRuleForm(CarefulForm):
    class Meta:
        model = AttributionRule
        fields = ("position", "is_active", "window_days")
        help_texts: ClassVar = {"is_active": "When off, the rule is not asked."}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "window_days" in self.fields and cleaned.get("window_days") is None and "window_days" not in self.errors:
            self.add_error("window_days", "Say within how many days.")
        return cleaned


@admin.register(AttributionRule)
class AttributionRuleAdmin(CompanyAdmin):
    form = AttributionRuleForm
    list_display = ("place", "rule", "looks_at", "asked", "days")
    list_display_links = ("place", "rule")
    ordering = ("position", "id")
    readonly_fields = ("rule", "looks_at")
    list_intro = (
        "How the campaign of a call is found: the rules are asked from the top, and the first one that knows decides. "
        "What a person chose always stays. New calls follow a change at once, earlier ones once the rules run again."
    )
    empty_title = "No rules"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        days = ("window_days",) if obj is None or obj.counts_days else ()
        return ("rule", "looks_at", "position", *days, "is_active")

    def save_model(self, request: HttpRequest, obj: AttributionRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "position" in form.changed_data:
            obj.move_to(form.cleaned_data["position"])

    @admin.display(description="Asked", ordering="position")
    def place(self, rule: AttributionRule) -> str:
        return str(rule.position)

    @admin.display(description="Rule")
    def rule(self, rule: AttributionRule) -> Any:
        return two_lines(rule)

    @admin.display(description="What it looks at")
    def looks_at(self, rule: AttributionRule) -> str:
        return SAID[AttributedBy(rule.kind)]

    @admin.display(description="Active", ordering="is_active")
    def asked(self, rule: AttributionRule) -> Any:
        return pill("Active", "good") if rule.is_active else pill("Off")

    @admin.display(description="Counts for", ordering="window_days")
    def days(self, rule: AttributionRule) -> Any:
        return count_of(rule.window_days, "day") if rule.window_days else NOTHING
