"""`/api/crm/contacts`: the people and businesses we talk to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers

from crm import phones
from crm.api.callers import may_see, person_behind, said_by
from crm.api.contact_filters import ContactFilter
from crm.api.fields import ColleagueField, WrittenNumberField
from crm.api.paging import By, InOrder
from crm.api.repeats import IDEMPOTENCY_KEY
from crm.api.views import CompanyRows, CreatesOnce
from crm.models import Contact, FollowUp, Interaction, Lead, LeadStatus, PhoneNumber

MOST_NUMBERS = 20
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ORDERS = {
    "created": By("id"),
    "name": By("name_key", str),
    "priority": By("priority"),
    # An integer of its own: of a positive one Django takes «less than nothing» for «no row».
    "score": By("score_or_less", int, Coalesce("lead_score", Value(-1), output_field=IntegerField())),
    "last_call": By("last_call_or_never", datetime, Coalesce("latest_call_at", Value(NEVER))),
}
EXAMPLE: dict[str, Any] = {
    "id": 17,
    "full_name": "Meera Iyer",
    "business_name": "Lakeside Dental",
    "owner_name": "",
    "email": "meera.iyer@lakesidedental.example",
    "website": "lakesidedental.example",
    "industry": "Health care",
    "address": "",
    "city": "Bengaluru",
    "state": "Karnataka",
    "company_size": 12,
    "annual_revenue": None,
    "is_decision_maker": True,
    "source": "AI agent call",
    "notes": "",
    "lead_status": "interested",
    "priority": 4,
    "lead_score": 82,
    "conversion_probability": 0.71,
    "is_hot": True,
    "estimated_value": "9000000.00",
    "actual_value": None,
    "assignee": 3,
    "do_not_call": False,
    "numbers": [{"number": "+919000000012", "is_primary": True}],
    "custom": {},
    "latest_call_at": "2026-11-17T05:34:00Z",
    "created_at": "2026-11-02T09:12:44Z",
}
WHOLE_EXAMPLE = {**EXAMPLE, "counts": {"interactions": 4, "calls": 3, "open_follow_ups": 1}}
# Ours to work out, or moved by acts of their own.
NOT_WRITTEN = (
    "id",
    "lead_score",
    "conversion_probability",
    "is_hot",
    "custom",
    "latest_call_at",
    "created_at",
)
EXAMPLE_IN = {
    "full_name": "Meera Iyer",
    "business_name": "Lakeside Dental",
    "email": "meera.iyer@lakesidedental.example",
    "numbers": ["098765 43210"],
    "lead_status": "new",
}


class NumberSerializer(serializers.ModelSerializer[PhoneNumber]):
    number = serializers.SerializerMethodField(help_text="E.164; hidden but for its end where the role says so.")

    class Meta:
        model = PhoneNumber
        fields: ClassVar = ["number", "is_primary"]

    @extend_schema_field(OpenApiTypes.STR)
    def get_number(self, number: PhoneNumber) -> str:
        return phones.as_told(number.e164)


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A contact. `lead_status` empty: not a lead. Scores: lead 0 to 100, chance 0 to 1, priority 5 (hot) to 1."""

    assignee = serializers.IntegerField(source="assignee_id", allow_null=True, help_text="A member's id.")
    numbers = serializers.SerializerMethodField(help_text="The main number first.")

    class Meta:
        model = Contact
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields

    @extend_schema_field(NumberSerializer(many=True))
    def get_numbers(self, contact: Contact) -> Any:
        listed = sorted(contact.numbers.all(), key=lambda number: (not number.is_primary, number.pk))
        return NumberSerializer(listed, many=True).data


class CountsOut(serializers.Serializer[Any]):
    interactions = serializers.IntegerField()
    calls = serializers.IntegerField()
    open_follow_ups = serializers.IntegerField()


class WholeContactSerializer(ContactSerializer):
    """A contact with how much there is of their history."""

    counts = serializers.SerializerMethodField()

    class Meta(ContactSerializer.Meta):
        fields: ClassVar = [*EXAMPLE, "counts"]
        read_only_fields: ClassVar = fields

    @extend_schema_field(CountsOut)
    def get_counts(self, contact: Contact) -> dict[str, int]:
        is_call = Q(kind=Interaction.Kind.CALL)
        counted = contact.interactions.aggregate(interactions=Count("pk"), calls=Count("pk", filter=is_call))
        steps = FollowUp.objects.open().filter(contact=contact).count()
        return {**counted, "open_follow_ups": steps}


