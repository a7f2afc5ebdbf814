"""What a call meant, as columns: each finding as a person would write it, and how the conversation went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from analysis.fields import list_fields, read_value, single_fields
from calltracking.exports.asked import Asked
from calltracking.exports.cells import Column
from calltracking.views.words import label_of, say
from crm import phones

# On the row already: as the call's own intent.
_LEFT_OUT = {"intent"}
MEASURES = (
    Column("agent_talk_share", "Agent's share of the talk", "number"),
    Column("silence_seconds", "Silence, seconds", "number"),
    Column("longest_silence_seconds", "Longest silence, seconds", "number"),
    Column("agent_response_seconds", "Agent answers after, seconds", "number"),
    Column("customer_response_seconds", "Customer answers after, seconds", "number"),
    Column("customer_questions", "Customer's questions", "number"),
    Column("flow", "Flow, 0 to 100", "number"),
)
_MEASURED = ("agent_talk_ratio", *(column.key for column in MEASURES[1:]))


def columns_of_findings() -> list[Column]:
    """Return the columns: mood and engagement, single findings, lists of them, measurements."""
    single = [name for name in single_fields() if name not in _LEFT_OUT]
    return [
        Column("mood", "Mood, -1 to 1", "number"),
        Column("engagement", "Engagement, 0 to 1", "number"),
        *(Column(f"found_{name}", f"Said: {label_of(name).lower()}") for name in single),
        *(Column(f"found_{name}", f"Said: {label_of(name).lower()}, all", "long") for name in list_fields()),
        *MEASURES,
    ]


def of_findings(findings: Mapping[str, Any], measured: Mapping[str, Any], *, asked: Asked) -> list[Any]:
    """Return what was found, in the order of the columns; `findings` and `measured` are the JSON that is stored."""
    raw = asked.format == "json"
    sentiment = findings.get("sentiment") or {}
    row: list[Any] = [sentiment.get("score"), findings.get("engagement")]
    for name in single_fields():
        if name not in _LEFT_OUT:
            fact = findings.get(name)
            row.append(None if fact is None else _told(name, fact["value"], raw=raw))
    for name in list_fields():
        values = [_told(name, fact["value"], raw=raw) for fact in findings.get(name) or ()]
        row.append(values if raw else "\n".join(str(value) for value in values))
    row += [measured.get(name) for name in _MEASURED]
    return row


def _told(name: str, value: Any, *, raw: bool) -> Any:
    if name == "phones":
        return phones.as_told(str(value))
    if raw or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and name not in _TYPED:
        return value.replace("_", " ") if name in _WORDS else value
    try:
        typed = read_value(name, value)
    except ValidationError:
        return str(value)
    return typed if isinstance(typed, datetime) else say(typed)


# What is stored as text and is more, and what is a word of ours.
_TYPED = {"callback_at", "annual_revenue", "budget", "timeline"}
_WORDS = {"resolution", "business_outcome"}
