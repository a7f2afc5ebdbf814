"""Twilio: the contract of every provider, and what is its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Company
from crm.tenancy import use_company
from telephony.events import CallDirection, CallEvent, CallKind, CallOutcome, CallStatus
from telephony.models import ProviderAccount
from telephony.providers import get_provider
from telephony.providers.address_signatures import form_pairs, sign_address, verify_address
from telephony.providers.base import Delivery, InvalidSignature, NotUnderstood, Reading
from telephony.providers.twilio import ANSWERED_BY, DIRECTIONS, FORM, OTHER_KINDS, STATUSES
from tests import factories
from tests.telephony.provider_contract import SECRET, ProviderContract

CAPTURED = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "twilio"
SOMEWHERE = "https://calls.example.com/api/webhooks/twilio/a-token"
AT = datetime(2026, 11, 20, 9, 53, 19, tzinfo=UTC)


class TestTwilio(ProviderContract):
    name = "twilio"
    signature = "x-twilio-signature"
    content_type = FORM
    statuses = (
        CallStatus.QUEUED,
        CallStatus.RINGING,
        CallStatus.IN_PROGRESS,
        CallStatus.COMPLETED,
        CallStatus.NO_ANSWER,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.CANCELED,
        CallStatus.VOICEMAIL,
    )
    keeps = ("kind", "ended_because")
    url = SOMEWHERE

    @pytest.fixture
    def account(self, company: Company) -> ProviderAccount:
        with use_company(company):
            account = factories.make_account(self.name, secret=SECRET)
        self.url = account.url  # type: ignore[attr-defined]
        return account

    def make_delivery(self, *, at: datetime | None = None, secret: str = SECRET, **facts: Any) -> Delivery:
        return self.provider.compose(self.make_event(**facts), secret=secret, at=at or timezone.now(), url=self.url)

    def make_event(self, **facts: Any) -> CallEvent:
        """Without what a telephone network does not know of a call."""
        event = super().make_event(**facts)
        has_ended = event.status.has_ended
        return replace(
            event,
            kind=CallKind.HUMAN,
            outcome=CallOutcome.UNKNOWN,
            started_at=None,
            ended_at=event.ended_at if has_ended else None,
            duration_seconds=event.duration_seconds if has_ended else None,
            **dict.fromkeys(("agent_id", "agent_name", "language", "title", "summary", "ended_because"), ""),
            turns=None,
        )

    def with_status(self, body: bytes, status: object) -> bytes:
        said = dict(parse_qsl(body.decode(), keep_blank_values=True))
        del said["CallStatus"]
        return urlencode(said if status is None else {**said, "CallStatus": str(status)}).encode()

    def around(self, value: object) -> bytes:
        return json.dumps({"CallSid": value, "CallStatus": value, "From": value, "Timestamp": value}).encode()

    def sign(self, body: bytes, *, secret: str, at: datetime) -> str:
        return sign_address(body, url=self.url, secret=secret)

    def is_same(self, one: bytes, other: bytes) -> bool:
        """Twilio signs the values, however they are escaped: `%2b` for `%2B` changes nothing."""
        return sorted(form_pairs(one)) == sorted(form_pairs(other))


def parse(**said: str) -> CallEvent:
    [event] = get_provider("twilio").parse(urlencode(telling(**said)).encode()).events
    return event


def telling(**said: str) -> dict[str, str]:
    return {
        "CallSid": "CA1",
        "CallStatus": "completed",
        "CallbackSource": "call-progress-events",
        "Direction": "inbound",
        "From": "+919876543210",
        "To": "+918000000100",
        "Timestamp": "Fri, 20 Nov 2026 09:53:19 +0000",
        **said,
    }


# ---- signatures -----------------------------------------------------------------------------------------------


def vectors() -> list[Any]:
    file = CAPTURED / "signature_vectors.json"
    if not file.exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=f"{file} is not on this machine"))]
    read = json.loads(file.read_text())
    return [pytest.param(read["auth_token"], vector, id=vector["name"]) for vector in read["vectors"]]


@pytest.mark.row("S2.2")
@pytest.mark.parametrize(("token", "vector"), vectors())
def test_the_vendor_s_own_verdicts_are_ours(token: str, vector: dict[str, Any]) -> None:
    body = vector.get("form_body") or vector.get("json_body") or urlencode(vector["params"])
    headers = {"x-twilio-signature": vector["signature"]}
    if "settings_header" in vector:
        headers["x-twilio-webhooks-signature-settings"] = vector["settings_header"]
    delivery = Delivery(body=body.encode(), headers=headers, received_at=AT, url=vector["url"])
    try:
        get_provider("twilio").verify(delivery, secrets=("another", token))
    except InvalidSignature:
        assert not vector["valid"]
    else:
        assert vector["valid"]


def verifies(body: bytes, *, header: str, url: str) -> bool:
    try:
        verify_address(body, header=header, url=url, secrets=(SECRET,))
    except InvalidSignature:
        return False
    return True


def test_another_address_another_query_and_another_scheme_are_refused() -> None:
    body = b"CallSid=CA1&FromCity="
    header = sign_address(body, url=f"{SOMEWHERE}?line=1", secret=SECRET)
    assert verifies(body, header=header, url=f"{SOMEWHERE}?line=1")
    for url in (SOMEWHERE, f"{SOMEWHERE}?line=2", f"{SOMEWHERE}x?line=1", f"http{SOMEWHERE[5:]}?line=1", ""):
        assert not verifies(body, header=header, url=url)


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_port_of_the_scheme_may_be_signed_or_not(port: str) -> None:
    signed = SOMEWHERE.replace(".com/", f".com{port}/")
    assert verifies(b"a=1", header=sign_address(b"a=1", url=signed, secret=SECRET), url=SOMEWHERE)


def test_a_port_that_was_not_signed_is_left_out() -> None:
    header = sign_address(b"a=1", url=SOMEWHERE, secret=SECRET)
    assert verifies(b"a=1", header=header, url=SOMEWHERE.replace(".com/", ".com:8443/"))


def test_json_is_bound_by_its_hash_alone() -> None:
    body = b'{"CallSid": "CA1"}'
    assert not verifies(body, header=sign_address(body, url=SOMEWHERE, secret=SECRET), url=SOMEWHERE)
    hashed = f"{SOMEWHERE}?bodySHA256={'0' * 64}"
    assert not verifies(body, header=sign_address(body, url=hashed, secret=SECRET), url=hashed)


def test_a_form_that_is_too_long_is_not_even_sorted() -> None:
    body = b"a=1&" * 100_000
    assert not verifies(body, header=sign_address(body, url=SOMEWHERE, secret=SECRET), url=SOMEWHERE)


# ---- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "meant"), [*STATUSES.items(), ("teleported", CallStatus.UNKNOWN)])
def test_every_status_has_its_word(said: str, meant: CallStatus) -> None:
    assert parse(CallStatus=said).status == meant


@pytest.mark.parametrize("said", [*ANSWERED_BY, "human", "fax", "unknown", ""])
def test_a_machine_that_picked_up_is_a_voicemail_once_the_call_is_over(said: str) -> None:
    expected = CallStatus.VOICEMAIL if said.startswith("machine") else CallStatus.COMPLETED
    assert parse(AnsweredBy=said).status == expected
    assert parse(AnsweredBy=said, CallStatus="in-progress").status == CallStatus.IN_PROGRESS
    assert parse(AnsweredBy=said, CallStatus="busy").status == CallStatus.BUSY


@pytest.mark.parametrize("said", [*DIRECTIONS, "sideways"])
def test_the_customer_is_the_other_end(said: str) -> None:
    event = parse(Direction=said)
    is_outbound = DIRECTIONS.get(said) == CallDirection.OUTBOUND
    expected = ("+918000000100", "+919876543210") if is_outbound else ("+919876543210", "+918000000100")
    assert (event.customer_number, event.our_number) == expected
    assert event.direction == DIRECTIONS.get(said, CallDirection.UNKNOWN)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("sip:+14155550100@pbx.example.com;transport=tls", "+14155550100"),
        ("sips:alice@pbx.example.com", "alice"),
        ("client:agent_7", ""),
        ("+266696687", ""),
        ("Anonymous", ""),
        ("", ""),
        ("  +14155550100 ", "+14155550100"),
    ],
)
def test_a_number_is_read_from_any_address_and_a_withheld_one_is_none(said: str, number: str) -> None:
    assert parse(From=said).customer_number == number


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for field, kind in OTHER_KINDS.items()])
def test_what_tells_of_something_else_is_not_taken_for_the_call_s_status(kind: str, field: str) -> None:
    said = telling(**{field: "1"})
    assert get_provider("twilio").parse(urlencode(said).encode()).events
    del said["CallbackSource"]
    with pytest.raises(NotUnderstood, match=kind):
        get_provider("twilio").parse(urlencode(said).encode())


def test_seconds_are_those_of_the_call_and_not_the_minutes_of_the_bill() -> None:
    event = parse(CallDuration="49", Duration="1")
    assert (event.duration_seconds, event.ended_at) == (49, AT)
    assert event.answered_at == AT - timedelta(seconds=49)


@pytest.mark.parametrize("said", ["", "-1", "1.5", "²", "9" * 40, "soon"])
def test_a_length_that_is_none_is_not_told(said: str) -> None:
    assert parse(CallDuration=said).duration_seconds is None


@pytest.mark.parametrize("said", ["", "soon", "Fri, 20 Nov 1026 09:53:19 +0000", "Fri, 99 Nov 2026 09:53:19 +0000"])
def test_without_a_time_that_can_be_read_it_is_undated(said: str) -> None:
    reading = get_provider("twilio").parse(urlencode(telling(Timestamp=said, SequenceNumber="x")).encode())
    assert reading.is_undated
    assert reading.events[0].ended_at is None


def test_within_a_second_the_sequence_says_what_came_first() -> None:
    ringing = parse(CallStatus="ringing", SequenceNumber="1")
    over = parse(SequenceNumber="2")
    assert ringing.told_at < over.told_at < AT + timedelta(seconds=1)
    assert ringing.happened_at == over.happened_at == AT


def test_why_it_failed_is_kept_and_a_key_to_the_call_is_not() -> None:
    event = parse(CallStatus="busy", SipResponseCode="486", CallToken="opens-the-call", Extra="kept", Nul="a\0b")
    assert event.ended_because == "SIP response 486"
    assert (event.raw["Extra"], event.raw["Nul"]) == ("kept", "ab")
    assert "CallToken" not in event.raw
    assert get_provider("twilio").read_kept(event.raw) == event


def test_a_leg_is_noted_with_the_call_it_is_part_of() -> None:
    leg = parse(CallSid="CA2", ParentCallSid="CA1", Direction="outbound-dial", CallDuration="31")
    assert [i.value for i in leg.ids] == ["CA1", "CA2"]
    assert (leg.name, leg.status, leg.customer_number, leg.duration_seconds) == (
        "leg ended",
        CallStatus.UNKNOWN,
        "",
        None,
    )


def test_json_says_the_same_as_a_form() -> None:
    read = get_provider("twilio").parse
    assert read(json.dumps(telling()).encode()) == read(urlencode(telling()).encode())


def test_the_same_said_in_another_order_is_a_repeat() -> None:
    key, said = get_provider("twilio").dedupe_key, telling()
    other = urlencode(dict(reversed(said.items()))).replace("%2B", "%2b").encode()
    assert key(urlencode(said).encode()) == key(other) != key(urlencode({**said, "CallDuration": "7"}).encode())


@given(body=st.binary(max_size=300))
def test_any_bytes_are_read_or_not_understood(body: bytes) -> None:
    assert len(get_provider("twilio").dedupe_key(body)) <= 300
    try:
        assert isinstance(get_provider("twilio").parse(body), Reading)
    except NotUnderstood:
        return


@given(said=st.dictionaries(st.sampled_from(["CallSid", "CallDuration", *telling()]), st.text(max_size=40)))
def test_any_values_are_read_or_not_understood(said: dict[str, str]) -> None:
    body = urlencode({**telling(), **said}, errors="replace").encode()
    header = sign_address(body, url=SOMEWHERE, secret=SECRET)
    assert verifies(body, header=header, url=SOMEWHERE)
    try:
        reading = get_provider("twilio").parse(body)
    except NotUnderstood:
        return
    assert reading.call_ref == reading.events[0].ids[0].value
