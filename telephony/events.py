"""What providers tell us, in our words. Every provider's `parse` makes these; nothing above sees a provider's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models


class CallStatus(models.TextChoices):
    """How the connection went. Order of progress: see RANK."""

    QUEUED = "queued", "Queued"
    RINGING = "ringing", "Ringing"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"
    VOICEMAIL = "voicemail", "Voicemail"
    UNKNOWN = "unknown", "Unknown"

    @property
    def has_ended(self) -> bool:
        return STATUS_RANK[self] == ENDED


ENDED = 3
STATUS_RANK = {
    CallStatus.UNKNOWN: -1,
    CallStatus.QUEUED: 0,
    CallStatus.RINGING: 1,
    CallStatus.IN_PROGRESS: 2,
    **dict.fromkeys(
        (
            CallStatus.COMPLETED,
            CallStatus.NO_ANSWER,
            CallStatus.BUSY,
            CallStatus.FAILED,
            CallStatus.CANCELED,
            CallStatus.VOICEMAIL,
        ),
        ENDED,
    ),
}


class CallOutcome(models.TextChoices):
    """What came of the call, as its provider judged it."""

    SUCCESS = "success", "Success"
    FAILURE = "failure", "Failure"
    UNKNOWN = "unknown", "Unknown"


class CallKind(models.TextChoices):
    """Who held the call."""

    AI_AGENT = "ai_agent", "AI agent"
    AI_CLONED_VOICE = "ai_cloned_voice", "AI cloned voice"
    HUMAN = "human", "Person"


class CallDirection(models.TextChoices):
    INBOUND = "inbound", "Inbound"
    OUTBOUND = "outbound", "Outbound"
    UNKNOWN = "unknown", "Unknown"


class AttributedBy(models.TextChoices):
    """How the campaign that brought a call was found; empty: nobody looked yet."""

    TRACKING_NUMBER = "tracking_number", "The number that was called"
    PROVIDER_METADATA = "provider_metadata", "Named by the provider"
    RECIPIENT = "recipient", "The caller was contacted for it"
    EARLIER = "earlier", "It brought an earlier call of theirs"
    MANUAL = "manual", "Chosen by a person"
    NONE = "none", "No campaign"


class Speaker(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    AGENT = "agent", "Agent"


@dataclass(frozen=True, kw_only=True)
class ExternalId:
    """One id of the call and the system that gave it: `ExternalId(provider="twilio", value="CA…")`."""

    provider: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ToolUse:
    """A tool the AI agent used during a turn."""

    name: str
    parameters: str = ""
    result: str = ""
    is_error: bool = False


@dataclass(frozen=True, kw_only=True)
class TurnSaid:
    """One turn. `said` is what was heard; `intended` is the whole of what an interrupted agent wanted to say."""

    speaker: Speaker
    said: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    was_interrupted: bool = False
    intended: str = ""
    tools: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallEvent:
    """What a provider knows of a call at one moment. Empty means «not told», and never erases what is known.

    `told_at` orders accounts of the same call: facts of a later one replace those of an earlier one.
    `name` is the entry in the call's log (`ended`, `ringing`, …), and `happened_at` its time where that is neither the
    call's end nor the moment of telling. `campaign_ref` and `recipient_ref` are the ids, ours or agreed on, that came
    along with the call.
    """

    ids: tuple[ExternalId, ...]
    name: str
    told_at: datetime
    happened_at: datetime | None = None
    status: CallStatus = CallStatus.UNKNOWN
    outcome: CallOutcome = CallOutcome.UNKNOWN
    direction: CallDirection = CallDirection.UNKNOWN
    kind: CallKind = CallKind.AI_AGENT
    customer_number: str = ""
    our_number: str = ""
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: int | None = None
    agent_id: str = ""
    agent_name: str = ""
    campaign_ref: str = ""
    recipient_ref: str = ""
    language: str = ""
    title: str = ""
    summary: str = ""
    ended_because: str = ""
    turns: tuple[TurnSaid, ...] | None = None
    raw: dict[str, Any] = field(default_factory=dict)
