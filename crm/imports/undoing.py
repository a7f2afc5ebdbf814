"""An import taken back: whom it made and nobody touched since goes, what it changed and nobody changed since returns.

What a person, a call or a program did since stays, and is named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from crm.history import Change
from crm.imports.met import OWN_ANSWER
from crm.leases import Lease
from crm.models import (
    Contact,
    ContactImport,
    ContactValue,
    ContactWord,
    ExtractionField,
    FollowUp,
    ImportedContact,
    LeadStatus,
    LeadStatusChange,
    Membership,
    PhoneNumber,
)
from crm.models.lead_status import Priority

LOT = 100
# What a contact has by itself, and what history tells of anyway.
_PARTS: set[type[models.Model]] = {ContactValue, ContactWord, ImportedContact, LeadStatusChange, PhoneNumber}
TOUCHED = "Somebody changed them since."
USED = "There is something about them since: {}."


def goes_along(model: type[models.Model]) -> None:
    """Say that rows of the model are no reason to keep a contact: floors above add what they tell of an import."""
    _PARTS.add(model)


def take_back_some(lease: Lease) -> bool:
    """Take back the next contacts, the newest first; returns whether there were no more."""
    with lease.effect(finish=False) as batch:
        # Whoever was dealt with is gone or marked, so the next ones are always the first that are left.
        rows = ImportedContact.objects.filter(batch=batch, is_undone=False, kept="").select_related("contact")
        some = list(rows.order_by("-pk")[:LOT])
        _lock(row.contact_id for row in some)
        _remove(batch, [row for row in some if row.was_made])
        for row in some:
            if not row.was_made:
                row.kept = _put_back(batch, row)[:300]
                row.is_undone = not row.kept
                batch.put_back += row.is_undone
                batch.kept += not row.is_undone
                row.save(update_fields=["is_undone", "kept"])
        if not some:
            batch.stage = ContactImport.Stage.UNDONE
            batch.end_lease()
        batch.attempts = 0
        batch.save(update_fields=["stage", "attempts", "removed", "put_back", "kept"])
    return not some


def _lock(pks: Iterable[int]) -> None:
    list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=list(pks)).order_by("pk").only("pk"))


def _remove(batch: ContactImport, rows: list[ImportedContact]) -> None:
    """Remove the contacts that the import made and nothing stands in the way of; mark the others."""
    pks = [row.contact_id for row in rows]
    kept = {**_used(pks), **dict.fromkeys(_changed_since(batch, pks), TOUCHED)}
    for row in rows:
        if row.contact_id in kept:
            row.kept = kept[row.contact_id]
            row.save(update_fields=["kept"])
    batch.kept += len(kept)
    batch.removed += len(pks) - len(kept)
    Contact.objects.filter(pk__in=[pk for pk in pks if pk not in kept]).delete()


def _changed_since(batch: ContactImport, pks: list[int]) -> set[int]:
    """Return those of the contacts that anything but this import changed, their numbers and next steps included."""
    found: set[int] = set()
    tracked: Any = ((Contact, "pgh_obj_id"), (PhoneNumber, "whole_id"), (FollowUp, "whole_id"))
    for model, name in tracked:
        others = model.pgh_event_model.objects.filter(**{f"{name}__in": pks}).exclude(
            pgh_context__contact_import=batch.pk
        )
        found |= set(others.values_list(name, flat=True))
    return found


def _used(pks: list[int]) -> dict[int, str]:
    """Return, for those of whom there is more than what every contact has, what that is."""
    found: dict[int, str] = {}
    for relation in Contact._meta.related_objects:
        model: Any = relation.related_model
        if model in _PARTS or issubclass(model, Change):
            continue
        key = relation.field.attname
        rows = model.objects.filter(**{f"{key}__in": pks})
        if model is FollowUp:
            rows = rows.filter(is_automatic=False)
        why = USED.format(model._meta.verbose_name_plural)
        found |= dict.fromkeys(rows.values_list(key, flat=True).distinct(), why)
    return found


# ---- what was changed -----------------------------------------------------------------------------------------


def _put_back(batch: ContactImport, row: ImportedContact) -> str:
    """Put back what is still as the import left it; returns what stays, in words, empty where all went back."""
    contact, stays = row.contact, []
    names = []
    for name, (before, after) in row.changes.items():
        if _held(contact, name) != _typed(name, after):
            stays.append(_label(name))
        elif name == "lead_status":
            _put_status_back(contact, before, batch.made_by)
            names += ["lead_status", "priority"]
        else:
            _put(contact, name, _typed(name, before))
            names.append(name.partition(".")[0])
    if names:
        contact.save(update_fields=sorted(set(names)))
    for e164 in row.numbers:
        PhoneNumber.objects.filter(contact=contact, e164=e164).delete()
    return f"Changed since, so it stays: {', '.join(stays)}." if stays else ""


def _held(contact: Contact, name: str) -> Any:
    return contact.custom.get(name.removeprefix(OWN_ANSWER)) if name.startswith(OWN_ANSWER) else getattr(contact, name)


def _typed(name: str, value: Any) -> Any:
    """Return a value that was kept as JSON as the contact holds it."""
    if name.startswith(OWN_ANSWER) or value is None:
        return value
    return _field(name).to_python(value)


def _put(contact: Contact, name: str, value: Any) -> None:
    if not name.startswith(OWN_ANSWER):
        setattr(contact, name, value)
        return
    key = name.removeprefix(OWN_ANSWER)
    kept = {**contact.custom, key: value}
    contact.custom = {key: said for key, said in kept.items() if said is not None}
    field = ExtractionField.objects.filter(key=key).first()
    if field is None:
        return
    if value is None:
        ContactValue.objects.filter(contact=contact, field=field).delete()
    else:
        ContactValue.objects.take_in({contact: {field: value}}, said_at=timezone.now())


def _put_status_back(contact: Contact, before: str, by: Membership | None) -> None:
    """Leave the history of the status whole: going back is a step of it."""
    if before:
        LeadStatusChange.objects.create(
            contact=contact, from_status=contact.lead_status, to_status=before, by=by, why="Import undone"
        )
    contact.lead_status = LeadStatus(before) if before else ""
    if not before:
        contact.priority = Priority.COLD
        FollowUp.objects.open().filter(contact=contact, is_automatic=True).update(state=FollowUp.State.CANCELED)


def _label(name: str) -> str:
    if name.startswith(OWN_ANSWER):
        return name.removeprefix(OWN_ANSWER)
    return str(_field(name).verbose_name)


def _field(name: str) -> Any:
    return Contact._meta.get_field(name.removesuffix("_id"))
