"""A person's data: all of it in one file, or gone for good.

Each app registers its part in `apps.py`: the models in which it keeps something of a person, how it tells that, and how
it forgets it. A test finds a model that is neither registered nor known to hold nothing of a person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils import timezone

from crm import phones
from crm.history import Change
from crm.imports.forgetting import forget as forget_in_imports
from crm.leases import LEASE_FIELDS
from crm.models import Contact, Erased, FollowUp, Membership, PhoneNumber, Recipient, RepeatableAnswer
from crm.tenancy import use_company

# How we keep a row, as against what it says.
_OURS = {"company", "told", "name_key", "business_key", *LEASE_FIELDS}
# A shorter word stands in too many texts to be looked for.
SHORTEST = 4


@dataclass(frozen=True)
class Person:
    """The contact whose data it is; `alone` are the numbers that nobody else has."""

    contact: Contact

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(self.contact.numbers.order_by("pk").values_list("e164", flat=True))

    @cached_property
    def alone(self) -> tuple[str, ...]:
        return self.only_theirs(self.numbers)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """By what a text that we cannot read is known to speak of them: numbers in the forms they come in, e-mail."""
        written = PhoneNumber.objects.filter(contact=self.contact, e164__in=self.alone).values_list(
            "written", flat=True
        )
        known = (text for number in self.alone for text in phones.spellings_of(number))
        found = {*known, *written, self.contact.email}
        return tuple(sorted(text for text in found if len(text) >= SHORTEST))

    def only_theirs(self, numbers: Iterable[str]) -> tuple[str, ...]:
        """Return those of the numbers that no other contact has."""
        asked = dict.fromkeys(filter(None, numbers))
        others = PhoneNumber.objects.filter(e164__in=asked).exclude(contact=self.contact)
        shared = set(others.values_list("e164", flat=True))
        return tuple(number for number in asked if number not in shared)


@dataclass(frozen=True)
class Erasure:
    """One person being erased: who does it, when and why."""

    person: Person
    by: Membership
    at: datetime
    why: str

    def remember(self, names: Iterable[str]) -> None:
        """Keep a mark of what must not come back: `call:<provider>:<id>`, `number:<e164>`."""
        Erased.objects.remember(names, by=self.by, at=self.at)

    def empty_history(
        self, model: type[models.Model], *, rows: Iterable[int] = (), wholes: Iterable[int] = (), why: str = ""
    ) -> None:
        """Take the values out of the history of these rows, and of the parts of these wholes, once they are gone."""
        events: type[Change] = model.pgh_event_model  # type: ignore[attr-defined]  # of tracked models
        with connection.cursor() as cursor:
            cursor.callproc(f"{events._meta.db_table}_erase", [list(rows), list(wholes), why])


@dataclass(frozen=True)
class Part:
    """What one app keeps of people."""

    name: str
    models: tuple[type[models.Model], ...]
    export: Callable[[Person], dict[str, Any]]
    erase: Callable[[Erasure], object]


_parts: dict[str, Part] = {}


def register(
    name: str,
    *,
    models: Iterable[type[models.Model]],
    export: Callable[[Person], dict[str, Any]],
    erase: Callable[[Erasure], object],
) -> None:
    """Add an app's part. Lower floors come first, as their apps do."""
    _parts[name] = Part(name, tuple(models), export, erase)


def parts() -> list[Part]:
    return list(_parts.values())


# ---- the two deeds --------------------------------------------------------------------------------------------


def export_person(contact: Contact) -> dict[str, Any]:
    """Return everything that is kept of the person, as plain JSON; their company is in use."""
    person = Person(contact)
    told: dict[str, Any] = {"exported_at": timezone.now()}
    for part in parts():
        told |= part.export(person)
    plain: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain


def in_pieces(told: dict[str, Any]) -> Iterator[str]:
    """Yield the JSON text of an export, a kind of row at a time."""
    for place, (name, rows) in enumerate(told.items()):
        yield f"{',' if place else '{'}\n{json.dumps(name)}: {json.dumps(rows, ensure_ascii=False, indent=1)}"
    yield "\n}\n"


