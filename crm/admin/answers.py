"""The company's own fields on the forms of people: one input for each, checked by its kind."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from crm.admin.base import person_of
from crm.models import Company, Contact, ContactValue, ExtractionField
from crm.models.custom_fields import LARGEST, LONGEST_TEXT, PERIODS
from crm.presets import FieldKind

PREFIX = "answer_"
NO_NUMBER = "This is no number. Write digits alone, like 3 or 2.5."
NO_AMOUNT = "This is no amount. Write digits alone, like 250000."


def fields_of(request: HttpRequest) -> list[ExtractionField]:
    """Return the active fields of the company, asked for once a request."""
    found: list[ExtractionField] | None = getattr(request, "_extraction_fields", None)
    if found is None:
        found = request._extraction_fields = list(ExtractionField.objects.active())  # type: ignore[attr-defined]
    return found


def with_answers(form: type[forms.ModelForm[Any]], fields: list[ExtractionField]) -> type[forms.ModelForm[Any]]:
    """Return the form with an input for each field, filled from the contact."""
    inputs = {name_of(field): input_of(field) for field in fields}
    return type(form.__name__, (_WithAnswers, form), {**inputs, "answered": fields})


def name_of(field: ExtractionField) -> str:
    return f"{PREFIX}{field.key}"


def keep_answers(request: HttpRequest, contact: Contact, form: Any) -> None:
    """Keep what the person changed; it is theirs from now on, and no call changes it."""
    fields = {name_of(field): field for field in getattr(form, "answered", ())}
    changed = {fields[name]: form.cleaned_data[name] for name in form.changed_data if name in fields}
    if changed:
        typed = {field: field.typed(value) for field, value in changed.items()}
        ContactValue.objects.put(contact, typed, by=person_of(request))


class _WithAnswers(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    answered: list[ExtractionField] = []  # noqa: RUF012 - set anew for each form made

    def __init__(self, *args: Any, **options: Any) -> None:
        contact = options.get("instance")
        if contact is not None:
            known = {name_of(field): contact.custom.get(field.key) for field in self.answered}
            options["initial"] = {**known, **(options.get("initial") or {})}
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, ChoiceInput) and self.initial.get(name):
                field.keep_choosable(str(self.initial[name]))


# ---- inputs ---------------------------------------------------------------------------------------------------


def input_of(field: ExtractionField) -> forms.Field:
    """Return the input of a field, empty allowed: then nothing is known."""
    said: dict[str, Any] = {"label": field.label, "required": False, "help_text": field.description}
    match FieldKind(field.kind):
        case FieldKind.NUMBER:
            return NumberInput(**said)
        case FieldKind.MONEY:
            return MoneyInput(**said)
        case FieldKind.DATE:
            return DayInput(**said)
        case FieldKind.YES_NO:
            return YesNoInput(**said)
        case FieldKind.CHOICE:
            return ChoiceInput(choices=[("", "Not known"), *((name, name) for name in field.choices)], **said)
    return forms.CharField(max_length=LONGEST_TEXT, widget=UnfoldAdminTextInputWidget(), **said)


class NumberInput(forms.FloatField):
    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextInputWidget({"inputmode": "decimal"})
        super().__init__(widget=widget, min_value=-LARGEST, max_value=LARGEST, **options)
        self.error_messages["invalid"] = NO_NUMBER

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


class ChoiceInput(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=UnfoldAdminSelectWidget(), **options)

    def keep_choosable(self, value: str) -> None:
        """Let an answer of before stay that has left the list."""
        offered: list[Any] = list(self.choices)  # type: ignore[arg-type]  # pairs, as given
        if value not in dict(offered):
            self.choices = [*offered, (value, f"{value} (no longer on the list)")]


class YesNoInput(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [("", "Not known"), ("yes", "Yes"), ("no", "No")]
        widget = UnfoldAdminSelectWidget()
        super().__init__(choices=choices, coerce=lambda said: said == "yes", empty_value=None, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


class _Row(forms.MultiWidget):
    """Several inputs of one answer, side by side."""

    def render(self, *args: Any, **options: Any) -> SafeString:
        return format_html('<div class="ra-inputs">{}</div>', super().render(*args, **options))


class MoneyInput(forms.MultiValueField):
    """Two ends, either of which may be open, and what they are for; the currency stays, else it is the company's."""

    def __init__(self, **options: Any) -> None:
        ends = [forms.DecimalField(required=False, min_value=0, max_value=LARGEST, decimal_places=2) for _ in range(2)]
        for end in ends:
            end.error_messages["invalid"] = NO_AMOUNT
        periods = [(key, words or "once") for key, words in PERIODS.items()]
        label = options["label"]
        widget = _MoneyRow(
            {
                "from": UnfoldAdminTextInputWidget(
                    {"inputmode": "decimal", "placeholder": "From", "aria-label": f"{label}: from"}
                ),
                "to": UnfoldAdminTextInputWidget(
                    {"inputmode": "decimal", "placeholder": "Up to", "aria-label": f"{label}: up to"}
                ),
                "period": UnfoldAdminSelectWidget({"aria-label": f"{label}: how often"}, choices=periods),
                "currency": forms.HiddenInput(),
            }
        )
        fields = (*ends, forms.ChoiceField(choices=periods, required=False), forms.CharField(required=False))
        super().__init__(fields=fields, widget=widget, require_all_fields=False, **options)

    def compress(self, parts: list[Any]) -> dict[str, Any] | None:
        least, most, period, currency = [*parts, None, None, None, None][:4]
        if least is None and most is None:
            return None
        if least is not None and most is not None and least > most:
            raise ValidationError("“Up to” has to be at least “from”.")
        kept = currency or Company.objects.current().currency
        return {"minimum": least, "maximum": most, "currency": kept, "period": period or "once"}

    def has_changed(self, initial: Any, data: Any) -> bool:
        # A period alone says nothing.
        return super().has_changed(initial, data) and bool(initial or any(data[:2]))


class _MoneyRow(_Row):
    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, dict):
            return [None, None, "once", ""]
        return [value.get("minimum"), value.get("maximum"), value.get("period"), value.get("currency")]


class DayInput(forms.MultiValueField):
    """A day, and a time where one is known, on the company's clock; the value is ISO 8601."""

    def __init__(self, **options: Any) -> None:
        label = options["label"]
        widget = _DayRow(
            {
                "day": UnfoldAdminTextInputWidget({"type": "date", "aria-label": f"{label}: day"}),
                "time": UnfoldAdminTextInputWidget({"type": "time", "aria-label": f"{label}: time"}),
            }
        )
        fields = (forms.DateField(required=False), forms.TimeField(required=False))
        super().__init__(fields=fields, widget=widget, require_all_fields=False, **options)

    def compress(self, parts: list[Any]) -> str | None:
        day, at = [*parts, None, None][:2]
        if day is None and at is not None:
            raise ValidationError("Choose the day, too.")
        if day is None:
            return None
        return day.isoformat() if at is None else timezone.make_aware(datetime.combine(day, at)).isoformat()


class _DayRow(_Row):
    def decompress(self, value: Any) -> list[date | time | str | None]:
        if not isinstance(value, str) or not value:
            return [None, None]
        moment = datetime.fromisoformat(value)
        if len(value) == len("2026-05-24"):
            return [value, None]
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return [local.date().isoformat(), f"{local:%H:%M}"]
