"""Twilio's programmable voice: calls that people held, told by status callbacks.

Sources: Twilio documentation, «TwiML voice request parameters» and «Call resource», and the models of their Python
SDK. A callback is a form; every field may be absent or empty, and only the call's id is relied on. The events of one
call come in any order: `SequenceNumber` tells which was first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from telephony.events import CallDirection, CallEvent, CallKind, CallStatus, ExternalId
from telephony.providers.address_signatures import DIGESTS, form_pairs, sign_address, verify_address
from telephony.providers.base import Delivery, NotUnderstood, Provider, Reading
from telephony.providers.numbers import number_in
from telephony.providers.untrusted import read_json, storable, word, word_for

NAME = "twilio"
FORM = "application/x-www-form-urlencoded"

STATUSES = {
    "initiated": CallStatus.QUEUED,
    "queued": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
    "no-answer": CallStatus.NO_ANSWER,
    "busy": CallStatus.BUSY,
    "failed": CallStatus.FAILED,
    "canceled": CallStatus.CANCELED,
}
# Who picked up, where somebody asked for it: a completed call with a machine reached nobody.
ANSWERED_BY = dict.fromkeys(
    ("machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other"), CallStatus.VOICEMAIL
)
DIRECTIONS = {
    "inbound": CallDirection.INBOUND,
    "outbound-api": CallDirection.OUTBOUND,
    "outbound-dial": CallDirection.OUTBOUND,
}
LOGGED_AS = {
    CallStatus.QUEUED: "queued",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
    CallStatus.UNKNOWN: "updated",
}
SOURCE_OF_STATUS = "call-progress-events"
# What asks or tells something else carries one of these. A call's status in it is true, and its meaning another: the
# end of a place in the queue is no end that was talked to.
OTHER_KINDS = {
    "RecordingStatus": "recording",
    "TranscriptionStatus": "transcription",
    "DialCallStatus": "dial",
    "QueueSid": "queue",
    "QueueResult": "queue",
    "Digits": "gather",
    "SpeechResult": "gather",
    "ErrorUrl": "fallback",
}
# Lets its bearer act on the call while it lasts.
CREDENTIALS = ("CallToken",)

LONGEST_ID = 128
LONGEST_SECONDS = 10_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
NO_TIME = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


class Twilio(Provider):
    name = NAME
    label = "Twilio"
    content_types: ClassVar[frozenset[str]] = frozenset({FORM, "application/json"})
    signs_webhooks: ClassVar[bool] = True
    signs_address: ClassVar[bool] = True
    signed_with: ClassVar[str] = "auth token"
    where_to_paste: ClassVar[str] = (
        "In the Twilio console: the phone number, Voice, “Call status changes”, HTTP POST. For calls made through "
        "their API: StatusCallback, with the events initiated, ringing, answered and completed."
    )
    event_types: ClassVar[Mapping[str, str]] = {
        "status": "What is known of the call: who called whom, how far it came, when, for how long.",
        "leg": "An entry in the log of the call that the leg is part of.",
    }

    def verify(self, delivery: Delivery, *, secrets: Sequence[str]) -> None:
        verify_address(
            delivery.body,
            header=delivery.headers.get("x-twilio-signature", ""),
            url=delivery.url,
            secrets=secrets,
            digest=_digest(delivery.headers.get("x-twilio-webhooks-signature-settings", "")),
        )

    def parse(self, body: bytes) -> Reading:
        said = _read(body)
        kind, ref = _kind_of(said), _call_of(said)
        if kind not in self.event_types:
            raise NotUnderstood(f"Nothing is done with what Twilio sends about a {kind}.")
        event = _read_leg(said) if kind == "leg" else _read_status(said)
        return Reading(events=(event,), call_ref=ref, is_undated=_moment(said) is None)

    def read_kept(self, raw: dict[str, Any]) -> CallEvent:
        return _read_status(_texts(raw))

    def compose(self, event: CallEvent, *, secret: str, at: datetime, url: str = "") -> Delivery:
        body = urlencode(_compose(event, at=at)).encode()
        headers = {"content-type": FORM, "x-twilio-signature": sign_address(body, url=url, secret=secret)}
        return Delivery(body=body, headers=headers, received_at=at, url=url)

    def kind_and_ref(self, body: bytes) -> str:
        try:
            said = _read(body)
            return f"{_kind_of(said)}:{_call_of(said)}"
        except NotUnderstood:
            return ""

    def dedupe_key(self, body: bytes) -> str:
        # By what it says: with another order of fields or another way to escape them it verifies just as well.
        said = b"&".join(b"=".join((name.hex().encode(), value.hex().encode())) for name, value in _signed(body))
        return f"{self.kind_and_ref(body)[:200]}:{hashlib.sha256(said).hexdigest()}"


# ---- what is read -----------------------------------------------------------------------------------------------


def _read(body: bytes) -> dict[str, str]:
    """Return the fields of a form, or the texts of a JSON object; of a name said twice the first value."""
    if body.lstrip().startswith(b"{"):
        return _texts(read_json(body))
    pairs = [(name.decode(errors="replace"), value.decode(errors="replace")) for name, value in form_pairs(body)]
    return _texts(dict(reversed(pairs)))


def _texts(read: Mapping[str, Any]) -> dict[str, str]:
    said = {name: value.strip() for name, value in read.items() if isinstance(value, str) and name not in CREDENTIALS}
    clean: dict[str, str] = storable(said)
    return clean


def _signed(body: bytes) -> list[tuple[bytes, bytes]]:
    return [(body, b"")] if body.lstrip().startswith(b"{") else sorted(set(form_pairs(body)))


def _kind_of(said: Mapping[str, str]) -> str:
    """Return what the delivery is about; raises `NotUnderstood` for what is no account of a call."""
    if said.get("CallbackSource") != SOURCE_OF_STATUS:
        for name, kind in OTHER_KINDS.items():
            if name in said:
                return kind
    if "CallStatus" not in said:
        raise NotUnderstood("It tells nothing of how far a call came.")
    return "leg" if said.get("ParentCallSid") else "status"


def _call_of(said: Mapping[str, str]) -> str:
    """Return the id of the call, for a leg that of the call it is part of; raises `NotUnderstood`."""
    ref = said.get("ParentCallSid") or said.get("CallSid", "")
    if not 1 <= len(ref) <= LONGEST_ID:
        raise NotUnderstood("It names no call.")
    return ref


def _read_status(said: Mapping[str, str]) -> CallEvent:
    status = _status(said)
    direction = word(DIRECTIONS, said.get("Direction"), CallDirection.UNKNOWN)
    caller, called = number_in(said.get("From", "")), number_in(said.get("To", ""))
    is_outbound = direction == CallDirection.OUTBOUND
    moment, seconds = _moment(said), _seconds(said.get("CallDuration", ""))
    ended_at = moment if status.has_ended else None
    return CallEvent(
        ids=(ExternalId(provider=NAME, value=_call_of(said)),),
        name=LOGGED_AS.get(status, "ended"),
        told_at=_told_at(said),
        happened_at=moment,
        status=status,
        direction=direction,
        kind=CallKind.HUMAN,
        customer_number=called if is_outbound else caller,
        our_number=caller if is_outbound else called,
        answered_at=_answered_at(status, moment=moment, seconds=seconds),
        ended_at=ended_at,
        duration_seconds=seconds if status.has_ended else None,
        ended_because=_ended_because(said) if status.has_ended else "",
        raw=dict(said),
    )


def _read_leg(said: Mapping[str, str]) -> CallEvent:
    """Return that a leg came so far. Its numbers and times are the leg's: of the call it says only that it is."""
    ids = [_call_of(said), said.get("CallSid", "")]
    return CallEvent(
        ids=tuple(ExternalId(provider=NAME, value=ref) for ref in dict.fromkeys(ids) if 1 <= len(ref) <= LONGEST_ID),
        name=f"leg {LOGGED_AS.get(_status(said), 'ended')}",
        told_at=_told_at(said),
        happened_at=_moment(said),
        kind=CallKind.HUMAN,
    )


