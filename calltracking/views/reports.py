"""Reports: every table behind the pages of figures, with their filter, to read and to take out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from calltracking.exports.reports import ReportRows
from calltracking.exports.sending import sent
from calltracking.figures import TABLES, Kind
from calltracking.figures.tables import Column, Source
from calltracking.models import Export
from calltracking.views.access import member_of, page, render_page
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.words import NOTHING, clock
from crm import phones
from crm.actors import Source as Way
from crm.leases import WorkState
from crm.roles import TAKE_OUT
from crm.wording import day_and_time, days, money

SHOWN = 200
USUAL = "calls-over-time"
WORDS = (Kind.TEXT, Kind.DAY, Kind.MOMENT)


@dataclass(frozen=True)
class Entry:
    """One report of the list beside the table."""

    title: str
    url: str
    is_on: bool


@require_GET
@page("telephony.view_call")
def reports(request: HttpRequest) -> HttpResponse:
    """Show one report as a table, the others beside it; all with the filter of the figures' pages."""
    chosen, member = read_filter(request), member_of(request)
    source = _seen(request, request.GET.get("report", "")) or TABLES[USUAL]
    found = source.read(chosen, member=member)
    shown, rows = _with_days_as_one(found.columns, found.rows[:SHOWN])
    currency = member.company.currency
    context = {
        **filter_context(request, chosen, tab="reports", keeps={"report": source.name}),
        "title": "Reports",
        "report": source,
        "groups": _groups(request, source),
        "columns": [(column.title, column.kind not in WORDS) for column in shown],
        "rows": [
            [
                (_say(value, column.kind, currency), column.kind not in WORDS)
                for value, column in zip(row, shown, strict=True)
            ]
            for row in rows
        ],
        "count": len(found.rows),
        "shown": SHOWN,
        "downloads": [
            (label, f"{reverse('report-file', args=[source.name, shape])}?{chosen.query()}")
            for shape, label in (("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))
        ],
        "can_take_out": request.user.has_perm(TAKE_OUT),
    }
    return render_page(request, "calltracking/reports.html", context)


@require_GET
@page(TAKE_OUT)
def report_file(request: HttpRequest, name: str, shape: str) -> HttpResponseBase:
    """Send a report as a file; the log says who took it, with which filter."""
    source, member = _seen(request, name), member_of(request)
    if source is None or shape not in Export.Format.values:
        raise Http404
    if member.pk is None:
        raise PermissionDenied  # platform staff look; they take nothing out
    chosen = read_filter(request)
    narrowed = {key: str(value) for key, value in chosen.narrowed.items()}
    export = Export.objects.create(
        what=Export.What.REPORT,
        format=shape,
        filter={
            "report": source.title,
            "started_from": chosen.first.isoformat(),
            "started_to": chosen.last.isoformat(),
            **narrowed,
        },
        made_by=member,
        source=Way.PAGE,
        hides_numbers=phones.are_hidden(),
        sees_all=member.sees_all,
        work_state=WorkState.DONE,
    )
    answer = sent(export, ReportRows(source, chosen, member=member), zone=member.company.time_zone)
    answer["Content-Disposition"] = f'attachment; filename="{source.name}-{chosen.first}-{chosen.last}.{shape}"'
    return answer


def _seen(request: HttpRequest, name: str) -> Source | None:
    source = TABLES.get(name)
    return source if source is not None and request.user.has_perm(source.right) else None


def _groups(request: HttpRequest, shown: Source) -> list[tuple[str, list[Entry]]]:
    chosen = read_filter(request)
    groups: dict[str, list[Entry]] = {}
    for source in TABLES.values():
        if request.user.has_perm(source.right):
            entry = Entry(source.title, f"?{chosen.query(report=source.name)}", source is shown)
            groups.setdefault(source.page, []).append(entry)
    return list(groups.items())


def _with_days_as_one(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[list[Column], list[Any]]:
    """Return a table that begins with a first and a last day with both in one column, as a person says them."""
    if [column.kind for column in columns[:2]] != [Kind.DAY, Kind.DAY]:
        return list(columns), list(rows)
    return [Column("Days"), *columns[2:]], [(days(first, last), *cells) for first, last, *cells in rows]


def _say(value: Any, kind: Kind, currency: str) -> str:
    if value is None:
        return NOTHING
    if kind == Kind.SHARE:
        return f"{value:.1%}"
    if kind == Kind.SECONDS:
        return f"{value:.1f} s" if value < 60 else clock(value)
    if kind == Kind.MONEY:
        return money(value, currency)
    if isinstance(value, datetime):
        return day_and_time(value)
    if isinstance(value, date):
        return days(value, value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
