"""The list of calls: search, filters, sorting, pages by keyset; everything in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.calls_by_business import SORTS, read_by_business
from calltracking.views.rows import for_list, rows_of
from calltracking.views.saved_views import saved_views
from calltracking.views.selects import Select
from crm.counting import Count, count_rows
from crm.keyset import Order, Page, read_page
from crm.models import Campaign, Contact, LeadStatus, Membership
from crm.phones import are_hidden
from crm.roles import REPROCESS_MANY, TAKE_OUT
from telephony.events import CallDirection, CallKind
from telephony.filters import ATTRIBUTIONS, DAYS, FEELINGS, INTENTS, RESULTS, CallFilter
from telephony.models import Agent, Call, PhoneLine

PAGE_SIZE = 50

ORDERS = {
    "-when": Order("started_at", datetime),
    "when": Order("started_at", datetime, is_descending=False),
    "-length": Order("duration_seconds", int),
    "length": Order("duration_seconds", int, is_descending=False),
    "-score": Order("known_score", int),
    "score": Order("known_score", int, is_descending=False),
}
COLUMNS = (
    ("Who", None),
    ("When", "when"),
    ("Result", None),
    ("Business", "business"),
    ("Length", "length"),
    ("Score", "score"),
)
ALPHABETICAL = ("business",)
SELECTS = (
    ("days", "Any day", DAYS),
    ("status", "Any status", RESULTS[:4]),
    ("direction", "In and out", CallDirection.choices[:2]),
    ("kind", "By anybody", CallKind.choices),
    ("intent", "Any intent", INTENTS[:4]),
    ("lead_status", "Any lead status", LeadStatus.choices),
)
CHIPS: dict[str, dict[str, str]] = {
    "has_ended": {"true": "Ended calls", "false": "Calls under way"},
    "outcome": {"success": "Outcome: success", "failure": "Outcome: failure", "unknown": "Outcome: unknown"},
    "attribution": dict(ATTRIBUTIONS),
    "is_lead": {"true": "Of leads", "false": "Of people who are no leads"},
    "converted": {"true": "Conversions", "false": "No conversions"},
    "feeling": {value: f"Mood: {label.lower()}" for value, label in FEELINGS},
    "has_feeling": {"true": "Mood is known", "false": "Mood is not known"},
    "answered": {"true": "Answered inbound calls", "false": "Not answered"},
    "has_campaign": {"true": "With a campaign", "false": "Without a campaign"},
    "waited": {"true": "Time to answer is known", "false": "Time to answer is not known"},
    "replied": {"true": "Time to reply is known", "false": "Time to reply is not known"},
}
# Filters whose value stands in what is said of them.
SAID_CHIPS = {
    "provider": "Provider: {}",
    "seconds_from": "At least {} s",
    "seconds_below": "Shorter than {} s",
    "score_from": "Score from {}",
    "score_below": "Score below {}",
}
DATES = (("started_from", "From"), ("started_to", "To"))
# Filters by one row: how its name is said, and what is said of one that is not ours.
ROW_CHIPS: tuple[tuple[str, type[Model], str, str], ...] = (
    ("contact", Contact, "With {}", "With one contact"),
    ("campaign", Campaign, "Brought by {}", "Brought by one campaign"),
    ("agent", Agent, "Held by {}", "Held by one agent"),
    ("line", PhoneLine, "Over {}", "Over one line"),
)
FLAGS = (("hot", "Hot"), ("ambiguous", "Needs a look"))


@dataclass(frozen=True)
class Chip:
    """A filter without a control: its name and value, what it means, and the address without it."""

    name: str
    value: str
    label: str
    without: str


@dataclass(frozen=True)
class Column:
    """A column's heading: where a click sorts, and how it is sorted now (`ascending`, `descending` or empty)."""

    title: str
    query: str
    sorted: str


