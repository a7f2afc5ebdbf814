"""The demo's conversations as call events, read from the JSON files beside this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from calltracking.demo.campaigns import POSTER_CALLERS, POSTER_NUMBER, passed_along
from telephony.events import (
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    Speaker,
    ToolUse,
    TurnSaid,
)

CONVERSATIONS = Path(__file__).parent / "conversations"

# The providers that carry the demo: AI agents speak through one, people through the other.
AI_PROVIDER = "elevenlabs"
HUMAN_PROVIDER = "fake"

OUR_NUMBERS = {
    "Aria": "+918000000100",
    "Kabir": "+918000000200",
    "Nandini Rao": "+918000000101",
    "Joseph Mathew": "+918000000201",
}
STATUSES = {
    "done": CallStatus.COMPLETED,
    "failed": CallStatus.FAILED,
    "no_answer": CallStatus.NO_ANSWER,
    "busy": CallStatus.BUSY,
    "voicemail": CallStatus.VOICEMAIL,
}


@dataclass(frozen=True)
class Scene:
    """One call of the demo and the provider that tells of it."""

    provider: str
    event: CallEvent


def scenes(*, now: datetime, zone: ZoneInfo) -> list[Scene]:
    """Return every call of the demo, oldest first; none lies in the future."""
    written = [_scene(row, now=now, zone=zone) for row in conversations()]
    return sorted(written, key=lambda scene: scene.event.told_at)


def conversations() -> Iterator[dict[str, Any]]:
    """Yield the conversations as they are written down."""
    for path in sorted(CONVERSATIONS.glob("*.json")):
        yield from json.loads(path.read_text())


def _scene(row: dict[str, Any], *, now: datetime, zone: ZoneInfo) -> Scene:
    is_human = row["held_by"] == "human"
    started_at = _started_at(row, now=now, zone=zone)
    ended_at = started_at + timedelta(seconds=row["duration_seconds"])
    status = STATUSES[row["status"]]
    event = CallEvent(
        ids=_ids(row, is_human=is_human),
        name="ended",
        told_at=ended_at,
        status=status,
        outcome=CallOutcome(row["outcome"]),
        direction=CallDirection(row["direction"]),
        kind=CallKind.HUMAN if is_human else CallKind.AI_AGENT,
        customer_number=row["customer_number"] or "",
        our_number=_our_number(row),
        started_at=started_at,
        answered_at=started_at if status == CallStatus.COMPLETED else None,
        ended_at=ended_at,
        duration_seconds=row["duration_seconds"],
        agent_id=f"agent_{row['agent'].lower().replace(' ', '_')}",
        agent_name=row["agent"],
        **passed_along(row),
        language=row["language"],
        title=row["title"],
        summary=row["provider_summary"],
        ended_because=row["termination_reason"],
        turns=tuple(_turn(row, index) for index in range(len(row["turns"]))),
    )
    return Scene(provider=HUMAN_PROVIDER if is_human else AI_PROVIDER, event=event)


def _started_at(row: dict[str, Any], *, now: datetime, zone: ZoneInfo) -> datetime:
    day = (now.astimezone(zone) - timedelta(days=row["days_ago"])).date()
    hour, minute = (int(part) for part in row["time"].split(":"))
    planned = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    over = planned + timedelta(seconds=row["duration_seconds"] + 60)
    # Today's calls come before now, whatever the time is; minutes keep them in order.
    return planned if over <= now else now - timedelta(minutes=90 - minute, seconds=row["duration_seconds"] + 60)


def _our_number(row: dict[str, Any]) -> str:
    if not row["customer_number"]:
        return ""
    return POSTER_NUMBER if row["customer_number"] in POSTER_CALLERS else OUR_NUMBERS[row["agent"]]


def _ids(row: dict[str, Any], *, is_human: bool) -> tuple[ExternalId, ...]:
    key = row["key"].replace("-", "")
    if is_human:
        return (ExternalId(provider=HUMAN_PROVIDER, value=f"line-{key}"),)
    ids = [ExternalId(provider=AI_PROVIDER, value=f"conv_demo{key}")]
    if row["customer_number"]:
        ids.append(ExternalId(provider="twilio", value=f"CAdemo{key}"))
    return tuple(ids)


def _turn(row: dict[str, Any], index: int) -> TurnSaid:
    speaker, second, text = row["turns"][index]
    was_interrupted = index in row.get("interrupted", ())
    return TurnSaid(
        speaker=Speaker(speaker),
        said=text,
        start_seconds=second,
        was_interrupted=was_interrupted,
        tools=tuple(
            ToolUse(name=tool["name"], parameters=json.dumps(tool["parameters"]), result=tool["result"])
            for tool in row.get("tool_calls", ())
            if tool["turn"] == index
        ),
    )
