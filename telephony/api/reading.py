"""`GET /api/telephony/calls/<id>/turns` and `…/insights`: what was said in a call, and what it meant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics, serializers

from crm import phones
from crm.api.paging import By, InOrder
from crm.api.views import CompanyRows
from telephony.api.calls import TurnSerializer, call_named
from telephony.models import Insight, Turn

ANY_ID = OpenApiParameter("call_sid", str, OpenApiParameter.PATH, description="Any id of the call.")
TURN_EXAMPLE = {
    "index": 1,
    "speaker": "customer",
    "content": "I am interested in a two bedroom flat.",
    "at": 5.0,
    "timestamp": "2026-11-17T05:34:05Z",
    "intent": "",
    "sentiment": None,
    "entities": [],
    "was_interrupted": False,
}
INSIGHT_EXAMPLE = {
    "summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
    "score": 82,
    "conversion_probability": 0.71,
    "is_hot": True,
    "reasons": [{"label": "Said that they are interested", "points": 25, "turn": 1}],
    "findings": {"stated_intent": "interested", "sentiment": {"score": 0.46, "label": "positive"}},
    "dropped": [],
    "backend": "builtin",
    "version": "1",
    "is_current": True,
    "created_at": "2026-11-17T05:38:14Z",
}


class InsightSerializer(serializers.ModelSerializer[Insight]):
    """What a reading found. Each finding names the turn it came from; `dropped` are values that were never said."""

    class Meta:
        model = Insight
        fields: ClassVar = list(INSIGHT_EXAMPLE)
        read_only_fields: ClassVar = fields

    def to_representation(self, insight: Insight) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(insight)
        findings = told["findings"]
        if phones.are_hidden() and findings.get("phones"):
            hidden = [{**found, "value": phones.as_told(found["value"])} for found in findings["phones"]]
            told["findings"] = {**findings, "phones": hidden}
        return told


class _OfACall(CompanyRows, generics.ListAPIView[Any]):
    pagination_class = InOrder
    filter_backends = ()

    def call_id(self) -> int:
        found = call_named(self.kwargs["call_sid"], self.request).values_list("pk", flat=True).first()
        if found is None:
            raise Http404("No Call matches the given query.")
        return int(found)


@extend_schema(
    summary="List what was said in a call",
    tags=["calls"],
    parameters=[ANY_ID],
    examples=[OpenApiExample("A turn", value=TURN_EXAMPLE, response_only=True)],
)
class CallTurns(_OfACall):
    """Turns of the conversation, in the order they were said."""

    rights_on = Turn
    serializer_class = TurnSerializer
    orders: ClassVar = {"index": By("index")}
    usual_order = "index"

    def rows(self) -> QuerySet[Turn]:
        turns: QuerySet[Turn] = Turn.objects.filter(call_id=self.call_id())
        return turns


@extend_schema(
    summary="List what a call meant",
    tags=["calls"],
    parameters=[ANY_ID],
    examples=[OpenApiExample("A reading", value=INSIGHT_EXAMPLE, response_only=True)],
)
class CallInsights(_OfACall):
    """Readings of the call, the newest first; one of them is current. None: it was not read (yet)."""

    rights_on = Insight
    serializer_class = InsightSerializer
    orders: ClassVar = {"created": By("id")}
    usual_order = "-created"

    def rows(self) -> QuerySet[Insight]:
        insights: QuerySet[Insight] = Insight.objects.filter(call_id=self.call_id())
        return insights
