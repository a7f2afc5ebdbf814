"""From the model's answers to `Findings`: hostile input becomes typed values here, value by value.

What is not of the form is left out, and what is asked of nobody is not looked at: no key of an answer reaches anything
but the field it is named for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from analysis.backends.builtin.hearing import distinct, hear, last
from analysis.backends.builtin.mood import Shown, read_engagement, read_sentiment, sentiment_of
from analysis.backends.builtin.outcomes import next_best_action
from analysis.backends.openai.doubts import doubt, without_inventions
from analysis.backends.openai.schema import MOST_IN_LIST, asked_of_the_model
from analysis.backends.openai.values import (
    Malformed,
    is_number,
    is_whole,
    read_address,
    read_choice,
    read_count,
    read_date,
    read_list,
    read_moment,
    read_money,
    read_number,
    read_phone,
    read_text,
    read_timeline,
    read_word,
    read_yes_no,
)
from analysis.conversation import Conversation, WantedField
from analysis.findings import Evidence, Fact, Findings, Intent, Money, Sentiment, Timeline
from analysis.grounding import Dropped, ground

LONGEST_QUOTE = 600
LONGEST_SUMMARY = 800


@dataclass
class Part:
    """What one answer told of its window."""

    facts: dict[str, list[Fact[Any]]] = field(default_factory=dict)
    moods: dict[int, float] = field(default_factory=dict)
    against: list[tuple[str, Evidence]] = field(default_factory=list)
    summary: str = ""
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """What the answers told of the whole conversation, not grounded yet, and what was not believed."""

    findings: Findings
    dropped: tuple[Dropped, ...]


def object_of(text: str) -> dict[str, Any]:
    """Return the JSON object that an answer is, fences around it or not; raises `Malformed`."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise Malformed("it holds no JSON object")
    try:
        found = json.loads(text[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise Malformed("it is no valid JSON") from error
    if not isinstance(found, dict):
        raise Malformed("it is no JSON object")
    return found


def read_part(raw: dict[str, Any], conversation: Conversation) -> Part:
    """Return the values of one answer that are of the form, and the names of those that are not."""
    summary = raw.get("summary")
    part = Part(summary=" ".join(summary.split())[:LONGEST_SUMMARY] if isinstance(summary, str) else "")
    for name, (kind, is_many) in asked_of_the_model().items():
        _read_facts(part, name, raw.get(name), _reader(name, kind, conversation), conversation, is_many=is_many)
    custom = raw.get("custom")
    for wanted in conversation.wanted:
        value = custom.get(wanted.key) if isinstance(custom, dict) else None
        _read_facts(part, f"custom.{wanted.key}", value, _wanted_reader(wanted, conversation), conversation)
    for mood in read_list(raw.get("moods")):
        if isinstance(mood, dict) and is_whole(mood.get("turn")) and is_number(mood.get("score")):
            part.moods[mood["turn"]] = max(-1.0, min(1.0, float(mood["score"])))
    for other in read_list(raw.get("contradictions")):
        if isinstance(other, dict) and is_whole(other.get("turn")) and isinstance(other.get("quote"), str):
            part.against.append((str(other.get("field")), _evidence(other, conversation)))
    return part


def findings_of(parts: Sequence[Part], conversation: Conversation) -> Read:
    """Put the answers of all windows together: the last statement counts, and we add what is ours to work out."""
    dropped: list[Dropped] = []
    heard = hear(conversation)
    found: dict[str, Any] = {}
    custom: dict[str, Fact[Any]] = {}
    several = {name: is_many for name, (_, is_many) in asked_of_the_model().items()}
    names = dict.fromkeys(name for part in parts for name in part.facts)
    for name in names:
        told = [fact for part in parts for fact in part.facts.get(name, ())]
        believed = []
        for fact in told:
            why = doubt(name, fact, conversation)
            if why:
                dropped.append(Dropped(name=name, quote=fact.evidence.quote, why=why))
            else:
                believed.append(fact)
        believed.sort(key=lambda fact: fact.evidence.turn)
        if several.get(name):
            found[name] = distinct(believed, at_most=MOST_IN_LIST)
        elif believed:
            chosen = _banned(believed) or last(believed, heard)
            assert chosen is not None
            against = next((said for part in parts for field_, said in part.against if field_ == name), None)
            chosen = chosen if chosen.conflict or against is None else chosen.model_copy(update={"conflict": against})
            if name.startswith("custom."):
                custom[name.removeprefix("custom.")] = chosen
            else:
                found[name] = chosen
    findings = Findings(
        **found,
        custom=custom,
        sentiment=_sentiment(parts, conversation) or read_sentiment(heard),
        engagement=read_engagement(heard),
        summary=_summary(parts, conversation),
    )
    # By rule, from what is going to be left of it: a step must not rest on what nobody said.
    action = next_best_action(ground(findings, conversation).findings)
    return Read(findings.model_copy(update={"next_best_action": action}), tuple(dropped))


def _banned(facts: Sequence[Fact[Any]]) -> Fact[Any] | None:
    """A request not to be called again outweighs everything else, whenever it was made."""
    return next((fact for fact in facts if fact.value is Intent.DO_NOT_CALL), None)


def _sentiment(parts: Sequence[Part], conversation: Conversation) -> Sentiment | None:
    moods: dict[int, float] = {}
    for part in parts:
        moods |= part.moods
    if not moods:
        return None
    theirs = dict.fromkeys(line.index for line in conversation.lines if line.speaker == "customer")
    scores = {turn: round(moods.get(turn, 0.0), 3) for turn in theirs}
    # Who is in a bad mood is irritated as far as we know: a model tells one number a turn.
    return sentiment_of([(turn, Shown(score, max(0.0, -score))) for turn, score in scores.items()])


def _summary(parts: Sequence[Part], conversation: Conversation) -> str:
    # Each window's answer sums up the call so far.
    whole = next((part.summary for part in reversed(parts) if part.summary), "")
    return without_inventions(whole, conversation)


# ---- one value ------------------------------------------------------------------------------------------------

Reader = Callable[[Any], Any]


def _read_facts(
    part: Part, name: str, raw: Any, reader: Reader, conversation: Conversation, *, is_many: bool = False
) -> None:
    told = read_list(raw) if is_many else [] if raw is None else [raw]
    if is_many and raw is not None and not isinstance(raw, list):
        part.wrong.append(name)
    for each in told[: 4 * MOST_IN_LIST]:
        try:
            part.facts.setdefault(name, []).append(_fact(each, reader, conversation))
        except Malformed:
            part.wrong.append(name)


def _fact(raw: Any, reader: Reader, conversation: Conversation) -> Fact[Any]:
    if not isinstance(raw, dict) or not is_whole(raw.get("turn")) or not isinstance(raw.get("quote"), str):
        raise Malformed("a value names no turn or no words")
    confidence = raw.get("confidence")
    sure = max(0.0, min(1.0, float(confidence))) if is_number(confidence) else 0.5
    return Fact(value=reader(raw.get("value")), confidence=round(sure, 2), evidence=_evidence(raw, conversation))


def _evidence(raw: dict[str, Any], conversation: Conversation) -> Evidence:
    """Grounding looks it up and puts in second and speaker; a turn that is not there it refuses."""
    line = conversation.line(raw["turn"])
    return Evidence(turn=raw["turn"], quote=raw["quote"][:LONGEST_QUOTE], speaker=line.speaker if line else "agent")


def _reader(name: str, kind: type, conversation: Conversation) -> Reader:
    if name == "phones":
        return lambda value: read_phone(value, region=conversation.region)
    if name in ("email", "website"):
        return lambda value: read_address(value, has_at=name == "email")
    if issubclass(kind, StrEnum):
        return lambda value: read_word(value, kind)
    readers: dict[type, Reader] = {
        bool: read_yes_no,
        int: read_count,
        Money: lambda value: read_money(value, currency=conversation.currency),
        Timeline: read_timeline,
        datetime: lambda value: read_moment(value, zone=conversation.time_zone),
    }
    return readers.get(kind, read_text)


def _wanted_reader(wanted: WantedField, conversation: Conversation) -> Reader:
    if wanted.choices:
        return lambda value: read_choice(value, wanted.choices)
    readers: dict[str, Reader] = {
        "number": read_number,
        "money": lambda value: read_money(value, currency=conversation.currency),
        "date": read_date,
        "yes_no": read_yes_no,
    }
    return readers.get(wanted.kind, read_text)
