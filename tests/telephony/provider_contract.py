"""What holds for every provider at the door. A new provider's test inherits the class and names its own words."""

from __future__ import annotations

import random
from abc import abstractmethod
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Company
from crm.tenancy import use_company
from telephony.events import CallDirection, CallEvent, CallOutcome, CallStatus, ExternalId
from telephony.models import Call, ProviderAccount, WebhookEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery, InvalidSignature, NotUnderstood, Provider, Reading
from tests import factories

SECRET = "wsec_current"
PREVIOUS = "wsec_previous"
FORM = "application/x-www-form-urlencoded"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


class ProviderContract:
    """Inherit, and say the provider's name, its signature's header, and how it spells what it says."""

    name: ClassVar[str]
    signature: ClassVar[str]
    content_type: ClassVar[str] = "application/json"
    # Statuses that it can tell apart, with what `compose` writes for them.
    statuses: ClassVar[tuple[CallStatus, ...]]
    # What a compose → parse round trip keeps besides the facts every provider keeps.
    keeps: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def with_status(self, body: bytes, status: object) -> bytes:
        """Return the body with another word for the call's status."""

    @abstractmethod
    def around(self, value: object) -> bytes:
        """Return a body of the provider's envelope around any JSON value in the call's place."""

    @abstractmethod
    def sign(self, body: bytes, *, secret: str, at: datetime) -> str:
        """Return the signature header for a body."""

    def is_same(self, one: bytes, other: bytes) -> bool:
        """Return whether two bodies are one to the provider's signature."""
        return one == other

    # ---- what the cases stand on

    @property
    def provider(self) -> Provider:
        return get_provider(self.name)

    def make_delivery(self, *, at: datetime | None = None, secret: str = SECRET, **facts: Any) -> Delivery:
        return self.provider.compose(self.make_event(**facts), secret=secret, at=at or timezone.now())

    def make_event(self, **facts: Any) -> CallEvent:
        event = factories.make_event(**facts)
        return replace(event, ids=(ExternalId(provider=self.name, value=event.ids[0].value),))

    def verify(self, delivery: Delivery, *secrets: str, now: datetime | None = None) -> None:
        received = replace(delivery, received_at=now or delivery.received_at)
        self.provider.verify(received, secrets=secrets or (SECRET, PREVIOUS))

    def signed(self, body: bytes, *, at: datetime | None = None, secret: str = SECRET) -> Delivery:
        at = at or timezone.now()
        headers = {"content-type": self.content_type, self.signature: self.sign(body, secret=secret, at=at)}
        return Delivery(body=body, headers=headers, received_at=at)

    @pytest.fixture
    def account(self, company: Company) -> ProviderAccount:
        with use_company(company):
            return factories.make_account(self.name, secret=SECRET)

    @staticmethod
    def path(account: Any) -> str:
        return str(account.path)

    @staticmethod
    def stored(account: ProviderAccount) -> list[WebhookEvent]:
        with use_company(account.company_id):
            return list(WebhookEvent.objects.filter(account=account))

    # ---- signatures

    @pytest.mark.row("S2.2")
    def test_a_good_signature_is_accepted(self) -> None:
        self.verify(self.make_delivery())

    @pytest.mark.row("S2.2")
    def test_a_tampered_body_is_refused(self) -> None:
        delivery = self.make_delivery()
        with pytest.raises(InvalidSignature):
            self.verify(replace(delivery, body=delivery.body + b" "))

    def test_a_missing_signature_is_refused(self) -> None:
        with pytest.raises(InvalidSignature, match="missing"):
            self.verify(replace(self.make_delivery(), headers={}))

    @pytest.mark.parametrize("header", ["", "t=1", "v0=00", "t=abc,v0=00", "t=,v0=", "t=1,v1=" + "0" * 64, "é" * 80])
    def test_a_malformed_signature_is_refused(self, header: str) -> None:
        with pytest.raises(InvalidSignature):
            self.verify(replace(self.make_delivery(), headers={self.signature: header}))

    def test_the_secret_before_is_still_accepted(self) -> None:
        self.verify(self.make_delivery(secret=PREVIOUS))

    def test_an_unknown_secret_is_refused(self) -> None:
        with pytest.raises(InvalidSignature, match="match"):
            self.verify(self.make_delivery(secret="wsec_of_somebody_else"))

    def test_without_any_secret_nothing_is_accepted(self) -> None:
        with pytest.raises(InvalidSignature):
            self.provider.verify(self.make_delivery(secret=""), secrets=())

    def test_a_thousand_flipped_bits_are_all_refused(self) -> None:
        delivery = self.make_delivery(turns=factories.TALK)
        header = delivery.headers[self.signature].encode()
        flips = random.Random(7)
        accepted = []
        for _ in range(1000):
            place = flips.randrange((len(delivery.body) + len(header)) * 8)
            signed = bytearray(delivery.body + header)
            signed[place // 8] ^= 1 << (place % 8)
            flipped = signed[len(delivery.body) :].decode("latin-1")
            changed = replace(delivery, body=bytes(signed[: len(delivery.body)]), headers={self.signature: flipped})
            try:
                self.verify(changed)
            except InvalidSignature:
                continue
            if not self.is_same(delivery.body, changed.body):
                accepted.append(place)
        assert accepted == []

    # ---- the door

    @pytest.mark.row("S2.1", "S2.4")
    def test_a_genuine_delivery_is_stored_as_it_came(self, account: ProviderAccount) -> None:
        delivery = self.make_delivery()
        assert factories.post(self.path(account), delivery).status_code == 200
        [event] = self.stored(account)
        assert bytes(event.body) == delivery.body
        assert self.signature not in event.headers

    def test_a_delivery_that_is_not_genuine_is_refused_and_not_stored(self, account: ProviderAccount) -> None:
        delivery = self.make_delivery(secret="wsec_of_somebody_else")
        assert factories.post(self.path(account), delivery).status_code == 401
        assert self.stored(account) == []

    @pytest.mark.row("S1.42")
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_a_look_at_the_door_answers_that_it_is_open(self, account: ProviderAccount, method: str) -> None:
        answer = getattr(Client(), method)(self.path(account))
        assert answer.status_code == 200
        if method == "get":
            assert answer.json() == {"status": "ok", "provider": self.name}

    @pytest.mark.row("S1.43")
    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_another_method_is_refused(self, account: ProviderAccount, method: str) -> None:
        answer = getattr(Client(), method)(self.path(account), data=b"{}", content_type="application/json")
        assert answer.status_code == 405
        assert self.stored(account) == []

    def test_an_empty_body_is_refused_unless_it_is_signed(self, account: ProviderAccount) -> None:
        unsigned = replace(self.make_delivery(), body=b"")
        assert factories.post(self.path(account), unsigned).status_code == 401
        assert factories.post(self.path(account), self.signed(b"")).status_code == 200
        factories.work_off()
        [event] = self.stored(account)
        assert event.is_unrouted

    @pytest.mark.row("S1.44")
    @pytest.mark.parametrize("kind", ["text/plain", FORM, "multipart/form-data", ""])
    def test_another_content_type_is_refused(self, account: ProviderAccount, kind: str) -> None:
        if kind in self.provider.content_types:
            pytest.skip("this provider sends it")
        headers = {"content-type": kind}
        for unsigned in (self.make_delivery(), self.make_delivery(secret="wsec_of_somebody_else")):
            assert factories.post(self.path(account), replace(unsigned, headers=headers)).status_code == 415
        assert self.stored(account) == []

    def test_what_is_genuine_is_kept_whatever_its_type_is_called(self, account: ProviderAccount) -> None:
        delivery = self.make_delivery()
        headers = {**delivery.headers, "content-type": "text/plain"}
        assert factories.post(self.path(account), replace(delivery, headers=headers)).status_code == 200
        assert len(self.stored(account)) == 1

    def test_a_charset_in_the_content_type_does_not_matter(self, account: ProviderAccount) -> None:
        delivery = self.make_delivery()
        headers = {**delivery.headers, "content-type": f"{self.content_type}; charset=utf-8"}
        assert factories.post(self.path(account), replace(delivery, headers=headers)).status_code == 200

    def test_a_huge_body_is_refused(self, account: ProviderAccount, settings: Any) -> None:  # pytest-django's
        delivery = self.make_delivery()
        settings.WEBHOOK_MAX_BYTES = len(delivery.body) - 1
        assert factories.post(self.path(account), delivery).status_code == 413
        assert self.stored(account) == []
        settings.WEBHOOK_MAX_BYTES = len(delivery.body)
        assert factories.post(self.path(account), delivery).status_code == 200

    # ---- what it says

    @pytest.mark.parametrize("word", ["teleported", "", None, 7, ["done"], {"a": 1}, "DONE"])
    def test_an_unknown_status_is_unknown_and_kept(self, account: ProviderAccount, word: object) -> None:
        body = self.with_status(self.make_delivery().body, word)
        assert factories.post(self.path(account), self.signed(body)).status_code == 200
        factories.work_off()
        [event] = self.stored(account)
        assert bytes(event.body) == body
        with use_company(account.company_id):
            statuses = set(Call.objects.filter(account=account).values_list("status", flat=True))
        assert statuses <= {CallStatus.UNKNOWN}
        if isinstance(word, str) and word:
            assert statuses == {CallStatus.UNKNOWN}

    def test_what_is_composed_reads_back_the_same(self) -> None:
        for status in self.statuses:
            for direction in (CallDirection.INBOUND, CallDirection.OUTBOUND):
                for outcome in CallOutcome:
                    event = self.make_event(status=status, direction=direction, outcome=outcome)
                    [read] = self.provider.parse(self.provider.compose(event, secret="", at=event.told_at).body).events
                    told = ("ids", "status", "direction", "outcome", "customer_number", "our_number", *self.keeps)
                    times = ("started_at", "ended_at", "duration_seconds", "language", "title", "summary")
                    people = ("agent_id", "agent_name", "turns")
                    for fact in (*told, *times, *people):
                        assert getattr(read, fact) == getattr(event, fact), (fact, status)

    def test_repeats_have_one_key_and_fuller_ones_another(self) -> None:
        event = self.make_event()
        at = timezone.now()
        once, twice = (self.provider.compose(event, secret=SECRET, at=at).body for _ in range(2))
        fuller = self.provider.compose(replace(event, duration_seconds=4_711), secret=SECRET, at=at).body
        key = self.provider.dedupe_key
        assert key(once) == key(twice) != key(fuller)
        assert event.ids[0].value in key(once)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"text"',
            b"\xff\xfe",
            b'{"a": 1e400}',
            b'{"a": NaN}',
            b'{"a": "\\ud800"}',
            b"[" * 10_000,
            b'{"a":' * 10_000,
            b"9" * 5_000,
            b"{}",
        ],
    )
    def test_what_cannot_be_read_is_not_understood_and_breaks_nothing(self, body: bytes) -> None:
        with pytest.raises(NotUnderstood):
            self.provider.parse(body)
        assert len(self.provider.dedupe_key(body)) <= 300

    @settings(suppress_health_check=[HealthCheck.differing_executors])  # inherited: one run per provider
    @given(value=JSON)
    def test_any_json_is_read_or_not_understood(self, value: object) -> None:
        try:
            reading = self.provider.parse(self.around(value))
        except NotUnderstood:
            return
        assert isinstance(reading, Reading)


