"""`GET /api/telephony/calls/<id>/turns`: what was said in a call. What it meant: `calltracking/api/insights.py`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics

from crm.api.paging import By, InOrder
from crm.api.views import CompanyRows
from telephony.api.calls import TurnSerializer, call_named
from telephony.models import Turn

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


class OfACall(CompanyRows, generics.ListAPIView[Any]):
    """Rows of the call that the address names by any of its ids."""

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
class CallTurns(OfACall):
    """Turns of the conversation, in the order they were said."""

    rights_on = Turn
    serializer_class = TurnSerializer
    orders: ClassVar = {"index": By("index")}
    usual_order = "index"

    def rows(self) -> QuerySet[Turn]:
        turns: QuerySet[Turn] = Turn.objects.filter(call_id=self.call_id())
        return turns
