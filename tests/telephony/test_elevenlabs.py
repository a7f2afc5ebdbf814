"""ElevenLabs: the contract of every provider, and what is its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.events import CallKind, CallOutcome, CallStatus, ExternalId, Speaker, ToolUse
from telephony.providers import get_provider
from telephony.providers.base import Delivery, InvalidSignature, NotUnderstood
from telephony.providers.elevenlabs.words import CARRIERS, DIRECTIONS, OUTCOMES, RESULTS, SPEAKERS, STATUSES
from telephony.providers.signatures import sign_timestamped
from tests import factories
from tests.telephony.provider_contract import JSON, ConversationContract

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "elevenlabs" / "signature_test_vectors.json"


class TestElevenLabs(ConversationContract):
    name = "elevenlabs"
    signature = "elevenlabs-signature"
    statuses = (
        CallStatus.COMPLETED,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.BUSY,
        CallStatus.VOICEMAIL,
    )

    def with_status(self, body: bytes, status: object) -> bytes:
        read = json.loads(body)
        read["data"]["status"] = status
        return json.dumps(read).encode()

    def around(self, value: object) -> bytes:
        return json.dumps({"type": "post_call_transcription", "event_timestamp": 1, "data": value}).encode()

    def sign(self, body: bytes, *, secret: str, at: datetime) -> str:
        return sign_timestamped(body, secret=secret, at=at)


def parse(**data: Any) -> Any:
    body = {
        "type": "post_call_transcription",
        "event_timestamp": 1_790_301_699,
        "data": {"conversation_id": "c", **data},
    }
    [event] = get_provider("elevenlabs").parse(json.dumps(body).encode()).events
    return event


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param({}, {}, marks=pytest.mark.skip(reason=f"{VECTORS} is not on this machine"))]
    read = json.loads(VECTORS.read_text())
    return [pytest.param(read, vector, id=vector["name"]) for vector in read["vectors"]]


@pytest.mark.row("S2.2")
@pytest.mark.parametrize(("common", "vector"), vectors())
def test_the_vendor_s_own_verdicts_are_ours(common: dict[str, Any], vector: dict[str, Any]) -> None:
    now = vector.get("now_unix_secs_for_check", common["now_unix_secs_for_check"])
    delivery = Delivery(
        body=vector["body"].encode(),
        headers={common["header_name"].lower(): vector["header"]},
        received_at=datetime.fromtimestamp(now, UTC),
    )
    try:
        get_provider("elevenlabs").verify(delivery, secrets=(common["secret"],))
        accepted = True
    except InvalidSignature:
        accepted = False
    assert accepted is vector["valid"]


@pytest.mark.parametrize(
    "kind",
    [
        "post_call_transcription_otel",
        "answering_machine_detection",
        "voice_removal_notice",
        "voice_removed",
        "flows",
        7,
        ["post_call_audio"],
    ],
)
def test_other_events_are_kept_and_not_understood(kind: object) -> None:
    with pytest.raises(NotUnderstood):
        get_provider("elevenlabs").parse(json.dumps({"type": kind, "data": {"conversation_id": "c"}}).encode())


@pytest.mark.parametrize("said", [None, "", "x" * 129, 7, {}])
def test_a_conversation_without_an_id_is_not_understood(said: object) -> None:
    with pytest.raises(NotUnderstood, match="conversation_id"):
        parse(conversation_id=said)


@given(name=st.sampled_from(["status", "transcript", "metadata", "analysis", "agent_id"]), value=JSON)
def test_a_field_of_another_shape_costs_only_itself(name: str, value: object) -> None:
    event = parse(**{name: value})
    assert event.ids[0].value == "c"


@given(name=st.sampled_from(["start_time_unix_secs", "call_duration_secs", "phone_call", "error"]), value=JSON)
def test_metadata_of_another_shape_costs_only_itself(name: str, value: object) -> None:
    event = parse(status="done", metadata={name: value})
    assert event.status == CallStatus.COMPLETED or name == "phone_call"


@pytest.mark.parametrize("word", STATUSES)
def test_every_status_word_has_a_meaning(word: str) -> None:
    assert parse(status=word).status == STATUSES[word] != CallStatus.UNKNOWN


def test_how_the_dial_went_says_more_than_done() -> None:
    for word, status in RESULTS.items():
        assert parse(status="done", metadata={"phone_call": {"call_result": word}}).status == status
    assert parse(status="done", metadata={"phone_call": {"call_result": "answered"}}).status == CallStatus.COMPLETED


def test_a_voicemail_says_so_in_the_reason_alone() -> None:
    metadata = {"termination_reason": "voicemail_detection tool was called."}
    assert parse(status="done", metadata=metadata).status == CallStatus.VOICEMAIL


def test_no_word_of_the_tables_means_unknown() -> None:
    for table in (STATUSES, RESULTS, DIRECTIONS, SPEAKERS, CARRIERS):
        assert "unknown" not in table.values()
    assert OUTCOMES["unknown"] == CallOutcome.UNKNOWN


@pytest.mark.row("S2.3")
def test_a_phone_call_s_facts_are_read() -> None:
    event = parse(
        agent_id="agent_1",
        agent_name="Aria",
        status="done",
        metadata={
            "start_time_unix_secs": 1_790_301_000,
            "accepted_time_unix_secs": 1_790_301_001,
            "call_duration_secs": 61,
            "termination_reason": "Call ended by remote party",
            "main_language": "hi",
            "phone_call": {
                "type": "twilio",
                "direction": "inbound",
                "external_number": "+919876543210",
                "agent_number": "+918000000100",
                "call_sid": "CA1",
            },
        },
        analysis={"call_successful": "success", "transcript_summary": "They talked.\n", "call_summary_title": "Talk"},
    )
    assert event.ids == (ExternalId(provider="elevenlabs", value="c"), ExternalId(provider="twilio", value="CA1"))
    assert event.started_at == datetime.fromtimestamp(1_790_301_000, UTC)
    assert event.ended_at == datetime.fromtimestamp(1_790_301_061, UTC)
    assert event.told_at == datetime.fromtimestamp(1_790_301_699, UTC)
    assert (event.customer_number, event.our_number) == ("+919876543210", "+918000000100")
    assert (event.kind, event.outcome, event.summary) == (CallKind.AI_AGENT, CallOutcome.SUCCESS, "They talked.")
    assert (event.agent_id, event.agent_name, event.language) == ("agent_1", "Aria", "hi")


def test_a_web_call_has_no_number() -> None:
    variables = {"system__caller_id": None, "system__called_number": None}
    event = parse(metadata={"phone_call": None}, conversation_initiation_client_data={"dynamic_variables": variables})
    assert (event.customer_number, event.our_number) == ("", "")


def test_a_caller_is_found_in_the_variables_when_the_leg_does_not_tell() -> None:
    variables = {"system__caller_id": "+919876543210"}
    event = parse(conversation_initiation_client_data={"dynamic_variables": variables})
    assert event.customer_number == "+919876543210"


def test_the_error_is_an_object_and_says_why() -> None:
    event = parse(status="failed", metadata={"error": {"code": 1008, "reason": "no variables"}})
    assert (event.status, event.ended_because) == (CallStatus.FAILED, "no variables")


# ---- turns ----------------------------------------------------------------------------------------------------


def said(role: str, message: str | None, **more: Any) -> dict[str, Any]:
    return {"role": role, "message": message, "time_in_call_secs": 0, **more}


def test_turns_stand_in_the_order_they_are_told_whatever_their_times_say() -> None:
    turns = parse(
        transcript=[
            said("agent", "One", time_in_call_secs=5),
            said("user", "Two", time_in_call_secs=3),
            said("agent", "Three", time_in_call_secs=3),
        ]
    ).turns
    assert [turn.said for turn in turns] == ["One", "Two", "Three"]
    assert [turn.start_seconds for turn in turns] == [5, 3, 3]
    assert [turn.speaker for turn in turns] == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]


def test_an_interrupted_turn_keeps_what_was_heard_and_what_was_meant() -> None:
    [turn] = parse(
        transcript=[said("agent", "We have two fl...", interrupted=True, original_message="We have two flats left.")]
    ).turns
    assert (turn.said, turn.intended, turn.was_interrupted) == ("We have two fl...", "We have two flats left.", True)


def test_a_turn_without_words_gives_its_tools_to_the_turn_before() -> None:
    call = {"request_id": "r1", "tool_name": "book", "params_as_json": '{"day": 1}'}
    result = {"request_id": "r1", "tool_name": "book", "result_value": "ok", "is_error": False}
    turns = parse(
        transcript=[
            said("agent", "I book it.", tool_calls=[call], tool_results=None),
            said("agent", None, tool_results=[result]),
            said("user", "Thanks."),
        ]
    ).turns
    assert [turn.said for turn in turns] == ["I book it.", "Thanks."]
    assert turns[0].tools == (ToolUse(name="book", parameters='{"day": 1}', result="ok"),)


def test_a_tool_before_any_word_is_a_turn_of_its_own() -> None:
    call = {"request_id": "r1", "tool_name": "look_up", "params_as_json": "{}"}
    turns = parse(transcript=[said("agent", None, tool_calls=[call]), said("agent", "Hello.")]).turns
    assert [(turn.said, len(turn.tools)) for turn in turns] == [("", 1), ("Hello.", 0)]


def test_two_uses_of_one_tool_stay_two() -> None:
    calls = [{"request_id": r, "tool_name": "look_up", "params_as_json": r} for r in ("r1", "r2")]
    results = [{"request_id": r, "tool_name": "look_up", "result_value": f"result of {r}"} for r in ("r1", "r2")]
    [turn] = parse(
        transcript=[said("agent", "Let me see.", tool_calls=calls), said("agent", None, tool_results=results)]
    ).turns
    assert turn.tools == (
        ToolUse(name="look_up", parameters="r1", result="result of r1"),
        ToolUse(name="look_up", parameters="r2", result="result of r2"),
    )


def test_an_abandoned_tool_did_not_fail() -> None:
    result = {
        "request_id": "r1",
        "tool_name": "end_call",
        "result_value": "Tool execution was abandoned due to user input",
        "is_error": True,
        "tool_has_been_called": False,
    }
    [turn] = parse(transcript=[said("agent", "Bye.", tool_calls=None, tool_results=[result])]).turns
    assert not turn.tools[0].is_error


def test_the_old_shape_without_lists_is_read() -> None:
    turns = parse(
        transcript=[said("user", "Hi", tool_calls=None, tool_results=None)], analysis=None, metadata=None
    ).turns
    assert [turn.said for turn in turns] == ["Hi"]


def test_composing_writes_a_tool_s_result_as_the_vendor_does() -> None:
    event = factories.make_event()
    body = json.loads(get_provider("elevenlabs").compose(event, secret="s", at=event.told_at).body)
    assert body["type"] == "post_call_transcription"
    assert {turn["role"] for turn in body["data"]["transcript"]} == {"agent", "user"}


@pytest.mark.parametrize(
    ("place", "stray"),
    [
        ("is_error", "n/a"),
        ("is_error", 2),
        ("tool_has_been_called", "unknown"),
        ("time_in_call_secs", 10**400),
        ("time_in_call_secs", "soon"),
        ("interrupted", []),
    ],
)
def test_a_stray_field_never_costs_the_conversation(place: str, stray: object) -> None:
    result = {"request_id": "r", "tool_name": "book", "result_value": "ok"}
    turn = {"role": "agent", "message": "Hello", "tool_results": [result]}
    (result if "tool" in place or "error" in place else turn)[place] = stray
    data = {"conversation_id": "conv_stray", "status": "done", "transcript": [turn]}
    data["metadata"] = {"call_duration_secs": 10**400, "start_time_unix_secs": 10**400}
    body = json.dumps({"type": "post_call_transcription", "event_timestamp": 10**400, "data": data}).encode()

    (event,) = get_provider("elevenlabs").parse(body).events

    assert [said.said for said in event.turns or ()] == ["Hello"]
