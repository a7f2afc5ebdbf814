"""`GET /api/crm/dashboard-stats` and `GET /api/analytics/overview`: the numbers of the company."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calltracking.standing import Standing, standing
from crm.api.callers import company_of, visible_to
from crm.models import Contact, FollowUp
from telephony.models import Call

_CALLS_EXAMPLE = {
    "total": 412,
    "ended": 409,
    "inbound": 380,
    "answered": 361,
    "missed": 19,
    "successes": 288,
    "hot": 31,
    "success_rate": 0.704,
    "answer_rate": 0.95,
    "average_seconds": 143.2,
}
STATS_EXAMPLE = {
    "since": "2026-10-18T05:45:00Z",
    "currency": "INR",
    "contacts": 1204,
    "new_contacts": 96,
    "leads": 640,
    "hot_leads": 41,
    "customers": 118,
    "revenue": "84100000.00",
    "pipeline_value": "212000000.00",
    "stages": [
        {"status": "new", "leads": 201, "estimated_value": "52000000.00", "actual_value": "0.00"},
        {"status": "interested", "leads": 160, "estimated_value": "130000000.00", "actual_value": "0.00"},
    ],
    "open_follow_ups": 73,
    "overdue_follow_ups": 6,
    "calls": _CALLS_EXAMPLE,
}
OVERVIEW_EXAMPLE = {
    "since": "2026-10-18T05:45:00Z",
    "currency": "INR",
    "totalContacts": 1204,
    "newContacts": 96,
    "totalLeads": 640,
    "hotLeads": 41,
    "leadsByStatus": {"new": 201, "interested": 160},
    "customers": 118,
    "revenue": "84100000.00",
    "openFollowUps": 73,
    "overdueFollowUps": 6,
    "callMetrics": {
        "totalCalls": 412,
        "inboundCalls": 380,
        "answeredCalls": 361,
        "missedCalls": 19,
        "successfulCalls": 288,
        "hotCalls": 31,
        "successRate": 0.704,
        "answerRate": 0.95,
        "averageDuration": 143.2,
        "total_calls": 412,
        "successful_calls": 288,
        "average_duration": 143.2,
    },
}


class StageOut(serializers.Serializer[Any]):
    status = serializers.CharField()
    leads = serializers.IntegerField()
    estimated_value = serializers.DecimalField(max_digits=20, decimal_places=2)
    actual_value = serializers.DecimalField(max_digits=20, decimal_places=2)


class CallsOut(serializers.Serializer[Any]):
    """Calls since `since`. success rate: outcome success / ended; answer rate: answered / inbound."""

    total = serializers.IntegerField(source="calls.calls")
    ended = serializers.IntegerField(source="calls.ended")
    inbound = serializers.IntegerField()
    answered = serializers.IntegerField()
    missed = serializers.IntegerField(source="calls.missed")
    successes = serializers.IntegerField(source="calls.successes")
    hot = serializers.IntegerField(source="calls.hot")
    success_rate = serializers.FloatField(source="calls.success_rate", allow_null=True)
    answer_rate = serializers.FloatField(allow_null=True)
    average_seconds = serializers.FloatField(source="calls.average_seconds", allow_null=True)


class StatsOut(serializers.Serializer[Any]):
    """Contacts, leads and follow-ups as they are now; `new_contacts` and `calls` of the last 30 days."""

    since = serializers.DateTimeField()
    currency = serializers.SerializerMethodField(help_text="Of all values.")
    contacts = serializers.IntegerField()
    new_contacts = serializers.IntegerField()
    leads = serializers.IntegerField()
    hot_leads = serializers.IntegerField()
    customers = serializers.IntegerField(source="converted.leads", help_text="Leads that converted.")
    revenue = serializers.DecimalField(
        source="converted.actual_value", max_digits=20, decimal_places=2, help_text="What customers paid."
    )
    pipeline_value = serializers.DecimalField(
        max_digits=20, decimal_places=2, help_text="Estimates of the leads that may still be won."
    )
    stages = StageOut(many=True)
    open_follow_ups = serializers.IntegerField()
    overdue_follow_ups = serializers.IntegerField()
    calls = CallsOut(source="*")

    def get_currency(self, standing: Standing) -> str:
        return str(self.context["currency"])


class CallMetricsOut(serializers.Serializer[Any]):
    totalCalls = serializers.IntegerField(source="calls.calls")  # noqa: N815 - the names callers use
    inboundCalls = serializers.IntegerField(source="inbound")  # noqa: N815
    answeredCalls = serializers.IntegerField(source="answered")  # noqa: N815
    missedCalls = serializers.IntegerField(source="calls.missed")  # noqa: N815
    successfulCalls = serializers.IntegerField(source="calls.successes")  # noqa: N815
    hotCalls = serializers.IntegerField(source="calls.hot")  # noqa: N815
    successRate = serializers.FloatField(source="calls.success_rate", allow_null=True)  # noqa: N815
    answerRate = serializers.FloatField(source="answer_rate", allow_null=True)  # noqa: N815
    averageDuration = serializers.FloatField(  # noqa: N815
        source="calls.average_seconds", allow_null=True, help_text="Seconds."
    )
    # The same under the names that other reports read.
    total_calls = serializers.IntegerField(source="calls.calls")
    successful_calls = serializers.IntegerField(source="calls.successes")
    average_duration = serializers.FloatField(
        source="calls.average_seconds", allow_null=True, help_text="Seconds, of ended calls."
    )


class OverviewOut(serializers.Serializer[Any]):
    """The same numbers as `dashboard-stats`, under the names that reports use. Keys are added, never taken away."""

    since = serializers.DateTimeField()
    currency = serializers.SerializerMethodField()
    totalContacts = serializers.IntegerField(source="contacts")  # noqa: N815
    newContacts = serializers.IntegerField(source="new_contacts")  # noqa: N815
    totalLeads = serializers.IntegerField(source="leads")  # noqa: N815
    hotLeads = serializers.IntegerField(source="hot_leads")  # noqa: N815
    leadsByStatus = serializers.SerializerMethodField()  # noqa: N815
    customers = serializers.IntegerField(source="converted.leads")
    revenue = serializers.DecimalField(source="converted.actual_value", max_digits=20, decimal_places=2)
    openFollowUps = serializers.IntegerField(source="open_follow_ups")  # noqa: N815
    overdueFollowUps = serializers.IntegerField(source="overdue_follow_ups")  # noqa: N815
    callMetrics = CallMetricsOut(source="*")  # noqa: N815

    def get_currency(self, standing: Standing) -> str:
        return str(self.context["currency"])

    def get_leadsByStatus(self, standing: Standing) -> dict[str, int]:  # noqa: N802
        return {stage.status: stage.leads for stage in standing.stages}


class DashboardStats(APIView):
    """How the company stands."""

    rights_on: ClassVar[type[Model]] = Contact
    answer: ClassVar[type[serializers.Serializer[Any]]] = StatsOut

    @extend_schema(
        summary="Numbers of the company",
        tags=["numbers"],
        responses={200: StatsOut},
        examples=[OpenApiExample("Numbers", value=STATS_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        contacts: Any = visible_to(request, Contact.objects.all())
        follow_ups: Any = visible_to(request, FollowUp.objects.all())
        calls: Any = visible_to(request, Call.objects.all())
        now = standing(contacts, follow_ups, calls)
        return Response(self.answer(now, context={"currency": company_of(request).currency}).data)


class AnalyticsOverview(DashboardStats):
    """The numbers that reports read."""

    rights_on: ClassVar[type[Model]] = Call
    answer = OverviewOut

    @extend_schema(
        summary="Numbers for reports",
        tags=["numbers"],
        responses={200: OverviewOut},
        examples=[OpenApiExample("Numbers", value=OVERVIEW_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        return super().get(request)
