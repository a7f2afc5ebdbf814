"""What `POST /api/call-tracking/conversations` takes: a whole conversation, read into the words of any provider's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from crm.api.fields import MomentField, SecondsField
from telephony.events import (
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    Speaker,
    TurnSaid,
)
from telephony.providers import provider_choices

# Who gave the call its id, when the caller of the API did.
OURSELVES = "api"
MOST_TURNS, MOST_COMMENTS = 5_000, 50
LONGEST_TURN, LONGEST_COMMENT = 20_000, 5_000
LONGEST_SECONDS = 7 * 24 * 3600
SPEAKERS = {"customer": Speaker.CUSTOMER, "agent": Speaker.AGENT, "ai": Speaker.AGENT}
EXAMPLE = {
    "call_id": "c-2026-11-17-0042",
    "call_type": "ai_agent",
    "direction": "inbound",
    "phone_number": "+919000000012",
    "our_number": "+918000000100",
    "started_at": "2026-11-17T05:34:00Z",
    "duration": 12,
    "outcome": "success",
    "agent": {"id": "aria", "name": "Aria"},
    "language": "en",
    "turns": [
        {"speaker": "ai", "content": "Hello, this is Aria. How can I help?", "at": 0},
        {"speaker": "customer", "content": "I am interested in a two bedroom flat.", "at": 5},
    ],
    "comments": ["Sent the floor plan."],
}


class AgentIn(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=128, help_text="Yours; the same id is the same agent.")
    name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class TurnIn(serializers.Serializer[Any]):
    """`at` and `end` are seconds of the call; or say when by `timestamp`."""

    speaker = serializers.ChoiceField(choices=list(SPEAKERS), help_text="`ai` is an agent too.")
    content = serializers.CharField(max_length=LONGEST_TURN)
    at = SecondsField(required=False, allow_null=True, default=None)
    end = SecondsField(required=False, allow_null=True, default=None)
    timestamp = MomentField(required=False, allow_null=True, default=None)
    was_interrupted = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["at"] is not None and attrs["end"] is not None and attrs["end"] < attrs["at"]:
            raise serializers.ValidationError({"end": ["A turn ends after it began."]})
        return attrs


class ConversationIn(serializers.Serializer[Any]):
    """A conversation. The same `call_id` again brings what was stored through the API up to date."""

    call_id = serializers.CharField(
        max_length=128, required=False, allow_blank=True, default="", help_text="Yours; one is made without it."
    )
    provider = serializers.ChoiceField(
        choices=[OURSELVES, *(name for name, _ in provider_choices())],
        default=OURSELVES,
        help_text="Whose id `call_id` is. What that provider tells of the call later joins it.",
    )
    call_type = serializers.ChoiceField(choices=CallKind.choices, default=CallKind.AI_AGENT, help_text="Who held it.")
    direction = serializers.ChoiceField(choices=CallDirection.choices, default=CallDirection.INBOUND)
    status = serializers.ChoiceField(choices=CallStatus.choices, default=CallStatus.COMPLETED)
    outcome = serializers.ChoiceField(choices=CallOutcome.choices, default=CallOutcome.UNKNOWN)
    phone_number = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="The customer's, in any written form."
    )
    our_number = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    started_at = MomentField()
    ended_at = MomentField(required=False, allow_null=True, default=None)
    duration = serializers.IntegerField(
        min_value=0, max_value=LONGEST_SECONDS, required=False, allow_null=True, default=None, help_text="Seconds."
    )
    agent = AgentIn(required=False, allow_null=True, default=None)
    language = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    summary = serializers.CharField(max_length=LONGEST_TURN, required=False, allow_blank=True, default="")
    ended_because = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    turns = TurnIn(many=True, required=False, default=list, max_length=MOST_TURNS)  # type: ignore[call-arg]  # of `many`
    comments = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_COMMENT), required=False, default=list, max_length=MOST_COMMENTS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        started_at, ended_at, duration = attrs["started_at"], attrs["ended_at"], attrs["duration"]
        if started_at > timezone.now() + timedelta(days=1):
            raise serializers.ValidationError({"started_at": ["It has not begun yet."]})
        if ended_at is not None and not started_at <= ended_at <= started_at + timedelta(seconds=LONGEST_SECONDS):
            raise serializers.ValidationError({"ended_at": ["After the start, and within a week of it."]})
        if ended_at is not None and duration is not None:
            told = (ended_at - started_at).total_seconds()
            if abs(told - duration) > 1:
                raise serializers.ValidationError({"duration": ["It is not the time from start to end."]})
        return attrs


def event_of(said: dict[str, Any]) -> CallEvent:
    """Return the conversation as a provider would have told it. Our own word about a call is as new as the request."""
    provider, started_at = said["provider"], said["started_at"]
    status = CallStatus(said["status"])
    turns = tuple(_turn(turn, started_at=started_at) for turn in said["turns"])
    seconds = _seconds(said, turns) if status.has_ended else None
    ended_at = started_at + timedelta(seconds=seconds) if seconds is not None else None
    is_ours = provider == OURSELVES
    agent = said["agent"] or {}
    return CallEvent(
        ids=(ExternalId(provider=provider, value=said["call_id"] or f"api_{uuid4().hex}"),),
        name="ended" if status.has_ended else "updated",
        told_at=timezone.now() if is_ours else ended_at or started_at,
        happened_at=ended_at or started_at,
        status=status,
        outcome=CallOutcome(said["outcome"]),
        direction=CallDirection(said["direction"]),
        kind=CallKind(said["call_type"]),
        customer_number=said["phone_number"],
        our_number=said["our_number"],
        started_at=started_at,
        answered_at=started_at if status == CallStatus.COMPLETED else None,
        ended_at=ended_at,
        duration_seconds=seconds,
        agent_id=agent.get("id", ""),
        agent_name=agent.get("name", ""),
        language=said["language"],
        title=said["title"],
        summary=said["summary"],
        ended_because=said["ended_because"],
        turns=turns or None,
        raw=json.loads(JSONRenderer().render(said)) if is_ours else {},
    )


def _seconds(said: dict[str, Any], turns: tuple[TurnSaid, ...]) -> int | None:
    """Return how long it lasted: as told, else until the last thing whose time is known."""
    if said["duration"] is not None:
        return int(said["duration"])
    if said["ended_at"] is not None:
        return int((said["ended_at"] - said["started_at"]).total_seconds())
    known = [moment for turn in turns for moment in (turn.start_seconds, turn.end_seconds) if moment is not None]
    return int(max(known)) if known else None


def _turn(turn: dict[str, Any], *, started_at: datetime) -> TurnSaid:
    at = turn["at"]
    if at is None and turn["timestamp"] is not None:
        at = min(max((turn["timestamp"] - started_at).total_seconds(), 0.0), float(LONGEST_SECONDS))
    return TurnSaid(
        speaker=SPEAKERS[turn["speaker"]],
        said=turn["content"],
        start_seconds=at,
        end_seconds=turn["end"],
        was_interrupted=turn["was_interrupted"],
    )
