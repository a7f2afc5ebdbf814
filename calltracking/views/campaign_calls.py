"""A campaign's calls: ten at a time, sorted and filtered by what came of them, each opened beside the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.views.access import calls_of, page, render_page
from calltracking.views.calls import say_count
from calltracking.views.rows import number_of, who_of
from calltracking.views.words import clock
from crm.counting import count_rows
from crm.keyset import Order, Page, Stretch, read_page, read_stretches
from crm.models import Campaign
from crm.roles import ATTRIBUTE_CALL
from crm.wording import day_and_time
from telephony.events import AttributedBy, CallOutcome, CallStatus
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet
from telephony.models.converting import ConversionBy

SIZES = (10, 20, 30, 50)
OUTCOMES = (CallOutcome.SUCCESS, CallOutcome.FAILURE, CallOutcome.UNKNOWN)
TONES = {CallOutcome.SUCCESS: "good", CallOutcome.FAILURE: "bad", CallOutcome.UNKNOWN: "plain"}
NEWEST = Order("started_at", datetime)
ORDERS = {
    "-date": NEWEST,
    "date": Order("started_at", datetime, is_descending=False),
    "-duration": Order("duration_seconds", int),
    "duration": Order("duration_seconds", int, is_descending=False),
}
# By what came of them: the successes first or last, the newest of each first.
STATUS_ORDERS = {"status": OUTCOMES, "-status": OUTCOMES[::-1]}
# Heading, the sort a click asks for, the class of its cells. Times and lengths are read from the top.
COLUMNS = (
    ("Date and time", "-date"),
    ("Caller", None),
    ("Duration", "-duration"),
    ("Status", "status"),
    ("Conversion", None),
    ("Attribution", None),
    ("Actions", None),
)
FOUND_BY = {
    AttributedBy.TRACKING_NUMBER: "Tracking number",
    AttributedBy.PROVIDER_METADATA: "Named by provider",
    AttributedBy.RECIPIENT: "Was contacted",
    AttributedBy.EARLIER: "Earlier call",
    AttributedBy.MANUAL: "By a person",
}


@dataclass(frozen=True)
class Row:
    """One call of the campaign, as its line shows it."""

    pk: int
    url: str
    who: str
    number: str
    when: str
    started_at: datetime
    length: str
    status: str
    tone: str
    connection: str
    is_conversion: bool
    converted_by: str
    found_by: str


@dataclass(frozen=True)
class Column:
    """A column's heading: where a click sorts, and how it is sorted now (`ascending`, `descending` or empty)."""

    title: str
    query: str
    sorted: str


@dataclass(frozen=True)
class Notice:
    """What a person should know of the campaign's calls before reading them; `more` is a link and its words."""

    title: str
    text: str
    icon: str
    url: str = ""
    more: str = ""


@require_GET
@page("telephony.view_call")
def campaign_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the tab; an htmx request gets the list alone."""
    campaign = get_object_or_404(Campaign, pk=pk)
    its = calls_of(request).filter(campaign=campaign)
    status, sort, size = _asked(request.GET)
    found = its.filter(outcome=status) if status else its
    listed = read_campaign_calls(found, sort=sort, size=size, status=status, cursor=request.GET.get("page"))
    context = {
        "title": campaign.name,
        "campaign": campaign,
        "tab": "calls",
        "rows": [row_of(call) for call in listed.rows],
        "older": listed.older and _with(request.GET, page=listed.older),
        "newer": listed.newer and _with(request.GET, page=listed.newer),
        "count": say_count(found.order_by(*NEWEST.names()), listed),
        "columns": _columns(request.GET, sort),
        "statuses": [(outcome.value, outcome.label) for outcome in OUTCOMES],
        "status": status,
        "sort": request.GET.get("sort", ""),
        "sizes": SIZES,
        "size": size,
        "can_attribute": request.user.has_perm(ATTRIBUTE_CALL),
        **_notices(request, its, is_empty=not listed.rows, status=status),
    }
    is_part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    template = "calltracking/parts/campaign_calls_list.html" if is_part else "calltracking/campaign_calls.html"
    answer = render_page(request, template, context)
    # The list alone and the page have one address: a cached part must not come back as the page.
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def read_campaign_calls(found: CallQuerySet, *, sort: str, size: int, status: str, cursor: str | None) -> Page[Call]:
    """Return a page of the calls, which are of one campaign and, where `status` is said, of that outcome."""
    rows = found.select_related("contact").defer("raw", "told", "provider_summary", "contact__notes", "contact__custom")
    if sort in STATUS_ORDERS:
        return read_stretches(rows, stretches=stretches_of(sort, status), size=size, cursor=cursor)
    return read_page(rows, order=ORDERS[sort], size=size, cursor=cursor)


def stretches_of(sort: str, status: str) -> list[Stretch]:
    """Return the parts of a list that is sorted by what came of the calls: each is in the order of one index."""
    outcomes = [outcome for outcome in STATUS_ORDERS[sort] if status in ("", outcome.value)]
    return [Stretch(Q(outcome=outcome.value), (NEWEST,)) for outcome in outcomes]


def row_of(call: Call) -> Row:
    """Return the call's line; its contact is loaded."""
    number, outcome = number_of(call), CallOutcome(call.outcome)
    is_plain = call.status in (CallStatus.COMPLETED, CallStatus.UNKNOWN)
    by = call.conversion_by
    return Row(
        pk=call.pk,
        url=reverse("call", args=[call.pk]),
        who=who_of(call),
        number=number or "no number",
        when=day_and_time(call.started_at),
        started_at=call.started_at,
        length=clock(call.duration_seconds),
        status=outcome.label,
        tone=TONES[outcome],
        connection="" if is_plain else call.get_status_display(),
        is_conversion=call.is_conversion,
        converted_by="" if by == ConversionBy.NOBODY else by.label,
        found_by=FOUND_BY.get(AttributedBy(call.attributed_by), "") if call.attributed_by else "",
    )


