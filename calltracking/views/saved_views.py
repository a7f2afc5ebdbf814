"""Saved views: a page's filter under a name, one's own or shared with the company, as chips above the list."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from calltracking.models import SavedView
from calltracking.views.access import member_of, page
from crm.roles import SAVE_VIEW, SHARE_VIEW

# Where one is in a list is no part of a view.
LEFT_OUT = ("page", "csrfmiddlewaretoken")
# Where each page of views lies.
PAGES = {SavedView.Page.CALLS.value: "calls", SavedView.Page.DASHBOARD.value: "analytics"}


@dataclass(frozen=True)
class ViewChip:
    """A saved view above the list."""

    pk: int
    name: str
    url: str
    is_on: bool
    is_mine: bool
    is_shared: bool


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60, error_messages={"required": "Give the view a name."})
    is_shared = forms.BooleanField(required=False)


def saved_views(request: HttpRequest, name: str) -> dict[str, object]:
    """Return what `parts/saved_views.html` shows above the page of that name."""
    member, now = member_of(request), _kept(request.GET)
    views = SavedView.objects.seen_by(member).filter(page=name).by_name()
    return {
        "page": name,
        "query": now,
        "chips": [
            ViewChip(
                view.pk, view.name, f"?{view.query}", view.query == now, view.made_by_id == member.pk, view.is_shared
            )
            for view in views
        ],
        "is_new": bool(now) and not any(view.query == now for view in views),
        "may_share": request.user.has_perm(SHARE_VIEW),
        "may_save": request.user.has_perm(SAVE_VIEW) and member.pk is not None,
    }


@require_POST
@page(SAVE_VIEW)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep a page's filter under a name; the same name again replaces what it stood for."""
    name, form = request.POST.get("page", ""), ViewForm(request.POST)
    if name not in SavedView.Page.values:
        return redirect("calls")
    query = _kept(QueryDict(request.POST.get("query", "")[:1000]))
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(address_of(name, query))
    SavedView.objects.update_or_create(
        made_by=member_of(request),
        page=name,
        name=form.cleaned_data["name"].strip(),
        defaults={"query": query, "is_shared": _is_shared(request, form)},
    )
    messages.success(request, f"The view “{form.cleaned_data['name']}” is kept.")
    return redirect(address_of(name, query))


@require_POST
@page(SAVE_VIEW)
def change_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename one's own view, or share it."""
    view, form = _own(request, pk), ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(address_of(view.page, view.query))
    view.name, view.is_shared = form.cleaned_data["name"].strip(), _is_shared(request, form)
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_shared"])
    except IntegrityError:
        messages.error(request, "You have a view of that name already.")
    return redirect(address_of(view.page, view.query))


@require_POST
@page(SAVE_VIEW)
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own view, with a way back."""
    view = _own(request, pk)
    view.delete()
    messages.success(request, format_html("The view “{}” is deleted. {}", view.name, _undo(request, view)))
    return redirect(address_of(view.page, ""))


def address_of(name: str, query: str) -> str:
    """Return where the page with that filter is; calls, where there is no such page."""
    try:
        path = reverse(PAGES[name])
    except NoReverseMatch:
        path = reverse("calls")
    return f"{path}?{query}" if query else path


def _own(request: HttpRequest, pk: int) -> SavedView:
    found: SavedView = get_object_or_404(SavedView, pk=pk, made_by=member_of(request).pk)
    return found


def _is_shared(request: HttpRequest, form: ViewForm) -> bool:
    return bool(form.cleaned_data["is_shared"]) and request.user.has_perm(SHARE_VIEW)


def _kept(said: QueryDict) -> str:
    """Return the filter as a view keeps it: the same for the same filter, in whichever order it was chosen."""
    query = QueryDict(mutable=True)
    for name in sorted(said):
        if name not in LEFT_OUT:
            query.setlist(name, [value for value in said.getlist(name) if value])
    return query.urlencode()


def _undo(request: HttpRequest, view: SavedView) -> str:
    kept = '<input type="hidden" name="{}" value="{}">'
    values = (
        ("csrfmiddlewaretoken", get_token(request)),
        ("page", view.page),
        ("query", view.query),
        ("name", view.name),
        ("is_shared", "on" if view.is_shared else ""),
    )
    return format_html(
        '<form method="post" action="{}" class="rs-inline">{}<button class="rs-link">Undo</button></form>',
        reverse("saved-views"),
        format_html_join("", kept, values),
    )
