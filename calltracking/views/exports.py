"""Calls as a file: what it is to hold, sent at once or made in the background, and the list of those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calltracking.exports.asked import INCLUDES, TYPES, USUAL, Asked, UnreadableFilter, filter_of, query_of
from calltracking.exports.calls import CallRows
from calltracking.exports.sending import as_download, sent
from calltracking.exports.working import AT_ONCE, begin, pieces_of
from calltracking.models import Export
from calltracking.views.access import member_of, page, render_page
from calltracking.views.calls import CHIPS, ROW_CHIPS
from crm import phones
from crm.actors import Source
from crm.counting import count_rows
from crm.models import LeadStatus, Membership
from crm.roles import TAKE_OUT
from crm.wording import day_and_time
from telephony.filters import CallFilter

SHOWN = 30
# What the page asks for itself; the rest of the filter goes along as it is.
ASKED_HERE = ("started_from", "started_to", "lead_status")
FORMATS = (
    (Export.Format.XLSX.value, "Excel", "a line each, with numbers and times as such"),
    (Export.Format.CSV.value, "CSV", "for Google Sheets and other programs"),
    (Export.Format.JSON.value, "JSON", "for programs; every value as it is kept"),
)


@dataclass(frozen=True)
class ExportRow:
    """One line of the list of exports."""

    pk: int
    what: str
    filter: str
    when: str
    state: str
    tone: str
    done: int
    total: int | None
    rows: str
    until: str
    is_open: bool
    is_ready: bool


@require_http_methods(["GET", "HEAD", "POST"])
@page(TAKE_OUT)
def export_calls(request: HttpRequest) -> HttpResponseBase:
    """Ask what the file is to hold; with POST make it: a short one is sent, a long one is owed to a worker."""
    if request.method == "POST":
        return _make(request)
    return _form(request, request.GET)


def _make(request: HttpRequest) -> HttpResponseBase:
    member, said = member_of(request), request.POST
    if member.pk is None:
        raise PermissionDenied  # platform staff look; they take nothing out
    shape = said.get("format", "")
    if shape not in Export.Format.values:
        return _form(request, said, error="Choose a format.")
    try:
        asked = Asked.by(member, shape=shape, said=said, include=tuple(said.getlist("include")))
    except UnreadableFilter as error:
        return _form(request, said, error=str(error))
    rows = CallRows(asked)
    if rows.is_at_most(AT_ONCE):
        export = begin(asked, source=Source.PAGE, by=member)
        return sent(export, rows, zone=member.company.time_zone)
    begin(asked, source=Source.PAGE, by=member, is_background=True)
    messages.success(request, "The file is being made. You can leave this page; it waits here for a day.")
    return redirect("exports")


def _form(request: HttpRequest, said: QueryDict, *, error: str = "") -> HttpResponse:
    member = member_of(request)
    try:
        kept = filter_of(said, company=member.company)
    except UnreadableFilter as unreadable:
        kept, error = {}, error or str(unreadable)
    calls = CallRows(_asked(member, kept)).calls()
    context = {
        "title": "Export calls",
        "error": error,
        "count": count_rows(calls.order_by("-started_at", "-id")),
        "formats": FORMATS,
        "format": said.get("format") or Export.Format.XLSX.value,
        "includes": [(name, label, name in _chosen(said)) for name, label in INCLUDES],
        "kept": [(name, value) for name, value in kept.items() if name not in ASKED_HERE],
        "words": filter_in_words({name: value for name, value in kept.items() if name not in ASKED_HERE}),
        "since": kept.get("started_from", ""),
        "until": kept.get("started_to", ""),
        "lead_status": kept.get("lead_status", ""),
        "statuses": LeadStatus.choices,
        "at_once": f"{AT_ONCE:,}",
        "hides_numbers": phones.are_hidden(),
        "sees_all": member.sees_all,
        "back": f"{reverse('calls')}?{query_of(kept).urlencode()}",
    }
    return render_page(request, "calltracking/export.html", context, status=400 if error else 200)


def _asked(member: Membership, kept: dict[str, str]) -> Asked:
    return Asked(
        company_id=member.company_id, format="csv", filter=kept, own=None if member.sees_all else (member.pk or 0)
    )


def _chosen(said: QueryDict) -> tuple[str, ...]:
    return tuple(said.getlist("include")) if "format" in said else USUAL


@require_GET
@page(TAKE_OUT)
def exports(request: HttpRequest) -> HttpResponse:
    """Show the person's own exports; an htmx request gets the list alone, while one is being made."""
    mine = list(Export.objects.of(member_of(request)).newest_first()[:SHOWN])
    rows = [_row(export) for export in mine]
    context = {
        "title": "Exports",
        "rows": rows,
        "is_open": any(row.is_open for row in rows),
        "may_see_log": request.user.has_perm("calltracking.view_export"),
    }
    part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    return render_page(request, f"calltracking/{'parts/exports_list' if part else 'exports'}.html", context)


