"""The audit page: what changed in the company, who changed it and by which way in; as a page and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, cast

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_GET

from calltracking.views.access import PageRequest, page, render_page
from calltracking.views.selects import Select
from crm.actors import Source
from crm.audit import Asked, read_page, walk
from crm.history import histories
from crm.models import Membership
from crm.spreadsheets import cell
from crm.told import DEEDS, Told

PAGE_SIZE = 50
LINES_AT_ONCE = 1000
# Where a row is seen; what is not here is seen nowhere on its own.
PAGES_OF_ROWS = {
    "telephony.call": "call",
    "crm.contact": "admin:crm_contact_change",
    "crm.followup": "admin:crm_followup_change",
    "crm.followuprule": "admin:crm_followuprule_change",
    "crm.membership": "admin:crm_membership_change",
    "crm.company": "admin:crm_company_change",
    "telephony.provideraccount": "admin:telephony_provideraccount_change",
}
HEADINGS = ("When", "Who", "By", "What", "Id", "Name", "Of", "Happened", "Field", "Before", "After")


@dataclass(frozen=True)
class Row:
    """One event and where its row is seen; no address for what is gone."""

    told: Told
    url: str


@require_GET
@page("crm.view_history")
def audit(request: PageRequest) -> HttpResponse:
    """Show the events, newest first."""
    asked = read_asked(request.GET)
    listed = read_page(asked, size=PAGE_SIZE, cursor=request.GET.get("page"))
    context = {
        "title": "History",
        "rows": [Row(told, _address_of(told)) for told in listed.rows],
        "older": listed.older and _with(request.GET, page=listed.older),
        "newer": listed.newer and _with(request.GET, page=listed.newer),
        "selects": _selects(request.GET, request.membership),
        "since": _read_day(request.GET.get("since")),
        "until": _read_day(request.GET.get("until")),
        "row": asked.row,
        "without_row": _with(request.GET, row=None, page=None),
        "is_filtered": asked != Asked(),
        "file": f"{reverse('audit-file')}?{_with(request.GET, page=None)}",
    }
    return render_page(request, "calltracking/audit.html", context)


@require_GET
@page("crm.view_history")
def audit_file(request: PageRequest) -> HttpResponseBase:
    """Send the same events as CSV, a line for each field: piece by piece, however many there are."""
    membership = request.membership
    lines = _lines(read_asked(request.GET), membership.company_id, membership.company.zone)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="history-{timezone.localdate()}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def read_asked(said: QueryDict) -> Asked:
    """Return what the address asks for; a filter that cannot be read is none."""
    what, source, deed = (said.get(name, "") for name in ("what", "source", "deed"))
    since, until = _read_day(said.get("since")), _read_day(said.get("until"))
    asked = Asked(
        what=what if what in histories() else "",
        member=_read_id(said.get("who")),
        source=source if source in Source.values else "",
        deed=deed if deed in DEEDS else "",
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    # Ids are those of one table: without its name they say nothing.
    return replace(asked, row=_read_id(said.get("row"))) if asked.what else asked


def _lines(asked: Asked, company_id: int, zone: tzinfo) -> Iterator[str]:
    """Yield the file's lines. It is read after the request's transaction has closed, so it opens its own."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + _written(writer, HEADINGS)
    for piece in walk(asked, company_id=company_id, size=LINES_AT_ONCE):
        yield "".join(_written(writer, line) for told in piece for line in _cells(told, zone))


def _cells(told: Told, zone: tzinfo) -> Iterator[list[str]]:
    at = told.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    head = [at, told.who, told.source, told.what, told.pk, told.name, told.whole.name if told.whole else "", told.deed]
    for said in told.said:
        yield [cell(value) for value in (*head, said.field, said.before, said.after)]
    if not told.said:
        yield [cell(value) for value in (*head, "", "", "")]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _written(writer: Any, cells: Any) -> str:
    return cast("str", writer.writerow(cells))


def _selects(asked: QueryDict, membership: Membership) -> list[Select]:
    what = [
        (label, capfirst(str(model.pgh_tracked_model._meta.verbose_name_plural)))
        for label, model in histories().items()
    ]
    # Those who left did things too.
    people = Membership.objects.filter(company_id=membership.company_id).select_related("user")
    who = [(str(person.pk), str(person)) for person in people.order_by("user__name", "user__email")]
    return [
        Select("what", "Everything", sorted(what, key=lambda choice: choice[1]), asked.get("what", "")),
        Select("who", "Anybody", who, asked.get("who", "")),
        Select("source", "Any way in", list(Source.choices), asked.get("source", "")),
        Select("deed", "Any change", [(deed, capfirst(word)) for deed, word in DEEDS.items()], asked.get("deed", "")),
    ]


def _address_of(told: Told) -> str:
    name = PAGES_OF_ROWS.get(told.label)
    if name is None and told.whole and told.whole.name:
        return reverse(PAGES_OF_ROWS[told.whole.label], args=[told.whole.pk])
    return reverse(name, args=[told.pk]) if name and told.is_there else ""


def _read_id(said: str | None) -> int | None:
    # No id comes near 18 digits.
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) < 19 else None


def _read_day(said: str | None) -> date | None:
    try:
        day = date.fromisoformat(said or "")
    except ValueError:
        return None
    # A day at either end of the calendar has no midnight in every time zone.
    return day if 1970 <= day.year <= 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _with(asked: QueryDict, **changes: str | None) -> str:
    """Return the address's query with these entries changed, or dropped when None."""
    query = asked.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()
