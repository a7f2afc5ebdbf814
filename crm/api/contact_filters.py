"""How contacts, leads and follow-ups are filtered. Each filter is one that an index can serve under the policies."""

from __future__ import annotations

from datetime import UTC
from typing import Any, ClassVar

import django_filters as filters
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework import serializers

from crm.api.answers import UnknownAnswer, contacts_answering
from crm.api.fields import EARLIEST, LATEST
from crm.models import Company, Contact, FollowUp, LeadStatus
from crm.models.contact_queries import ContactQuerySet
from crm.models.lead_status import Priority

_HIGHEST = 2**31 - 1


class _MomentField(filters.fields.IsoDateTimeField):  # type: ignore[misc]  # untyped library
    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        try:
            in_utc = moment and moment.astimezone(UTC)
        except OverflowError:
            in_utc = EARLIEST.replace(year=1)
        if in_utc and not EARLIEST <= in_utc <= LATEST:
            raise ValidationError("A moment between 1970 and 2199.")
        return in_utc


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]  # untyped library
    """A moment in ISO 8601, in any offset. PostgreSQL does not take every offset that Python does: it is told UTC."""

    field_class = _MomentField


class ContactFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    q = filters.CharFilter(
        method="search", label="Name, business, e-mail or number in any written form; beginnings are found."
    )
    lead_status = filters.MultipleChoiceFilter(
        choices=LeadStatus.choices, distinct=False, label="One of these; repeat it for several."
    )
    is_lead = filters.BooleanFilter(method="being_lead", label="Leads only, or everybody else.")
    priority = filters.ChoiceFilter(choices=Priority.choices, label="5 is hot, 1 is low.")
    hot = filters.BooleanFilter(field_name="is_hot")
    do_not_call = filters.BooleanFilter()
    assignee = filters.NumberFilter(field_name="assignee_id", label="A member's id.")
    city = filters.CharFilter(label="Exactly as written.")
    source = filters.CharFilter(label="Exactly as written.")
    industry = filters.CharFilter(label="Exactly as written.")
    score_from = filters.NumberFilter(
        field_name="lead_score", lookup_expr="gte", max_value=_HIGHEST, label="At least this score."
    )
    custom = filters.CharFilter(
        method="answering",
        label="An answer to a field of your own: `bedrooms:3`, `budget:5000000..9000000`, `visit_at:2026-05-01..`, "
        "`financed:yes`, `property_type:Villa`. Repeat it for several; all of them hold.",
    )
    created_from = MomentFilter(field_name="created_at", lookup_expr="gte", label="A moment, ISO 8601.")
    created_to = MomentFilter(field_name="created_at", lookup_expr="lt", label="Before this moment.")
    called_from = MomentFilter(field_name="latest_call_at", lookup_expr="gte", label="A moment, ISO 8601.")
    called_to = MomentFilter(field_name="latest_call_at", lookup_expr="lt", label="Before this moment.")

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = []

    def search(self, contacts: ContactQuerySet, name: str, text: str) -> ContactQuerySet:
        return contacts.search(text, region=Company.objects.current().region)

    def answering(self, contacts: ContactQuerySet, name: str, text: str) -> ContactQuerySet:
        for asked in self.data.getlist(name) if hasattr(self.data, "getlist") else [text]:
            try:
                contacts = contacts.filter(pk__in=contacts_answering(asked))
            except UnknownAnswer as error:
                raise serializers.ValidationError({name: [str(error)]}) from error
        return contacts

    def being_lead(self, contacts: ContactQuerySet, name: str, is_lead: bool) -> ContactQuerySet:
        return contacts.exclude(lead_status="") if is_lead else contacts.filter(lead_status="")


class FollowUpFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    state = filters.ChoiceFilter(choices=FollowUp.State.choices)
    overdue = filters.BooleanFilter(method="being_overdue", label="Open ones that are overdue.")
    contact = filters.NumberFilter(field_name="contact_id", label="A contact's id.")
    assignee = filters.NumberFilter(field_name="assignee_id", label="A member's id.")
    due_from = MomentFilter(field_name="due_at", lookup_expr="gte", label="A moment, ISO 8601.")
    due_to = MomentFilter(field_name="due_at", lookup_expr="lt", label="Before this moment.")

    class Meta:
        model = FollowUp
        fields: ClassVar[list[str]] = []

    def being_overdue(self, follow_ups: Any, name: str, is_overdue: bool) -> Any:
        late = follow_ups.overdue(at=timezone.now())
        return late if is_overdue else follow_ups.exclude(pk__in=late.values("pk"))
