"""Each request in one company: its transaction, its rows, its rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from crm.actors import Source
from crm.models import Membership, User
from crm.tenancy import acting, use_company

SESSION_KEY = "membership"

_View = TypeVar("_View", bound=Callable[..., Any])


def without_company_transaction(view: _View) -> _View:
    """Mark a view that opens `use_company` itself, because it must call out or takes long."""
    view.without_company_transaction = True  # type: ignore[attr-defined]
    return view


class CompanyMiddleware:
    """Chooses the membership the person acts under and opens its company around the view.

    Anonymous requests, and people who belong nowhere, get no company: company tables raise for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        membership = choose_membership(request, user) if isinstance(user, User) and user.is_active else None
        request.membership = membership  # type: ignore[attr-defined]
        with acting(source_of(request), member=membership.pk if membership else None):
            return self._answer(request, membership)

    def _answer(self, request: HttpRequest, membership: Membership | None) -> HttpResponse:
        user = request.user
        if membership is None or not isinstance(user, User):
            return self.get_response(request)
        user.membership = membership
        if _opens_its_own(request):
            return self.get_response(request)
        with timezone.override(_clock_of(request, membership)), use_company(membership.company_id):
            response = self.get_response(request)
            if response.status_code >= 500:
                # Django made an exception into an answer; what the view did before it must not stay.
                transaction.set_rollback(True)
            return response


def choose_membership(request: HttpRequest, user: User) -> Membership | None:
    """Return the membership chosen in this session, else the person's first; None when they have none."""
    memberships = list(Membership.objects.active_for(user))
    chosen = request.session.get(SESSION_KEY)
    return next((m for m in memberships if m.pk == chosen), memberships[0] if memberships else None)


def source_of(request: HttpRequest) -> Source:
    """Return the way in that history names for what the request changes."""
    return next((source for start, source in _WAYS_IN if request.path.startswith(start)), Source.PAGE)


# The first that fits; everything else is a page.
_WAYS_IN = (("/api/webhooks/", Source.PROVIDER), ("/api/", Source.API), ("/admin/", Source.ADMIN))


def _clock_of(request: HttpRequest, membership: Membership) -> tzinfo:
    """People read their company's clock; programs read UTC."""
    return UTC if request.path.startswith("/api/") else membership.company.zone


def _opens_its_own(request: HttpRequest) -> bool:
    if request.path.startswith("/accounts/"):
        return True  # log-in and password reset touch no company, and send mail
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return getattr(view, "without_company_transaction", False)
