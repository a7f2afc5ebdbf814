"""A conversation as the page reads it: lines with the words that mattered marked, and the facts they stand for."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from analysis.findings import Fact, Findings
from calltracking.views.words import clock, label_of, say
from crm.phones import are_hidden, as_told
from telephony.models import Call, Insight, Turn


@dataclass(frozen=True)
class FactLine:
    """One value with its evidence."""

    name: str
    label: str
    value: str
    turn: int
    turn_label: str
    at: str
    said_by: str
    confidence: int
    conflict: str


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


def facts_of(insight: Insight | None) -> list[FactLine]:
    """Return what was said, in the order of the page; the intent and the next step stand elsewhere on it."""
    if insight is None:
        return []
    found = Findings.model_validate(insight.findings)
    return [_fact_line(name, fact) for name, fact in found.facts() if _stands_here(name)]


# Topics stand in one line under the summary; points and the next step are the summary's own material.
_ELSEWHERE = ("next_best_action", "topics", "keywords", "key_points")


def topics_of(insight: Insight | None) -> str:
    """Return what the call was about, in one line."""
    topics = Findings.model_validate(insight.findings).topics if insight else ()
    return ", ".join(dict.fromkeys(fact.value for fact in topics))


def _stands_here(name: str) -> bool:
    return name.partition("[")[0] not in _ELSEWHERE


def _fact_line(name: str, fact: Fact[Any]) -> FactLine:
    evidence = fact.evidence
    return FactLine(
        name=name,
        label=label_of(name),
        value=_said(name, fact.value),
        turn=evidence.turn,
        turn_label=f"turn {evidence.turn + 1}",
        at=clock(evidence.second),
        said_by="customer" if evidence.speaker == "customer" else "agent",
        confidence=round(fact.confidence * 100),
        conflict=fact.conflict.quote if fact.conflict else "",
    )


def _said(name: str, value: Any) -> str:
    # A number that was read out of the conversation is a number; the spoken words beside it stay.
    return as_told(say(value)) if name.partition("[")[0] == "phones" else say(value)


def lines_of(call: Call, insight: Insight | None) -> list[SpokenLine]:
    """Return the turns in order, with the quotes of the insight marked where they stand."""
    quotes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if insight is not None:
        for name, fact in Findings.model_validate(insight.findings).facts():
            if _stands_here(name):
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
