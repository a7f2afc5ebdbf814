"""`post_call_audio`: that a recording came. Its bytes stay in the delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from telephony.events import CallEvent, CallKind, ExternalId
from telephony.providers.base import NotUnderstood
from telephony.providers.elevenlabs.reading import PROVIDER

# A failed start still sends "audio": 45 bytes of a header without a frame. Source: three captures.
LEAST_BYTES = 1024


def read_audio(said: Mapping[str, Any], *, told_at: datetime | None) -> Sequence[CallEvent]:
    """Return that the recording arrived, which erases nothing; nothing when there is no recording in it."""
    ref, audio = said.get("conversation_id"), said.get("full_audio")
    if not isinstance(ref, str) or not 1 <= len(ref) <= 128:
        raise NotUnderstood("Audio without the id of its conversation.")
    if not isinstance(audio, str) or len(audio) * 3 // 4 < LEAST_BYTES:
        return ()
    external = ExternalId(provider=PROVIDER, value=ref)
    return (
        CallEvent(ids=(external,), name="audio arrived", told_at=told_at or datetime.now(UTC), kind=CallKind.AI_AGENT),
    )
