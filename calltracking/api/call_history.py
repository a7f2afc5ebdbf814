"""`GET /api/crm/call-history`: calls as the history of the people they were with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers

from crm.api.callers import may_see
from telephony.api.calls import EXAMPLE as CALL_EXAMPLE
from telephony.api.calls import CallList, CallSerializer
from telephony.models import Call, Insight

EXAMPLE = {
    **CALL_EXAMPLE,
    "contact_name": "Meera Nair",
    "intent": "interested",
    "summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
}


class CallHistorySerializer(CallSerializer):
    """A call with whom it was with and what it was about."""

    contact_name = serializers.SerializerMethodField(help_text="Empty where nobody is known, or may be seen.")
    summary = serializers.SerializerMethodField()

    class Meta(CallSerializer.Meta):
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_contact_name(self, call: Call) -> str:
        contact = call.contact
        return contact.label if contact is not None and may_see(self.context["request"], contact) else ""

    @extend_schema_field(OpenApiTypes.STR)
    def get_summary(self, call: Call) -> str:
        insight = next(iter(call.insights.all()), None)
        return insight.summary if insight else call.provider_summary


@extend_schema(
    summary="List the history of calls, newest first",
    tags=["calls"],
    examples=[OpenApiExample("A call", value=EXAMPLE, response_only=True)],
)
class CallHistory(CallList):
    """Calls with their contact and summary. `started_from`, `started_to`, `outcome` and `contact` narrow them."""

    serializer_class: Any = CallHistorySerializer

    def rows(self) -> QuerySet[Call]:
        current = Insight.objects.filter(is_current=True).only("call_id", "company_id", "summary")
        return super().rows().select_related("contact").prefetch_related(Prefetch("insights", queryset=current))
