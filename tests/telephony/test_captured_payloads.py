"""Real input becomes calls: captures from the wild, where they are at hand, and payloads of our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, WebhookEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery
from telephony.providers.signatures import sign_timestamped
from tests import factories

OURS = Path(__file__).parent / "payloads"
CAPTURED = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "elevenlabs"


def captured() -> list[Any]:
    files = sorted(CAPTURED.glob("webhook_post_call_transcription_*.json"))
    bodies = [pytest.param(file, id=file.stem) for file in files if kind_of(file) == "post_call_transcription"]
    missing = pytest.mark.skip(reason=f"{CAPTURED} is not on this machine")
    return bodies or [pytest.param(None, marks=missing)]


def ours() -> list[Any]:
    return [pytest.param(file, id=f"ours_{file.stem}") for file in sorted(OURS.glob("*.json"))]


def kind_of(file: Path) -> str:
    return str(json.loads(file.read_text()).get("type"))


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        return factories.make_account()


def send(account: ProviderAccount, file: Path) -> dict[str, Any]:
    """Post the file through the door, signed anew, and do the work; returns what it says."""
    body, at = file.read_bytes(), timezone.now()
    signature = sign_timestamped(body, secret=factories.SECRET, at=at)
    headers = {"content-type": "application/json", "elevenlabs-signature": signature}
    answer = factories.post(account.path, Delivery(body=body, headers=headers, received_at=at))  # type: ignore[attr-defined]
    assert answer.status_code == 200
    factories.work_off()
    read: dict[str, Any] = json.loads(body)
    return read


def call_of(account: ProviderAccount) -> Call:
    return Call.objects.get(account=account)


@pytest.mark.row("S2.3", "S2.4")
@pytest.mark.parametrize(
    "file", [*captured(), *(pytest.param(f, id=f"ours_{f.stem}") for f in sorted(OURS.glob("*.json")))]
)
def test_a_payload_becomes_a_call_with_all_it_says(account: ProviderAccount, file: Path) -> None:
    data = send(account, file)["data"]
    with use_company(account.company_id):
        event = WebhookEvent.objects.get(account=account)
        assert event.unrouted_because == ""
        assert event.call_ref == data["conversation_id"]
        call = call_of(account)
        assert call.has_ended
        assert call.ids.filter(provider="elevenlabs", value=data["conversation_id"]).exists()
        assert call.started_at == datetime.fromtimestamp(data["metadata"]["start_time_unix_secs"], UTC)
        assert call.duration_seconds == data["metadata"]["call_duration_secs"]
        assert call.raw == data
        said = [turn["message"].strip() for turn in data["transcript"] if (turn["message"] or "").strip()]
        assert [turn.content for turn in call.turns.order_by("index") if turn.content] == said
        phone = data["metadata"].get("phone_call")
        assert call.customer_number_written == (phone["external_number"] if phone else "")
        assert call.contact is not None or not call.customer_number


@pytest.mark.parametrize(
    "file", [pytest.param(f, id=f.stem) for f in sorted(CAPTURED.glob("*.json")) if "webhook_" in f.name] or [None]
)
def test_no_captured_body_breaks_the_inbox(account: ProviderAccount, file: Path | None) -> None:
    if file is None:
        pytest.skip(f"{CAPTURED} is not on this machine")
    send(account, file)
    with use_company(account.company_id):
        event = WebhookEvent.objects.get(account=account)
    assert event.work_state == "done"
    assert event.is_unrouted == (kind_of(file) not in get_provider("elevenlabs").event_types)


def read(account: ProviderAccount, name: str) -> Call:
    send(account, OURS / f"{name}.json")
    return call_of(account)


def test_a_failed_start_is_a_failed_call_with_its_reason(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "failed_start")
        assert (call.status, call.duration_seconds, call.turns.count()) == ("failed", 0, 0)
        assert "first_name" in call.ended_because
        assert call.contact is not None
        assert not call.insights.exists()


def test_a_short_call_has_one_turn(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "short_call")
        assert (call.status, call.duration_seconds, call.turns.count()) == ("completed", 7, 1)


def test_tools_stand_with_the_turn_that_used_them(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        turns = list(read(account, "tools").turns.order_by("index"))
    booked = turns[2].tools[0]
    assert (booked["name"], booked["result"], booked["is_error"]) == ("book_site_visit", '{"booked": true}', False)
    assert json.loads(booked["parameters"])["day"] == "Saturday"
    abandoned = turns[4].tools[0]
    assert (abandoned["name"], abandoned["is_error"]) == ("end_call", False)
    assert turns[5].content == "One more thing: is there parking?"


def test_a_web_call_has_no_number_and_one_id(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "web_call")
        assert (call.customer_number, call.our_number, call.direction) == ("", "", "unknown")
        assert call.ids.count() == 1


def test_an_interrupted_turn_shows_what_was_heard(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        first = read(account, "interrupted").turns.get(index=0)
    assert first.was_interrupted
    assert first.content.endswith("...")
    assert first.intended.endswith("ready to move in.")


def test_the_old_shape_is_read(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "old_shape")
        assert (call.status, call.title, call.turns.count()) == ("completed", "", 2)


def test_times_out_of_order_do_not_sort_the_turns(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "times_out_of_order")
        assert [turn.start_seconds for turn in call.turns.order_by("index")] == [3, 2, 2, 9, 9]
        assert (call.direction, call.from_number, call.to_number) == ("outbound", "+918041230000", "+919845000007")


def test_a_voicemail_is_no_completed_call(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "voicemail")
        assert (call.status, call.outcome) == ("voicemail", "failure")


def test_a_sip_call_meets_its_carrier_s_id_and_its_number_without_plus(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        call = read(account, "sip_trunk")
        assert set(call.ids.values_list("provider", flat=True)) == {"elevenlabs", "sip"}
        assert (call.our_number, call.our_number_written) == ("+918041230000", "918041230000")
