"""A company's own fields as columns: the title is the key, which stays as it is when somebody renames the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from calltracking.exports.asked import Asked
from calltracking.exports.cells import Column
from crm.custom_words import say
from crm.models import ExtractionField
from crm.presets import FieldKind

_KINDS = {FieldKind.NUMBER: "number", FieldKind.DATE: "moment"}


def columns_of_fields(fields: Iterable[ExtractionField], *, taken: set[str]) -> list[Column]:
    """Return a column for each field; one whose key is a column's already is told by `field_` before it."""
    keys = [(field, f"field_{field.key}" if field.key in taken else field.key) for field in fields]
    return [Column(key, key, _KINDS.get(FieldKind(field.kind), "text")) for field, key in keys]


def of_fields(
    fields: Iterable[ExtractionField], *, custom: Mapping[str, Any], said: Mapping[str, Any], asked: Asked
) -> list[Any]:
    """Return the answers: what is kept of the contact, else what the call said."""
    found = []
    for field in fields:
        value = field.typed(custom.get(field.key))
        value = field.typed(said.get(field.key)) if value is None and field.key in said else value
        found.append(value if asked.format == "json" or value is None else _told(field, value))
    return found


def _told(field: ExtractionField, value: Any) -> Any:
    match FieldKind(field.kind):
        case FieldKind.NUMBER | FieldKind.YES_NO:
            return value
        case FieldKind.DATE:
            moment = datetime.fromisoformat(str(value))
            if len(str(value)) == len("2026-05-24"):
                return moment.date()
            return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    return say(field, value)
