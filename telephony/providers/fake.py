"""A provider of our own making, for tests and the demo: calls that people held, signed like the others.

Its body: `{"event": "ended", "call": {"id", "status", "direction", "from", "to", "started_at" (ISO), "duration"
(seconds), "agent": {"id", "name"}, "campaign", "recipient", "turns": [{"speaker", "at", "text"}], …}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, ValidationError

from telephony.events import (
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    Speaker,
    TurnSaid,
)
from telephony.providers.base import Delivery, NotUnderstood, Provider, Reading
from telephony.providers.signatures import sign_timestamped, verify_timestamped
from telephony.providers.untrusted import read_json, reference, word, word_for

STATUSES = {
    "ringing": CallStatus.RINGING,
    "answered": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
    "missed": CallStatus.NO_ANSWER,
    "busy": CallStatus.BUSY,
    "failed": CallStatus.FAILED,
    "voicemail": CallStatus.VOICEMAIL,
}
OUTCOMES = {"success": CallOutcome.SUCCESS, "failure": CallOutcome.FAILURE}
DIRECTIONS = {"in": CallDirection.INBOUND, "out": CallDirection.OUTBOUND}
SPEAKERS = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}
LONGEST_SECONDS = 10_000_000


class _Agent(BaseModel):
    id: str = ""
    name: str = ""


class _Turn(BaseModel):
    speaker: str
    at: float | None = None
    text: str


class _Call(BaseModel):
    id: str = Field(min_length=1, max_length=128)
    status: str = ""
    outcome: str = ""
    direction: str = ""
    caller: str = Field("", alias="from")
    callee: str = Field("", alias="to")
    started_at: Annotated[AwareDatetime, Field(lt=datetime(2100, 1, 1, tzinfo=UTC))] | None = None
    duration: int | None = Field(None, ge=0, le=LONGEST_SECONDS)
    agent: _Agent = _Agent()
    campaign: Annotated[str, BeforeValidator(reference)] = ""
    recipient: Annotated[str, BeforeValidator(reference)] = ""
    language: str = ""
    title: str = ""
    summary: str = ""
    ended_because: str = ""
    turns: list[_Turn] | None = None


class Fake(Provider):
    name = "fake"
    label = "Test line"
    signs_webhooks: ClassVar[bool] = True
    event_types: ClassVar[Mapping[str, str]] = {
        "ringing": "The call with what is known of it.",
        "answered": "The call with what is known of it.",
        "updated": "The call with what is known of it.",
        "ended": "The whole call, with its turns.",
    }

    def verify(self, delivery: Delivery, *, secrets: Sequence[str]) -> None:
        header = delivery.headers.get("fake-signature", "")
        verify_timestamped(delivery.body, header=header, secrets=secrets, now=delivery.received_at)

    def parse(self, body: bytes) -> Reading:
        read = read_json(body)
        event = _read_call(read.get("call"), name=str(read.get("event", "updated"))[:40])
        return Reading(events=(event,), call_ref=event.ids[0].value)

    def read_kept(self, raw: dict[str, Any]) -> CallEvent:
        return _read_call(raw, name="updated")

    def compose(self, event: CallEvent, *, secret: str, at: datetime, url: str = "") -> Delivery:
        is_outbound = event.direction == CallDirection.OUTBOUND
        call = {
            "id": event.ids[0].value,
            "status": word_for(STATUSES, event.status),
            "outcome": word_for(OUTCOMES, event.outcome),
            "direction": word_for(DIRECTIONS, event.direction),
            "from": event.our_number if is_outbound else event.customer_number,
            "to": event.customer_number if is_outbound else event.our_number,
            "started_at": event.started_at.isoformat() if event.started_at else None,
            "duration": event.duration_seconds,
            "agent": {"id": event.agent_id, "name": event.agent_name},
            "campaign": event.campaign_ref,
            "recipient": event.recipient_ref,
            "language": event.language,
            "title": event.title,
            "summary": event.summary,
            "ended_because": event.ended_because,
            "turns": None
            if event.turns is None
            else [{"speaker": t.speaker.value, "at": t.start_seconds, "text": t.said} for t in event.turns],
        }
        body = json.dumps({"event": event.name, "call": call}).encode()
        headers = {
            "content-type": "application/json",
            "fake-signature": sign_timestamped(body, secret=secret, at=at),
        }
        return Delivery(body=body, headers=headers, received_at=at)

    def kind_and_ref(self, body: bytes) -> str:
        try:
            read = read_json(body)
        except NotUnderstood:
            return ""
        call = read.get("call")
        return f"{read.get('event', '')}:{call.get('id', '') if isinstance(call, dict) else ''}"


def _read_call(said: Any, *, name: str) -> CallEvent:
    try:
        call = _Call.model_validate(said)
    except ValidationError as error:
        raise NotUnderstood("The call is not described as the test line describes calls.") from error
    return _event(call, name=name, raw=said)


def _event(call: _Call, *, name: str, raw: dict[str, Any]) -> CallEvent:
    direction = word(DIRECTIONS, call.direction, CallDirection.UNKNOWN)
    is_outbound = direction == CallDirection.OUTBOUND
    status = word(STATUSES, call.status, CallStatus.UNKNOWN)
    ended_at = None
    if call.started_at and call.duration is not None and status.has_ended:
        ended_at = call.started_at + timedelta(seconds=call.duration)
    return CallEvent(
        ids=(ExternalId(provider=Fake.name, value=call.id),),
        name=name,
        told_at=ended_at or call.started_at or datetime.now(UTC),
        status=status,
        outcome=word(OUTCOMES, call.outcome, CallOutcome.UNKNOWN),
        direction=direction,
        kind=CallKind.HUMAN,
        customer_number=call.callee if is_outbound else call.caller,
        our_number=call.caller if is_outbound else call.callee,
        started_at=call.started_at,
        answered_at=call.started_at if status == CallStatus.COMPLETED else None,
        ended_at=ended_at,
        duration_seconds=call.duration,
        agent_id=call.agent.id,
        agent_name=call.agent.name,
        campaign_ref=call.campaign,
        recipient_ref=call.recipient,
        language=call.language,
        title=call.title,
        summary=call.summary,
        ended_because=call.ended_because,
        turns=None if call.turns is None else tuple(_turn(turn) for turn in call.turns),
        raw=raw,
    )


def _turn(turn: _Turn) -> TurnSaid:
    speaker = word(SPEAKERS, turn.speaker, Speaker.AGENT)
    return TurnSaid(speaker=speaker, said=turn.text.strip(), start_seconds=turn.at)
