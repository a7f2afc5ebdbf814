"""What kind of value each finding is, so that a person can enter one and a program can compare two."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter

from analysis.conversation import Conversation, FieldKind
from analysis.findings import CustomValue, Fact, Findings, Money, Timeline

Kind = FieldKind | Literal["moment", "timeline"]

CUSTOM = "custom."


@cache
def single_fields() -> tuple[str, ...]:
    """Return the findings that have one value at most, in the order of the page."""
    return tuple(name for name, (_, is_list) in _facts().items() if not is_list)


@cache
def list_fields() -> tuple[str, ...]:
    """Return the findings that have any number of values, in the order of the page."""
    return tuple(name for name, (_, is_list) in _facts().items() if is_list)


def is_known(name: str) -> bool:
    """Return whether findings can have a value of that name; every own field of a company counts as one."""
    return name in _facts() or (name.startswith(CUSTOM) and len(name) > len(CUSTOM))


def field_of(name: str) -> str:
    """Return the field that a fact's name stands for: `phones` for `phones[0]`, `custom.bedrooms` for itself."""
    return name.partition("[")[0]


def kind_of(name: str, *, value: Any = None, conversation: Conversation | None = None) -> Kind:
    """Return the kind of a field's values. A company's own field says so itself; else its value does."""
    if not name.startswith(CUSTOM):
        return _kind_of_type(_facts()[name][0])
    wanted = conversation.wanted if conversation else ()
    told = next((field.kind for field in wanted if CUSTOM + field.key == name), None)
    return told or _kind_of_type(type(value))


def choices_of(name: str, *, conversation: Conversation | None = None) -> tuple[str, ...]:
    """Return the values a choice is made from."""
    if not name.startswith(CUSTOM):
        kind = _facts()[name][0]
        return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()
    wanted = conversation.wanted if conversation else ()
    return next((field.choices for field in wanted if CUSTOM + field.key == name), ())


def read_value(name: str, stored: Any) -> Any:
    """Return the typed value of what was stored as JSON. Raises ValueError where the field cannot hold it."""
    return _adapter(name).validate_python(stored)


def as_stored(name: str, value: Any) -> Any:
    """Return a typed value as the JSON that `Findings` would make of it."""
    return _adapter(name).dump_python(value, mode="json")


@cache
def _facts() -> dict[str, tuple[Any, bool]]:
    """The type of each fact's value, and whether the field is a list of facts."""
    found: dict[str, tuple[Any, bool]] = {}
    for name, field in Findings.model_fields.items():
        annotation: Any = field.annotation
        fact = next((part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, Fact)), None)
        if fact is not None and name != "custom":
            held: Any = fact.model_fields["value"].annotation
            found[name] = (held, get_origin(annotation) is tuple)
    return found


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType, tuple) else (annotation,)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    of: Any = CustomValue if name.startswith(CUSTOM) else _facts()[name][0]
    return TypeAdapter(of)


def _kind_of_type(kind: Any) -> Kind:
    if kind is bool:
        return "yes_no"
    if kind in (int, float):
        return "number"
    if kind is Money:
        return "money"
    if kind is Timeline:
        return "timeline"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "choice"
    return "text" if kind in (str, tuple, list, type(None)) else "moment"
