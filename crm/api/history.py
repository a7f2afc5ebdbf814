"""`/api/crm/contacts/<id>/interactions`: what happened with a contact."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, serializers

from crm.api.callers import visible_to
from crm.api.fields import MomentField
from crm.api.paging import By, InOrder
from crm.api.repeats import IDEMPOTENCY_KEY
from crm.api.views import CompanyRows, CreatesOnce
from crm.models import Contact, Interaction

EXAMPLE = {
    "id": 903,
    "contact": 17,
    "kind": "email",
    "direction": "outbound",
    "summary": "Sent the floor plan of the two-bedroom flat.",
    "outcome": "Sent",
    "happened_at": "2026-11-17T06:10:00Z",
}
EXAMPLE_IN = {name: EXAMPLE[name] for name in ("kind", "direction", "summary", "outcome", "happened_at")}


class InteractionSerializer(serializers.ModelSerializer[Interaction]):
    """One entry of a contact's history. `happened_at` is now when it is left out."""

    contact = serializers.IntegerField(source="contact_id", read_only=True)
    happened_at = MomentField(required=False)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=20_000)

    class Meta:
        model = Interaction
        fields: ClassVar = list(EXAMPLE)


@extend_schema_view(
    get=extend_schema(
        summary="List what happened with a contact",
        tags=["contacts"],
        examples=[OpenApiExample("An entry", value=EXAMPLE, response_only=True)],
    ),
    post=extend_schema(
        summary="Add to a contact's history",
        tags=["contacts"],
        parameters=[IDEMPOTENCY_KEY],
        examples=[
            OpenApiExample("An e-mail", value=EXAMPLE_IN, request_only=True),
            OpenApiExample("The entry", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
    ),
)
class InteractionList(CompanyRows, CreatesOnce, generics.ListCreateAPIView[Interaction]):
    """A contact's history, newest first."""

    rights_on = Interaction
    serializer_class = InteractionSerializer
    pagination_class = InOrder
    filter_backends = ()
    orders: ClassVar = {"happened": By("happened_at", datetime)}
    usual_order = "-happened"

    def rows(self) -> QuerySet[Interaction]:
        interactions: QuerySet[Interaction] = Interaction.objects.filter(contact=self._contact())
        return interactions

    def perform_create(self, serializer: Any) -> None:
        serializer.save(contact=self._contact())

    def _contact(self) -> Contact:
        contacts: QuerySet[Contact] = Contact.objects.all()
        return generics.get_object_or_404(visible_to(self.request, contacts), pk=self.kwargs["pk"])
