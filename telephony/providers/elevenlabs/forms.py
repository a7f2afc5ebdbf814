"""The forms in which a conversation reaches us, brought into the vendor's own.

Three are read: the vendor's (`type`, `event_timestamp`, `data`), the flat `conversation.ended`, and the mixtures that
forwarders make of both, down to a bare `{"data": …}`. What the vendor's form says already is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from telephony.events import CallDirection
from telephony.providers.elevenlabs.words import (
    ANALYSIS_SPELLINGS,
    DIRECTIONS,
    ID_SPELLINGS,
    PHONE_SPELLINGS,
    REFERENCE_SPELLINGS,
    SAID_OUTCOMES,
    STATUS_OF_EVENT,
    TIME_SPELLINGS,
    TURN_LISTS,
    TURN_SPELLINGS,
    TURN_TIMES,
)
from telephony.providers.untrusted import word

LONGEST_CALL_SECONDS = 10_000_000
LAST_MOMENT = 4_102_444_800  # the year 2100: later ones are mistakes
Said = Mapping[str, Any]


def event_name(read: Said) -> str:
    """Return what the body calls itself; empty when it does not."""
    name = read.get("type") or read.get("event") or ""
    return name if isinstance(name, str) else str(name)


def conversation_in(read: Said) -> Said:
    """Return the part of a body that tells of the conversation: its `data`, or a flat body itself."""
    data = read.get("data")
    return data if isinstance(data, dict) else read


def told_time(read: Said) -> datetime | None:
    """Return when the body says it was told."""
    seconds = unix_seconds(read.get("event_timestamp"))
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds < LAST_MOMENT else None


def in_vendors_form(said: Said) -> dict[str, Any]:
    """Return the conversation as the vendor would put it, whichever of the forms it came in."""
    metadata = _filled(_object(said.get("metadata")), {**TIME_SPELLINGS, **REFERENCE_SPELLINGS}, said)
    for name in ("start_time_unix_secs", "accepted_time_unix_secs"):
        metadata[name] = unix_seconds(metadata.get(name))
    metadata["phone_call"] = _phone_call(said, metadata)
    return {
        **_filled(said, ID_SPELLINGS),
        "status": said.get("status") or STATUS_OF_EVENT.get(event_name(said), ""),
        "metadata": metadata,
        "analysis": _analysis(said),
        "transcript": _transcript(said.get("transcript"), began=metadata["start_time_unix_secs"]),
    }


def unix_seconds(value: object) -> float | None:
    """Return Unix seconds of a moment told in seconds, milliseconds or ISO 8601 with a zone; else None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if 1e11 < value < 1e14 else value
        return seconds if 0 <= seconds < 1e11 else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _phone_call(said: Said, metadata: Said) -> dict[str, Any]:
    phone = _filled(_object(metadata.get("phone_call")), PHONE_SPELLINGS, {**metadata, **said})
    theirs, ours = "from_number", "to_number"
    if word(DIRECTIONS, phone.get("direction"), CallDirection.UNKNOWN) == CallDirection.OUTBOUND:
        theirs, ours = ours, theirs
    for name, told in (("external_number", theirs), ("agent_number", ours)):
        if not phone.get(name):
            phone[name] = said.get(told) or metadata.get(told)
    return phone


def _analysis(said: Said) -> dict[str, Any]:
    analysis = _object(said.get("analysis"))
    if analysis.get("call_successful") is None and said.get("call_successful") is not None:
        analysis = {**analysis, "call_successful": said["call_successful"]}
    analysis = _filled(analysis, ANALYSIS_SPELLINGS)
    told = analysis.get("call_successful")
    if isinstance(told, bool | str):
        analysis["call_successful"] = SAID_OUTCOMES.get(told, told)
    return analysis


def _transcript(told: object, *, began: float | None) -> list[dict[str, Any]]:
    if isinstance(told, dict):
        told = next((told[name] for name in TURN_LISTS if isinstance(told.get(name), list)), [])
    turns = [turn for turn in told if isinstance(turn, dict)] if isinstance(told, list) else []
    return [_turn(turn, began=began) for turn in turns]


def _turn(told: Said, *, began: float | None) -> dict[str, Any]:
    turn = _filled(told, TURN_SPELLINGS)
    if "time_in_call_secs" not in turn:
        turn["time_in_call_secs"] = _second_in_call(next((told[n] for n in TURN_TIMES if n in told), None), began=began)
    return turn


def _second_in_call(told: object, *, began: float | None) -> float | None:
    seconds = unix_seconds(told)
    if seconds is None or seconds < LONGEST_CALL_SECONDS:
        return seconds
    return None if began is None else max(0.0, seconds - began)


def _filled(said: Said, spellings: Mapping[str, Sequence[str]], *others: Said) -> dict[str, Any]:
    """Return a copy with every name filled in from its other spellings, here or in what stands around it."""
    filled = dict(said)
    for name, also in spellings.items():
        if filled.get(name) is not None:
            continue
        told = [(said, other) for other in also]
        told += [(around, spelled) for around in others for spelled in (name, *also)]
        found = next((place[spelled] for place, spelled in told if place.get(spelled) is not None), None)
        if found is not None:
            filled[name] = found
    return filled


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
