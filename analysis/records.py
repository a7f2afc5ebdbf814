"""Conversations of one's own, a line of JSON each: what such a line must say, and what is written for it.

Everything a line may hold is somebody else's; it becomes a `Conversation` here or is refused with a sentence.
No row is read or written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from analysis.backends import AnalysisError, get_backend
from analysis.conversation import Conversation, Line, Speaker
from analysis.grounding import ground
from analysis.metrics import Each, Metrics, measure
from analysis.record_places import UnknownPlace, place_of
from analysis.scoring import Score, score
from analysis.wanted import wanted_by

SPEAKERS: dict[str, Speaker] = {
    "agent": "agent",
    "assistant": "agent",
    "ai": "agent",
    "customer": "customer",
    "caller": "customer",
    "user": "customer",
}
MOST_TURNS = 20_000
LONGEST_TURN = 100_000
# Room for seconds since 1970, which some write instead of seconds of the call.
LATEST_SECOND = 1e11
FIRST_YEAR, LAST_YEAR = 1970, 2199


class UnreadableRecord(ValueError):
    """The line is no conversation. The message is a sentence for people; `record_id` is its id, where it has one."""

    def __init__(self, message: str, *, record_id: str | int | None = None) -> None:
        super().__init__(message)
        self.record_id = record_id


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, read."""

    record_id: str | int | None
    conversation: Conversation


def answer_line(line: bytes | None, *, backend: str, now: datetime) -> dict[str, Any]:
    """Return what is written for a line: its findings, metrics and score, or `{"id", "error"}`. Never raises.

    None is a line that was too long to be kept.
    """
    try:
        record = read_record(line, now=now)
    except UnreadableRecord as unreadable:
        return {"id": unreadable.record_id, "error": str(unreadable)}
    try:
        return {"id": record.record_id, **answer(record.conversation, backend=backend)}
    except AnalysisError as failed:
        return {"id": record.record_id, "error": f"The backend could not read it: {failed}"}
    except Exception as failed:  # one conversation that trips a reader must not end a run over a million others
        return {"id": record.record_id, "error": f"It could not be read ({type(failed).__name__})."}


def answer(conversation: Conversation, *, backend: str) -> dict[str, Any]:
    """Return the findings that the conversation bears out, its metrics and its score, as plain JSON."""
    findings = ground(get_backend(backend).analyze(conversation), conversation).findings
    metrics = measure(conversation)
    return {
        "findings": findings.model_dump(mode="json"),
        "metrics": told_of_metrics(metrics),
        "score": told_of_score(score(findings, metrics)),
    }


def told_of_metrics(metrics: Metrics) -> dict[str, Any]:
    """Return the metrics under the names of the file, seconds in thousandths."""
    return {
        "is_timed": metrics.is_timed,
        "duration_s": _rounded(metrics.duration_seconds),
        "talk_s": _each(metrics.talk_seconds),
        "agent_talk_ratio": _rounded(metrics.agent_talk_ratio, digits=4),
        "overlap_s": _rounded(metrics.overlap_seconds),
        "silence_s": _rounded(metrics.silence_seconds),
        "longest_silence_s": _rounded(metrics.longest_silence_seconds),
        "turns": _counts(metrics.turns),
        "mean_response_delay_s": {
            "agent": _rounded(metrics.agent_response_seconds),
            "customer": _rounded(metrics.customer_response_seconds),
        },
        "interruptions": _counts(metrics.interruptions),
        "backchannels": _counts(metrics.backchannels),
        "questions": metrics.customer_questions,
        "longest_monologue_s": _each(metrics.longest_monologue_seconds),
        "words": _counts(metrics.words),
        "words_per_minute": _each(metrics.words_a_minute, digits=1),
        "flow": metrics.flow,
    }


def told_of_score(scored: Score) -> dict[str, Any]:
    """Return the score with its reasons."""
    return {
        "value": scored.value,
        "probability": scored.probability,
        "is_hot": scored.is_hot,
        "reasons": [asdict(reason) for reason in scored.reasons],
    }


# ---- reading a line -------------------------------------------------------------------------------------------


def read_record(line: bytes | None, *, now: datetime) -> Record:
    """Read one line. Raises `UnreadableRecord`; `now` is when a call without a time was held."""
    if line is None:
        raise UnreadableRecord("The line is longer than a conversation can be.")
    said = _object(line)
    record_id = _id(said.get("id"))
    try:
        return Record(record_id, _conversation(said, now=now))
    except (UnreadableRecord, UnknownPlace) as wrong:
        raise UnreadableRecord(str(wrong), record_id=record_id) from wrong


