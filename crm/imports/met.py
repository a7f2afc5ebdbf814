"""Whom rows have met, and what became of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from crm.models import (
    Contact,
    ExtractionField,
)

OWN_ANSWER = "custom."


class Outcome(Enum):
    """What became of a row."""

    MADE = "New"
    CHANGED = "Changed"
    UNCHANGED = "Unchanged"
    REJECTED = "Rejected"


@dataclass(eq=False)
class Met:
    """A contact that rows have met, with what they did to them so far."""

    contact: Contact
    is_new: bool = False
    numbers: set[str] = field(default_factory=set)
    added: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    answers: dict[ExtractionField, Any] = field(default_factory=dict)

    def put(self, name: str, value: Any) -> None:
        self.before.setdefault(name, getattr(self.contact, name))
        setattr(self.contact, name, value)

    def answer(self, own: ExtractionField, value: Any) -> None:
        self.before.setdefault(OWN_ANSWER + own.key, self.contact.custom.get(own.key))
        self.contact.custom = {**self.contact.custom, own.key: value}
        self.answers[own] = value

    def now(self, name: str) -> Any:
        """Return a field's value, or that of an answer."""
        is_own = name.startswith(OWN_ANSWER)
        return self.contact.custom.get(name.removeprefix(OWN_ANSWER)) if is_own else getattr(self.contact, name)
