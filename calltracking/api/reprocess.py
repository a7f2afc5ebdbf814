"""`POST /api/telephony/calls/<id>/reprocess`: have a call read anew."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analysis.backends import BACKENDS
from analysis.reprocessing import owe_reading
from crm.api.repeats import IDEMPOTENCY_KEY, answer_once
from telephony.api.calls import call_named
from telephony.api.reading import ANY_ID
from telephony.models import Call

OWED = {"success": True, "message": "The call is being read anew."}


class ReprocessIn(serializers.Serializer[Any]):
    backend = serializers.ChoiceField(
        choices=sorted(BACKENDS), required=False, help_text="Who reads it; the configured one without it."
    )


class ReprocessOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    message = serializers.CharField()


class CallReprocess(APIView):
    """Earlier readings are kept, and what people put right stands over the new one too."""

    rights_on: ClassVar = Call
    # Whoever sends no body may call it what they like.
    parser_classes = (JSONParser, FormParser, MultiPartParser)

    @extend_schema(
        summary="Read a call anew",
        tags=["calls"],
        parameters=[ANY_ID, IDEMPOTENCY_KEY],
        request=ReprocessIn,
        responses={202: ReprocessOut},
        examples=[
            OpenApiExample("By the rules of this machine", value={"backend": "builtin"}, request_only=True),
            OpenApiExample("It is owed", value=OWED, response_only=True, status_codes=["202"]),
        ],
    )
    def post(self, request: Request, call_sid: str) -> Response:
        """202: it is owed and done in a moment; the new reading is the first one of `…/insights` then. The same
        backend in the same version, reading the same words, makes no second reading."""
        return answer_once(request, lambda: self._owe(request, call_sid))

    def _owe(self, request: Request, call_sid: str) -> Response:
        asked = ReprocessIn(data=request.data or {})
        asked.is_valid(raise_exception=True)
        call = get_object_or_404(call_named(call_sid, request).select_for_update(of=("self",)).defer("raw"))
        owe_reading(call, backend=asked.validated_data.get("backend"))
        return Response(OWED, status=202)
