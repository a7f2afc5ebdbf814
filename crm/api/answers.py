"""How the API is asked for contacts by what they answered: `key:value`, or `key:from..to`."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from crm.models import ContactValue, ExtractionField
from crm.models.contact_values import LONGEST_FOUND, moment_of
from crm.models.custom_fields import LARGEST
from crm.presets import FieldKind

MOST_CHARACTERS = 300
YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class UnknownAnswer(ValueError):
    """What was asked for cannot be looked for. The message says why, to whoever wrote it."""


def contacts_answering(asked: str) -> models.QuerySet[Any, Any]:
    """Return the ids of the contacts with the answer; raises `UnknownAnswer`."""
    key, colon, wanted = asked[:MOST_CHARACTERS].replace("\x00", "").partition(":")
    field = ExtractionField.objects.filter(key=key.strip()).first() if colon else None
    if field is None:
        raise UnknownAnswer("Write key:value with the key of one of your fields.")
    found: models.QuerySet[Any, Any] = ContactValue.objects.filter(field=field, **_found_by(field, wanted.strip()))
    return found.values("contact_id")


def _found_by(field: ExtractionField, wanted: str) -> dict[str, Any]:
    match FieldKind(field.kind):
        case FieldKind.NUMBER | FieldKind.MONEY:
            first, final = (_number(end) for end in _ends(wanted))
            return _between("number", first, final, until="lte")
        case FieldKind.DATE:
            begin, end = (_day(end) for end in _ends(wanted))
            after = moment_of(end + timedelta(days=1)) if end else None
            return _between("moment", moment_of(begin) if begin else None, after, until="lt")
        case FieldKind.YES_NO:
            if wanted.lower() not in YES_NO:
                raise UnknownAnswer(f"{field.key} is answered by yes or no.")
            return {"is_yes": YES_NO[wanted.lower()]}
    return {"text": str(field.typed(wanted) or wanted)[:LONGEST_FOUND]}


def _ends(wanted: str) -> tuple[str, str]:
    first, dots, final = wanted.partition("..")
    return (first.strip(), final.strip()) if dots else (wanted, wanted)


def _between(name: str, first: Any, final: Any, *, until: str) -> dict[str, Any]:
    if first is None and final is None:
        raise UnknownAnswer("Name at least one end: key:3, key:3.. or key:..9.")
    ends = {f"{name}__gte": first, f"{name}__{until}": final}
    return {lookup: end for lookup, end in ends.items() if end is not None}


def _number(text: str) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        number = math.nan
    if number is not None and not -LARGEST <= number <= LARGEST:
        raise UnknownAnswer(f"{text[:40]} is no number.")
    return number


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        day = date.min
    if not 1900 <= day.year <= 2199:
        raise UnknownAnswer(f"{text[:40]} is no day. Write it like 2026-05-24.")
    return day
