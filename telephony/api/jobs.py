"""`POST /api/jobs/sync-elevenlabs-calls`: begin a synchronization, or go on with one, and say what came of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.api.callers import company_of
from crm.leases import LeaseLost, announce, claim
from crm.middleware import without_company_transaction
from crm.tenancy import use_company
from telephony.models import ProviderAccount, SyncRun
from telephony.providers.base import ProviderError
from telephony.sync import accounts_to_ask, attributed_in, synchronize

# The caller waits: what takes longer goes on without them. One slow answer of the provider may come on top.
SECONDS = 10.0
EXAMPLE = {
    "success": True,
    "message": "Synchronized: 3 new calls.",
    "data": {"newCalls": 3, "attributedCalls": 1, "errors": 0, "lastSyncTimestamp": "2026-11-17T05:45:00Z"},
    "newCalls": 3,
    "attributedCalls": 1,
    "errors": 0,
}


class JobIn(serializers.Serializer[Any]):
    agentId = serializers.CharField(  # noqa: N815 - the name callers use
        required=False, allow_blank=True, allow_null=True, max_length=128, help_text="Only calls of this agent."
    )


class JobCounts(serializers.Serializer[Any]):
    newCalls = serializers.IntegerField()  # noqa: N815
    attributedCalls = serializers.IntegerField()  # noqa: N815
    errors = serializers.IntegerField(  # type: ignore[assignment]  # a word of the answer, taken out of the class
        help_text="Conversations that could not be read, and accounts that failed."
    )
    lastSyncTimestamp = serializers.DateTimeField(allow_null=True)  # noqa: N815


class JobOut(serializers.Serializer[Any]):
    """`newCalls`, `attributedCalls` and `errors` stand at the top as well, for callers of the older answer."""

    success = serializers.BooleanField()
    message = serializers.CharField()
    data = JobCounts()  # type: ignore[assignment]
    newCalls = serializers.IntegerField()  # noqa: N815
    attributedCalls = serializers.IntegerField()  # noqa: N815
    errors = serializers.IntegerField()  # type: ignore[assignment]


@method_decorator(without_company_transaction, name="dispatch")
class SyncElevenLabsCalls(APIView):
    """Asks the provider, so it opens the company itself and calls out between transactions."""

    rights_on: ClassVar = SyncRun
    # Whoever sends no body may call it what they like.
    parser_classes = (JSONParser, FormParser, MultiPartParser)
    provider: ClassVar = "elevenlabs"

    @extend_schema(
        summary="Synchronize now",
        tags=["jobs"],
        request=JobIn,
        responses={200: JobOut, 202: JobOut, 409: JobOut, 502: JobOut},
        examples=[OpenApiExample("Three new calls", value=EXAMPLE, response_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Record what no webhook told us. 202: it takes longer and goes on by itself; 409: there is nothing to ask;
        502: the provider failed, and `message` says how."""
        asked = JobIn(data=request.data or {})
        asked.is_valid(raise_exception=True)
        agent = asked.validated_data.get("agentId") or ""
        company_id = company_of(request).pk
        with use_company(company_id):
            runs = [_begin(account, agent=agent) for account in accounts_to_ask() if account.provider == self.provider]
        if not runs:
            sentence = "No active ElevenLabs account has an API key. Enter one under Providers."
            return _answer([], [], status=409, message=sentence)
        for run in runs:
            _work(run, company_id=company_id, seconds=SECONDS / len(runs))
        with use_company(company_id):
            now = list(SyncRun.objects.filter(pk__in=[run.pk for run in runs]).select_related("account"))
            attributed = [attributed_in(run) for run in now]
        return _conclude(now, attributed)


def _begin(account: ProviderAccount, *, agent: str) -> SyncRun:
    """Return a new run, or the one that is under way."""
    run = SyncRun.objects.begin_or_join(account, agent=agent)
    announce(run)
    return run


def _work(run: SyncRun, *, company_id: int, seconds: float) -> None:
    lease = claim(SyncRun, company_id=company_id, pk=run.pk)
    if lease is None:
        return  # another worker is at it
    try:
        synchronize(lease, seconds=seconds)
    except LeaseLost:
        return
    except ProviderError as error:
        lease.put_back(error)


def _conclude(runs: list[SyncRun], attributed: list[int]) -> Response:
    if failed := next((run for run in runs if run.failed_because), None):
        return _answer(runs, attributed, status=502, message=failed.failed_because)
    if waiting := next((run for run in runs if run.is_open), None):
        trouble = f" {waiting.error}" if waiting.error else ""
        message = f"The synchronization goes on: {waiting.seen} calls listed so far.{trouble}"
        return _answer(runs, attributed, status=202, message=message)
    new = sum(run.new for run in runs)
    return _answer(runs, attributed, status=200, message=f"Synchronized: {new} new call{'' if new == 1 else 's'}.")


def _answer(runs: list[SyncRun], attributed: list[int], *, status: int, message: str) -> Response:
    counts = {
        "newCalls": sum(run.new for run in runs),
        "attributedCalls": sum(attributed),
        "errors": sum(run.failed + bool(run.failed_because) for run in runs),
    }
    last = max((run.until for run in runs if not run.is_open and not run.failed_because), default=None)
    data = {**counts, "lastSyncTimestamp": last}
    said = {"success": status < 400, "message": message, "data": data, **counts}
    return Response(JobOut(said).data, status=status)