class ConversationContract(ProviderContract):
    """And of providers that send JSON, signed with the time, with all that was said."""

    def test_thirty_minutes_are_not_too_old_and_a_second_more_is(self) -> None:
        at = timezone.now().replace(microsecond=0)
        delivery = self.make_delivery(at=at)
        self.verify(delivery, now=at + timedelta(minutes=30))
        with pytest.raises(InvalidSignature, match="old"):
            self.verify(delivery, now=at + timedelta(minutes=30, seconds=1))

    def test_five_minutes_ahead_are_forgiven_and_a_second_more_is_not(self) -> None:
        at = timezone.now().replace(microsecond=0)
        delivery = self.make_delivery(at=at)
        self.verify(delivery, now=at - timedelta(minutes=5))
        with pytest.raises(InvalidSignature, match="future"):
            self.verify(delivery, now=at - timedelta(minutes=5, seconds=1))

    def test_a_digest_in_capitals_is_refused(self) -> None:
        delivery = self.make_delivery()
        stamp, _, digest = delivery.headers[self.signature].partition(",v0=")
        with pytest.raises(InvalidSignature):
            self.verify(replace(delivery, headers={self.signature: f"{stamp},v0={digest.upper()}"}))

    def test_another_timestamp_is_refused(self) -> None:
        delivery = self.make_delivery()
        _, _, digest = delivery.headers[self.signature].partition(",")
        later = f"t={int(timezone.now().timestamp()) + 60},{digest}"
        with pytest.raises(InvalidSignature):
            self.verify(replace(delivery, headers={self.signature: later}))

    @pytest.mark.row("S2.3")
    def test_every_script_survives(self, account: ProviderAccount) -> None:
        said = "नमस्ते, ನಮಸ್ಕಾರ – «¿Qué tal?» 🙂 \u202e x"
        factories.post(self.path(account), self.make_delivery(turns=(("customer", said),), title="वार्ता 🙂"))
        factories.work_off()
        with use_company(account.company_id):
            call = Call.objects.get(account=account)
            assert (call.turns.get().content, call.title) == (said, "वार्ता 🙂")

    @pytest.mark.row("S2.87")
    def test_what_was_passed_along_comes_back(self) -> None:
        event = self.make_event(campaign_ref="spring-26", recipient_ref="r-7")
        [read] = self.provider.parse(self.provider.compose(event, secret=SECRET, at=timezone.now()).body).events
        assert (read.campaign_ref, read.recipient_ref) == ("spring-26", "r-7")
