"""Pages of the API: by keyset, so that page 2,000 costs what page 1 costs and new rows shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Expression, Q
from rest_framework import exceptions
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination, Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

SMALLEST, USUAL, LARGEST = 10, 50, 100
_MOST = 2**63 - 1


class NewestFirst(CursorPagination):
    """`?page_size=` from 10 to 100; `next` and `previous` are complete URLs."""

    ordering = ("-started_at", "-id")
    page_size = USUAL
    page_size_query_param = "page_size"
    max_page_size = LARGEST

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError) as error:
            # A cursor that can be decoded, but stands for no place in this list.
            raise NotFound("Invalid cursor") from error

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        position: Any = read_moment(str(cursor.position)).isoformat()  # a text, whatever its type says
        return cursor._replace(position=position)

    def get_page_size(self, request: Request) -> int | None:
        size = super().get_page_size(request)
        return max(size, SMALLEST) if size else size


@dataclass(frozen=True)
class By:
    """A way to order a list: a field that is never null, or an expression in its place, and then the id.

    `kind` is what its values are in JSON; moments are written in ISO 8601.
    """

    field: str
    kind: type[int | float | str | datetime] = int
    expression: Expression | None = None


class InOrder(BasePagination):
    """`?ordering=` one of the view's `orders`, with a minus for the other way round; else as `NewestFirst`.

    The view's `orders` maps words to `By`; its `usual_order` is the word used when none is given.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.word, by, is_descending = _order_of(request, view)
        self.by = by
        size = _size_of(request)
        rows = queryset.annotate(**{by.field: by.expression}) if by.expression is not None else queryset
        direction, value, pk = self._read_cursor(request)
        is_back = direction == "before"
        goes_down = is_descending != is_back
        if direction:
            rows = rows.filter(_beyond(by.field, value, pk, goes_down=goes_down))
        sign = "-" if goes_down else ""
        ordered = [f"{sign}{by.field}"] if by.field == "id" else [f"{sign}{by.field}", f"{sign}id"]
        found = list(rows.order_by(*ordered)[: size + 1])
        more, found = len(found) > size, found[:size]
        if is_back:
            found.reverse()
        self.has_next, self.has_previous = (True, more) if is_back else (more, bool(direction))
        self.page = found
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._link("after"), "previous": self._link("before"), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri", "example": None}
        shown = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": ["results"], "properties": shown}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        words = [sign + word for word in getattr(view, "orders", {}) for sign in ("", "-")]
        text: dict[str, Any] = {"type": "string"}
        size = {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST, "default": USUAL}
        return [
            _parameter("ordering", "How the list is ordered.", {**text, "enum": words}),
            _parameter("cursor", "A place in the list; `next` and `previous` hold it.", text),
            _parameter("page_size", "Rows a page.", size),
        ]

    def _link(self, direction: str) -> str | None:
        is_there = self.has_next if direction == "after" else self.has_previous
        here = self.request.build_absolute_uri()
        if not is_there:
            return None
        if not self.page:
            return remove_query_param(here, "cursor")
        row = self.page[-1 if direction == "after" else 0]
        value = getattr(row, self.by.field)
        said = value.isoformat() if isinstance(value, datetime) else value
        written = json.dumps([direction, self.word, said, row.pk]).encode()
        return replace_query_param(here, "cursor", base64.urlsafe_b64encode(written).decode().rstrip("="))

    def _read_cursor(self, request: Request) -> tuple[str, Any, int]:
        cursor = request.query_params.get("cursor", "")
        if not cursor:
            return "", None, 0
        try:
            direction, word, said, pk = json.loads(base64.urlsafe_b64decode(f"{cursor}==="))
            value = read_moment(said) if self.by.kind is datetime else said
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise NotFound("Invalid cursor") from error
        fits = type(value) is self.by.kind and type(pk) is int and abs(pk) <= _MOST
        fits = fits and not (isinstance(value, int) and abs(value) > _MOST)
        fits = fits and not (isinstance(value, float) and not math.isfinite(value))
        fits = fits and not (isinstance(value, str) and not _can_be_stored(value))
        if direction not in ("after", "before") or word != self.word or not fits:
            raise NotFound("Invalid cursor")
        return direction, value, pk


def read_moment(written: str) -> datetime:
    """Return the moment of a cursor in UTC, because PostgreSQL does not take every offset; raises `NotFound`."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotFound("Invalid cursor") from error


def _order_of(request: Request, view: Any) -> tuple[str, By, bool]:
    orders: Mapping[str, By] = view.orders
    word = request.query_params.get("ordering") or view.usual_order
    by = orders.get(word.removeprefix("-"))
    if by is None:
        raise exceptions.ValidationError({"ordering": [f"One of {', '.join(orders)}, with a minus for descending."]})
    return word, by, word.startswith("-")


def _size_of(request: Request) -> int:
    asked = request.query_params.get("page_size", "")
    size = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else USUAL
    return min(max(size, SMALLEST), LARGEST)


def _beyond(field: str, value: Any, pk: int, *, goes_down: bool) -> Q:
    word = "lt" if goes_down else "gt"
    if field == "id":
        return Q(**{f"id__{word}": pk})
    # The plain bound serves the index; the second part breaks ties.
    ties = Q(**{f"{field}__{word}": value}) | Q(**{f"id__{word}": pk})
    return Q(**{f"{field}__{word}e": value}) & ties


def _can_be_stored(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "required": False, "in": "query", "description": description, "schema": schema}