@require_GET
@page(TAKE_OUT)
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a finished export to who asked for it, as long as they may still see what is in it."""
    export = get_object_or_404(Export.objects.of(member_of(request)), pk=pk)
    if not export.is_ready(at=timezone.now()) or _holds_more_than_seen(export, member_of(request)):
        raise Http404
    answer = StreamingHttpResponse(pieces_of(export), content_type=TYPES[Export.Format(export.format)])
    answer["Content-Length"] = str(export.size)
    return as_download(answer, export)


def _holds_more_than_seen(export: Export, member: Membership) -> bool:
    """Return whether the member's rights became less since."""
    return (phones.are_hidden() and not export.hides_numbers) or (export.sees_all and not member.sees_all)


@require_POST
@page(TAKE_OUT)
def cancel_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of one's own."""
    export = get_object_or_404(Export.objects.of(member_of(request)).select_for_update(of=("self",)), pk=pk)
    if export.cancel():
        messages.info(request, "The export was canceled.")
    return redirect("exports")


def _row(export: Export) -> ExportRow:
    now = timezone.now()
    state, tone = _state(export, now)
    return ExportRow(
        pk=export.pk,
        what=str(export),
        filter=filter_in_words(export.filter) or "Everything",
        when=day_and_time(export.made_at),
        state=state,
        tone=tone,
        done=export.rows,
        total=export.total,
        rows=f"{export.rows:,}",
        until=day_and_time(export.expires_at) if export.expires_at else "",
        is_open=export.is_open,
        is_ready=export.is_ready(at=now),
    )


def _state(export: Export, now: Any) -> tuple[str, str]:
    if export.canceled_at:
        return "Canceled", "plain"
    if export.is_open:
        return ("Being made", "info") if export.total is not None else ("Waiting", "info")
    if export.is_background and export.is_dead:
        return "Failed", "bad"
    if export.is_ready(at=now):
        return "Ready", "good"
    if export.finished_at is None:
        return "Broken off", "warn"
    return ("Expired", "plain") if export.is_background else ("Sent", "good")


def filter_in_words(kept: dict[str, str]) -> str:
    """Return a filter of calls as people read it: `Status: Missed · From: 2026-11-01`."""
    return " · ".join(_word(name, value) for name, value in kept.items())


def _word(name: str, value: str) -> str:
    if said := CHIPS.get(name, {}).get(value):
        return said
    if value in ("true", "false") and name in _NAMES:
        return _NAMES[name] if value == "true" else f"Not: {_NAMES[name].lower()}"
    field: Any = CallFilter.base_filters.get(name)
    choices = {str(key): str(word) for key, word in (field.extra.get("choices") or ())} if field is not None else {}
    return f"{_NAMES.get(name, name.replace('_', ' ').capitalize())}: {choices.get(value, value)}"


_NAMES = {
    "q": "Search",
    "started_from": "From",
    "started_to": "To",
    "hot": "Hot",
    "ambiguous": "Needs a look",
    **{name: f"{name.capitalize()}, id" for name, *_ in ROW_CHIPS},
}