class ContactIn(serializers.ModelSerializer[Contact]):
    """What is left out stays as it is. `numbers`, where given, are all the numbers there are, the main one first."""

    assignee = ColleagueField(required=False, allow_null=True, help_text="A member's id.")
    numbers = serializers.ListField(
        child=WrittenNumberField(), required=False, max_length=MOST_NUMBERS, help_text="In any written form."
    )
    lead_status = serializers.ChoiceField(choices=LeadStatus.choices, required=False, help_text="Makes it a lead.")

    class Meta:
        model = Contact
        fields: ClassVar = [name for name in EXAMPLE if name not in NOT_WRITTEN]

    def validate_email(self, email: str) -> str:
        return email.strip().lower()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        tells_who = ("full_name", "business_name", "email", "numbers")
        if self.instance is None and not any(attrs.get(name) for name in tells_who):
            raise serializers.ValidationError("A name, a business, an e-mail or a number is needed to tell who it is.")
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Contact:
        contact, request = Contact(source="API"), self.context["request"]
        if not may_see(request, contact):
            # Whom they add is theirs; else they would not see them again.
            validated_data.setdefault("assignee", person_behind(request))
        return self._keep(contact, validated_data)

    def update(self, instance: Contact, validated_data: dict[str, Any]) -> Contact:
        return self._keep(instance, validated_data)

    def to_representation(self, instance: Contact) -> Any:
        return WholeContactSerializer(Contact.objects.prefetch_related("numbers").get(pk=instance.pk)).data

    def _keep(self, contact: Contact, said: dict[str, Any]) -> Contact:
        status, numbers = said.pop("lead_status", ""), said.pop("numbers", None)
        # What a person sets beside a status counts more than what the status stands for.
        priority = said.get("priority")
        for name, value in said.items():
            setattr(contact, name, value)
        contact.save()
        if numbers is not None:
            set_numbers(contact, numbers)
        if status and status != contact.lead_status:
            request = self.context["request"]
            lead = Lead.of(contact)
            lead.move_to(status, by=person_behind(request), why=said_by(request))
            if priority is not None:
                Contact.objects.filter(pk=contact.pk).update(priority=priority)
        return contact


def set_numbers(contact: Contact, numbers: list[tuple[str, str]]) -> None:
    """Make these (E.164, as written) the contact's numbers; the first is the main one."""
    wanted: dict[str, str] = {}
    for e164, written in numbers:
        wanted.setdefault(e164, written)
    contact.numbers.exclude(e164__in=wanted).delete()
    for place, (e164, written) in enumerate(wanted.items()):
        number = contact.add_number(e164=e164, written=written)
        if number.is_primary != (place == 0):
            number.is_primary = place == 0
            number.save(update_fields=["is_primary"])


@extend_schema_view(
    get=extend_schema(
        summary="List contacts",
        tags=["contacts"],
        examples=[OpenApiExample("A contact", value=EXAMPLE, response_only=True)],
    ),
    post=extend_schema(
        summary="Add a contact",
        tags=["contacts"],
        parameters=[IDEMPOTENCY_KEY],
        request=ContactIn,
        responses={201: WholeContactSerializer},
        examples=[
            OpenApiExample("Somebody new", value=EXAMPLE_IN, request_only=True),
            OpenApiExample("The contact", value=WHOLE_EXAMPLE, response_only=True, status_codes=["201"]),
        ],
    ),
)
class ContactList(CompanyRows, CreatesOnce, generics.ListCreateAPIView[Contact]):
    """Contacts of the company, newest first unless `ordering` says otherwise."""

    rights_on = Contact
    pagination_class = InOrder
    filterset_class = ContactFilter
    orders = ORDERS
    usual_order = "-created"

    def rows(self) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = Contact.objects.prefetch_related("numbers")
        return contacts

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Contact]]:
        return ContactIn if self.request.method == "POST" else ContactSerializer


_ONE = [OpenApiExample("The contact", value=WHOLE_EXAMPLE, response_only=True)]
_CHANGE = [OpenApiExample("Changes", value={"city": "Mysuru", "numbers": ["+919000000012"]}, request_only=True), *_ONE]

_CHANGED: dict[str, Any] = {
    "tags": ["contacts"],
    "request": ContactIn,
    "responses": WholeContactSerializer,
    "examples": _CHANGE,
}


@extend_schema_view(
    get=extend_schema(summary="Show a contact", tags=["contacts"], responses=WholeContactSerializer, examples=_ONE),
    put=extend_schema(summary="Change a contact", **_CHANGED),
    patch=extend_schema(summary="Change a contact", **_CHANGED),
    delete=extend_schema(summary="Delete a contact, with their history; their calls stay", tags=["contacts"]),
)
class ContactDetail(CompanyRows, generics.RetrieveUpdateDestroyAPIView[Contact]):
    """One contact."""

    rights_on = Contact

    def rows(self) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = Contact.objects.prefetch_related("numbers")
        return contacts if self.request.method == "GET" else contacts.select_for_update(of=("self",))

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Contact]]:
        return WholeContactSerializer if self.request.method == "GET" else ContactIn
