"""`GET /api/telephony/calls/insights/hot-leads`: who is worth a call now, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.findings import Money
from calltracking.hot_leads import HotLead, HotLeadFilter, hot_leads
from calltracking.views.words import LAKH, say_budget
from crm import phones
from crm.api.callers import visible_to
from crm.api.paging import By, InOrder
from crm.api.views import CompanyRows
from crm.models import FollowUp, Lead
from telephony.models import Call

EXAMPLE = {
    "contact": 17,
    "customer_name": "Meera Nair",
    "customer_phone": "+919000000012",
    "email": "meera.nair@example.com",
    "lead_status": "interested",
    "lead_quality_score": 82,
    "conversion_probability": 0.71,
    "sentiment": "positive",
    "summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
    "budget": "up to ₹90 lakh",
    "budget_min": None,
    "budget_max": "9000000.00",
    "budget_currency": "INR",
    "budget_min_lakhs": None,
    "budget_max_lakhs": "90.00",
    "preferred_locations": "Indiranagar",
    "bedrooms": 2,
    "next_best_action": "Send the details by e-mail",
    "next_follow_up": 55,
    "next_follow_up_at": "2026-11-19T04:30:00Z",
    "next_follow_up_reason": "Follow up while they are interested",
    "call_sid": "conv_7901k2",
    "called_at": "2026-11-17T05:34:00Z",
}


def _amount(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True, **options)


class HotLeadOut(serializers.Serializer[Any]):
    """A hot lead. Score 0 to 100, probability 0 to 1; what was never said is empty or null."""

    contact = serializers.IntegerField(help_text="The contact's id.")
    customer_name = serializers.CharField()
    customer_phone = serializers.CharField(help_text="E.164; hidden but for its end where the role says so.")
    email = serializers.CharField()
    lead_status = serializers.CharField()
    lead_quality_score = serializers.IntegerField()
    conversion_probability = serializers.FloatField()
    sentiment = serializers.CharField(help_text="Of the latest call: positive, neutral, negative, mixed or empty.")
    summary = serializers.CharField(help_text="Of the latest call that was read.")
    budget = serializers.CharField(help_text="In words, rupees in lakhs.")
    budget_min = _amount()
    budget_max = _amount()
    budget_currency = serializers.CharField()
    budget_min_lakhs = _amount(help_text="Of rupees: 1 lakh is 100,000.")
    budget_max_lakhs = _amount()
    preferred_locations = serializers.CharField()
    bedrooms = serializers.FloatField(allow_null=True)
    next_best_action = serializers.CharField(help_text="What the conversation suggests.")
    next_follow_up = serializers.IntegerField(allow_null=True, help_text="The id of the earliest open follow-up.")
    next_follow_up_at = serializers.DateTimeField(allow_null=True)
    next_follow_up_reason = serializers.CharField()
    call_sid = serializers.CharField(help_text="The id its provider gave the call first.")
    called_at = serializers.DateTimeField(allow_null=True)


def told(one: HotLead) -> dict[str, Any]:
    """Return the lead in the words of the API."""
    lead, number, step = one.lead, one.lead.primary_number, one.step
    low, high = (one.budget.minimum, one.budget.maximum) if one.budget else (None, None)
    return {
        "contact": lead.pk,
        "customer_name": lead.full_name or lead.business_name,
        "customer_phone": phones.as_told(number.e164) if number else "",
        "email": lead.email,
        "lead_status": lead.lead_status,
        "lead_quality_score": lead.lead_score,
        "conversion_probability": lead.conversion_probability,
        "sentiment": lead.feeling,
        "summary": one.summary,
        "budget": say_budget(one.budget) if one.budget else "",
        "budget_min": low,
        "budget_max": high,
        "budget_currency": one.budget.currency if one.budget else "",
        "budget_min_lakhs": _lakhs(one.budget, low),
        "budget_max_lakhs": _lakhs(one.budget, high),
        "preferred_locations": one.locations,
        "bedrooms": one.bedrooms,
        "next_best_action": one.advice,
        "next_follow_up": step.pk if step else None,
        "next_follow_up_at": step.due_at if step else None,
        "next_follow_up_reason": step.reason if step else "",
        "call_sid": one.call_id,
        "called_at": one.call.started_at if one.call else None,
    }


def _lakhs(budget: Money | None, amount: Decimal | None) -> Decimal | None:
    return amount / LAKH if budget and budget.currency == "INR" and amount is not None else None


@extend_schema(
    summary="List hot leads, the likeliest to convert first",
    tags=["leads"],
    examples=[OpenApiExample("A hot lead", value=EXAMPLE, response_only=True)],
)
class HotLeads(CompanyRows, generics.ListAPIView[Lead]):
    """Leads whose latest conversation was hot. The first 20: `page_size=20`."""

    rights_on = Lead
    serializer_class = HotLeadOut
    pagination_class = InOrder
    filterset_class = HotLeadFilter
    orders: ClassVar = {"conversion_probability": By("conversion_probability", float), "score": By("lead_score")}
    usual_order = "-conversion_probability"

    def rows(self) -> QuerySet[Lead]:
        leads: QuerySet[Lead] = Lead.objects.hot().defer("notes").prefetch_related("numbers")
        return leads

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # It tells of a call and of who called: whoever reads it may read both.
        if not request.user.has_perm("telephony.view_insight"):
            raise PermissionDenied
        leads = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        calls: Any = visible_to(request, Call.objects.all())
        follow_ups: Any = visible_to(request, FollowUp.objects.all())
        found = hot_leads(list(leads or ()), calls=calls, follow_ups=follow_ups)
        return self.get_paginated_response([HotLeadOut(told(one)).data for one in found])
