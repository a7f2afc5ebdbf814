"""`GET /api/jobs/sync-runs`: what synchronizations there were, and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers

from crm.api.paging import By, InOrder
from crm.api.views import CompanyRows
from telephony.models import SyncRun

EXAMPLE = {
    "id": 812,
    "provider": "elevenlabs",
    "account": "Main",
    "agent_external_id": "",
    "since": "2026-11-17T03:30:00Z",
    "until": "2026-11-17T05:45:00Z",
    "started_at": "2026-11-17T05:45:00Z",
    "finished_at": "2026-11-17T05:45:04Z",
    "seen": 41,
    "new": 3,
    "changed": 1,
    "missed": 0,
    "failed": 0,
    "failed_because": "",
}


class SyncRunSerializer(serializers.ModelSerializer[SyncRun]):
    """One pass over an account's calls. `missed`: calls that were over and that no webhook had told of."""

    provider = serializers.CharField(source="account.provider")
    account = serializers.CharField(source="account.label")

    class Meta:
        model = SyncRun
        fields: ClassVar = list(EXAMPLE)
        read_only_fields: ClassVar = fields


@extend_schema(
    summary="List synchronizations",
    tags=["jobs"],
    examples=[OpenApiExample("A synchronization", value=EXAMPLE, response_only=True)],
)
class SyncRunList(CompanyRows, generics.ListAPIView[SyncRun]):
    """Synchronizations, the newest first. `POST /api/jobs/sync-elevenlabs-calls` begins one."""

    rights_on = SyncRun
    serializer_class = SyncRunSerializer
    pagination_class = InOrder
    filter_backends = ()
    orders: ClassVar = {"started": By("id")}
    usual_order = "-started"

    def rows(self) -> QuerySet[SyncRun]:
        runs: QuerySet[SyncRun] = SyncRun.objects.select_related("account")
        return runs
