"""Who may open a page: people who are logged in, work in a company, and whose role has the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from crm.models import Membership
from telephony.models import Call
from telephony.models.call_queries import CallQuerySet

View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """A request behind `page`: its person and their membership are known."""

    membership: Membership


def page(right: str | None) -> Callable[[View], View]:
    """Let in members whose role has the right (any member with None); log-in first, a clear page for the rest."""

    def protect(view: View) -> View:
        @wraps(view)
        def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_log_in(request)
            if getattr(request, "membership", None) is None:
                return render(request, "calltracking/no_company.html", status=403)
            if right is not None and not request.user.has_perm(right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return protected

    return protect


def _to_log_in(request: HttpRequest) -> HttpResponse:
    """Send to log-in, and from there back to the page the person was on: an address that only acts shows nothing."""
    is_part = bool(request.headers.get("HX-Request"))
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    back = urlsplit(shown).path if is_part or request.method != "GET" else request.get_full_path()
    answer = redirect_to_login(back or "/")
    return HttpResponseClientRedirect(answer["Location"]) if is_part else answer


def calls_of(request: HttpRequest) -> CallQuerySet:
    """Return the calls the person may see: what every page asks. Another's is not found, like one that is not there."""
    return Call.objects.visible_to(member_of(request))


def member_of(request: HttpRequest) -> Membership:
    """Return the membership the request acts under, behind `page`."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def render_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page inside the layout it shares with the admin."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
