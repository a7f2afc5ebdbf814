"""`GET /api/analytics/campaigns/{id}` and `GET /api/telephony/calls/stats/summary`: the dashboard's numbers by API."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Model
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calltracking.figures.choice import PRESETS, AnalyticsFilter
from calltracking.figures.reading import by_day, total
from crm.api.callers import company_of, person_behind
from crm.models import ApiKey, Campaign, Membership
from telephony.events import CallDirection
from telephony.models import Call

_DAYS = (
    OpenApiParameter("days", str, enum=list(PRESETS), description="Days up to and with today; 30 unless told."),
    OpenApiParameter("started_from", OpenApiTypes.DATE, description="First day, in the company's time zone."),
    OpenApiParameter("started_to", OpenApiTypes.DATE, description="Last day, in the company's time zone."),
)
_NARROWED = (
    OpenApiParameter("campaign", int, description="The id of the campaign that brought the call."),
    OpenApiParameter("agent", int, description="The id of the agent who held it."),
    OpenApiParameter("line", int, description="The id of the number of yours that it came over."),
    OpenApiParameter("provider", str),
    OpenApiParameter("direction", str, enum=list(CallDirection.values)),
)
METRICS_EXAMPLE = {
    "total_calls": 412,
    "completed_calls": 361,
    "successful_calls": 288,
    "failed_calls": 60,
    "missed_calls": 19,
    "hot_calls": 31,
    "conversions": 290,
    "positive_calls": 204,
    "success_rate": 0.704,
    "conversion_rate": 0.704,
    "answer_rate": 0.95,
    "average_duration": 143.2,
    "shortest_duration": 4,
    "longest_duration": 1204,
    "average_response_seconds": 1.4,
}
SUMMARY_EXAMPLE = {"started_from": "2026-10-19", "started_to": "2026-11-17", **METRICS_EXAMPLE}
CAMPAIGN_EXAMPLE = {
    "id": 4,
    "name": "Site visits in November",
    "started_from": "2026-11-16",
    "started_to": "2026-11-17",
    "callMetrics": METRICS_EXAMPLE,
    "callsByDay": [
        {"date": "2026-11-16", "total_calls": 14, "successful_calls": 9, "conversions": 9, "average_duration": 121.5},
        {"date": "2026-11-17", "total_calls": 11, "successful_calls": 8, "conversions": 8, "average_duration": 98.0},
    ],
}


class MetricsOut(serializers.Serializer[Any]):
    """Counts, shares of 1, and lengths in seconds; null where there is nothing to divide by."""

    total_calls = serializers.IntegerField(source="calls")
    completed_calls = serializers.IntegerField(source="completed")
    successful_calls = serializers.IntegerField(source="successes", help_text="Ended, with outcome success.")
    failed_calls = serializers.IntegerField(source="failures", help_text="Ended, with outcome failure.")
    missed_calls = serializers.IntegerField(source="missed", help_text="Inbound: no answer, busy or canceled.")
    hot_calls = serializers.IntegerField(source="hot")
    conversions = serializers.IntegerField(source="converted")
    positive_calls = serializers.IntegerField(source="positive", help_text="In a positive mood.")
    success_rate = serializers.FloatField(allow_null=True, help_text="Successful / ended.")
    conversion_rate = serializers.FloatField(allow_null=True, help_text="Conversions / all.")
    answer_rate = serializers.FloatField(allow_null=True, help_text="Answered / inbound.")
    average_duration = serializers.FloatField(source="average_seconds", allow_null=True, help_text="Of ended calls.")
    shortest_duration = serializers.IntegerField(source="shortest", allow_null=True)
    longest_duration = serializers.IntegerField(source="longest", allow_null=True)
    average_response_seconds = serializers.FloatField(
        source="delay_seconds", allow_null=True, help_text="How long our side takes to reply within a call."
    )


class SummaryOut(MetricsOut):
    started_from = serializers.DateField()
    started_to = serializers.DateField()


class DayOut(serializers.Serializer[Any]):
    date = serializers.DateField()
    total_calls = serializers.IntegerField(source="numbers.calls")
    successful_calls = serializers.IntegerField(source="numbers.successes")
    conversions = serializers.IntegerField(source="numbers.converted")
    average_duration = serializers.FloatField(source="numbers.average_seconds", allow_null=True)


class CampaignOut(serializers.Serializer[Any]):
    """A campaign's calls of some days; `callsByDay` has the days with calls, the earliest first."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    started_from = serializers.DateField()
    started_to = serializers.DateField()
    callMetrics = MetricsOut()  # noqa: N815 - the names callers use
    callsByDay = DayOut(many=True)  # noqa: N815


class CallSummary(APIView):
    """The numbers of the calls that began on some days, as the dashboard has them."""

    rights_on: ClassVar[type[Model]] = Call

    @extend_schema(
        summary="Numbers of calls",
        tags=["numbers"],
        parameters=[*_DAYS, *_NARROWED],
        responses={200: SummaryOut},
        examples=[OpenApiExample("Numbers", value=SUMMARY_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        chosen = _chosen(request)
        metrics = MetricsOut(total(by_day(chosen, member=_member(request)))).data
        return Response({"started_from": chosen.first, "started_to": chosen.last, **metrics})


class CampaignAnalytics(APIView):
    """What a campaign brought in some days."""

    rights_on: ClassVar[type[Model]] = Call

    @extend_schema(
        summary="Numbers of a campaign's calls",
        tags=["numbers"],
        parameters=[*_DAYS],
        responses={200: CampaignOut},
        examples=[OpenApiExample("A campaign", value=CAMPAIGN_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, pk: int) -> Response:
        campaign = get_object_or_404(Campaign, pk=pk)
        chosen = _chosen(request, campaign=campaign.pk)
        days = by_day(chosen, member=_member(request))
        told = {
            "id": campaign.pk,
            "name": campaign.name,
            "started_from": chosen.first,
            "started_to": chosen.last,
            "callMetrics": total(days),
            "callsByDay": [_day(day, days[day]) for day in sorted(days)],
        }
        return Response(CampaignOut(told).data)


def _day(day: date, numbers: Any) -> dict[str, Any]:
    return {"date": day, "numbers": numbers}


def _chosen(request: Request, **changes: Any) -> AnalyticsFilter:
    """Return the days and filters that were asked for; what cannot be meant is refused, with the reason."""
    chosen = AnalyticsFilter.read({**request.query_params.dict(), **changes}, company=company_of(request))
    if chosen.problems:
        raise ValidationError({"detail": list(chosen.problems)})
    return chosen


def _member(request: Request) -> Membership | None:
    """Return whose calls are counted: a person's; all of the company for a key."""
    return None if isinstance(request.user, ApiKey) else person_behind(request)
