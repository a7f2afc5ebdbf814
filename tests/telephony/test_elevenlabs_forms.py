"""Every form in which ElevenLabs' deliveries reach us: the vendor's, the flat one, the mixtures, failures, audio."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from calltracking.journey import choose
from calltracking.models import CallNote
from crm.models import Company, Lead, LeadStatus
from crm.tenancy import use_company
from telephony.events import CallDirection, CallEvent, CallOutcome, CallStatus, ExternalId, Speaker
from telephony.models import Call, ProviderAccount, WebhookEvent
from telephony.providers import PROVIDERS, get_provider
from telephony.providers.base import Delivery, NotUnderstood
from telephony.providers.signatures import sign_timestamped
from tests import factories
from tests.telephony.provider_contract import JSON

STARTED = 1_790_301_000
FLAT: dict[str, Any] = {
    "event": "conversation.ended",
    "conversation_id": "conv_flat",
    "agent_id": "agent_1",
    "start_time_unix_secs": STARTED,
    "call_duration_secs": 61,
    "call_successful": "success",
    "phone_number": "+919876543210",
    "transcript": {
        "messages": [
            {"role": "assistant", "content": "Hello.", "timestamp": STARTED},
            {"role": "user", "content": "Hi, I am Meera.", "timestamp": STARTED + 4},
        ]
    },
    "analysis": {"sentiment": "positive", "intent": "interested", "outcome": "meeting booked"},
    "metadata": {"our_order": "42"},
}


def parse(body: dict[str, Any]) -> CallEvent:
    [event] = get_provider("elevenlabs").parse(json.dumps(body).encode()).events
    return event


# ---- the flat form --------------------------------------------------------------------------------------------


@pytest.mark.row("S2.16", "S2.17", "S2.18", "S2.19", "S2.20", "S2.21", "S2.22")
def test_the_flat_form_is_read() -> None:
    event = parse(FLAT)
    assert event.ids == (ExternalId(provider="elevenlabs", value="conv_flat"),)
    assert (event.status, event.outcome, event.agent_id) == (CallStatus.COMPLETED, CallOutcome.SUCCESS, "agent_1")
    assert (event.started_at, event.duration_seconds) == (datetime.fromtimestamp(STARTED, UTC), 61)
    assert event.ended_at == datetime.fromtimestamp(STARTED + 61, UTC)
    assert event.customer_number == "+919876543210"
    assert event.turns is not None
    assert [(t.speaker, t.said, t.start_seconds) for t in event.turns] == [
        (Speaker.AGENT, "Hello.", 0),
        (Speaker.CUSTOMER, "Hi, I am Meera.", 4),
    ]
    # Our own values and the words for mood, intent and outcome are kept as they came.
    assert event.raw == FLAT


@pytest.mark.row("S2.18")
@pytest.mark.parametrize("said", ["success", "failure", "unknown"])
def test_the_flat_form_s_outcome(said: str) -> None:
    assert parse({**FLAT, "call_successful": said}).outcome == said


@pytest.mark.row("S2.19")
def test_the_caller_s_number_has_two_names() -> None:
    flat = {key: value for key, value in FLAT.items() if key != "phone_number"}
    assert parse({**flat, "caller_phone": "+919800000001"}).customer_number == "+919800000001"
    assert parse(flat).customer_number == ""


def test_what_is_kept_of_a_call_reads_the_same_again() -> None:
    provider = get_provider("elevenlabs")
    for event in (parse(FLAT), parse({"type": "post_call_transcription", "data": MIXED}), failure()):
        again = provider.read_kept(event.raw)
        assert replace(again, told_at=event.told_at, ended_at=event.ended_at) == event
        assert provider.is_last_word(event.raw)


# ---- the mixtures ---------------------------------------------------------------------------------------------

MIXED: dict[str, Any] = {
    "conversation_id": "conv_mixed",
    "status": "done",
    "transcript": [
        {"role": "ai", "text": "Hello.", "time_in_call_secs": 0},
        {"role": "human", "content": "Hi."},
        {"role": "assistant", "message": "How can I help?", "timestamp": "2026-09-25T01:50:30Z"},
    ],
    "metadata": {"start_time_unix": STARTED, "duration_seconds": 12, "from_number": "+919800000001"},
    "analysis": {"call_successful": True, "summary": "They talked.", "title": "Talk"},
}


@pytest.mark.row("S1.11", "S1.12", "S1.70")
def test_the_mixture_seen_in_the_wild_is_read() -> None:
    event = parse({"type": "post_call_transcription", "event_timestamp": "2026-09-25T02:00:00Z", "data": MIXED})
    assert event.told_at == datetime(2026, 9, 25, 2, tzinfo=UTC)
    assert (event.status, event.outcome) == (CallStatus.COMPLETED, CallOutcome.SUCCESS)
    assert (event.started_at, event.duration_seconds) == (datetime.fromtimestamp(STARTED, UTC), 12)
    assert (event.customer_number, event.summary, event.title) == ("+919800000001", "They talked.", "Talk")
    assert event.turns is not None
    assert [(t.speaker, t.said) for t in event.turns] == [
        (Speaker.AGENT, "Hello."),
        (Speaker.CUSTOMER, "Hi."),
        (Speaker.AGENT, "How can I help?"),
    ]


def test_a_conversation_whose_envelope_was_taken_off_is_read() -> None:
    event = parse({"data": MIXED})
    assert event.ids[0].value == "conv_mixed"
    # It does not say when it was told: at the call's end, so that any later word counts.
    assert event.told_at == event.ended_at


@pytest.mark.parametrize(("said", "outcome"), [(True, "success"), (False, "failure"), ("true", "success")])
def test_a_truth_value_is_an_outcome(said: object, outcome: str) -> None:
    assert parse({"data": {**MIXED, "analysis": {"call_successful": said}}}).outcome == outcome


@pytest.mark.parametrize("name", ["call_duration_secs", "call_duration_seconds", "duration_seconds"])
def test_a_length_has_several_names(name: str) -> None:
    assert parse({"data": {**MIXED, "metadata": {name: 7}}}).duration_seconds == 7


def test_the_vendor_s_own_names_win() -> None:
    metadata = {"call_duration_secs": 5, "duration_seconds": 9, "phone_call": {"external_number": "+911"}}
    event = parse({"data": {**MIXED, "metadata": metadata, "phone_number": "+922"}})
    assert (event.duration_seconds, event.customer_number) == (5, "+911")


def test_an_outbound_call_s_customer_is_whom_it_went_to() -> None:
    metadata = {"from_number": "+911", "to_number": "+922", "phone_call": {"direction": "outbound"}}
    event = parse({"data": {**MIXED, "metadata": metadata}})
    assert (event.direction, event.customer_number, event.our_number) == (CallDirection.OUTBOUND, "+922", "+911")


@given(name=st.sampled_from([*FLAT, "data", "status", "direction", "call_id"]), value=JSON)
def test_a_flat_field_of_another_shape_breaks_nothing(name: str, value: object) -> None:
    try:
        get_provider("elevenlabs").parse(json.dumps({**FLAT, name: value}).encode())
    except NotUnderstood:
        assert name in ("event", "conversation_id", "data")


@given(names=st.lists(st.sampled_from(["role", "content", "text", "timestamp", "time", "speaker"])), value=JSON)
def test_a_turn_of_another_shape_breaks_nothing(names: list[str], value: object) -> None:
    turn = {"role": "user", "content": "Hi", **dict.fromkeys(names, value)}
    event = parse({**FLAT, "transcript": {"messages": [turn, value]}})
    assert event.ids[0].value == "conv_flat"


# ---- calls that never began -----------------------------------------------------------------------------------


def failure(reason: str = "busy", **body: Any) -> CallEvent:
    told = {"CallSid": "CA9", "CallStatus": "busy", "To": "+919876543210", "From": "+918000000100", **body}
    return parse(
        {
            "type": "call_initiation_failure",
            "event_timestamp": STARTED,
            "data": {
                "agent_id": "agent_1",
                "conversation_id": "conv_never",
                "failure_reason": reason,
                "metadata": {"type": "twilio", "body": told},
            },
        }
    )


def sip_failure(reason: str, code: object) -> CallEvent:
    body = {
        "from_number": "+918000000100",
        "to_number": "+919876543210",
        "sip_status_code": code,
        "error_reason": "INVITE failed",
        "call_sid": "SCL_1",
    }
    data = {"conversation_id": "c", "failure_reason": reason, "metadata": {"type": "sip", "body": body}}
    return parse({"type": "call_initiation_failure", "event_timestamp": STARTED, "data": data})


def test_a_call_that_never_began_says_why_and_to_whom() -> None:
    event = failure()
    assert (event.status, event.direction) == (CallStatus.BUSY, CallDirection.OUTBOUND)
    assert (event.customer_number, event.our_number) == ("+919876543210", "+918000000100")
    assert [(i.provider, i.value) for i in event.ids] == [("elevenlabs", "conv_never"), ("twilio", "CA9")]
    assert event.duration_seconds == 0
    sip = sip_failure("busy", 486)
    assert (sip.status, sip.customer_number, sip.ended_because) == (CallStatus.BUSY, "+919876543210", "INVITE failed")
    assert sip.ids[1] == ExternalId(provider="sip", value="SCL_1")


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (failure("busy"), "busy"),
        (failure("no-answer"), "no_answer"),
        (failure("unknown", CallStatus="no-answer"), "no_answer"),
        (failure("unknown", CallStatus="canceled"), "canceled"),
        (failure("unknown", CallStatus="teleported"), "failed"),
        (failure("of a kind to come", CallStatus=""), "failed"),
        (sip_failure("unknown", 480), "no_answer"),
        (sip_failure("unknown", "486"), "busy"),
        (sip_failure("unknown", 500), "failed"),
        (sip_failure("unknown", None), "failed"),
    ],
)
def test_every_failure_has_a_status(event: CallEvent, status: str) -> None:
    assert event.status == status


@given(value=JSON)
def test_a_failure_of_another_shape_breaks_nothing(value: object) -> None:
    for data in (value, {"conversation_id": "c", "metadata": value}, {"conversation_id": "c", "failure_reason": value}):
        try:
            get_provider("elevenlabs").parse(json.dumps({"type": "call_initiation_failure", "data": data}).encode())
        except NotUnderstood:
            assert data is value


# ---- through the door -----------------------------------------------------------------------------------------


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


def send(account: ProviderAccount, body: dict[str, Any]) -> WebhookEvent:
    """Post the body through the door and do the work; returns the stored delivery."""
    raw, at = json.dumps(body).encode(), timezone.now()
    headers = {
        "content-type": "application/json",
        "elevenlabs-signature": sign_timestamped(raw, secret=factories.SECRET, at=at),
    }
    answer = factories.post(account.path, Delivery(body=raw, headers=headers, received_at=at))  # type: ignore[attr-defined]
    assert answer.status_code == 200
    factories.work_off()
    with use_company(account.company_id):
        return WebhookEvent.objects.filter(account=account).latest("pk")


def only_call(account: ProviderAccount) -> Call:
    return Call.objects.get(account=account)


def audio_of(ref: str, size: int) -> dict[str, Any]:
    data = {"agent_id": "agent_1", "conversation_id": ref, "full_audio": base64.b64encode(b"\xff" * size).decode()}
    return {"type": "post_call_audio", "event_timestamp": STARTED + 70, "data": data}


@pytest.mark.row("S1.39", "S2.16", "S2.4")
def test_a_flat_delivery_becomes_a_call(account: ProviderAccount) -> None:
    event = send(account, FLAT)
    assert (event.call_ref, event.unrouted_because) == ("conv_flat", "")
    with use_company(account.company_id):
        call = only_call(account)
        assert (call.status, call.reached_us_by, call.turns.count()) == ("completed", "webhook", 2)
        assert call.contact is not None


def test_a_failed_dial_and_the_carrier_s_own_account_are_one_call(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        carrier = ExternalId(provider="twilio", value="CA9")
        told = CallEvent(ids=(carrier,), name="ringing", told_at=timezone.now(), status=CallStatus.RINGING)
        first = Call.objects.record(told, account=account)
    with use_company(account.company_id):
        Call.objects.record(failure(), account=account)
        call = only_call(account)
        assert (call.pk, call.status) == (first.pk, "busy")


@pytest.mark.parametrize("comes_first", [True, False])
def test_audio_is_noted_whenever_it_comes_and_erases_nothing(account: ProviderAccount, comes_first: bool) -> None:
    audio = audio_of("conv_flat", 5000)
    for body in (audio, FLAT) if comes_first else (FLAT, audio):
        assert send(account, body).call_ref == "conv_flat"
    with use_company(account.company_id):
        call = only_call(account)
        assert (call.status, call.turns.count(), call.raw) == ("completed", 2, FLAT)
        assert call.started_at == datetime.fromtimestamp(STARTED, UTC)
        assert set(call.log.values_list("name", flat=True)) == {"ended", "audio arrived"}
        stored = WebhookEvent.objects.get(account=account, dedupe_key__startswith="post_call_audio")
        assert len(bytes(stored.body)) > 5000


def test_a_header_without_a_frame_is_no_recording(account: ProviderAccount) -> None:
    event = send(account, audio_of("conv_x", 45))
    assert (event.call_ref, event.is_unrouted) == ("conv_x", False)
    with use_company(account.company_id):
        assert not Call.objects.filter(account=account).exists()


@pytest.mark.parametrize("kind", ["post_call_transcription_otel", "voice_removal_notice", "flows", "of 2031"])
def test_what_is_nothing_to_us_is_answered_and_kept(account: ProviderAccount, kind: str) -> None:
    event = send(account, {"type": kind, "event_timestamp": STARTED, "data": {"conversation_id": "c"}})
    assert kind in event.unrouted_because
    with use_company(account.company_id):
        assert not Call.objects.filter(account=account).exists()


def test_a_later_analysis_wins_and_what_people_did_stays(account: ProviderAccount, company: Company) -> None:
    at = timezone.now()
    event = factories.make_event(title="First", summary="First.")
    factories.deliver(account, event, at=at)
    factories.work_off()
    by = factories.make_member(company, role="agent")
    with use_company(company):
        call = only_call(account)
        chosen = factories.make_contact(full_name="Chosen by hand")
        choose(call, chosen)
        CallNote.objects.create(call=call, by=by, text="Rang back.")
    factories.work_off()
    with use_company(company):
        Lead.of(chosen).move_to(LeadStatus.CONVERTED, by=by)
    newer = replace(event, title="Second", summary="Second.", outcome=CallOutcome.FAILURE)
    factories.deliver(account, newer, at=at + timedelta(minutes=5))
    factories.work_off()
    # A repeat of the first, late.
    factories.deliver(account, event, at=at)
    factories.deliver(account, event, at=at + timedelta(minutes=1))
    factories.work_off()
    with use_company(company):
        call = only_call(account)
        assert (call.title, call.provider_summary, call.outcome) == ("Second", "Second.", "failure")
        assert call.contact == chosen
        assert [note.text for note in call.notes.all()] == ["Rang back."]
        assert Lead.objects.get(pk=chosen.pk).lead_status == LeadStatus.CONVERTED


# ---- said in the documentation --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_events_a_provider_understands_are_documented(name: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "providers.md").read_text()
    assert [kind for kind in get_provider(name).event_types if f"`{kind}`" not in page] == []
