"""The body by which ElevenLabs would tell of a call: for the demo and the tests, in the vendor's form."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from telephony.events import CallEvent, CallStatus, Speaker, TurnSaid
from telephony.providers.elevenlabs.words import (
    CARRIERS,
    DIRECTIONS,
    OUTCOMES,
    RESULTS,
    SPEAKERS,
    VOICEMAIL_REASON,
)
from telephony.providers.untrusted import word_for


def compose_body(event: CallEvent, *, at: datetime) -> bytes:
    """Return the `post_call_transcription` that tells of the call, in the spaced JSON the vendor sends."""
    envelope = {
        "type": "post_call_transcription",
        "event_timestamp": int(at.timestamp()),
        "data": _conversation(event),
    }
    return json.dumps(envelope).encode()


def _conversation(event: CallEvent) -> dict[str, Any]:
    conversation_id = event.ids[0].value
    has_failed = event.status == CallStatus.FAILED
    return {
        "agent_id": event.agent_id,
        "agent_name": event.agent_name,
        "conversation_id": conversation_id,
        "status": "failed" if has_failed else "done",
        "user_id": None,
        "transcript": [turn for said in event.turns or () for turn in _turns(said, agent_id=event.agent_id)],
        "metadata": _metadata(event),
        "analysis": {
            "evaluation_criteria_results": {},
            "data_collection_results": {},
            "call_successful": word_for(OUTCOMES, event.outcome),
            "transcript_summary": event.summary + "\n" if event.summary else "",
            "call_summary_title": event.title or None,
        },
        "conversation_initiation_client_data": {
            "conversation_config_override": {},
            "custom_llm_extra_body": {},
            "dynamic_variables": {
                "system__agent_id": event.agent_id,
                "system__conversation_id": conversation_id,
                "system__caller_id": event.customer_number or None,
                "system__called_number": event.our_number or None,
                **_passed_along(event),
            },
        },
    }


def _passed_along(event: CallEvent) -> dict[str, str]:
    told = {"campaign_id": event.campaign_ref, "recipient_id": event.recipient_ref}
    return {name: ref for name, ref in told.items() if ref}


def _metadata(event: CallEvent) -> dict[str, Any]:
    started = int(event.started_at.timestamp()) if event.started_at else None
    is_voicemail = event.status == CallStatus.VOICEMAIL
    return {
        "start_time_unix_secs": started,
        "accepted_time_unix_secs": int(event.answered_at.timestamp()) if event.answered_at else None,
        "call_duration_secs": event.duration_seconds,
        "cost": None,
        "phone_call": _phone_call(event),
        "termination_reason": f"{VOICEMAIL_REASON} tool was called." if is_voicemail else event.ended_because,
        "error": {"code": 1008, "reason": event.ended_because} if event.status == CallStatus.FAILED else None,
        "main_language": event.language or None,
        "conversation_initiation_source": "twilio" if event.customer_number else "widget",
    }


def _phone_call(event: CallEvent) -> dict[str, Any] | None:
    """Return the leg of the carrier, whose own id is the call's second; a web call has none."""
    if not event.customer_number:
        return None
    carrier = next((i for i in event.ids if i.provider in CARRIERS.values()), None)
    return {
        "type": word_for(CARRIERS, carrier.provider) if carrier else "twilio",
        "direction": word_for(DIRECTIONS, event.direction),
        "phone_number_id": "phnum_demo",
        "agent_number": event.our_number,
        "external_number": event.customer_number,
        "call_result": word_for(RESULTS, event.status) or None,
        "call_sid": carrier.value if carrier else "",
    }


def _turns(said: TurnSaid, *, agent_id: str) -> list[dict[str, Any]]:
    """Return the turn as it stands on the wire: the words, then a turn of its own for each tool's result."""
    is_agent = said.speaker == Speaker.AGENT
    base = {
        "role": word_for(SPEAKERS, said.speaker),
        "agent_metadata": {"agent_id": agent_id} if is_agent else None,
        "time_in_call_secs": int(said.start_seconds or 0),
    }
    calls = [
        {
            "type": "webhook",
            "request_id": f"{tool.name}_{place}",
            "tool_name": tool.name,
            "params_as_json": tool.parameters,
            "tool_has_been_called": True,
        }
        for place, tool in enumerate(said.tools)
    ]
    results = [
        {
            "type": "webhook",
            "request_id": f"{tool.name}_{place}",
            "tool_name": tool.name,
            "result_value": tool.result,
            "is_error": tool.is_error,
            "tool_has_been_called": True,
        }
        for place, tool in enumerate(said.tools)
        if tool.result
    ]
    spoken = {
        **base,
        "message": said.said,
        "tool_calls": calls,
        "tool_results": [],
        "interrupted": said.was_interrupted,
        "original_message": said.intended or None,
    }
    answered = {**base, "message": None, "tool_calls": [], "tool_results": results, "interrupted": False}
    return [spoken, answered] if results else [spoken]
