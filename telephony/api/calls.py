"""`GET /api/telephony/calls` and one of them by any of its ids."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm import phones
from crm.api.callers import visible_to
from crm.api.paging import NewestFirst
from crm.api.views import CompanyRows
from telephony.filters import CallFilter
from telephony.models import Call, Turn

EXAMPLE = {
    "call_sid": "conv_7901k2",
    "ids": [{"provider": "elevenlabs", "id": "conv_7901k2"}, {"provider": "twilio", "id": "CA5f0c"}],
    "provider": "elevenlabs",
    "call_type": "ai_agent",
    "direction": "inbound",
    "status": "completed",
    "outcome": "success",
    "from_number": "+919000000012",
    "to_number": "+918000000100",
    "contact": 17,
    "agent": "Aria",
    "campaign": 4,
    "campaign_name": "Site visits in November",
    "attributed_by": "recipient",
    "started_at": "2026-11-17T05:34:00Z",
    "answered_at": "2026-11-17T05:34:01Z",
    "ended_at": "2026-11-17T05:38:12Z",
    "duration": 252,
    "sentiment": "positive",
    "intent": "interested",
    "lead_score": 82,
    "is_hot": True,
}


class CallIdField(serializers.Serializer[Any]):
    provider = serializers.CharField()
    id = serializers.CharField(source="value")


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call in a list. Lengths are seconds, times are UTC, numbers E.164."""

    call_sid = serializers.SerializerMethodField(help_text="The id its provider gave it first.")
    ids = CallIdField(many=True, read_only=True)
    call_type = serializers.ChoiceField(source="kind", choices=Call.Kind.choices, help_text="Who held it.")
    agent = serializers.CharField(source="agent.name", default="", read_only=True)
    campaign_name = serializers.CharField(source="campaign.name", default="", read_only=True)
    duration = serializers.IntegerField(source="duration_seconds", help_text="Seconds.")
    sentiment = serializers.CharField(source="feeling", help_text="positive, neutral, negative, mixed or empty.")
    lead_score = serializers.IntegerField(source="score", allow_null=True, help_text="0 to 100.")
    from_number = serializers.SerializerMethodField()
    to_number = serializers.SerializerMethodField(
        help_text="The customer's number is hidden but for its end where the role says so."
    )

    class Meta:
        model = Call
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_from_number(self, call: Call) -> str:
        return call.from_number if call.direction == Call.Direction.OUTBOUND else phones.as_told(call.from_number)

    @extend_schema_field(OpenApiTypes.STR)
    def get_to_number(self, call: Call) -> str:
        return phones.as_told(call.to_number) if call.direction == Call.Direction.OUTBOUND else call.to_number

    @extend_schema_field(OpenApiTypes.STR)
    def get_call_sid(self, call: Call) -> str:
        return min(call.ids.all(), key=lambda i: i.pk).value if call.ids.all() else ""


class TurnSerializer(serializers.ModelSerializer[Turn]):
    """One turn. `timestamp` is when it was said, `at` the second of the call."""

    at = serializers.FloatField(source="start_seconds", allow_null=True)
    timestamp = serializers.DateTimeField(source="said_at", allow_null=True)

    class Meta:
        model = Turn
        fields: ClassVar = [
            "index",
            "speaker",
            "content",
            "at",
            "timestamp",
            "intent",
            "sentiment",
            "entities",
            "was_interrupted",
        ]
        read_only_fields: ClassVar = fields


class CallDetailSerializer(CallSerializer):
    """A call with what was said and the provider's own account of it."""

    turns = TurnSerializer(many=True, read_only=True)
    summary = serializers.SerializerMethodField()
    raw = serializers.SerializerMethodField(help_text="Empty where the role hides numbers: it holds them in full.")

    class Meta(CallSerializer.Meta):
        fields: ClassVar = [*EXAMPLE, "title", "summary", "ended_because", "language", "turns", "raw"]
        read_only_fields: ClassVar = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_raw(self, call: Call) -> Any:
        return {} if phones.are_hidden() else call.raw

    @extend_schema_field(OpenApiTypes.STR)
    def get_summary(self, call: Call) -> str:
        insight = next((i for i in call.insights.all() if i.is_current), None)
        return insight.summary if insight else call.provider_summary


@extend_schema(
    summary="List calls, newest first",
    tags=["calls"],
    examples=[OpenApiExample("A call", value=EXAMPLE, response_only=True)],
)
class CallList(CompanyRows, generics.ListAPIView[Call]):
    """Calls of the company, newest first, 50 a page (`page_size` 10 to 100); `next` is a complete URL."""

    rights_on = Call
    serializer_class = CallSerializer
    filterset_class = CallFilter
    pagination_class = NewestFirst

    def rows(self) -> QuerySet[Call]:
        calls: QuerySet[Call] = Call.objects.select_related("agent", "campaign").defer("raw").prefetch_related("ids")
        return calls


class CallDetail(APIView):
    """One call by any of its ids: the voice agent's conversation, the carrier's call, whoever gave it."""

    rights_on = Call

    @extend_schema(
        summary="Show one call",
        tags=["calls"],
        parameters=[OpenApiParameter("call_sid", str, OpenApiParameter.PATH, description="Any id of the call.")],
        responses={200: CallDetailSerializer},
        examples=[OpenApiExample("A call", value={**EXAMPLE, "turns": []}, response_only=True)],
    )
    def get(self, request: Request, call_sid: str) -> Response:
        calls = call_named(call_sid, request).select_related("agent", "campaign")
        found = get_object_or_404(calls.prefetch_related("ids", "insights", _turns_in_order()))
        return Response(CallDetailSerializer(found).data)


def call_named(call_sid: str, request: Request) -> QuerySet[Call]:
    """Return the call with this id, any of its ids, if whoever asks may see it."""
    named: QuerySet[Call] = Call.objects.with_external_id(call_sid.replace("\x00", ""))
    return visible_to(request, named)


def _turns_in_order() -> Any:
    return Prefetch("turns", queryset=Turn.objects.order_by("index"))
