"""What a conversation says, in our words: as the webhooks and the API both describe it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

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
from telephony.providers.base import NotUnderstood
from telephony.providers.elevenlabs.forms import in_vendors_form
from telephony.providers.elevenlabs.wire import Conversation, ToolResult, Turn
from telephony.providers.elevenlabs.words import (
    CARRIERS,
    DIRECTIONS,
    OUTCOMES,
    REFERENCE_SPELLINGS,
    RESULTS,
    SPEAKERS,
    STATUSES,
    VOICEMAIL_REASON,
)
from telephony.providers.untrusted import reference, word

PROVIDER = "elevenlabs"


def read_conversation(raw: Mapping[str, Any], *, told_at: datetime | None) -> CallEvent:
    """Translate one conversation in any of the forms; raises `NotUnderstood` when it has no id.

    Told at no known time, it was told when the conversation ended.
    """
    try:
        said = Conversation.model_validate(in_vendors_form(raw))
    except ValidationError as error:
        missing = ", ".join(".".join(str(part) for part in e["loc"]) for e in error.errors()[:5])
        raise NotUnderstood(f"A conversation without what every conversation has: {missing}.") from error
    return _event(said, told_at=told_at, raw=dict(raw))


def _event(said: Conversation, *, told_at: datetime | None, raw: dict[str, Any]) -> CallEvent:
    metadata, analysis, phone = said.metadata, said.analysis, said.metadata.phone_call
    started_at = metadata.start_time_unix_secs
    duration = metadata.call_duration_secs
    ended_at = started_at + timedelta(seconds=duration) if started_at and duration is not None else None
    status = _status(said)
    return CallEvent(
        ids=_ids(said),
        name="ended" if status.has_ended else "updated",
        told_at=told_at or ended_at or started_at or datetime.now(UTC),
        # An account of a call that goes on is one entry of the log, however often it is asked for.
        happened_at=None if status.has_ended else started_at,
        status=status,
        outcome=word(OUTCOMES, analysis.call_successful, CallOutcome.UNKNOWN),
        direction=word(DIRECTIONS, phone.direction, CallDirection.UNKNOWN),
        kind=CallKind.AI_AGENT,
        customer_number=phone.external_number or _variable(said, "system__caller_id"),
        our_number=phone.agent_number or _variable(said, "system__called_number"),
        started_at=started_at,
        answered_at=metadata.accepted_time_unix_secs,
        ended_at=ended_at if status.has_ended else None,
        duration_seconds=duration,
        agent_id=said.agent_id,
        agent_name=said.agent_name,
        campaign_ref=_passed_along(said, "campaign_id") or metadata.campaign_id or metadata.batch_call.batch_call_id,
        recipient_ref=_passed_along(said, "recipient_id")
        or metadata.recipient_id
        or metadata.batch_call.batch_call_recipient_id,
        language=metadata.main_language,
        title=analysis.call_summary_title.strip(),
        summary=analysis.transcript_summary.strip(),
        ended_because=metadata.error.reason or metadata.termination_reason,
        turns=_turns(said.transcript),
        raw=raw,
    )


def _status(said: Conversation) -> CallStatus:
    if VOICEMAIL_REASON in said.metadata.termination_reason:
        return CallStatus.VOICEMAIL
    result = word(RESULTS, said.metadata.phone_call.call_result, CallStatus.UNKNOWN)
    return result if result != CallStatus.UNKNOWN else word(STATUSES, said.status, CallStatus.UNKNOWN)


def _ids(said: Conversation) -> tuple[ExternalId, ...]:
    phone = said.metadata.phone_call
    ids = [ExternalId(provider=PROVIDER, value=said.conversation_id)]
    if phone.call_sid:
        ids.append(ExternalId(provider=word(CARRIERS, phone.type, "carrier"), value=phone.call_sid[:128]))
    return tuple(ids)


def _variable(said: Conversation, name: str) -> str:
    value = said.conversation_initiation_client_data.dynamic_variables.get(name)
    return value if isinstance(value, str) else ""


def _passed_along(said: Conversation, name: str) -> str:
    """Return an id among the dynamic variables, in either spelling."""
    variables = said.conversation_initiation_client_data.dynamic_variables
    return next((found for n in (name, *REFERENCE_SPELLINGS[name]) if (found := reference(variables.get(n)))), "")


def _turns(transcript: list[Turn]) -> tuple[TurnSaid, ...]:
    """Translate the turns in the order they stand; their times are not monotonic, so they do not sort.

    A turn without words (a tool at work) gives its tools to the turn before it, unless it is the first.
    """
    # A tool's result stands in a later turn than its call and is joined by the id of the request.
    results = {result.request_id: result for turn in transcript for result in turn.tool_results if result.request_id}
    called = {call.request_id for turn in transcript for call in turn.tool_calls if call.request_id}
    turns: list[TurnSaid] = []
    for turn in transcript:
        tools = _tools(turn, results=results, called=called)
        if turn.message.strip():
            turns.append(_turn(turn, tools=tools))
        elif turns and tools:
            turns[-1] = replace(turns[-1], tools=(*turns[-1].tools, *tools))
        elif tools:
            turns.append(TurnSaid(speaker=Speaker.AGENT, said="", start_seconds=turn.time_in_call_secs, tools=tools))
    return tuple(turns)


def _turn(turn: Turn, *, tools: tuple[ToolUse, ...]) -> TurnSaid:
    return TurnSaid(
        speaker=word(SPEAKERS, turn.role, Speaker.AGENT),
        said=turn.message.strip(),
        start_seconds=turn.time_in_call_secs,
        was_interrupted=turn.interrupted,
        intended=turn.original_message.strip() if turn.interrupted else "",
        tools=tools,
    )


def _tools(turn: Turn, *, results: Mapping[str, ToolResult], called: Container[str]) -> tuple[ToolUse, ...]:
    """Return the tools the turn called, with their results, and the results whose call was not told."""
    uses = []
    for call in turn.tool_calls:
        result = results.get(call.request_id)
        uses.append(
            ToolUse(
                name=call.tool_name,
                parameters=call.params_as_json,
                result=result.result_value if result else "",
                is_error=bool(result and result.failed),
            )
        )
    uses += [
        ToolUse(name=result.tool_name, result=result.result_value or "done", is_error=result.failed)
        for result in turn.tool_results
        if result.request_id not in called
    ]
    return tuple(uses)
