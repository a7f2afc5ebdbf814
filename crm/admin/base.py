"""What every screen of the admin is: one company's rows, rights by role, no log of its own, no full counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.admin.forms import MomentInput
from crm.admin.history import all_changes_of, history_panel
from crm.admin.lists import PLACE, BoundedPaginator, ChangeList
from crm.audit import history_of
from crm.models import Membership

FORM_FIELDS: dict[Any, dict[str, Any]] = {
    models.URLField: {"assume_scheme": "https"},
    models.TimeField: {"widget": UnfoldAdminTextInputWidget({"type": "time"})},
    models.DateField: {"widget": UnfoldAdminTextInputWidget({"type": "date"})},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
}
MOST_AT_ONCE = 500
HISTORY_PAGE = "admin/ringside/history_page.html"


def person_of(request: HttpRequest) -> Membership:
    """Return the membership the person acts under; the admin lets nobody in without one."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


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
