"""Forms that two people may have open at once: nothing is silently overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.models import Membership

# What to write instead, where the field's own words only say that it is wrong.
SAID: dict[type[forms.Field], str] = {
    forms.EmailField: "This is no e-mail address. Write it like name@example.com.",
    forms.DecimalField: "This is no amount. Write digits alone, like 250000 or 99.50.",
    forms.IntegerField: "This is no whole number. Write digits alone, like 25.",
}


class MomentInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold carries no types
    """A day and a time in one field, by the browser's own picker, on the company's clock."""

    input_type = "datetime-local"
    supports_microseconds = False

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, datetime):
            return value or None
        return value.strftime("%Y-%m-%dT%H:%M:%S" if value.second else "%Y-%m-%dT%H:%M")


class CarefulForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Carries along what the person saw when the form was opened.

    A field that somebody else changed meanwhile keeps their value, unless this person changed it too: that is an
    error which says so and keeps the input, and saving once more means it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if getattr(getattr(field, "queryset", None), "model", None) is Membership:
                self._offer_who_has_it(name, field)
            if words := SAID.get(type(field)):
                field.error_messages["invalid"] = words
            if self.instance.pk and name in self._model_fields():
                field.show_hidden_initial = not self.is_bound or self._was_seen(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if not field.show_hidden_initial or not self._moved_on(name, field):
                continue
            if name in self.changed_data:
                self.add_error(name, self._tell_conflict(name, field))
                self._see_again(name)
            else:
                cleaned[name] = getattr(self.instance, name)
        return cleaned

    def who_changed(self, name: str) -> str:
        """Return who changed the field meanwhile, as the beginning of a sentence."""
        return "Somebody"

    def _model_fields(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.fields}

    def _was_seen(self, name: str) -> bool:
        return self.add_initial_prefix(name) in self.data

    def _moved_on(self, name: str, field: forms.Field) -> bool:
        key = self.add_initial_prefix(name)
        seen = field.hidden_widget().value_from_datadict(self.data, self.files, key)
        return field.has_changed(self.get_initial_for_field(field, name), seen)

    def _tell_conflict(self, name: str, field: forms.Field) -> str:
        current = getattr(self.instance, name)
        choices: dict[Any, Any] = dict(getattr(field, "choices", ()) or ()) if isinstance(current, str | int) else {}
        words = "yes" if current is True else "no" if current is False else str(choices.get(current, current) or "")
        now = f"changed this to “{words}”" if words else "emptied this"
        return f"{self.who_changed(name)} {now} while you had the page open. Save again to replace it with yours."

    def _see_again(self, name: str) -> None:
        """Let the next save know that the person has seen the row as it is now."""
        field = self.fields[name]
        current = field.prepare_value(self.get_initial_for_field(field, name))
        posted: Any = self.data.copy()  # type: ignore[attr-defined]
        posted[self.add_initial_prefix(name)] = "" if current is None else str(current)
        self.data = posted

    def _offer_who_has_it(self, name: str, field: Any) -> None:
        # Somebody who left stays chosen until a person chooses another.
        if holder := getattr(self.instance, f"{name}_id", None):
            colleagues = models.Q(pk__in=field.queryset.values("pk"))
            everybody = Membership.objects.filter(company_id=self.instance.company_id)
            offered = everybody.filter(colleagues | models.Q(pk=holder))
            field.queryset = offered.select_related("user").order_by("user__name", "user__email")


class CarefulFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold carries no types
    """Says so in words when a row on the page was removed by somebody else."""

    def clean(self) -> None:
        super().clean()
        if any("id" in form.errors for form in self.initial_forms):
            raise ValidationError(
                "Somebody removed one of these while you had the page open. Open the page again; "
                "nothing of this save was kept."
            )
