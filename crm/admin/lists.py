"""Lists of the admin that stay quick however long they are: counted to a thousand, then walked by key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import InvalidPage, Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList as UnfoldChangeList

from crm.counting import MOST_COUNTED, Count, count_rows
from crm.keyset import Order, read_page

# What a list can be sorted by and still go on by keyset.
KINDS: dict[type[models.Field[Any, Any]], type[datetime | int | str]] = {
    models.DateTimeField: datetime,
    models.IntegerField: int,
    models.CharField: str,
}
# The parameter that says where in a long list one is.
PLACE = "at"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs alone
    """Counts to a thousand and no further: a full count reads every row of a big table."""

    template_name = "admin/ringside/pagination.html"

    @cached_property
    def counted(self) -> Count:
        rows: models.QuerySet[Any] = self.object_list  # type: ignore[assignment]
        # A page that is not full says it all, whatever was expected.
        few = list(rows.values_list("pk", flat=True)[: self.per_page + 1])
        return count_rows(rows, most=MOST_COUNTED) if len(few) > self.per_page else Count(len(few))

    @cached_property
    def count(self) -> int:
        return min(self.counted.number, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        return not self.counted.is_exact


class ChangeList(UnfoldChangeList):  # type: ignore[misc]  # unfold carries no types
    """A list that says how many rows match at its foot, once.

    A short one has numbered pages. A long one goes on by keyset, wherever it is sorted by a column of its table:
    its last page costs what its first does.
    """

    older = newer = ""

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        # The place in the list is no filter, and a link that filters or sorts anew leaves it.
        asked, self.place = request.GET, request.GET.get(PLACE)
        without: Any = asked.copy()
        without.pop(PLACE, None)
        request.GET = without
        try:
            super().__init__(request, *args, **options)
        finally:
            request.GET = asked

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.defer(*self.model_admin.list_defer)

    def get_results(self, request: HttpRequest) -> None:
        order = self._order(request)
        in_order = self.queryset.order_by(*(order.names() if order else ("-pk",)))
        counted = self.model_admin.get_paginator(request, in_order, self.list_per_page).counted
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.paginator.counted = counted
        # Equal counts keep the header from saying it again, with a "Show all" that leads nowhere.
        self.full_result_count = self.result_count = self.paginator.count
        self.show_full_result_count = self.can_show_all = False
        self.show_admin_actions = True
        if order and self.paginator.has_more:
            self.multi_page = False
            self._go_on_by_key(order)
            return
        self.multi_page = self.result_count > self.list_per_page
        try:
            self.result_list = self.paginator.page(self.page_num).object_list if self.multi_page else self.queryset
        except InvalidPage as error:
            raise IncorrectLookupParameters from error

    def _go_on_by_key(self, order: Order) -> None:
        page = read_page(self.queryset, order=order, size=self.list_per_page, cursor=self.place)
        self.result_list = page.rows
        self.older = self.get_query_string({PLACE: page.older}) if page.older else ""
        self.newer = self.get_query_string({PLACE: page.newer}) if page.newer else ""

    def _order(self, request: HttpRequest) -> Order | None:
        """Return the order that the list can go on by; None when its first column is not one of the table's."""
        first, *_ = self.get_ordering(request, self.queryset)
        name = str(first).removeprefix("-")
        try:
            column: Any = self.lookup_opts.pk if name == "pk" else self.lookup_opts.get_field(name)
        except FieldDoesNotExist:
            return None
        kept = getattr(column, "output_field", column)
        kind = next((kind for of, kind in KINDS.items() if isinstance(kept, of)), None)
        if kind is None or column.is_relation:
            return None
        return Order(column.name, kind, is_descending=str(first).startswith("-"), is_nullable=column.null)
