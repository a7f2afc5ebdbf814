"""The inputs by which a person enters a value, one set for each kind; what comes out is typed as findings are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from analysis.fields import CUSTOM, Kind
from analysis.findings import Money, Timeline
from calltracking.views.words import ISO
from crm import phones
from crm.models import Company

PERIODS = (("once", "once"), ("month", "a month"), ("year", "a year"))
LONGEST = 300


class ValueForm(forms.Form):
    """A person's value. `entered` returns it typed, once the form is valid."""

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        self.name = name
        super().__init__(*args, **options)

    @property
    def entered(self) -> Any:
        return self.cleaned_data["value"]


class TextForm(ValueForm):
    value = forms.CharField(label="Value", max_length=LONGEST, error_messages={"required": "Write what is right."})

    def clean_value(self) -> str:
        text = str(self.cleaned_data["value"])
        if self.name == "email":
            return str(forms.EmailField(error_messages={"invalid": "This is no e-mail address."}).clean(text)).lower()
        if self.name == "phones":
            number = phones.to_e164(text, region=Company.objects.current().region)
            if not number:
                raise forms.ValidationError("This is no phone number. Write it as you would dial it.")
            return number
        return text


class ListForm(ValueForm):
    value = forms.CharField(label="Values, with commas between them", max_length=LONGEST)

    @property
    def entered(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.cleaned_data["value"].split(",") if part.strip())


class NumberForm(ValueForm):
    value = forms.DecimalField(
        label="Number", min_value=0, max_digits=12, decimal_places=2, error_messages={"required": "Write a number."}
    )

    def clean_value(self) -> int | float:
        number: Decimal = self.cleaned_data["value"]
        if number == number.to_integral_value():
            return int(number)
        if not self.name.startswith(CUSTOM):
            raise forms.ValidationError("Write a whole number.")
        return float(number)


class YesNoForm(ValueForm):
    value = forms.ChoiceField(label="Answer", choices=(("yes", "Yes"), ("no", "No")))

    @property
    def entered(self) -> bool:
        return bool(self.cleaned_data["value"] == "yes")


class ChoiceForm(ValueForm):
    value = forms.ChoiceField(label="Choose")

    def __init__(self, *args: Any, choices: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["value"]
        field.choices = [(choice, str(choice).replace("_", " ").capitalize()) for choice in choices]


class MomentForm(ValueForm):
    """In a company's own field a moment is ISO text: JSON has no dates."""

    value = forms.DateTimeField(
        label="Day and time",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "Choose a day and a time.", "invalid": "This is no day and time."},
    )

    @property
    def entered(self) -> Any:
        moment: datetime = self.cleaned_data["value"]
        return timezone.localtime(moment).isoformat() if self.name.startswith(CUSTOM) else moment


class DateForm(ValueForm):
    value = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "This is no day."},
    )

    @property
    def entered(self) -> str:
        return str(self.cleaned_data["value"].isoformat())


class TimelineForm(ValueForm):
    text = forms.CharField(label="In their words", max_length=LONGEST, error_messages={"required": "Write when."})
    days = forms.IntegerField(
        label="Days after the call, if it can be counted", min_value=0, max_value=36_500, required=False
    )

    @property
    def entered(self) -> Timeline:
        return Timeline(text=self.cleaned_data["text"], days=self.cleaned_data["days"])


class MoneyForm(ValueForm):
    minimum = forms.DecimalField(label="From", min_value=0, max_digits=16, decimal_places=2, required=False)
    maximum = forms.DecimalField(label="To", min_value=0, max_digits=16, decimal_places=2, required=False)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label="Currency", error_messages={"invalid": "Write three letters, such as INR."}
    )
    period = forms.ChoiceField(label="How often", choices=PERIODS)

    def clean(self) -> None:
        low, high = self.cleaned_data.get("minimum"), self.cleaned_data.get("maximum")
        if low is None and high is None and not self.errors:
            raise forms.ValidationError("Write an amount: from, to, or both.")
        if low is not None and high is not None and low > high:
            raise forms.ValidationError("“From” is more than “to”.")

    @property
    def entered(self) -> Money:
        return Money(**self.cleaned_data)


@dataclass(frozen=True)
class _Entry:
    form: type[ValueForm]
    shown: Callable[[Any], dict[str, Any]] = lambda value: {"value": value}


ENTRIES: dict[str, _Entry] = {
    "text": _Entry(TextForm),
    "list": _Entry(ListForm, lambda value: {"value": ", ".join(value)}),
    "number": _Entry(NumberForm),
    "yes_no": _Entry(YesNoForm, lambda value: {"value": "yes" if value else "no"}),
    "choice": _Entry(ChoiceForm, lambda value: {"value": str(value)}),
    "moment": _Entry(MomentForm, lambda value: {"value": _local(value)}),
    "date": _Entry(DateForm, lambda value: {"value": value[:10]}),
    "timeline": _Entry(TimelineForm, lambda value: value.model_dump()),
    "money": _Entry(MoneyForm, lambda value: value.model_dump()),
}


def form_for(name: str, kind: Kind, *, value: Any = None, choices: tuple[str, ...] = (), data: Any = None) -> ValueForm:
    """Return the inputs for a value of that kind, showing `value`, or reading `data` that was sent."""
    entry = ENTRIES[_entered_as(kind, value)]
    options: dict[str, Any] = {"choices": choices} if entry.form is ChoiceForm else {}
    if value is not None:
        options["initial"] = entry.shown(value)
    elif entry.form is MoneyForm:
        options["initial"] = {"currency": Company.objects.current().currency, "period": "once"}
    return entry.form(name, data, **options)


def _entered_as(kind: Kind, value: Any) -> str:
    """A company's own field may hold what its kind alone does not tell: several values, or a date as text."""
    if isinstance(value, tuple):
        return "list"
    if kind in ("text", "date") and isinstance(value, str) and ISO.fullmatch(value):
        return "moment" if "T" in value else "date"
    return kind


def _local(moment: datetime | str) -> datetime:
    read = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return timezone.localtime(read) if timezone.is_aware(read) else read
