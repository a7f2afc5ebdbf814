"""`GET /api/contact-lookup/recent-callers`: who called last, each once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm import phones
from crm.api.callers import may_see, visible_to
from telephony.models import Call

# Callers are looked for among so many of the latest calls: one index range, whatever the company's size.
LOOKED_THROUGH = 500
MOST, USUAL = 50, 10
EXAMPLE = {
    "callers": [
        {
            "phone_number": "+919000000012",
            "contact": 17,
            "full_name": "Meera Iyer",
            "business_name": "Lakeside Dental",
            "lead_status": "interested",
            "called_at": "2026-11-17T05:34:00Z",
            "status": "completed",
            "calls": 3,
        }
    ]
}


class CallerOut(serializers.Serializer[Any]):
    phone_number = serializers.SerializerMethodField(help_text="E.164; hidden but for its end where the role says so.")
    contact = serializers.IntegerField(source="contact_id", allow_null=True, help_text="Null: not known, or several.")
    full_name = serializers.CharField(source="contact.full_name", default="")
    business_name = serializers.CharField(source="contact.business_name", default="")
    lead_status = serializers.CharField(source="contact.lead_status", default="")
    called_at = serializers.DateTimeField(source="started_at", help_text="Their latest call.")
    status = serializers.ChoiceField(choices=Call.Status.choices, help_text="How its connection went.")
    calls = serializers.IntegerField(source="times", help_text=f"Their calls among the latest {LOOKED_THROUGH}.")

    @extend_schema_field(OpenApiTypes.STR)
    def get_phone_number(self, call: Call) -> str:
        return phones.as_told(call.customer_number)

    def to_representation(self, call: Call) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(call)
        if call.contact is None or may_see(self.context["request"], call.contact):
            return told
        # A call they held themselves, with somebody who is a colleague's.
        return {**told, "contact": None, "full_name": "", "business_name": "", "lead_status": ""}


class CallersOut(serializers.Serializer[Any]):
    callers = CallerOut(many=True)


class LimitIn(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=USUAL)


class RecentCallers(APIView):
    """Numbers that called, the latest first, each once."""

    rights_on: ClassVar = Call

    @extend_schema(
        summary="List who called last",
        tags=["contacts"],
        parameters=[OpenApiParameter("limit", int, description=f"How many, up to {MOST}; {USUAL} without it.")],
        responses={200: CallersOut},
        examples=[OpenApiExample("Callers", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        asked = LimitIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        inbound = Call.objects.filter(direction=Call.Direction.INBOUND).exclude(customer_number="")
        found = callers_of(visible_to(request, inbound), most=asked.validated_data["limit"])
        return Response(CallersOut({"callers": found}, context={"request": request}).data)


def callers_of(calls: QuerySet[Call], *, most: int) -> list[Any]:
    """Return the latest call of each number, newest first, with `times`: how often it called."""
    latest: dict[str, Any] = {}
    shown = calls.select_related("contact").defer("raw", "told").order_by("-started_at", "-pk")
    for call in shown[:LOOKED_THROUGH]:
        first = latest.setdefault(call.customer_number, call)
        first.times = getattr(first, "times", 0) + 1
    return list(latest.values())[:most]
