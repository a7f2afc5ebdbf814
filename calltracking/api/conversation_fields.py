"""A conversation as the API shows it: the call with what was understood of it, its turns and comments."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm import phones
from crm.api.callers import may_see
from telephony.api.calls import TurnSerializer
from telephony.api.reading import TURN_EXAMPLE
from telephony.models import Call, Insight

EXAMPLE = {
    "id": 4211,
    "call_id": "conv_7901k2",
    "user_id": 3,
    "phone_number": "+919000000012",
    "call_type": "ai_agent",
    "started_at": "2026-11-17T05:34:00Z",
    "duration": 252,
    "business_name": "Lakeside Dental",
    "contact_name": "Meera Iyer",
    "location": "Bengaluru",
    "email": "meera.iyer@lakesidedental.example",
    "conversation_summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
    "lead_status": "interested",
    "lead_score": 82,
    "sentiment_score": 0.46,
    "engagement_level": 0.7,
    "user_comments": ["Sent the floor plan."],
}


# What a conversation tells of the person it was with.
OF_THE_PERSON = ("business_name", "contact_name", "location", "email", "lead_status")


class ConversationSerializer(serializers.ModelSerializer[Call]):
    """One conversation, whoever held it. Scores: sentiment -1..1, engagement 0..1, lead 0..100; null: not known."""

    call_id = serializers.SerializerMethodField()
    user_id = serializers.SerializerMethodField(help_text="The user who held the call; null for an AI agent.")
    phone_number = serializers.SerializerMethodField(help_text="E.164; hidden but for its end where the role says so.")
    call_type = serializers.ChoiceField(source="kind", choices=Call.Kind.choices)
    duration = serializers.IntegerField(source="duration_seconds", help_text="Seconds.")
    business_name = serializers.CharField(source="contact.business_name", default="")
    contact_name = serializers.CharField(source="contact.full_name", default="")
    location = serializers.CharField(source="contact.city", default="")
    email = serializers.CharField(source="contact.email", default="")
    conversation_summary = serializers.SerializerMethodField()
    lead_status = serializers.CharField(source="contact.lead_status", default="")
    lead_score = serializers.IntegerField(source="score", allow_null=True)
    sentiment_score = serializers.SerializerMethodField()
    engagement_level = serializers.SerializerMethodField()
    user_comments = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_call_id(self, call: Call) -> str:
        return min(call.ids.all(), key=lambda i: i.pk).value if call.ids.all() else ""

    def to_representation(self, call: Call) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(call)
        if call.contact is None or may_see(self.context["request"], call.contact):
            return told
        # A call they held themselves, with somebody who is a colleague's.
        return {**told, **dict.fromkeys(OF_THE_PERSON, "")}

    @extend_schema_field(OpenApiTypes.STR)
    def get_phone_number(self, call: Call) -> str:
        return phones.as_told(call.customer_number)

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_user_id(self, call: Call) -> int | None:
        membership = call.agent.membership if call.agent else None
        return membership.user_id if membership else None

    @extend_schema_field(OpenApiTypes.STR)
    def get_conversation_summary(self, call: Call) -> str:
        insight = _insight(call)
        return insight.summary if insight else call.provider_summary

    @extend_schema_field({"type": "number", "nullable": True})
    def get_sentiment_score(self, call: Call) -> float | None:
        insight = _insight(call)
        sentiment = insight.findings.get("sentiment") if insight else None
        return sentiment["score"] if sentiment else None

    @extend_schema_field({"type": "number", "nullable": True})
    def get_engagement_level(self, call: Call) -> float | None:
        insight = _insight(call)
        return insight.findings.get("engagement") if insight else None

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_user_comments(self, call: Call) -> list[str]:
        return [note.text for note in call.notes.all()]


def _insight(call: Any) -> Insight | None:
    return call.current_insights[0] if call.current_insights else None


FIRST_TURN = {**TURN_EXAMPLE, "index": 0}


WHOLE_EXAMPLE: dict[str, Any] = {
    **EXAMPLE,
    "direction": "inbound",
    "status": "completed",
    "outcome": "success",
    "ended_at": "2026-11-17T05:38:12Z",
    "language": "en",
    "turns": [FIRST_TURN],
}


class WholeConversationSerializer(ConversationSerializer):
    """One conversation with everything that was said."""

    turns = TurnSerializer(many=True, read_only=True)

    class Meta(ConversationSerializer.Meta):
        fields: ClassVar = list(WHOLE_EXAMPLE)
        read_only_fields: ClassVar = fields
