"""`GET /api/contact-lookup/phone/{phone_number}`: what we know of whoever has a number."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm import phones
from crm.api.callers import company_of, visible_to
from crm.knowledge import Knowledge, knowledge_of
from crm.models import Contact

EXAMPLE = {
    "phone_number": "+919000000012",
    "is_shared": False,
    "do_not_call": False,
    "contacts": [
        {
            "id": 17,
            "full_name": "Meera Iyer",
            "business_name": "Lakeside Dental",
            "email": "meera.iyer@lakesidedental.example",
            "lead_status": "interested",
            "do_not_call": False,
            "call_count": 3,
            "last_call_at": "2026-11-17T05:34:00Z",
            "last_calls": [
                {
                    "at": "2026-11-17T05:34:00Z",
                    "summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
                    "outcome": "Interested",
                }
            ],
            "open_follow_up": {"what": "Send the floor plan", "due_at": "2026-11-19T04:30:00Z"},
        }
    ],
}


class PastCallSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    summary = serializers.CharField()
    outcome = serializers.CharField(allow_blank=True)


class NextStepSerializer(serializers.Serializer[Any]):
    what = serializers.CharField()
    due_at = serializers.DateTimeField()


class KnownPersonSerializer(serializers.Serializer[Any]):
    """A contact who has the number, as an agent needs to know them when the phone rings."""

    id = serializers.IntegerField(source="contact_id")
    full_name = serializers.CharField(allow_blank=True)
    business_name = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    lead_status = serializers.CharField(allow_blank=True, help_text="Empty: no lead.")
    do_not_call = serializers.BooleanField()
    call_count = serializers.IntegerField()
    last_call_at = serializers.DateTimeField(allow_null=True)
    last_calls = PastCallSerializer(source="calls", many=True, help_text="The latest three with a summary.")
    open_follow_up = NextStepSerializer(source="next_step", allow_null=True)


class KnowledgeSerializer(serializers.Serializer[Any]):
    """Everybody who has the number. `is_shared`: several people do, and which of them calls is not known."""

    phone_number = serializers.SerializerMethodField(help_text="E.164.")
    is_shared = serializers.BooleanField()
    do_not_call = serializers.BooleanField(help_text="One of them asked not to be called.")
    contacts = KnownPersonSerializer(source="people", many=True)

    @extend_schema_field(OpenApiTypes.STR)
    def get_phone_number(self, knowledge: Knowledge) -> str:
        return str(self.context["e164"])


class ContactLookup(APIView):
    """What we know of whoever has a number: who they are, their last calls, and what is open with them."""

    rights_on = Contact

    @extend_schema(
        summary="Look a caller up by number",
        tags=["contacts"],
        parameters=[
            OpenApiParameter(
                "phone_number",
                str,
                OpenApiParameter.PATH,
                description="In any written form; national forms are read as numbers of the company's country.",
            )
        ],
        responses={200: KnowledgeSerializer},
        examples=[OpenApiExample("A caller", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, phone_number: str) -> Response:
        if phones.are_hidden():
            raise PermissionDenied("Your role does not show phone numbers in full, so it finds nobody by number.")
        e164 = phones.to_e164(phone_number, region=company_of(request).region)
        if not e164:
            raise NotFound("This is no phone number. Write it as you would dial it.")
        knowledge = knowledge_of(e164, among=visible_to(request, Contact.objects.all()))
        if not knowledge.people:
            raise NotFound("Nobody we know has this number.")
        return Response(KnowledgeSerializer(knowledge, context={"e164": e164}).data)
