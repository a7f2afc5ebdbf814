"""What every provider is: what it can do, how its deliveries are verified, and what they say in our words."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q

from telephony.events import CallEvent, CallOutcome, CallStatus

if TYPE_CHECKING:
    from crm.knowledge import Knowledge
    from telephony.models import ProviderAccount


class ProviderError(Exception):
    """A provider could not do what it was asked. `permanent`: trying again will not help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class UnsupportedFeature(ProviderError):
    """The provider does not do this, or we do not ask it to."""

    def __init__(self, label: str, what: str) -> None:
        super().__init__(f"{label} cannot {what}.", permanent=True)


class AccessRefused(ProviderError):
    """The provider does not accept the account's key. The message says so in a sentence for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class InvalidSignature(Exception):
    """The delivery is not shown to come from the provider. The message names what to check, never a secret."""


class NotUnderstood(Exception):
    """A genuine delivery that says nothing we know what to do with. It is kept, and the message says why."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A webhook request as it came: raw bytes, headers with lowercase names, and the address it was sent to.

    The address holds a token: it is shown nowhere, and kept sealed where a signature over it is verified later.
    """

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    url: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a delivery says: events of one or several calls, and the id of the call it speaks of.

    `is_undated`: it tells no time, so what it says was so when it came.
    """

    events: tuple[CallEvent, ...]
    call_ref: str
    is_undated: bool = False


@dataclass(frozen=True, kw_only=True)
class ListedCall:
    """A call as a provider's list shows it: enough to know whether its details are worth asking for."""

    ref: str
    status: CallStatus
    outcome: CallOutcome = CallOutcome.UNKNOWN
    started_at: datetime | None = None
    duration_seconds: int | None = None
    title: str = ""

    @property
    def ended_at(self) -> datetime | None:
        """When it was over; None while it goes on, or when that is not told."""
        if self.started_at is None or not self.status.has_ended:
            return None
        return self.started_at + timedelta(seconds=self.duration_seconds or 0)


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """One page of a provider's list. An empty `cursor` says that it was the last.

    `unreadable` counts entries that name no call: there is nothing to ask for.
    """

    calls: tuple[ListedCall, ...]
    cursor: str = ""
    unreadable: int = 0


@dataclass(frozen=True, kw_only=True)
class WebhookThere:
    """A webhook as it is set up at the provider. Its address holds a token: it is shown and kept nowhere.

    `sends_again`: whether it repeats what failed; None when that is not told.
    """

    url: str = field(repr=False)
    is_off: bool = False
    is_off_by_itself: bool = False
    sends_again: bool | None = None
    failed_with: int | None = None
    failed_at: datetime | None = None


class CallSource(ABC):
    """An account's calls, as its provider tells when asked. Its methods call out and raise `ProviderError`."""

    @abstractmethod
    def list_calls(self, *, since: datetime | None, until: datetime, cursor: str = "", agent: str = "") -> CallPage:
        """Return calls that started in `[since, until)`; the page after `cursor`, of one agent if asked."""

    @abstractmethod
    def fetch_call(self, ref: str) -> CallEvent:
        """Return everything the provider knows of one call."""

    def webhooks(self) -> tuple[WebhookThere, ...]:
        """Return the webhooks that are set up there, others' included. For `tells_webhooks`."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom a voice agent asks about as the phone rings; empty is what was not told, or withheld."""

    caller_number: str = ""
    our_number: str = ""
    agent_id: str = ""
    call_ref: str = ""


class Provider(ABC):
    """One provider. Subclasses declare what they can do and implement `verify`, `parse`, and what they declare."""

    name: ClassVar[str]
    label: ClassVar[str]
    content_types: ClassVar[frozenset[str]] = frozenset({"application/json"})

    # The deliveries it understands, and what is done with each. Others are kept, and nothing is done with them.
    event_types: ClassVar[Mapping[str, str]]

    # What it can do. Nothing above telephony asks for a provider's name; it asks for one of these.
    signs_webhooks: ClassVar[bool] = False
    signs_address: ClassVar[bool] = False
    can_dial: ClassVar[bool] = False
    can_list_calls: ClassVar[bool] = False
    tells_webhooks: ClassVar[bool] = False
    can_fetch_recording: ClassVar[bool] = False
    has_live_control: ClassVar[bool] = False
    asks_about_callers: ClassVar[bool] = False
    # What people call the secret its deliveries are signed with, and where our address is entered.
    signed_with: ClassVar[str] = "webhook secret"
    where_to_paste: ClassVar[str] = ""
    # How it repeats deliveries that failed, and how that is switched on.
    about_retries: ClassVar[str] = ""
    # Where it can keep an account's data: what is stored, and what people call it. The first is its default.
    regions: ClassVar[tuple[tuple[str, str], ...]] = ()

    @abstractmethod
    def verify(self, delivery: Delivery, *, secrets: Sequence[str]) -> None:
        """Raise `InvalidSignature` unless one of the secrets shows that the delivery is genuine."""

    @abstractmethod
    def parse(self, body: bytes) -> Reading:
        """Say in our words what the delivery tells; raises `NotUnderstood`, and nothing else, for what it cannot."""

    @abstractmethod
    def compose(self, event: CallEvent, *, secret: str, at: datetime, url: str = "") -> Delivery:
        """Return the delivery by which this provider would tell of the call, signed: `parse`, the other way round.

        `url` is where it will be posted, for one that `signs_address`.

        The demo and the tests speak through it, so that nothing but the way in is rehearsed.
        """

    @abstractmethod
    def kind_and_ref(self, body: bytes) -> str:
        """Return what the delivery is about (`type:call id`), empty when it cannot be read."""

    @abstractmethod
    def read_kept(self, raw: dict[str, Any]) -> CallEvent:
        """Read again what is kept of a call (`Call.raw`); raises `NotUnderstood`."""

    def is_last_word(self, raw: dict[str, Any]) -> bool:
        """Whether what is kept of a call is all there will be, or the provider still works on it."""
        return True

    def still_at_work(self) -> Q:
        """Return the calls of which `is_last_word` would say no, as a condition; none unless told."""
        return Q(pk__in=[])

    def source(self, account: ProviderAccount, *, pause: Callable[[float], None] = time.sleep) -> CallSource:
        """Return the account's calls as the provider lists them; `pause` is how it waits between tries.

        Raises `UnsupportedFeature` unless the provider `can_list_calls`, `AccessRefused` without a key.
        """
        raise UnsupportedFeature(self.label, "list calls")

    def read_initiation(self, body: bytes) -> Asked:
        """Say whom a voice agent asks about; raises `NotUnderstood`, and nothing else. For `asks_about_callers`."""
        raise NotImplementedError

    def render_knowledge(self, knowledge: Knowledge, *, defaults: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """Return the answer to that question, as JSON. `defaults` are always told, unless we know better; `at` is
        now, on the company's clock. For `asks_about_callers`.
        """
        raise NotImplementedError

    def dedupe_key(self, body: bytes) -> str:
        """Return what is equal for repeats of one delivery, and differs for a fuller one about the same call."""
        return f"{self.kind_and_ref(body)[:200]}:{hashlib.sha256(body).hexdigest()}"

    def ref_in_key(self, key: str) -> str:
        """Return the id of the call in a `dedupe_key`; empty when it has none."""
        kind_and_ref = key.rpartition(":")[0]
        return kind_and_ref.partition(":")[2]
