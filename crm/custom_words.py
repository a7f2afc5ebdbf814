"""A company's own fields and their answers as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from crm.models import Contact, ContactValue, ExtractionField
from crm.models.custom_fields import PERIODS
from crm.presets import FieldKind
from crm.wording import day_and_time, money


@dataclass(frozen=True)
class Answer:
    """One answer on a card. `by` says who gave it, when it was not a call."""

    label: str
    words: str
    by: str = ""


def say(field: ExtractionField, value: Any) -> str:
    """Return the typed value in words: `₹80,00,000 to ₹1,20,00,000`, `24 May 2025, 11:00`, `yes`."""
    match FieldKind(field.kind):
        case FieldKind.MONEY:
            return _say_money(value)
        case FieldKind.DATE:
            return _say_date(str(value))
        case FieldKind.YES_NO:
            return "yes" if value else "no"
        case FieldKind.NUMBER:
            return f"{value:,}"
    return str(value)


def answers_of(contact: Contact) -> list[Answer]:
    """Return what is known of a contact's own fields, in the order of the fields; those switched off come last."""
    rows = ContactValue.objects.filter(contact_id=contact.pk).select_related("field", "set_by__user")
    in_order = sorted(rows, key=lambda row: (not row.field.is_active, row.field.position, row.field_id))
    return [
        Answer(row.field.label, say(row.field, contact.custom[row.field.key]), str(row.set_by or ""))
        for row in in_order
        if row.field.typed(contact.custom.get(row.field.key)) is not None
    ]


def _say_money(value: dict[str, Any]) -> str:
    low, high = (
        None if value[end] is None else money(Decimal(str(value[end])), value["currency"])
        for end in ("minimum", "maximum")
    )
    said = f"{low} to {high}" if low and high and low != high else high or low or ""
    if low is None or high is None:
        said = f"up to {high}" if high else f"from {low}"
    return f"{said} {PERIODS[value['period']]}".strip()


def _say_date(value: str) -> str:
    moment = datetime.fromisoformat(value)
    if len(value) == len("2026-05-24"):
        return f"{moment:%-d %b %Y}"
    return day_and_time(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)
