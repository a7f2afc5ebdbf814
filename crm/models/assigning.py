"""Contacts that know when they are given to somebody: it is told to the floors above, whichever way it was done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

from django.db import models

from crm.signals import people_assigned


class Assigned(models.Model):
    """A row with an `assignee`; saving it with another one tells `people_assigned`."""

    assignee_id: int | None
    _held_by: int | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        row = super().from_db(db, field_names, values, **more)
        row._held_by = row.__dict__.get("assignee_id")
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        named = kwargs.get("update_fields")
        super().save(*args, **kwargs)
        is_written = named is None or "assignee" in named or "assignee_id" in named
        if is_written and "assignee_id" in self.__dict__ and self.assignee_id != self._held_by:
            self._held_by = self.assignee_id
            tell_assigned([self.pk], to=self.assignee_id)


def tell_assigned(contacts: Sequence[int], *, to: int | None) -> None:
    """Tell that the contacts are a member's from now on; for who writes many rows at once."""
    if contacts and to is not None:
        people_assigned.send(Assigned, contacts=contacts, member_id=to)
