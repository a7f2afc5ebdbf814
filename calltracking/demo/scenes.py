"""The demo's calls as call events: those written one by one in the JSON files here, and the composed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from calltracking.demo.campaigns import dialed_number, passed_along
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

# The providers that carry the demo: AI agents speak through one, people through the other; the calls of people that
# nobody answered are told by the carrier alone.
AI_PROVIDER = "elevenlabs"
HUMAN_PROVIDER = "fake"
CARRIER = "twilio"

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


def conversations(*, now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the conversations as they are written down, oldest first; none lies in the future."""
    written = [{**row, "started_at": _started_at(row, now=now, zone=zone)} for row in _written()]
    return sorted(written, key=lambda row: row["started_at"] + timedelta(seconds=row["duration_seconds"]))


def scene_of(row: Mapping[str, Any]) -> Scene:
    """Return a written or composed call as its provider would tell it."""
    is_human = row["held_by"] == "human"
    started_at = row["started_at"]
    ended_at = started_at + timedelta(seconds=row["duration_seconds"])
    status = STATUSES[row["status"]]
    provider = provider_of(row)
    event = CallEvent(
        ids=ids_of(row),
        name="ended",
        told_at=ended_at,
        status=status,
        outcome=CallOutcome(row["outcome"]),
        direction=CallDirection(row["direction"]),
        kind=CallKind.HUMAN if is_human else CallKind.AI_AGENT,
        customer_number=row["customer_number"] or "",
        our_number=dialed_number(row),
        started_at=started_at,
        answered_at=started_at if status == CallStatus.COMPLETED else None,
        ended_at=ended_at,
        duration_seconds=row["duration_seconds"],
        agent_id=agent_id(row["agent"]),
        agent_name=row["agent"],
        **passed_along(row),
        language=row["language"],
        title=row["title"],
        summary=row["provider_summary"],
        ended_because=row["termination_reason"],
        turns=tuple(_turn(row, index) for index in range(len(row["turns"]))),
    )
    return Scene(provider=provider, event=event)


def agent_id(name: str) -> str:
    """Return by which id an agent is known to the provider."""
    return f"agent_{name.lower().replace(' ', '_')}"


def provider_of(row: Mapping[str, Any]) -> str:
    """Return which provider tells of a call."""
    if row["held_by"] != "human":
        return AI_PROVIDER
    return CARRIER if row.get("is_composed") and not row["turns"] else HUMAN_PROVIDER


def ids_of(row: Mapping[str, Any]) -> tuple[ExternalId, ...]:
    """Return a call's ids, that of the provider that tells of it first."""
    key, provider = row["key"].replace("-", ""), provider_of(row)
    if provider == HUMAN_PROVIDER:
        return (ExternalId(provider=provider, value=f"line-{key}"),)
    carried = ExternalId(provider=CARRIER, value=f"CAdemo{key}")
    if provider == CARRIER:
        return (carried,)
    ids = ExternalId(provider=provider, value=f"conv_demo{key}")
    return (ids, carried) if row["customer_number"] else (ids,)


def _written() -> Iterator[dict[str, Any]]:
    for path in sorted(CONVERSATIONS.glob("*.json")):
        yield from json.loads(path.read_text())


def _started_at(row: dict[str, Any], *, now: datetime, zone: ZoneInfo) -> datetime:
    day = (now.astimezone(zone) - timedelta(days=row["days_ago"])).date()
    hour, minute = (int(part) for part in row["time"].split(":"))
    planned = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    over = planned + timedelta(seconds=row["duration_seconds"] + 60)
    # Today's calls come before now, whatever the time is; minutes keep them in order.
    return planned if over <= now else now - timedelta(minutes=90 - minute, seconds=row["duration_seconds"] + 60)


def _turn(row: Mapping[str, Any], index: int) -> TurnSaid:
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
