"""What every screen of the admin is: one company's rows, rights by role, no log of its own, no full counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin, TabularInline
from unfold.views import ChangeList as UnfoldChangeList
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.admin.forms import MomentInput
from crm.admin.history import all_changes_of, history_panel
from crm.audit import history_of
from crm.counting import MOST_COUNTED, Count, count_rows
from crm.keyset import Order, read_page
from crm.models import Membership

FORM_FIELDS: dict[Any, dict[str, Any]] = {
    models.URLField: {"assume_scheme": "https"},
    models.TimeField: {"widget": UnfoldAdminTextInputWidget({"type": "time"})},
    models.DateField: {"widget": UnfoldAdminTextInputWidget({"type": "date"})},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
}
# What a list can be sorted by and still go on by keyset.
KINDS: dict[type[models.Field[Any, Any]], type[datetime | int | str]] = {
    models.DateTimeField: datetime,
    models.IntegerField: int,
    models.CharField: str,
}
# The parameter that says where in a long list one is.
PLACE = "at"
MOST_AT_ONCE = 500
HISTORY_PAGE = "admin/ringside/history_page.html"


def person_of(request: HttpRequest) -> Membership:
    """Return the membership the person acts under; the admin lets nobody in without one."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


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


@dataclass(frozen=True)
class Chip:
    """A filter that is one click away; the same click takes it off."""

    label: str
    url: str
    is_on: bool


class ChoosesColleagues:
    """Fields that name a member offer those of this company, and nobody else's."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any) -> Any:
        names_member = db_field.is_relation and db_field.related_model is Membership
        if not names_member:
            return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        options["queryset"] = Membership.objects.colleagues_of(person_of(request))
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        # Members are invited elsewhere: no buttons to add or change one from here.
        field.widget = field.widget.widget
        field.empty_label = "Nobody"
        return field


class CompanyAdmin(ChoosesColleagues, ModelAdmin):  # type: ignore[misc]  # unfold carries no types
    """Base of every registered admin."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    warn_unsaved_form = True
    compressed_fields = False
    empty_value_display = "–"
    change_list_template = "admin/ringside/change_list.html"
    formfield_overrides: ClassVar[dict[Any, dict[str, Any]]] = FORM_FIELDS

    # Label, parameter and value of filters to show as chips above the list.
    quick_filters: Sequence[tuple[str, str, str]] = ()
    # What a row is long with, and the list does not show.
    list_defer: Sequence[str] = ()
    empty_icon = "inbox"
    empty_title = "Nothing here yet"
    empty_text = ""
    list_intro = ""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["crm/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows the person may see: of people, perhaps only their own. A row left out is not found."""
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person_of(request)) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        shown = {"title": title, "chips": self.chips(request), "intro": self.list_intro, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, shown)
        return response

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return ChangeList

    def chips(self, request: HttpRequest) -> list[Chip]:
        """Return the quick filters, each with the address that puts it on or takes it off."""
        return [self._chip(request, *entry) for entry in self.quick_filters]

    def _chip(self, request: HttpRequest, label: str, parameter: str, value: str) -> Chip:
        query = request.GET.copy()
        is_on = query.getlist(parameter) == [value]
        for name in (parameter, "p", PLACE, "e"):
            query.pop(name, None)
        if not is_on:
            query[parameter] = value
        return Chip(label=label, url=f"?{query.urlencode()}", is_on=is_on)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        context["show_save_and_add_another"] = False
        response: HttpResponse = super().render_change_form(request, context, **options)
        return response

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting many at once: it is done one by one, with a look at what goes with it."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        # The autocomplete view does not check what it is asked.
        text = search_term.replace("\x00", "").strip()
        return (self.search(request, queryset, text) if text else queryset), False

    def search(self, request: HttpRequest, queryset: models.QuerySet[Any], text: str) -> models.QuerySet[Any]:
        """Return the rows that match; `search_fields` only makes the box appear."""
        return queryset

    # The database keeps the history; Django's own log would show another company's names after a switch.

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Add the tab with the row's history, where it is kept."""
        panel = history_panel(self.model) if obj else None
        return [*super().get_inlines(request, obj), *([panel] if panel else [])]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show who changed the row, for its tab; what has no history, or is not there, is not found."""
        row = self.get_object(request, object_id)
        if row is None or history_panel(self.model) is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        told = history_of(row)
        shown = {
            "title": str(row),
            "rows": told,
            "own_label": row._meta.concrete_model._meta.label_lower,
            "all_changes": all_changes_of(row) if request.user.has_perm("crm.view_history") and told else "",
        }
        part = "calltracking/parts/history.html" if request.headers.get("HX-Request") else HISTORY_PAGE
        return render(request, part, {**self.admin_site.each_context(request), **shown})


class ReadOnlyAdmin(CompanyAdmin):
    """Rows that machines write: people look at them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Of the list, for its actions; never of one row.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CompanyTabular(ChoosesColleagues, TabularInline):  # type: ignore[misc]  # unfold carries no types
    """Base of the tables inside a change form."""

    extra = 0
    hide_title = True
    formfield_overrides: ClassVar[dict[Any, dict[str, Any]]] = FORM_FIELDS

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        formset = super().get_formset(request, obj, **options)
        # The head of the table names the columns for the eye alone.
        for name, field in formset.form.base_fields.items():
            field.widget.attrs["aria-label"] = capfirst(str(field.label or name))
        return formset


class Panel(CompanyTabular):
    """A tab of the change form that only shows rows. No form is built for them, and nothing is posted."""

    tab = True
    max_num = 0
    can_delete = False
    fields = ()

    def rows_of(self, parent: Any) -> list[dict[str, Any]]:
        """Return what the template shows, in words."""
        raise NotImplementedError

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **options)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)
        return rows.none()

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return self.rows_of(self.parent)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
