"""Sync health: what runs and webhooks did over time, what was wrong, who was told, and who knows of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.sync_health import PERIODS, health_of
from calltracking.troubles import what_happened
from calltracking.views.access import member_of, page, render_page
from crm.models import Company
from telephony.models import Trouble


@require_GET
@page("telephony.view_syncrun")
def sync_health(request: HttpRequest) -> HttpResponse:
    company: Company = request.membership.company  # type: ignore[attr-defined]
    now = timezone.now()
    period = PERIODS.get(request.GET.get("period", ""), PERIODS["24h"])
    since = period.begins(company.local(now))[0].replace(tzinfo=company.zone)
    context = {
        "title": "Sync health",
        "period": period,
        "periods": PERIODS.values(),
        "accounts": health_of(company, period=period, now=now),
        "happened": what_happened(since=since),
        "updated": f"{timezone.localtime(now):%H:%M:%S}",
    }
    return render_page(request, "calltracking/sync_health.html", context)


@require_POST
@page("telephony.change_trouble")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person knows of the trouble, then back to the page."""
    get_object_or_404(Trouble, pk=pk).acknowledge(member_of(request))
    period = request.POST.get("period", "")
    return redirect(f"{reverse('sync-health')}?period={period}" if period in PERIODS else reverse("sync-health"))
