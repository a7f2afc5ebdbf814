"""The form that the model fills in, made from `Findings`: for each value what was said, the turn and the words.

What can be counted, looked up or decided by rule is not in it: second and speaker of a quote, the score of the mood,
the engagement, the next step.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from analysis.conversation import Conversation, WantedField
from analysis.findings import Fact, Findings, Money, Timeline

Schema = dict[str, Any]

# The model is not asked for these: analysis/backends/openai/reply.py works them out.
LEFT_TO_US = frozenset({"schema_version", "engagement", "next_best_action", "sentiment", "summary", "custom"})
MOST_IN_LIST = 8


@cache
def asked_of_the_model() -> dict[str, tuple[type, bool]]:
    """Return the fields of `Findings` that the model fills: the type of the value, and whether there may be several."""
    asked = {}
    for name, field in Findings.model_fields.items():
        if name in LEFT_TO_US:
            continue
        origin, arguments = get_origin(field.annotation), get_args(field.annotation)
        is_many = origin is tuple
        fact = arguments[0] if is_many else next(each for each in arguments if each is not NoneType)
        assert is_many or origin in (Union, UnionType), name
        asked[name] = _value_of(fact), is_many
    return asked


def schema_for(conversation: Conversation) -> Schema:
    """Return the JSON schema of an answer about this conversation, strict: every key is required, no other allowed."""
    names = asked_of_the_model()
    parts = {name: _many(kind) if is_many else _maybe(_said(kind)) for name, (kind, is_many) in names.items()}
    contradiction = {"field": _one_of([*names]), "turn": {"type": "integer"}, "quote": {"type": "string"}}
    return _object(
        {
            **parts,
            "custom": _object({each.key: _maybe(_object_said(_wanted(each))) for each in conversation.wanted}),
            "moods": _list(_object({"turn": {"type": "integer"}, "score": {"type": "number"}})),
            "contradictions": _list(_object(contradiction)),
            "summary": {"type": "string"},
        }
    )


def _value_of(fact: Any) -> type:
    """The type of a fact's value: `Fact[str]` is a class of its own whose field says it."""
    assert issubclass(fact, Fact)
    annotation = fact.model_fields["value"].annotation
    # An aware moment is annotated; its origin is what counts here.
    kind = annotation if isinstance(annotation, type) else datetime
    return kind if issubclass(kind, (str, bool, int, Money, Timeline)) else datetime


def _said(kind: type) -> Schema:
    return _object_said(_value(kind))


def _object_said(value: Schema) -> Schema:
    said = {"turn": {"type": "integer"}, "quote": {"type": "string"}, "confidence": {"type": "number"}}
    return _object({"value": value, **said})


def _value(kind: type) -> Schema:
    if issubclass(kind, StrEnum):
        return _one_of([*kind])
    if kind is Money:
        return _money()
    if kind is Timeline:
        return _object({"text": {"type": "string"}, "days": {"type": ["integer", "null"]}})
    return {"type": {bool: "boolean", int: "integer"}.get(kind, "string")}


def _wanted(field: WantedField) -> Schema:
    if field.choices:
        return _one_of(field.choices)
    if field.kind == "money":
        return _money()
    return {"type": {"number": "number", "yes_no": "boolean"}.get(field.kind, "string")}


def _money() -> Schema:
    bound = {"type": ["number", "null"]}
    currency, period = {"type": "string"}, _one_of(("once", "month", "year"))
    return _object({"minimum": bound, "maximum": bound, "currency": currency, "period": period})


def _many(kind: type) -> Schema:
    return _list(_said(kind))


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(words: Any) -> Schema:
    return {"type": "string", "enum": [str(word) for word in words]}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
