"""`GET /api/telephony/calls/<id>/insights`: what a call meant, with what people said of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from analysis.corrections import Effective, effective_of
from analysis.findings import Fact, Findings
from crm import phones
from crm.api.paging import By
from telephony.api.reading import ANY_ID, OfACall
from telephony.models import Call, CallMetrics, Insight

EXAMPLE = {
    "summary": "Meera is looking for a two-bedroom flat near Indiranagar for up to 90 lakh.",
    "score": 82,
    "conversion_probability": 0.71,
    "is_hot": True,
    "reasons": [{"label": "Said that they are interested", "points": 25, "turn": 1}],
    "findings": {
        "sentiment": {"score": 0.46, "label": "positive", "course": [[1, 0.46]]},
        "city": {
            "value": "Bengaluru",
            "confidence": 0.9,
            "evidence": {"turn": 3, "quote": "Bengaluru", "second": 21.5, "speaker": "customer"},
            "conflict": None,
        },
    },
    "dropped": [],
    "backend": "builtin",
    "version": "1",
    "model": "",
    "prompt_version": "",
    "is_current": True,
    "created_at": "2026-11-17T05:38:14Z",
    "corrections": [{"name": "budget", "verdict": "confirmed", "value": {"maximum": "9000000", "currency": "INR"}}],
    "customer_name": "Meera Nair",
    "customer_phone": "+919000000012",
    "budget_max": "9000000.00",
    "lead_quality_score": 82,
    "next_best_action": "Send the details by e-mail",
    "hot_lead": True,
    "intent": "interested",
    "sentiment": "positive",
    "resolution": "resolved",
    "metrics": {"duration_seconds": 252, "agent_talk_ratio": 0.48, "flow": 86},
}
STORED = [
    *("summary", "score", "conversion_probability", "is_hot", "reasons", "findings", "dropped"),
    *("backend", "version", "model", "prompt_version", "is_current", "created_at"),
]


class _Stored(serializers.ModelSerializer[Insight]):
    class Meta:
        model = Insight
        fields: ClassVar = STORED


class CorrectionField(serializers.Serializer[Any]):
    """What a person said of one value. `value` is what is right; of a rejected one, what is wrong."""

    name = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["confirmed", "corrected", "rejected", "added"])
    value = serializers.JSONField(allow_null=True)


class InsightSerializer(serializers.ModelSerializer[Insight]):
    """What a reading found. Each finding names the turn it came from; `dropped` are values that were never said.

    In the current reading `findings` are what the call is held to mean: what people put right is in them, and
    `corrections` says what they said. Earlier readings stand as they were read. A finding that a person entered and
    nobody said has the turn -1.
    """

    corrections = CorrectionField(many=True, read_only=True)
    customer_name = serializers.CharField(read_only=True)
    customer_phone = serializers.CharField(read_only=True, help_text="E.164; hidden where the role says so.")
    budget_max = serializers.DecimalField(max_digits=16, decimal_places=2, read_only=True, allow_null=True)
    lead_quality_score = serializers.IntegerField(read_only=True, allow_null=True, help_text="0 to 100, as `score`.")
    next_best_action = serializers.CharField(read_only=True)
    hot_lead = serializers.BooleanField(read_only=True)
    intent = serializers.CharField(read_only=True)
    sentiment = serializers.CharField(read_only=True, help_text="positive, neutral, negative, mixed or empty.")
    resolution = serializers.CharField(read_only=True, help_text="resolved, unresolved, escalated or empty.")
    metrics = serializers.JSONField(read_only=True, help_text="How the conversation went; seconds unless named else.")

    class Meta:
        model = Insight
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields

    def to_representation(self, insight: Insight) -> dict[str, Any]:
        call = insight.call
        meant = effective_of(call, insight) if insight.is_current else None
        found = meant.findings if meant else Findings.model_validate(insight.findings)
        return {
            **_Stored(insight).data,
            "findings": _with_phones_as_told(found.model_dump(mode="json")),
            "corrections": _corrections(meant),
            "customer_name": _value(found.contact_name) or "",
            "customer_phone": phones.as_told(call.customer_number),
            "budget_max": None if found.budget is None else _decimal(found.budget.value.maximum),
            "lead_quality_score": insight.score,
            "next_best_action": _value(found.next_best_action) or "",
            "hot_lead": insight.is_hot,
            "intent": found.stated_intent.value,
            "sentiment": found.sentiment.label if found.sentiment else "",
            "resolution": _value(found.resolution) or "",
            "metrics": next((metrics.measured for metrics in call.metrics.all()), {}),
        }


def _corrections(meant: Effective | None) -> list[dict[str, Any]]:
    if meant is None:
        return []
    said = {one.pk: one for one in (*meant.judged.values(), *meant.rejected)}
    return [
        {
            "name": one.name,
            "verdict": one.verdict,
            "value": phones.as_told(one.value) if one.name == "phones" else one.value,
        }
        for one in said.values()
    ]


def _with_phones_as_told(findings: dict[str, Any]) -> dict[str, Any]:
    if not phones.are_hidden():
        return findings
    return {**findings, "phones": [{**one, "value": phones.as_told(one["value"])} for one in findings["phones"]]}


def _value(fact: Fact[Any] | None) -> Any:
    return None if fact is None else getattr(fact.value, "value", fact.value)


def _decimal(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.2f}"


@extend_schema(
    summary="List what a call meant",
    tags=["calls"],
    parameters=[ANY_ID],
    examples=[OpenApiExample("A reading", value=EXAMPLE, response_only=True)],
)
class CallInsights(OfACall):
    """Readings of the call, the newest first; one of them is current. None: it was not read (yet)."""

    rights_on = Insight
    serializer_class = InsightSerializer
    orders: ClassVar = {"created": By("id")}
    usual_order = "-created"

    def rows(self) -> QuerySet[Insight]:
        calls = Call.objects.defer("raw").prefetch_related(Prefetch("metrics", queryset=CallMetrics.objects.all()))
        insights: QuerySet[Insight] = Insight.objects.filter(call_id=self.call_id())
        return insights.prefetch_related(Prefetch("call", queryset=calls))
