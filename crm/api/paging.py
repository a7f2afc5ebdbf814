"""Pages of the API: by keyset, so that page 2,000 costs what page 1 costs and new rows shift nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """`?page_size=` from 10 to 100; `next` and `previous` are complete URLs."""

    ordering = ("-started_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError) as error:
            # A cursor that can be decoded, but stands for no place in this list.
            raise NotFound("Invalid cursor") from error

    def get_page_size(self, request: Request) -> int | None:
        size = super().get_page_size(request)
        return max(size, 10) if size else size
