"""What the company wants to know from its calls: the list in its order, and the form of one field."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from crm.admin.base import MOST_AT_ONCE, CompanyAdmin
from crm.admin.cells import NOTHING, count_of, pill, two_lines
from crm.admin.forms import CarefulForm
from crm.models import ExtractionField
from crm.models.custom_fields import key_of

HOW_A_FIELD_IS_READ = (
    "Calls are read for a field by the words of its label and description: by your agent's questions about it, and by "
    "what customers say of it on their own. Use the words that are said on the phone."
)


class LinesField(forms.CharField):
    """A list as people write it, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget({"rows": 6}), max_length=5000, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return _lines(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(initial) != _lines(data)

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))


def _lines(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    return [line.strip() for line in map(str, lines) if line.strip()]


class FieldForm(CarefulForm):
    choices = LinesField(
        required=False,
        help_text="One a line, in the words that are said. Calls are read for these, and for nothing else.",
    )

    class Meta:
        model = ExtractionField
        fields = ("label", "key", "kind", "description", "example", "choices", "position", "is_active")
        help_texts: ClassVar = {"kind": "What an answer is; it is read, filtered and exported as such."}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = "The name in exports and in the API. Empty: made of the label."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "key" not in self.fields or cleaned.get("key") or "key" in self.errors:
            return cleaned
        cleaned["key"] = key_of(cleaned.get("label") or "")
        if not cleaned["key"] and cleaned.get("label"):
            self.add_error("key", "Write a key: small letters, digits and _, such as monthly_budget.")
        return cleaned


class FieldsAdmin(CompanyAdmin):
    """Without the try-it box: the floor that knows calls registers it."""

    form = FieldForm
    list_display: ClassVar[tuple[str, ...]] = ("what", "kind_label", "answers", "place", "state")
    list_display_links = ("what",)
    ordering = ("position", "id")
    sortable_by = ()
    list_intro = (
        "What calls are read for, beside names, intent and the next step. Answers land on the card of the contact, "
        "where lists can be filtered by them. A preset of your trade is chosen under Company."
    )
    fieldsets = (
        (None, {"fields": (("label", "kind"), "description", ("example", "key"), "choices"),
                "description": HOW_A_FIELD_IS_READ}),
        ("Where it stands", {"fields": (("position", "is_active"),)}),
    )  # fmt: skip
    conditional_fields: ClassVar = {"choices": "kind == 'choice'"}
    actions = ("move_up", "move_down", "switch_on", "switch_off")
    empty_icon = "fact_check"
    empty_title = "No fields of your own yet"
    empty_text = "Add one, or choose a preset of your trade under Company."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"position": ExtractionField.objects.next_position(), **asked}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # One with answers is switched off: they stay on the cards of people.
        may = bool(super().has_delete_permission(request, obj))
        return may and (obj is None or not obj.values.exists())

    @admin.action(description="Move up", permissions=["change"])
    def move_up(self, request: HttpRequest, queryset: Any) -> None:
        _move(request, queryset, by=-1)

    @admin.action(description="Move down", permissions=["change"])
    def move_down(self, request: HttpRequest, queryset: Any) -> None:
        _move(request, queryset, by=1)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: Any) -> None:
        changed = ExtractionField.objects.filter(pk__in=_ids(queryset), is_active=False).update(is_active=True)
        messages.success(request, f"{count_of(changed, 'field')} switched on. Calls from now on are read for them.")

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: Any) -> None:
        changed = ExtractionField.objects.filter(pk__in=_ids(queryset), is_active=True).update(is_active=False)
        messages.success(request, f"{count_of(changed, 'field')} switched off. What was read stays.")

    @admin.display(description="What to know", ordering="position")
    def what(self, field: ExtractionField) -> Any:
        return two_lines(field.label, field.description or field.key)

    @admin.display(description="Kind")
    def kind_label(self, field: ExtractionField) -> str:
        return field.get_kind_display()

    @admin.display(description="Such as")
    def answers(self, field: ExtractionField) -> Any:
        shown = ", ".join(map(str, field.choices)) or field.example
        return shown[:80] or NOTHING

    @admin.display(description="Place")
    def place(self, field: ExtractionField) -> int:
        return field.position

    @admin.display(description="State")
    def state(self, field: ExtractionField) -> Any:
        return pill("Active", "good") if field.is_active else pill("Off")


def _ids(queryset: Any) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _move(request: HttpRequest, queryset: Any, *, by: int) -> None:
    """Move the chosen fields one place up or down, keeping their order; places are numbered anew from 1."""
    chosen = set(_ids(queryset))
    with transaction.atomic():
        fields = list(ExtractionField.objects.select_for_update(of=("self",)).order_by("position", "pk"))
        in_order = fields if by < 0 else fields[::-1]
        for place in range(1, len(in_order)):
            if in_order[place].pk in chosen and in_order[place - 1].pk not in chosen:
                in_order[place - 1], in_order[place] = in_order[place], in_order[place - 1]
        for place, field in enumerate(in_order if by < 0 else in_order[::-1], start=1):
            if field.position != place:
                field.position = place
                field.save(update_fields=["position"])
    messages.success(request, f"{count_of(len(chosen), 'field')} moved.")
