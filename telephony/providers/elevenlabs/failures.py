"""Calls that an agent was to make and that never began: `call_initiation_failure`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from telephony.events import CallDirection, CallEvent, CallKind, CallStatus, ExternalId
from telephony.providers.base import NotUnderstood
from telephony.providers.elevenlabs.reading import PROVIDER
from telephony.providers.elevenlabs.wire import Text, Wire, as_object
from telephony.providers.elevenlabs.words import CARRIER_STATUSES, CARRIERS, FAILURE_REASONS, SIP_CODES
from telephony.providers.untrusted import word


class _Body(Wire):
    """What the carrier said: Twilio's form fields, or the SIP trunk's own names."""

    call_status: Text = Field("", alias="CallStatus")
    twilio_sid: Text = Field("", alias="CallSid")
    twilio_to: Text = Field("", alias="To")
    twilio_from: Text = Field("", alias="From")
    to_number: Text = ""
    from_number: Text = ""
    call_sid: Text = ""
    sip_status_code: Text = ""
    error_reason: Text = ""


class _Metadata(Wire):
    type: Text = ""
    body: Annotated[_Body, BeforeValidator(as_object)] = _Body()


class _Failure(Wire):
    conversation_id: str = Field(min_length=1, max_length=128)
    agent_id: Text = ""
    failure_reason: Text = ""
    metadata: Annotated[_Metadata, BeforeValidator(as_object)] = _Metadata()


def read_failure(raw: Mapping[str, Any], *, told_at: datetime | None) -> CallEvent:
    """Translate a failed dial; raises `NotUnderstood` when it has no conversation."""
    try:
        said = _Failure.model_validate(raw)
    except ValidationError as error:
        raise NotUnderstood("A call that never began, without the id of its conversation.") from error
    body, told_at = said.metadata.body, told_at or datetime.now(UTC)
    ids = [ExternalId(provider=PROVIDER, value=said.conversation_id)]
    if sid := body.twilio_sid or body.call_sid:
        ids.append(ExternalId(provider=word(CARRIERS, said.metadata.type, "carrier"), value=sid[:128]))
    return CallEvent(
        ids=tuple(ids),
        name="ended",
        told_at=told_at,
        status=_status(said),
        direction=CallDirection.OUTBOUND,
        kind=CallKind.AI_AGENT,
        customer_number=body.twilio_to or body.to_number,
        our_number=body.twilio_from or body.from_number,
        ended_at=told_at,
        duration_seconds=0,
        agent_id=said.agent_id,
        ended_because=body.error_reason or said.failure_reason,
        raw=dict(raw),
    )


def _status(said: _Failure) -> CallStatus:
    """Return the vendor's reason, else the carrier's status, else what the SIP code means; at worst it failed."""
    body = said.metadata.body
    code = int(body.sip_status_code) if body.sip_status_code.isdecimal() else 0
    by_carrier = word(CARRIER_STATUSES, body.call_status, SIP_CODES.get(code, CallStatus.FAILED))
    return word(FAILURE_REASONS, said.failure_reason, by_carrier)
