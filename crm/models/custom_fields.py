"""What a company wants to know from its calls. The answers land in `Contact.custom` (`contact_values.py`)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Coalesce

from crm.history import tracked
from crm.presets import PRESETS, FieldKind
from crm.tenancy import CompanyManager, CompanyModel, require_company

# More would make each reading slow and each card unreadable.
MOST_FIELDS = 40
MOST_CHOICES = 40
LONGEST_CHOICE = 60
LONGEST_TEXT = 500
LARGEST = 10**15
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
PERIODS = {"once": "", "month": "a month", "year": "a year"}


def key_of(label: str) -> str:
    """Return a key made of the label, such as `monthly_budget`; empty when it has no Latin letter to begin with."""
    key = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40].strip("_")
    return key if KEY.fullmatch(key) else ""


class ExtractionFieldQuerySet(models.QuerySet["ExtractionField"]):
    def active(self) -> ExtractionFieldQuerySet:
        """Return those that calls are read for, in the order of the card."""
        return self.filter(is_active=True).order_by("position", "pk")

    def lay_down(self, preset: str) -> int:
        """Give the company in use the fields of a preset that it has no field of the key for; returns how many.

        Fields that are there stay as people made them.
        """
        there = set(self.values_list("key", flat=True))
        room, place = MOST_FIELDS - len(there), self.next_position()
        missing = [field for field in PRESETS.get(preset, ()) if field.key not in there][: max(room, 0)]
        self.bulk_create(
            ExtractionField(
                company_id=require_company(),
                key=field.key,
                label=field.label,
                kind=field.kind,
                description=field.description,
                example=field.example,
                choices=list(field.choices),
                position=place + step,
            )
            for step, field in enumerate(missing)
        )
        return len(missing)

    def next_position(self) -> int:
        """Return the place after the last one."""
        return int(self.aggregate(last=Coalesce(models.Max("position"), 0))["last"]) + 1


@tracked("key", "label", "kind", "description", "example", "choices", "position", "is_active")
class ExtractionField(CompanyModel):
    """One thing to be read from calls. Its words tell the reader what to listen for."""

    Kind = FieldKind

    key = models.CharField(
        max_length=40,
        db_collation="C",
        validators=[RegexValidator(rf"^{KEY.pattern}\Z", "Write small letters, digits and _, such as monthly_budget.")],
        help_text="The name in exports and in the API. It stays as it is once the field is there.",
    )
    label = models.CharField(max_length=60, help_text="What the card calls it, in words people use on the phone.")
    kind = models.CharField(max_length=10, choices=FieldKind.choices, default=FieldKind.TEXT)
    description = models.CharField(
        max_length=300,
        blank=True,
        help_text="What it means, in the words in which it is asked about. Calls are read by these words.",
    )
    example = models.CharField(max_length=120, blank=True, help_text="An answer, such as “under 15,000 a month”.")
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")
    is_active = models.BooleanField(
        "active", default=True, help_text="When off, calls are not read for it. What was read stays."
    )

    objects: ClassVar = CompanyManager.from_queryset(ExtractionFieldQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "field"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "key"], name="field_once_per_key"),
            models.CheckConstraint(condition=models.Q(kind__in=FieldKind.values), name="field_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self._state.adding and ExtractionField.objects.count() >= MOST_FIELDS:
            raise ValidationError(f"A company has {MOST_FIELDS} fields at most. Change one that is not needed.")
        if ExtractionField.objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise ValidationError({"key": "There is a field with this key already."})
        self._keep_what_is_used()
        self._check_choices()

    def _keep_what_is_used(self) -> None:
        before = ExtractionField.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None:
            return
        if before.key != self.key:
            raise ValidationError({"key": "The key stays as it is: exports and programs know the field by it."})
        if before.kind != self.kind and before.values.exists():
            text = "Answers of the kind “%s” are kept already. Make a new field for another kind."
            raise ValidationError({"kind": text % before.get_kind_display()})

    def _check_choices(self) -> None:
        if self.kind != FieldKind.CHOICE:
            self.choices = []
            return
        names = [str(name).strip() for name in self.choices]
        if len({name.casefold() for name in names}) < max(2, len(names)) or not all(names):
            raise ValidationError({"choices": "Write at least two different choices, one a line."})
        if len(names) > MOST_CHOICES or max(map(len, names)) > LONGEST_CHOICE:
            text = f"At most {MOST_CHOICES} choices of {LONGEST_CHOICE} characters each."
            raise ValidationError({"choices": text})
        self.choices = names

    # ---- values

    def typed(self, value: Any) -> Any:
        """Return the value as `Contact.custom` keeps it: JSON of the field's kind; None when it does not fit.

        Number: int or float. Money: `{minimum, maximum, currency, period}`. Date: ISO 8601, with or without a time.
        """
        return _TYPED[FieldKind(self.kind)](self, value)


def _text(field: ExtractionField, value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    return str(value).strip()[:LONGEST_TEXT] or None if isinstance(value, str | int | float) else None


def _number(field: ExtractionField, value: Any) -> Any:
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not -LARGEST <= number <= LARGEST:  # «not a number» compares false too
        return None
    return int(number) if number == int(number) else number


def _money(field: ExtractionField, value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    least, most = (_number(field, value.get(end)) for end in ("minimum", "maximum"))
    currency, period = str(value.get("currency") or ""), value.get("period") or "once"
    if (least is None and most is None) or period not in PERIODS or not re.fullmatch("[A-Z]{3}", currency):
        return None
    return {"minimum": least, "maximum": most, "currency": currency, "period": period}


def _date(field: ExtractionField, value: Any) -> Any:
    if isinstance(value, date):
        value = value.isoformat()
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return str(value) if 1900 <= moment.year <= 2199 else None


def _yes_no(field: ExtractionField, value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _choice(field: ExtractionField, value: Any) -> Any:
    wanted = str(value).strip().casefold()
    return next((name for name in field.choices if str(name).casefold() == wanted), None)


_TYPED = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
}
