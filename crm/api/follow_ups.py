"""`/api/crm/follow-ups`: the next steps with contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, serializers

from crm.api.contact_filters import FollowUpFilter
from crm.api.fields import ColleagueField, ContactField, MomentField
from crm.api.paging import By, InOrder
from crm.api.repeats import IDEMPOTENCY_KEY
from crm.api.views import CompanyRows, CreatesOnce
from crm.models import FollowUp

EXAMPLE = {
    "id": 55,
    "contact": 17,
    "reason": "Send the floor plan",
    "due_at": "2026-11-19T04:30:00Z",
    "overdue_at": "2026-11-19T04:30:00Z",
    "assignee": 3,
    "state": "open",
    "is_automatic": False,
    "created_at": "2026-11-17T05:40:00Z",
}
EXAMPLE_IN = {"contact": 17, "reason": "Send the floor plan", "due_at": "2026-11-19T04:30:00Z"}


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    """A next step. Planned by a rule (`is_automatic`) until somebody changes its time or words."""

    contact = ContactField()
    assignee = ColleagueField(required=False, allow_null=True, help_text="A member's id.")
    due_at = MomentField()

    class Meta:
        model = FollowUp
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = ["overdue_at", "created_at", "is_automatic", "state"]

    def create(self, validated_data: dict[str, Any]) -> FollowUp:
        return super().create({**validated_data, "overdue_at": validated_data["due_at"]})


class FollowUpChange(FollowUpSerializer):
    """What is left out stays as it is. `state`: `done` when it is done, `open` to take that back."""

    contact = ContactField(read_only=True)
    due_at = MomentField(required=False)

    class Meta(FollowUpSerializer.Meta):
        read_only_fields: ClassVar = ["overdue_at", "created_at", "is_automatic"]

    def update(self, instance: FollowUp, validated_data: dict[str, Any]) -> FollowUp:
        state = validated_data.pop("state", instance.state)
        if {"due_at", "reason"} & validated_data.keys():
            due_at = validated_data.pop("due_at", instance.due_at)
            instance.reschedule(due_at=due_at, reason=validated_data.pop("reason", None))
        if "assignee" in validated_data:
            instance.assignee = validated_data["assignee"]
            instance.save(update_fields=["assignee"])
        if state == instance.state:
            return instance
        if state == FollowUp.State.OPEN:
            instance.reopen()
        else:
            instance.state = state
            instance.save(update_fields=["state"])
        return instance


@extend_schema_view(
    get=extend_schema(
        summary="List follow-ups",
        tags=["follow-ups"],
        examples=[OpenApiExample("A follow-up", value=EXAMPLE, response_only=True)],
    ),
    post=extend_schema(
        summary="Plan a follow-up",
        tags=["follow-ups"],
        parameters=[IDEMPOTENCY_KEY],
        examples=[
            OpenApiExample("A next step", value=EXAMPLE_IN, request_only=True),
            OpenApiExample("The follow-up", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
    ),
)
class FollowUpList(CompanyRows, CreatesOnce, generics.ListCreateAPIView[FollowUp]):
    """Follow-ups of the company, the one due first on top; `ordering=-score` puts the best leads first."""

    rights_on = FollowUp
    serializer_class = FollowUpSerializer
    pagination_class = InOrder
    filterset_class = FollowUpFilter
    orders: ClassVar = {
        "due": By("due_at", datetime),
        "created": By("id"),
        "score": By("score_of_lead", int, Coalesce("contact__lead_score", Value(-1), output_field=IntegerField())),
    }
    usual_order = "due"

    def rows(self) -> QuerySet[FollowUp]:
        follow_ups: QuerySet[FollowUp] = FollowUp.objects.all()
        return follow_ups


_ONE = [OpenApiExample("The follow-up", value=EXAMPLE, response_only=True)]


@extend_schema_view(
    get=extend_schema(summary="Show a follow-up", tags=["follow-ups"], examples=_ONE),
    patch=extend_schema(
        summary="Change a follow-up, or say that it is done",
        tags=["follow-ups"],
        examples=[OpenApiExample("Done", value={"state": "done"}, request_only=True), *_ONE],
    ),
)
class FollowUpDetail(CompanyRows, generics.RetrieveUpdateAPIView[FollowUp]):
    """One follow-up."""

    rights_on = FollowUp
    serializer_class = FollowUpChange
    http_method_names = ("get", "patch", "head", "options")

    def rows(self) -> QuerySet[FollowUp]:
        follow_ups: QuerySet[FollowUp] = FollowUp.objects.all()
        return follow_ups if self.request.method == "GET" else follow_ups.select_for_update(of=("self",))
