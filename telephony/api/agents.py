"""`GET /api/telephony/agents`: who can hold a call."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers

from crm.api.paging import By, InOrder
from crm.api.views import CompanyRows
from telephony.models import Agent

EXAMPLE = {
    "id": 4,
    "kind": "ai",
    "name": "Aria",
    "provider": "elevenlabs",
    "external_id": "agent_01k2",
    "member": None,
}


class AgentSerializer(serializers.ModelSerializer[Agent]):
    """A person of the company (`member` is theirs), or a provider's AI agent with its id there."""

    member = serializers.IntegerField(source="membership_id", allow_null=True, help_text="A member's id.")

    class Meta:
        model = Agent
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields


@extend_schema(
    summary="List agents",
    tags=["agents"],
    examples=[OpenApiExample("An agent", value=EXAMPLE, response_only=True)],
)
class AgentList(CompanyRows, generics.ListAPIView[Agent]):
    """Agents of the company, people and AI alike."""

    rights_on = Agent
    serializer_class = AgentSerializer
    pagination_class = InOrder
    filter_backends = ()
    orders: ClassVar = {"name": By("name", str), "created": By("id")}
    usual_order = "name"

    def rows(self) -> QuerySet[Agent]:
        agents: QuerySet[Agent] = Agent.objects.all()
        return agents
