"""Switching between the companies a person works in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from calltracking.views.access import page, render_page
from crm.middleware import SESSION_KEY, without_company_transaction
from crm.models import Membership


@require_GET
@page(None)
def companies(request: HttpRequest) -> HttpResponse:
    """List the person's companies, each with a button."""
    memberships = Membership.objects.active_for(request.user)  # type: ignore[arg-type]
    return render_page(request, "calltracking/companies.html", {"title": "Companies", "memberships": memberships})


@without_company_transaction
@require_POST
@page(None)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Work in another of one's own companies from here on; any other is not found."""
    membership = Membership.objects.active_for(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if membership is None:
        raise Http404
    request.session[SESSION_KEY] = membership.pk
    home = reverse("home")
    return HttpResponseClientRedirect(home) if request.headers.get("HX-Request") else redirect(home)
