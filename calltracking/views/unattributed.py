"""The calls without a campaign: each given to one by a click, or many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.attributing import open_rows
from calltracking.views.calls import DATES, say_count
from calltracking.views.campaign_choice import campaign_options
from calltracking.views.rows import for_list
from calltracking.views.selects import Select
from crm.keyset import Order, read_page
from crm.phones import are_hidden
from crm.roles import ATTRIBUTE_CALL
from telephony.events import AttributedBy, CallDirection
from telephony.filters import DAYS, RESULTS, CallFilter
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet

PAGE_SIZE = 50
NEWEST_FIRST = Order("started_at", datetime)
# Those of which a person said that no campaign brought them have none either; they wait for nobody.
SAID_NONE = "none"
SELECTS = (
    ("show", "Undecided", ((SAID_NONE, "Said: none"),)),
    ("days", "Any day", DAYS),
    ("status", "Any status", RESULTS[:4]),
    ("direction", "In and out", CallDirection.choices[:2]),
)
NAMES = ("q", *(name for name, *_ in SELECTS), *(name for name, _ in DATES))


@require_GET
@page("telephony.view_call")
def unattributed(request: HttpRequest) -> HttpResponse:
    """Show the list; an htmx request gets the list alone."""
    asked = asked_calls(request, request.GET)
    found: Any = asked.qs if asked.is_valid() else Call.objects.none()
    listed = read_page(
        for_list(found, member_of(request)), order=NEWEST_FIRST, size=PAGE_SIZE, cursor=request.GET.get("page")
    )
    filters = filters_of(request.GET)
    may_attribute = request.user.has_perm(ATTRIBUTE_CALL)
    context = {
        "title": "Unattributed calls",
        "rows": open_rows(listed.rows),
        "older": listed.older and _with(filters, page=listed.older),
        "newer": listed.newer and _with(filters, page=listed.newer),
        "count": say_count(found.order_by("-started_at", "-id"), listed),
        "selects": [Select(name, label, tuple(words), request.GET.get(name, "")) for name, label, words in SELECTS],
        "dates": [(name, label, request.GET.get(name, "")) for name, label in DATES],
        "q": request.GET.get("q", ""),
        "finds_numbers": not are_hidden(),
        "is_filtered": bool(filters),
        "is_partial": not member_of(request).sees_all,
        "said_none": request.GET.get("show") == SAID_NONE,
        "filters": filters.urlencode(),
        "may_attribute": may_attribute,
        "campaigns": campaign_options(member_of(request).company) if may_attribute else [],
        "errors": {} if asked.is_valid() else asked.errors,
    }
    is_part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    template = "calltracking/parts/open_list.html" if is_part else "calltracking/unattributed.html"
    answer = render_page(request, template, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def asked_calls(request: HttpRequest, query: QueryDict) -> CallFilter:
    """Return the calls without a campaign that the person sees and the query asks for."""
    calls = calls_of(request)
    without: CallQuerySet = (
        calls.filter(campaign=None, attributed_by=AttributedBy.MANUAL)
        if query.get("show") == SAID_NONE
        else calls.unattributed()
    )
    return CallFilter(filters_of(query), queryset=without)


def filters_of(query: QueryDict) -> QueryDict:
    """Return those entries of a query that filter this list, without the empty ones."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if value := query.get(name, "").replace("\x00", ""):
            kept[name] = value
    return kept


def _with(filters: QueryDict, *, page: str) -> str:
    query = filters.copy()
    query["page"] = page
    return query.urlencode()
