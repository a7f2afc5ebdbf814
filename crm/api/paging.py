"""Pages of the API: by keyset, so that page 2,000 costs what page 1 costs and new rows shift nothing."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """`?page_size=` from 10 to 100; `next` and `previous` are complete URLs."""

    ordering = ("-started_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100
