"""Lists of people by what they answered: one filter for each of the company's own fields that can be searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RadioFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.models import ContactValue, ExtractionField
from crm.models.contact_values import moment_of
from crm.presets import FieldKind

# More would bury the other filters; the fields' order says which come first.
MOST_FILTERS = 12


def filters_of(fields: Sequence[ExtractionField]) -> list[type[SimpleListFilter]]:
    """Return the filters of these fields, in their order; free text has none."""
    made = [(field, _KINDS.get(FieldKind(field.kind))) for field in fields]
    found = [(field, base) for field, base in made if base is not None]
    return [
        type(base.__name__, (base,), {"title": field.label, "parameter_name": f"answer_{field.key}", "field": field})
        for field, base in found[:MOST_FILTERS]
    ]


def _answering(people: QuerySet[Any], field: ExtractionField, **found_by: Any) -> QuerySet[Any]:
    having = ContactValue.objects.filter(field=field, **found_by)
    return people.filter(pk__in=having.values("contact_id"))


class ChoiceFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    field: ExtractionField

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(name, name) for name in self.field.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return _answering(queryset, self.field, text=chosen) if chosen in self.field.choices else queryset


class YesNoFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    field: ExtractionField

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("yes", "Yes"), ("no", "No"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        said = {"yes": True, "no": False}.get(str(self.value()))
        return queryset if said is None else _answering(queryset, self.field, is_yes=said)


class RangeFilter(SimpleListFilter):
    """From and to, either of which may be left open. What is no number or day filters nothing and says so."""

    field: ExtractionField
    form_field: type[forms.Field] = forms.FloatField
    input_type = "number"
    template = "unfold/filters/filters_numeric_range.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                value = params.pop(name)
                self.used_parameters[name] = value[-1] if isinstance(value, list) else value
        self.form = self._form()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("any", "Any"),)  # without one, Django takes the filter for empty

    def expected_parameters(self) -> list[Any]:
        return [f"{self.parameter_name}_from", f"{self.parameter_name}_to"]

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        self.form.is_valid()
        first, final = (self.form.cleaned_data.get(name) for name in self.expected_parameters())
        bounds = self.bounds(first, final)
        return _answering(queryset, self.field, **bounds) if bounds else queryset

    def bounds(self, first: Any, final: Any) -> dict[str, Any]:
        """Return the lookups of a `ContactValue` between the two, each of which may be None."""
        ends = {"number__gte": first, "number__lte": final}
        return {name: value for name, value in ends.items() if value is not None}

    def _form(self) -> forms.Form:
        inputs = {
            name: self.form_field(required=False, widget=self._input(word))
            for name, word in zip(self.expected_parameters(), ("From", "To"), strict=True)
        }
        made: forms.Form = type("RangeForm", (forms.Form,), inputs)(data=self.used_parameters)
        return made

    def _input(self, word: str) -> Any:
        said = {"type": self.input_type, "placeholder": word, "aria-label": f"{self.title}: {word.lower()}"}
        return UnfoldAdminTextInputWidget({**said, **({"step": "any"} if self.input_type == "number" else {})})


class DayRangeFilter(RangeFilter):
    form_field = forms.DateField
    input_type = "date"
    template = "unfold/filters/filters_date_range.html"

    def bounds(self, first: date | None, final: date | None) -> dict[str, Any]:
        ends = {
            "moment__gte": moment_of(first) if first else None,
            "moment__lt": moment_of(final + timedelta(days=1)) if final and final < date.max else None,
        }
        return {name: value for name, value in ends.items() if value is not None}


_KINDS: dict[FieldKind, Any] = {
    FieldKind.NUMBER: RangeFilter,
    FieldKind.MONEY: RangeFilter,
    FieldKind.DATE: DayRangeFilter,
    FieldKind.YES_NO: YesNoFilter,
    FieldKind.CHOICE: ChoiceFilter,
}