def _status(said: Mapping[str, str]) -> CallStatus:
    status = word(STATUSES, said.get("CallStatus"), CallStatus.UNKNOWN)
    return word(ANSWERED_BY, said.get("AnsweredBy"), status) if status == CallStatus.COMPLETED else status


def _answered_at(status: CallStatus, *, moment: datetime | None, seconds: int | None) -> datetime | None:
    """Return when somebody picked up: a call's seconds count from there."""
    if moment is None or status not in (CallStatus.IN_PROGRESS, CallStatus.COMPLETED, CallStatus.VOICEMAIL):
        return None
    if status == CallStatus.IN_PROGRESS:
        return moment
    return moment - timedelta(seconds=seconds) if seconds else None


def _ended_because(said: Mapping[str, str]) -> str:
    code = said.get("SipResponseCode", "")
    return f"SIP response {code}" if code.isascii() and code.isdigit() and len(code) == 3 and code != "200" else ""


def _moment(said: Mapping[str, str]) -> datetime | None:
    """Return when it happened; None where that is not told, or not in our times."""
    try:
        moment = parsedate_to_datetime(said.get("Timestamp", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if FIRST_YEAR < aware.year < LAST_YEAR else None


def _told_at(said: Mapping[str, str]) -> datetime:
    """Return the order of telling: the time in whole seconds, and within a second the sequence."""
    number = said.get("SequenceNumber", "")
    place = int(number) if number.isascii() and number.isdigit() and len(number) <= 4 else 0
    return (_moment(said) or NO_TIME).replace(microsecond=place)


def _seconds(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else None
    return number if number is not None and number <= LONGEST_SECONDS else None


def _digest(settings: str) -> str:
    """Return which algorithm signed it: `key=…,algorithm=HMAC_SHA256`; without the header it is the old one."""
    said = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    name = said.get("algorithm", "HMAC_SHA1")
    return name if name in DIGESTS else "HMAC_SHA1"


# ---- what is composed -------------------------------------------------------------------------------------------


def _compose(event: CallEvent, *, at: datetime) -> dict[str, str]:
    is_outbound = event.direction == CallDirection.OUTBOUND
    is_machine = event.status == CallStatus.VOICEMAIL
    said = {
        "CallSid": event.ids[0].value,
        "CallStatus": word_for(STATUSES, CallStatus.COMPLETED if is_machine else event.status),
        "CallbackSource": SOURCE_OF_STATUS,
        "Direction": word_for(DIRECTIONS, event.direction),
        "From": event.our_number if is_outbound else event.customer_number,
        "To": event.customer_number if is_outbound else event.our_number,
        "Timestamp": format_datetime((event.ended_at or at).astimezone(UTC)),
    }
    if event.duration_seconds is not None:
        said["CallDuration"] = str(event.duration_seconds)
    if is_machine:
        said["AnsweredBy"] = word_for(ANSWERED_BY, CallStatus.VOICEMAIL)
    return said
