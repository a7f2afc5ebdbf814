"""Each request in one company: its transaction, its rows, its rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from crm.api.gate import presents_key
from crm.models import ApiKey, Membership, User
from crm.tenancy import use_company

SESSION_KEY = "membership"

_View = TypeVar("_View", bound=Callable[..., Any])


def without_company_transaction(view: _View) -> _View:
    """Mark a view that opens `use_company` itself, because it must call out or takes long."""
    view.without_company_transaction = True  # type: ignore[attr-defined]
    return view


class CompanyMiddleware:
    """Chooses the membership the person acts under, or takes the key's company, and opens it around the view.

    Anonymous requests, and people who belong nowhere, get no company: company tables raise for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if presents_key(request):
            return self._for_key(request, getattr(request, "api_key", None))
        user = request.user
        membership = choose_membership(request, user) if isinstance(user, User) and user.is_active else None
        request.membership = membership  # type: ignore[attr-defined]
        if membership is None or not isinstance(user, User):
            return self.get_response(request)
        user.membership = membership
        if _opens_its_own(request):
            return self.get_response(request)
        return self._within(request, membership.company_id, _clock_of(request, membership))

    def _for_key(self, request: HttpRequest, key: ApiKey | None) -> HttpResponse:
        """A request with a key has the key's company and no session; the API refuses a key that is worth nothing."""
        request.user, request.membership = AnonymousUser(), None  # type: ignore[attr-defined]
        if key is None or _opens_its_own(request):
            return self.get_response(request)
        return self._within(request, key.company_id, UTC)

    def _within(self, request: HttpRequest, company_id: int, clock: tzinfo) -> HttpResponse:
        with timezone.override(clock), use_company(company_id):
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
