"""An event of history in words: who, when, what, from what to what. Ids become names as they are called today."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from crm.actors import Source
from crm.phones import as_told
from crm.tenancy import require_company
from crm.wording import day_and_time

if TYPE_CHECKING:
    from crm.audit import Found

DEEDS = {"insert": "added", "update": "changed", "delete": "removed", "erase": "erased"}
LONGEST_NAME = 60
# Fields that hold a phone number, hidden from whoever may not read them.
NUMBERS = ("e164",)
E164 = re.compile(r"\+\d{7,15}")
# Who acts where no person does.
NOBODY = {
    Source.WORKER: "Ringside",
    Source.IMPORT: "An import",
    Source.PROVIDER: "A provider",
    Source.OUTSIDE: "Somebody with access to the database",
}

Names = dict[tuple[type[models.Model], int], str]


@dataclass(frozen=True)
class Said:
    """One field's change, in words; empty where there was or is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Whole:
    """The row that another one is a part of: a number's contact. Its name is empty when it is gone."""

    label: str
    pk: int
    name: str


@dataclass(frozen=True)
class Told:
    """One event; `label` and `pk` name the row, and `is_there` says whether it still exists."""

    at: datetime
    when: str
    who: str
    source: str
    label: str
    what: str
    pk: int
    name: str
    whole: Whole | None
    deed: str
    is_there: bool
    said: list[Said]


def tell(events: Iterable[Found]) -> list[Told]:
    """Return the events in words; names are asked for once for each kind of row."""
    events = list(events)
    names = _names_in(events)
    return [_told(event, names) for event in events]


def _told(event: Found, names: Names) -> Told:
    model = event.model.pgh_tracked_model
    name = names.get((model, event.row), "")
    return Told(
        at=event.at,
        when=day_and_time(event.at),
        who=_who(event, names),
        source=Source(event.source).label if event.source in Source.values else event.source,
        label=model._meta.label_lower,
        what=capfirst(str(model._meta.verbose_name)),
        pk=event.row,
        name=name or _last_name(event),
        whole=_whole(event, names),
        deed=DEEDS.get(event.deed, event.deed),
        is_there=bool(name),
        said=[_said(event, field, pair, names) for field, pair in _in_order(event)],
    )


def _whole(event: Found, names: Names) -> Whole | None:
    model = _whole_of(event)
    if model is None or event.whole is None:
        return None
    return Whole(model._meta.label_lower, event.whole, names.get((model, event.whole), ""))


def _whole_of(event: Found) -> type[models.Model] | None:
    of = event.model.tracks.of
    found: Any = event.model.pgh_tracked_model._meta.get_field(of).related_model if of else None
    return found  # type: ignore[no-any-return]


def _who(event: Found, names: Names) -> str:
    if event.member is not None:
        return names.get((_membership(), event.member), f"Member {event.member}")
    context = event.context or {}
    if event.source == Source.COMMAND:
        return str(context.get("name") or "A command")
    if event.source == Source.API_KEY:
        return f"Key {context.get('key', '')}".strip()
    return NOBODY.get(event.source, "Nobody who is known")  # type: ignore[call-overload, no-any-return]


def _last_name(event: Found) -> str:
    """What a row that is gone was called, as far as this event tells."""
    fields = {field.name: field for field in event.model.pgh_tracked_model._meta.concrete_fields}
    for name in event.model.tracks.names:
        field = fields.get(name)
        pair = event.changes.get(name)
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if pair and is_text and (text := pair[0] or pair[1]):
            return _shortened(as_told(str(text)) if name in NUMBERS else str(text))
    return f"{event.row}"


def _in_order(event: Found) -> list[tuple[str, list[Any]]]:
    """The changes in the order in which the model names its fields: JSON keeps none. Whose part it is stands apart."""
    known = [*event.model.tracks.names, *event.model.tracks.secrets]
    place = {name: index for index, name in enumerate(known)}
    told = [change for change in event.changes.items() if event.deed == "update" or change[0] != event.model.tracks.of]
    return sorted(told, key=lambda change: place.get(change[0], len(known)))


def _said(event: Found, name: str, pair: list[Any], names: Names) -> Said:
    before, after = pair
    label = capfirst(name.replace("_", " ").removesuffix(" sealed").removesuffix(" hash"))
    if name in event.model.tracks.secrets:
        return Said(label, "set" if before else "", "replaced" if before and after else "set" if after else "")
    try:
        field: Any = event.model.pgh_tracked_model._meta.get_field(name)
    except FieldDoesNotExist:
        return Said(label, _plain(before), _plain(after))
    if field.verbose_name != name.replace("_", " "):
        label = capfirst(str(field.verbose_name))
    return Said(label, _in_words(field, before, names), _in_words(field, after, names))


def _in_words(field: Any, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if field.name in NUMBERS:
        return as_told(str(value))
    if field.is_relation:
        return names.get((field.related_model, value), f"{field.related_model._meta.verbose_name} {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return f"{timezone.localtime(moment):%-d %b %Y, %H:%M}"
    if isinstance(field, models.TimeField):
        return str(value)[:5]
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    text = "" if value is None else str(value)
    return as_told(text) if E164.fullmatch(text) else text


# ---- names ----------------------------------------------------------------------------------------------------


def _membership() -> type[models.Model]:
    from crm.models import Membership  # the models come with their history

    return Membership


def _names_in(events: list[Found]) -> Names:
    """Return what the rows and people of the events are called now; what is gone is left out."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for event in events:
        model = event.model.pgh_tracked_model
        wanted[model].add(event.row)
        if event.member is not None:
            wanted[_membership()].add(event.member)
        whole = _whole_of(event)
        if whole is not None and event.whole is not None:
            wanted[whole].add(event.whole)
        keys: dict[str, Any] = {f.name: f.related_model for f in model._meta.concrete_fields if f.is_relation}
        for name, pair in event.changes.items():
            if name in keys:
                wanted[keys[name]] |= {value for value in pair if isinstance(value, int)}
    return {(model, pk): name for model, ids in wanted.items() for pk, name in _names_of(model, ids)}


def _names_of(model: type[Any], ids: set[int]) -> list[tuple[int, str]]:
    """Name rows of the company in use. Where a table has no policy, the company is asked for here."""
    rows = model._default_manager.filter(pk__in=ids)
    fields = {field.name for field in model._meta.concrete_fields}
    if "company" in fields:
        rows = rows.filter(company_id=require_company())
    if "user" in fields:
        rows = rows.select_related("user")
    if "raw" in fields:
        rows = rows.defer("raw", "told")
    if not hasattr(model, "name_or_number"):
        return [(row.pk, _shortened(str(row))) for row in rows]
    people = {person: person.label for person in rows.only("company_id", "full_name", "business_name", "email")}
    nameless = [person for person in people if not (person.full_name or person.business_name or person.email)]
    models.prefetch_related_objects(nameless, "numbers")
    return [(person.pk, name) for person, name in {**people, **{p: p.name_or_number for p in nameless}}.items()]


def _shortened(name: str) -> str:
    return name if len(name) < LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