def _object(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise UnreadableRecord("The line is empty.")
    try:
        said = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableRecord(f"The line is not UTF-8 (byte {error.start + 1}).") from error
    except json.JSONDecodeError as error:
        raise UnreadableRecord(f"The line is not JSON: {error.msg} at character {error.pos + 1}.") from error
    except (RecursionError, ValueError) as error:  # nested a thousand deep, or a number of a thousand digits
        raise UnreadableRecord("The line is JSON that nobody writes: too deep, or a number too long.") from error
    if not isinstance(said, dict):
        raise UnreadableRecord("The line is no JSON object.")
    return said


def _id(value: Any) -> str | int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _well_formed(value) if isinstance(value, str) else None


def _conversation(said: dict[str, Any], *, now: datetime) -> Conversation:
    place = place_of(
        region=_text(said, "region"), currency=_text(said, "currency"), time_zone=_text(said, "timezone").strip()
    )
    # A preset that nobody knows wants nothing in particular: everything that is known of is read.
    preset = re.sub(r"[\s-]+", "_", _text(said, "preset").strip().lower())
    preset = {"b2b": "b2b_sales"}.get(preset, preset)
    return Conversation(
        lines=tuple(_lines(said)),
        called_at=_called_at(_text(said, "called_at"), time_zone=place.time_zone) or now,
        region=place.region,
        currency=place.currency,
        time_zone=place.time_zone,
        wanted=wanted_by(preset),
        preset=preset,
    )


def _lines(said: dict[str, Any]) -> Iterable[Line]:
    turns = said.get("turns")
    if turns is None:
        raise UnreadableRecord("There are no turns.")
    if not isinstance(turns, list):
        raise UnreadableRecord("turns is no list.")
    if not turns:
        raise UnreadableRecord("turns is empty: nobody said anything.")
    if len(turns) > MOST_TURNS:
        raise UnreadableRecord(f"There are more than {MOST_TURNS:,} turns.")
    return (_line(index, turn) for index, turn in enumerate(turns))


def _line(index: int, turn: Any) -> Line:
    if not isinstance(turn, dict):
        raise UnreadableRecord(f"Turn {index} is no JSON object.")
    content = turn.get("content")
    if content is not None and not isinstance(content, str):
        raise UnreadableRecord(f"Turn {index}: content is no text.")
    if content and len(content) > LONGEST_TURN:
        raise UnreadableRecord(f"Turn {index} is longer than {LONGEST_TURN:,} characters.")
    return Line(
        index=index,
        speaker=_speaker(index, turn.get("speaker")),
        text=_well_formed(content or ""),
        start_seconds=_second(index, turn, "start"),
        end_seconds=_second(index, turn, "end"),
    )


def _speaker(index: int, said: Any) -> Speaker:
    speaker = SPEAKERS.get(said.strip().lower()) if isinstance(said, str) else None
    if speaker is None:
        raise UnreadableRecord(f"Turn {index}: speaker is neither agent nor customer.")
    return speaker


def _second(index: int, turn: dict[str, Any], name: str) -> float | None:
    value = turn.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableRecord(f"Turn {index}: {name} is no number of seconds.")
    # An integer may be too large to become a float at all.
    if not (isinstance(value, int) or isfinite(value)) or not -LATEST_SECOND <= value <= LATEST_SECOND:
        raise UnreadableRecord(f"Turn {index}: {name} is no second of a call.")
    return float(value)


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableRecord(f"{name} is no text.")
    return value.strip()


def _called_at(text: str, *, time_zone: str) -> datetime | None:
    """A time without an offset is one of the record's time zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableRecord("called_at is no ISO 8601 time, such as 2026-11-20T10:30:00+05:30.") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise UnreadableRecord(f"called_at is not between {FIRST_YEAR} and {LAST_YEAR}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))


def _well_formed(text: str) -> str:
    """Half a character, which JSON can spell and UTF-8 cannot, becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ---- writing numbers ------------------------------------------------------------------------------------------


def _rounded(value: float | None, *, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


def _each(each: Each, *, digits: int = 3) -> dict[str, float]:
    return {"agent": round(each.agent, digits), "customer": round(each.customer, digits)}


def _counts(each: Each) -> dict[str, int]:
    return {"agent": int(each.agent), "customer": int(each.customer)}