def erase_person(contact: Contact, *, by: Membership, why: str) -> None:
    """Forget the person everywhere, in one transaction; their calls stay, as nobody's. It cannot be undone."""
    with use_company(contact.company):
        erasure = Erasure(Person(contact), by=by, at=timezone.now(), why=why)
        # From the top floor down: the calls are found by the contact, the contact goes last.
        for part in reversed(parts()):
            part.erase(erasure)


# ---- rows in words --------------------------------------------------------------------------------------------


def told_of(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
    """Return the rows by the names of their fields, without what is only how we keep them."""
    return [
        {
            field.name: _plain(field.value_from_object(row))
            for field in row._meta.concrete_fields
            if field.name not in _OURS
        }
        for row in rows
    ]


def history_told(model: type[models.Model], wanted: models.Q) -> list[dict[str, Any]]:
    """Return the events of a tracked model, oldest first."""
    events: Any = model.pgh_event_model  # type: ignore[attr-defined]  # of tracked models
    found = events.objects.filter(wanted).order_by("pgh_created_at", "pgh_id")
    return [
        {
            "of": f"{model._meta.verbose_name} {event.pgh_obj_id}",
            "at": event.pgh_created_at,
            "deed": event.pgh_label,
            "by_way_of": event.source,
            "member": event.member_id,
            "changes": event.changes,
        }
        for event in found
    ]


def _plain(value: Any) -> Any:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else value


# ---- this floor's part ----------------------------------------------------------------------------------------


def told_of_contact(person: Person) -> dict[str, Any]:
    """Return the contact, and what people and rules noted about them."""
    contact = person.contact
    parts_of_it = models.Q(whole_id=contact.pk)
    return {
        "contact": told_of([contact])[0],
        "custom_values": told_of(contact.custom_values.order_by("pk")),
        "numbers": told_of(contact.numbers.order_by("pk")),
        "status_changes": told_of(contact.status_changes.order_by("changed_at", "pk")),
        "interactions": told_of(contact.interactions.order_by("happened_at", "pk")),
        "follow_ups": told_of(contact.follow_ups.order_by("created_at", "pk")),
        "campaign_entries": told_of(_recipients(person).order_by("pk")),
        "imports": told_of(contact.imports.order_by("pk")),
        "history": [
            *history_told(Contact, models.Q(pgh_obj_id=contact.pk)),
            *history_told(PhoneNumber, parts_of_it),
            *history_told(FollowUp, parts_of_it),
        ],
    }


def erase_contact(erasure: Erasure) -> None:
    """Delete the contact with everything about them, and empty what history says of them."""
    person, pk = erasure.person, erasure.person.contact.pk
    alone, said = person.alone, (*person.spellings, person.contact.full_name)
    erasure.remember(f"number:{number}" for number in alone)
    _recipients(person).delete()
    forget_in_imports(person.spellings, names=(person.contact.full_name, person.contact.business_name))
    numbers = list(person.contact.numbers.values_list("pk", flat=True))
    steps = list(person.contact.follow_ups.values_list("pk", flat=True))
    person.contact.delete()
    answers = RepeatableAnswer.objects.annotate(text=Cast("body", models.TextField()))
    for text in said:
        if len(text) >= SHORTEST:
            answers.filter(text__contains=text).delete()
    erasure.empty_history(PhoneNumber, rows=numbers, wholes=[pk])
    erasure.empty_history(FollowUp, rows=steps, wholes=[pk])
    erasure.empty_history(Contact, rows=[pk], why=erasure.why)


def _recipients(person: Person) -> models.QuerySet[Recipient]:
    found: models.QuerySet[Recipient] = Recipient.objects.filter(
        models.Q(contact=person.contact) | models.Q(e164__in=person.alone, contact=None)
    )
    return found
