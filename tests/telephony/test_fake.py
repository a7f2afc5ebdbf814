"""The test line keeps the same contract as the providers it stands in for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from telephony.events import CallEvent, CallKind, CallStatus
from telephony.providers import get_provider
from telephony.providers.base import NotUnderstood
from telephony.providers.signatures import sign_timestamped
from tests import factories
from tests.telephony.provider_contract import ConversationContract


class TestFake(ConversationContract):
    name = "fake"
    signature = "fake-signature"
    statuses = (
        CallStatus.RINGING,
        CallStatus.IN_PROGRESS,
        CallStatus.COMPLETED,
        CallStatus.NO_ANSWER,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.VOICEMAIL,
    )
    keeps = ("ended_because", "name")

    def with_status(self, body: bytes, status: object) -> bytes:
        read = json.loads(body)
        read["call"]["status"] = status
        return json.dumps(read).encode()

    def around(self, value: object) -> bytes:
        return json.dumps({"event": "ended", "call": value}).encode()

    def sign(self, body: bytes, *, secret: str, at: datetime) -> str:
        return sign_timestamped(body, secret=secret, at=at)

    def make_event(self, **facts: Any) -> CallEvent:
        event = super().make_event(**facts)
        return replace(event, ended_at=event.ended_at if event.status.has_ended else None)


def test_people_hold_the_calls_of_the_test_line() -> None:
    event = factories.make_event()
    [read] = get_provider("fake").parse(get_provider("fake").compose(event, secret="", at=event.told_at).body).events
    assert read.kind == CallKind.HUMAN


@pytest.mark.parametrize(
    ("fact", "value"),
    [("duration", 10**12), ("duration", -1), ("duration", 1.5), ("started_at", "9999-12-31T23:59:59+00:00")],
)
def test_a_time_beyond_reason_is_not_understood_or_harmless(fact: str, value: object) -> None:
    call = {"id": "line-1", "status": "completed", "duration": 60, "started_at": "2026-01-05T10:00:00Z", fact: value}
    with pytest.raises(NotUnderstood):
        get_provider("fake").parse(json.dumps({"event": "ended", "call": call}).encode())
