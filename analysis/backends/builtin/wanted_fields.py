"""A company's own fields: known keys by the readers made for them, all others by their kind and their words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from analysis.backends.builtin.field_answers import (
    Asked,
    read_date,
    read_money,
    read_number,
    read_text,
    read_yes_no,
)
from analysis.backends.builtin.field_choices import read_choice
from analysis.backends.builtin.field_topics import asked_about
from analysis.backends.builtin.hearing import Heard, last
from analysis.backends.builtin.needs import NEEDS
from analysis.backends.builtin.wants import FINANCING, PROPERTY_TYPES
from analysis.conversation import WantedField
from analysis.findings import Fact, Money, Timeline

# Keys that a finding of its own answers.
OF_FINDINGS = {
    "budget": "budget",
    "timeline": "timeline",
    "company_size": "company_size",
    "annual_revenue": "annual_revenue",
    "decision_maker": "decision_maker",
    "emergency": "emergency",
    "address": "address",
    "city": "city",
    "state": "state",
    "industry": "industry",
    "email": "email",
    "website": "website",
    "business_name": "business_name",
    "owner_name": "owner_name",
}
# What the readers made for these do not find was not said.
CAREFULLY_READ = frozenset({*OF_FINDINGS, *NEEDS, "bedrooms", "seats", "locations", "site_visit", "site_visit_at"})
LISTS = {"property_type": PROPERTY_TYPES, "financing": FINANCING}


@dataclass(frozen=True)
class Listening:
    """What the readers need beside the words."""

    called_at: datetime
    day_first: bool
    currency: str


def read_wanted(
    heard: Sequence[Heard],
    statements: Sequence[Heard],
    wanted: tuple[WantedField, ...],
    *,
    found: dict[str, Any],
    listening: Listening,
) -> dict[str, Fact[Any]]:
    """The answers to the wanted fields, by key: of their kind, or left out. `found` is what was read so far."""
    answers: dict[str, Fact[Any]] = {}
    others: list[WantedField] = []
    for field in wanted:
        answer = _known(field, statements, found, listening)
        if answer is not None:
            answers[field.key] = answer
        elif not _is_read_carefully(field):
            others.append(field)
    # The known ones listen too: a question that is theirs is nobody else's.
    generic = _by_kind(statements, tuple(others), everything=wanted, listening=listening)
    return {field.key: both[field.key] for both in [answers | generic] for field in wanted if field.key in both}


def _known(
    field: WantedField, statements: Sequence[Heard], found: dict[str, Any], listening: Listening
) -> Fact[Any] | None:
    fact = found["custom"].get(field.key) or found.get(OF_FINDINGS.get(field.key, ""))
    if fact is None and field.key in NEEDS:
        fact = NEEDS[field.key](statements, listening.called_at, listening.day_first)
    return as_kind(field, fact, called_at=listening.called_at) if isinstance(fact, Fact) else None


def _is_read_carefully(field: WantedField) -> bool:
    """Whether the reader made for the key has the last word: not about a list of the company's own."""
    if field.kind == "choice":
        return field.key in LISTS and set(field.choices) <= set(LISTS[field.key])
    return field.key in CAREFULLY_READ


def as_kind(field: WantedField, fact: Fact[Any], *, called_at: datetime) -> Fact[Any] | None:
    """The fact as an answer of the field's kind; None when it cannot be one."""
    value = fact.value
    if isinstance(value, Timeline):
        is_counted = field.kind == "date" and value.days is not None
        day = called_at.date() + timedelta(days=value.days or 0)
        value = day.isoformat() if is_counted else value.text if field.kind == "text" else None
    if field.kind == "choice":
        named = value.casefold() if isinstance(value, str) else None
        value = next((name for name in field.choices if name.casefold() == named), None)
    if value is None or not _FITS[field.kind](value):
        return None
    return fact if value is fact.value else fact.model_copy(update={"value": value})


def _is_day(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


_FITS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str | tuple),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "money": lambda value: isinstance(value, Money),
    "date": _is_day,
    "yes_no": lambda value: isinstance(value, bool),
    "choice": lambda value: isinstance(value, str),
}


def _by_kind(
    statements: Sequence[Heard],
    fields: tuple[WantedField, ...],
    *,
    everything: tuple[WantedField, ...],
    listening: Listening,
) -> dict[str, Fact[Any]]:
    if not fields:
        return {}
    heard_of: dict[str, list[Fact[Any]]] = {field.key: [] for field in fields}
    readers = {field.key: _reader(field, listening) for field in fields}
    for heard in statements:
        if not heard.text.strip():
            continue
        questions = asked_about(heard.question, everything) if heard.question else {}
        for field in fields:
            fact = readers[field.key](Asked(field, heard, questions.get(field.key, "")))
            if fact is not None:
                heard_of[field.key].append(fact)
    answers = {key: last(facts, statements) for key, facts in heard_of.items()}
    return {key: fact for key, fact in answers.items() if fact is not None}


def _reader(field: WantedField, listening: Listening) -> Callable[[Asked], Fact[Any] | None]:
    match field.kind:
        case "number":
            return partial(read_number, currency=listening.currency)
        case "money":
            return partial(read_money, currency=listening.currency)
        case "date":
            return partial(read_date, called_at=listening.called_at, day_first=listening.day_first)
        case "yes_no":
            return read_yes_no
        case "choice":
            return read_choice
    return read_text
