"""A conversation as the page reads it: lines with the words that mattered marked, and the facts they stand for."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from analysis.corrections import Effective, is_twin, item_of
from analysis.fields import CUSTOM, as_stored, field_of
from analysis.findings import Fact
from calltracking.views.words import clock, label_of, say
from crm.phones import are_hidden, as_told
from telephony.models import Call, Correction, Turn


@dataclass(frozen=True)
class FactLine:
    """One value with its evidence; `turn` is None for one that a person entered and nobody said.

    `name` tells it from every other, `field` and `item` name it to whoever judges it, and `saw` is the value that they
    had before them. `verdict` and `by` say what a person said of it; `read_as` what the reading says instead.
    """

    name: str
    field: str
    item: str
    saw: str
    label: str
    value: str
    quote: str
    turn: int | None
    turn_label: str
    at: str
    said_by: str
    confidence: int
    conflict: str
    conflict_turn: int | None
    verdict: str
    by: str
    read_as: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a line; `label` is what its words were evidence for."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class SpokenLine:
    """One turn."""

    index: int
    number: int
    at: str
    speaker: str
    is_customer: bool
    pieces: tuple[Piece, ...]
    was_interrupted: bool
    intended: str
    tools: tuple[dict[str, Any], ...]


# They stand in the card of the call's meaning: topics in one line, points and the next step in its lists.
ELSEWHERE = ("next_best_action", "topics", "keywords", "key_points")


def facts_of(told: Effective | None) -> list[FactLine]:
    """Return what was said, in the order of the page; the summary's own material stands elsewhere on it."""
    if told is None:
        return []
    return [_fact_line(name, fact, told) for name, fact in told.findings.facts() if _stands_here(name, told)]


def _stands_here(name: str, told: Effective) -> bool:
    if name.startswith(CUSTOM):
        return not is_twin(told.findings, name.removeprefix(CUSTOM))
    return field_of(name) not in ELSEWHERE


def _fact_line(name: str, fact: Fact[Any], told: Effective) -> FactLine:
    evidence, said, field = fact.evidence, told.judged.get(name), field_of(name)
    was_said = evidence.turn >= 0
    return FactLine(
        name=name,
        field=field,
        item=said.item if said else item_of(field, fact.value),
        saw=json.dumps(as_stored(field, fact.value), sort_keys=True, ensure_ascii=False),
        label=label_of(name),
        value=_said(name, fact.value),
        quote=evidence.quote,
        turn=evidence.turn if was_said else None,
        turn_label=f"turn {evidence.turn + 1}" if was_said else "",
        at=clock(evidence.second) if was_said else "",
        said_by="the customer" if evidence.speaker == "customer" else "our side",
        confidence=round(fact.confidence * 100),
        conflict=fact.conflict.quote if fact.conflict else "",
        conflict_turn=fact.conflict.turn if fact.conflict else None,
        verdict=said.verdict if said else "",
        by=said.author if said else "",
        read_as=_read_as(field, fact, said, told) if said else "",
    )


def _read_as(field: str, fact: Fact[Any], said: Correction, told: Effective) -> str:
    """What the reading says where a person says something else."""
    if said.verdict != Correction.Verdict.CORRECTED:
        return ""
    if said.item:
        return as_told(said.item) if field == "phones" else said.item
    read = dict(told.read.facts()).get(field)
    return _said(field, read.value) if read is not None and read.value != fact.value else ""


def _said(name: str, value: Any) -> str:
    # A number that was read out of the conversation is a number; the spoken words beside it stay.
    return as_told(say(value)) if field_of(name) == "phones" else say(value)


def lines_of(call: Call, told: Effective | None) -> list[SpokenLine]:
    """Return the turns in order, with the quotes of what is held to be so marked where they stand."""
    quotes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if told is not None:
        for name, fact in told.findings.facts():
            if _stands_here(name, told):
                quotes[fact.evidence.turn].append((fact.evidence.quote, label_of(name)))
    agent = str(call.agent).split()[0] if call.agent else "Agent"
    return [_line(turn, quotes[turn.index], agent=agent) for turn in call.turns.order_by("index")]


def _line(turn: Turn, quotes: list[tuple[str, str]], *, agent: str) -> SpokenLine:
    is_customer = turn.speaker == "customer"
    return SpokenLine(
        index=turn.index,
        number=turn.index + 1,
        at=clock(turn.start_seconds),
        speaker="Customer" if is_customer else agent,
        is_customer=is_customer,
        pieces=mark(turn.content, quotes),
        was_interrupted=turn.was_interrupted,
        intended=turn.intended,
        # What a tool answered may hold the caller's number.
        tools=tuple({**tool, "result": ""} for tool in turn.tools) if are_hidden() else tuple(turn.tools),
    )


def mark(text: str, quotes: list[tuple[str, str]]) -> tuple[Piece, ...]:
    """Cut a line into pieces so that quoted words can be marked; overlapping quotes are marked as one."""
    spans: list[tuple[int, int, str]] = []
    for quote, label in quotes:
        start = text.find(quote)
        if quote and start >= 0 and len(quote) < len(text):
            spans.append((start, start + len(quote), label))
        elif quote and start >= 0:
            spans.append((0, len(text), label))
    pieces: list[Piece] = []
    end = 0
    for start, stop, label in _joined(spans):
        pieces += [Piece(text[end:start])] if start > end else []
        pieces.append(Piece(text[start:stop], label))
        end = stop
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    joined: list[tuple[int, int, str]] = []
    for start, stop, label in sorted(spans):
        if joined and start < joined[-1][1]:
            first, last, labels = joined[-1]
            both = labels if label in labels.split(", ") else f"{labels}, {label}"
            joined[-1] = (first, max(last, stop), both)
        else:
            joined.append((start, stop, label))
    return joined


def pretty_json(raw: Any) -> str:
    """Return raw JSON indented, in its own words and order."""
    return json.dumps(raw, indent=2, ensure_ascii=False)
