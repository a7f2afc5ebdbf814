"""`/api/crm/leads`: contacts with a status, and its change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.callers import person_behind, said_by
from crm.api.contact_filters import ContactFilter
from crm.api.contacts import EXAMPLE as CONTACT_EXAMPLE
from crm.api.contacts import ORDERS, ContactSerializer
from crm.api.errors import Conflict
from crm.api.paging import InOrder
from crm.api.views import CompanyRows
from crm.models import Contact, Lead, LeadStatus

EXAMPLE = {**CONTACT_EXAMPLE, "next_follow_up_at": "2026-11-19T04:30:00Z"}


class LeadSerializer(ContactSerializer):
    """A lead is a contact with a status; `next_follow_up_at` is when the earliest open step is due."""

    next_follow_up_at = serializers.DateTimeField(allow_null=True, read_only=True)

    class Meta(ContactSerializer.Meta):
        model = Lead
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields


class StatusIn(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=LeadStatus.choices)
    why = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Kept in the history.")
    was = serializers.ChoiceField(
        choices=LeadStatus.choices,
        required=False,
        help_text="The status you saw: when it is another one by now, nothing is changed and 409 says so.",
    )


def move_lead(contact: Contact, request: Request) -> None:
    """Change the status as the request asks, with history, priority and next step; raises `Conflict`.

    The contact's row is locked by the caller.
    """
    asked = StatusIn(data=request.data)
    asked.is_valid(raise_exception=True)
    wanted = asked.validated_data
    if wanted.get("was", contact.lead_status) != contact.lead_status:
        raise Conflict(f"The status is {contact.lead_status or 'empty'} by now. Nothing was changed.")
    why = " · ".join(part for part in (wanted.get("why"), said_by(request)) if part)
    Lead.of(contact).move_to(wanted["status"], by=person_behind(request), why=why[:300])


@extend_schema(
    summary="List leads",
    tags=["leads"],
    examples=[OpenApiExample("A lead", value=EXAMPLE, response_only=True)],
)
class LeadList(CompanyRows, generics.ListAPIView[Lead]):
    """Leads of the company, those of the latest call first unless `ordering` says otherwise."""

    rights_on = Lead
    serializer_class: Any = LeadSerializer
    pagination_class = InOrder
    filterset_class = ContactFilter
    orders = ORDERS
    usual_order = "-last_call"

    def rows(self) -> QuerySet[Lead]:
        leads: QuerySet[Lead] = Lead.objects.with_next_follow_up().prefetch_related("numbers")
        return leads


class LeadStatusView(CompanyRows, generics.GenericAPIView[Contact]):
    """The status of a lead. A contact that is no lead becomes one."""

    rights_on = Lead

    def rows(self) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = Contact.objects.all()
        return contacts

    @extend_schema(
        summary="Change a lead's status",
        tags=["leads"],
        request=StatusIn,
        responses={200: LeadSerializer},
        examples=[
            OpenApiExample("Call back", value={"status": "callback", "was": "interested"}, request_only=True),
            OpenApiExample("The lead", value=EXAMPLE, response_only=True),
        ],
    )
    def put(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            contact = generics.get_object_or_404(self.get_queryset().select_for_update(of=("self",)), pk=pk)
            move_lead(contact, request)
        lead = Lead.objects.with_next_follow_up().prefetch_related("numbers").get(pk=pk)
        return Response(LeadSerializer(lead).data)