def _asked(asked: QueryDict) -> tuple[str, str, int]:
    """Return the status, the sort and the size of a page that the address names; what it cannot mean is the usual."""
    status, sort, size = asked.get("status", ""), asked.get("sort", ""), asked.get("size", "")
    return (
        status if status in CallOutcome.values else "",
        sort if sort in ORDERS or sort in STATUS_ORDERS else "-date",
        int(size) if size in map(str, SIZES) else SIZES[0],
    )


def _notices(request: HttpRequest, its: CallQuerySet, *, is_empty: bool, status: str) -> dict[str, Any]:
    """Return what stands over the list, and in its place when it is empty."""
    failed = _failed(its)
    if not is_empty:
        return {"alert": failed, "empty": None}
    if not its.exists():
        return {"alert": None, "empty": _unattributed(request) or NO_CALLS}
    label = CallOutcome(status).label if status else ""
    return {"alert": None, "empty": failed or Notice(f"{label}: no call", "Calls of this status show here.", "search")}


def _failed(its: CallQuerySet) -> Notice | None:
    """Return the alert that no call of the campaign succeeded and some failed; None when it does not hold."""
    # In the order of their index: without one, PostgreSQL may look through all calls for what it takes to be common.
    successes, failures = (
        its.filter(outcome=outcome).order_by(*NEWEST.names()).values("pk")
        for outcome in (CallOutcome.SUCCESS, CallOutcome.FAILURE)
    )
    if successes[:1] or not failures[:1]:
        return None
    number = count_rows(failures)
    said = "1 call" if str(number) == "1" else f"{number} calls"
    return Notice(
        f"{said} failed, and none succeeded",
        "Open one to read why it ended; the agent, its opening words or the list may need a look.",
        "error",
        f"?status={CallOutcome.FAILURE.value}",
        "Show the failed calls",
    )


def _unattributed(request: HttpRequest) -> Notice | None:
    """Return the warning that calls without a campaign may be this one's; None without any."""
    open_ones = calls_of(request).unattributed().order_by(*NEWEST.names())
    if not open_ones.exists():
        return None
    number = count_rows(open_ones)
    said = "1 call has" if str(number) == "1" else f"{number} calls have"
    return Notice(
        f"No call of this campaign yet, but {said} no campaign",
        "Some of them may be answers to it. Give it a tracking number or recipients, or attribute them by hand.",
        "warning",
        reverse("unattributed"),
        "Show the calls without a campaign",
    )


NO_CALLS = Notice(
    "No calls yet",
    "Calls over its tracking numbers, and from people it contacted, show here a second after they end.",
    "ring_volume",
)


def _columns(asked: QueryDict, sort: str) -> list[Column]:
    columns = []
    for title, first in COLUMNS:
        if first is None:
            columns.append(Column(title, "", ""))
            continue
        name = first.removeprefix("-")
        second = name if first.startswith("-") else f"-{name}"
        now = {f"-{name}": "descending", name: "ascending"}.get(sort, "")
        columns.append(Column(title, _with(asked, sort=second if sort == first else first, page=None, call=None), now))
    return columns


def _with(asked: QueryDict, **changes: str | None) -> str:
    """Return the address's query with these entries changed, or dropped when None; a panel that is open is not kept."""
    query = asked.copy()
    for name, value in {"call": None, **changes}.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()
