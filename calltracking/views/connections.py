"""Connections: whether calls reach us, what to paste where, and what waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.backlog import queue
from calltracking.connections import connections as connections_of
from calltracking.connections import reach
from calltracking.views.access import page, render_page
from crm.middleware import without_company_transaction
from crm.models import Company
from crm.tenancy import use_company
from telephony.credentials import Verdict, try_key
from telephony.models import ProviderAccount
from telephony.providers import get_provider


@require_GET
@page("telephony.view_provideraccount")
def connections(request: HttpRequest) -> HttpResponse:
    """Show every account; an htmx request gets what may have changed alone, so that the page keeps its place."""
    company: Company = request.membership.company  # type: ignore[attr-defined]
    now = timezone.now()
    context = {
        "title": "Connections",
        "connections": connections_of(company, now=now),
        "queue": queue(now=now),
        "reach": reach(),
        "updated": f"{timezone.localtime(now):%H:%M:%S}",
        "is_part": bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request"),
    }
    template = "calltracking/parts/connections.html" if context["is_part"] else "calltracking/connections.html"
    return render_page(request, template, context)


@without_company_transaction
@require_POST
@page("telephony.view_provideraccount")
def test_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider whether it accepts the account's key; answers with a sentence."""
    with use_company(request.membership.company_id):  # type: ignore[attr-defined]
        account = get_object_or_404(ProviderAccount, pk=pk)
    if account.is_demo or not get_provider(account.provider).can_list_calls:
        verdict = Verdict(False, f"{account.get_provider_display()} offers no test for this account.")
    else:
        verdict = try_key(account)
    if not request.headers.get("HX-Request"):
        messages.info(request, verdict.said)
        return redirect("connections")
    return render_page(request, "calltracking/parts/verdict.html", {"verdict": verdict})