@require_GET
@page("telephony.view_call")
def calls(request: HttpRequest) -> HttpResponse:
    """Show the list; an htmx request gets the list alone, so that typing in the search keeps its place."""
    asked = CallFilter(request.GET, queryset=calls_of(request))
    sort = request.GET.get("sort", "")
    sort = sort if sort in ORDERS or sort in SORTS else "-when"
    found: QuerySet[Call] = asked.qs if asked.is_valid() else Call.objects.none()
    listed = _read(found, sort, request)
    context = {
        "title": "Calls",
        "rows": rows_of(listed.rows),
        "older": listed.older and _with(request.GET, page=listed.older),
        "newer": listed.newer and _with(request.GET, page=listed.newer),
        "count": say_count(found.order_by("-started_at", "-id"), listed),
        "selects": _selects(request.GET),
        "dates": [(name, label, request.GET.get(name, "")) for name, label in DATES],
        "flags": [(name, label, request.GET.get(name) == "true") for name, label in FLAGS],
        "chips": _chips(request.GET, member_of(request)),
        "is_by_time": sort in ("when", "-when"),
        "columns": _columns(request.GET, sort),
        "q": request.GET.get("q", ""),
        "finds_numbers": not are_hidden(),
        "sort": request.GET.get("sort", ""),
        "is_filtered": any(request.GET.get(name) for name in CallFilter.base_filters),
        "can_take_out": request.user.has_perm(TAKE_OUT),
        "views": saved_views(request, "calls"),
        "can_reprocess_many": request.user.has_perm(REPROCESS_MANY),
        "filters": _with(request.GET, page=None, sort=None),
        "errors": {} if asked.is_valid() else asked.errors,
    }
    is_part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    template = "calltracking/parts/calls_list.html" if is_part else "calltracking/calls.html"
    answer = render_page(request, template, context)
    # The list alone and the page have one address: a cached part must not come back as the page.
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _read(found: QuerySet[Call], sort: str, request: HttpRequest) -> Page[Call]:
    member, cursor = member_of(request), request.GET.get("page")
    rows = for_list(found, member)
    if sort in SORTS:
        return read_by_business(rows, sort, member=member, size=PAGE_SIZE, cursor=cursor)
    if ORDERS[sort].field == "known_score":
        # The index's own expression: calls that were not scored sort below a score of 0.
        rows = rows.annotate(known_score=Coalesce("score", Value(-1), output_field=IntegerField()))
    return read_page(rows, order=ORDERS[sort], size=PAGE_SIZE, cursor=cursor)


def say_count(found: QuerySet[Any], listed: Page[Any]) -> str:
    """Return how many rows match, in words: `about 300,000 calls`."""
    count = count_rows(found) if listed.older or listed.newer else Count(len(listed.rows))
    return f"{count} call{'' if count == Count(1) else 's'}"


def _selects(asked: QueryDict) -> list[Select]:
    return [Select(name, label, tuple(choices), asked.get(name, "")) for name, label, choices in SELECTS]


def _chips(asked: QueryDict, member: Membership) -> list[Chip]:
    """Return the filters that came with a link and have no control of their own: seen, kept, and easily left."""
    found = []
    for name, words in CHIPS.items():
        if value := asked.get(name, ""):
            found.append(Chip(name, value, words.get(value, value), _with(asked, **{name: None, "page": None})))
    for name, words_around in SAID_CHIPS.items():
        if value := asked.get(name, ""):
            said = words_around.format(value[:30])
            found.append(Chip(name, value, said, _with(asked, **{name: None, "page": None})))
    for name, model, said, unknown in ROW_CHIPS:
        if pk := asked.get(name, ""):
            rows = Contact.objects.visible_to(member) if model is Contact else model._default_manager.all()
            row = rows.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
            label = said.format(row) if row else unknown
            found.append(Chip(name, pk, label, _with(asked, **{name: None, "page": None})))
    return found


def _columns(asked: QueryDict, order: str) -> list[Column]:
    columns = []
    for title, name in COLUMNS:
        if name is None:
            columns.append(Column(title, "", ""))
            continue
        now = {f"-{name}": "descending", name: "ascending"}.get(order, "")
        # Words are read from A on, numbers and times from the top.
        first, second = (name, f"-{name}") if name in ALPHABETICAL else (f"-{name}", name)
        click = second if order == first else first
        columns.append(Column(title, _with(asked, sort=click, page=None), now))
    return columns


def _with(asked: QueryDict, **changes: str | None) -> str:
    """Return the address's query with these entries changed, or dropped when None."""
    query = asked.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()
