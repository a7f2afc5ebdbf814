"""ElevenLabs Agents: AI voice agents, by post-call webhooks and by asking for their conversations.

Source: ElevenLabs documentation, «Post-call webhooks», «Get conversation», and their Python SDK's types. Everything
marked optional there may be absent or null, enums grow, extra keys appear: only the envelope and the ids are relied on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q

from crm.knowledge import Knowledge
from telephony.events import CallEvent
from telephony.providers.base import Asked, CallSource, Delivery, NotUnderstood, Provider, Reading
from telephony.providers.elevenlabs.audio import read_audio
from telephony.providers.elevenlabs.client import Conversations
from telephony.providers.elevenlabs.composing import compose_body
from telephony.providers.elevenlabs.failures import read_failure
from telephony.providers.elevenlabs.forms import conversation_in, event_name, told_time
from telephony.providers.elevenlabs.initiation import read_initiation, render_knowledge
from telephony.providers.elevenlabs.reading import PROVIDER, read_conversation
from telephony.providers.elevenlabs.words import LAST_STATUSES, REGIONS, STATUS_OF_EVENT, STATUSES
from telephony.providers.signatures import sign_timestamped, verify_timestamped
from telephony.providers.untrusted import read_json

if TYPE_CHECKING:
    from telephony.models import ProviderAccount


class ElevenLabs(Provider):
    name = PROVIDER
    label = "ElevenLabs"
    signs_webhooks: ClassVar[bool] = True
    asks_about_callers: ClassVar[bool] = True
    regions: ClassVar[tuple[tuple[str, str], ...]] = REGIONS
    can_list_calls: ClassVar[bool] = True
    tells_webhooks: ClassVar[bool] = True
    about_retries: ClassVar[str] = (
        "What failed is sent again, for about forty minutes, only with retries switched on in the webhook's settings "
        "there; they are off by default."
    )
    event_types: ClassVar[Mapping[str, str]] = {
        "post_call_transcription": "The whole call: turns, times, numbers, analysis.",
        "conversation.ended": "The same, in the flat form of older integrations.",
        "call_initiation_failure": "An outbound call that never began: busy, no answer or failed.",
        "post_call_audio": "Noted in the call's log; the recording itself stays in the delivery.",
    }

    def verify(self, delivery: Delivery, *, secrets: Sequence[str]) -> None:
        header = delivery.headers.get("elevenlabs-signature", "")
        verify_timestamped(delivery.body, header=header, secrets=secrets, now=delivery.received_at)

    def parse(self, body: bytes) -> Reading:
        read = read_json(body)
        kind, said = event_name(read), conversation_in(read)
        if not kind and said is not read and "conversation_id" in said:
            kind = "post_call_transcription"  # a forwarder took the envelope off
        if kind not in READERS:
            raise NotUnderstood(f"Nothing is done with events of type {kind[:60]!r}.")
        if kind in STATUS_OF_EVENT and said is not read:
            said = {"event": kind, **said}
        events = READERS[kind](said, told_at=told_time(read))
        return Reading(events=tuple(events), call_ref=_ref_in(said))

    def read_kept(self, raw: dict[str, Any]) -> CallEvent:
        return (read_failure if _is_failure(raw) else read_conversation)(raw, told_at=None)

    def is_last_word(self, raw: dict[str, Any]) -> bool:
        return _is_failure(raw) or event_name(raw) in STATUS_OF_EVENT or raw.get("status") in LAST_STATUSES

    def still_at_work(self) -> Q:
        return Q(raw__status__in=[said for said in STATUSES if said not in LAST_STATUSES])

    def source(self, account: ProviderAccount, *, pause: Callable[[float], None] = time.sleep) -> CallSource:
        return Conversations.of(account, pause=pause)

    def compose(self, event: CallEvent, *, secret: str, at: datetime, url: str = "") -> Delivery:
        body = compose_body(event, at=at)
        headers = {
            "content-type": "application/json",
            "elevenlabs-signature": sign_timestamped(body, secret=secret, at=at),
        }
        return Delivery(body=body, headers=headers, received_at=at)

    def read_initiation(self, body: bytes) -> Asked:
        return read_initiation(body)

    def render_knowledge(self, knowledge: Knowledge, *, defaults: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        return render_knowledge(knowledge, defaults=defaults, at=at)

    def kind_and_ref(self, body: bytes) -> str:
        try:
            read = read_json(body)
        except NotUnderstood:
            return ""
        return f"{event_name(read)}:{_ref_in(conversation_in(read))}"


Reader = Callable[..., Sequence[CallEvent]]


def _conversation(said: Mapping[str, Any], *, told_at: datetime | None) -> Sequence[CallEvent]:
    return (read_conversation(said, told_at=told_at),)


def _failure(said: Mapping[str, Any], *, told_at: datetime | None) -> Sequence[CallEvent]:
    return (read_failure(said, told_at=told_at),)


READERS: dict[str, Reader] = {
    "post_call_transcription": _conversation,
    "conversation.ended": _conversation,
    "call_initiation_failure": _failure,
    "post_call_audio": read_audio,
}


def _is_failure(raw: Mapping[str, Any]) -> bool:
    return "failure_reason" in raw and "transcript" not in raw


def _ref_in(said: Mapping[str, Any]) -> str:
    ref = said.get("conversation_id") or said.get("call_id") or ""
    return ref if isinstance(ref, str) else str(ref)
