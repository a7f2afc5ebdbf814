"""`GET /api/call-tracking/export`: calls as a file, by the filter of the list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from calltracking.exports.asked import INCLUDES, USUAL, Asked, UnreadableFilter
from calltracking.exports.calls import CallRows
from calltracking.exports.sending import sent
from calltracking.exports.working import begin
from calltracking.models import Export
from crm.actors import Source
from crm.api.callers import company_of
from crm.models import ApiKey
from crm.roles import TAKE_OUT
from telephony.filters import CallFilter
from telephony.models import Call

NAMES = [name for name, _ in INCLUDES]


class AnyFormat(DefaultContentNegotiation):
    """`format` is what the file is to be, and a file is sent whatever else the program says that it takes."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ExportIn(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=Export.Format.choices, default=Export.Format.JSON)
    include = serializers.CharField(required=False, help_text=f"Of {', '.join(NAMES)}; separated by commas.")

    def validate_include(self, said: str) -> tuple[str, ...]:
        chosen = tuple(filter(None, (name.strip() for name in said.split(","))))
        if unknown := [name for name in chosen if name not in NAMES]:
            raise serializers.ValidationError(f"There is no {unknown[0]!r}; choose of {', '.join(NAMES)}.")
        return chosen


def _filters() -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, str, description=str(field.label or ""))
        for name, field in CallFilter.base_filters.items()
    ]


class ExportCalls(APIView):
    """Every call that the filter finds, newest first, however many: written while it is sent. XLSX is made first, so
    its first byte comes last; for very many calls ask for CSV or JSON. Each export is kept in the company's log."""

    rights_on: ClassVar = Call
    content_negotiation_class = AnyFormat

    @extend_schema(
        summary="Export calls as a file",
        tags=["calls"],
        parameters=[
            OpenApiParameter("format", str, enum=list(Export.Format.values), description="json without it."),
            OpenApiParameter(
                "include",
                str,
                description=f"What goes along, separated by commas, of {', '.join(NAMES)}; "
                f"{','.join(USUAL)} without it, nothing when empty.",
            ),
            *_filters(),
        ],
        responses={(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/csv"): OpenApiTypes.STR},
        examples=[
            OpenApiExample(
                "A call, with nothing along",
                value=[{"id": 4711, "call_sid": "conv_7901k2", "direction": "Inbound", "duration": 252, "score": 82}],
                response_only=True,
                media_type="application/json",
            )
        ],
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        if not request.user.has_perm(TAKE_OUT):
            raise PermissionDenied
        query = request.query_params
        said = ExportIn(data={name: query[name] for name in ("format", "include") if name in query})
        said.is_valid(raise_exception=True)
        key = request.user if isinstance(request.user, ApiKey) else None
        member = None if key else request.user.membership  # type: ignore[union-attr]
        include = said.validated_data.get("include", USUAL)
        try:
            asked = Asked.by(member, shape=said.validated_data["format"], said=query, include=tuple(include))
        except UnreadableFilter as error:
            raise ValidationError(dict(error.errors)) from error
        source = Source.API_KEY if key else Source.API
        export = begin(asked, source=source, by=member if member and member.pk else None, key=key)
        return sent(export, CallRows(asked), zone=company_of(request).time_zone)
