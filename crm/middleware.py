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

from crm import phones
from crm.actors import Source
from crm.api.gate import presents_key
from crm.models import ApiKey, Membership, User
from crm.models.visits import visit_under_way
from crm.roles import FULL_NUMBERS
from crm.tenancy import acting, use_company

SESSION_KEY = "membership"
VISIT_KEY = "visit"

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
        membership = membership_in(request, user) if isinstance(user, User) and user.is_active else None
        request.membership = membership  # type: ignore[attr-defined]
        with acting(source_of(request), member=membership.pk if membership else None):
            return self._answer(request, membership)

    def _answer(self, request: HttpRequest, membership: Membership | None) -> HttpResponse:
        user = request.user
        if membership is None or not isinstance(user, User):
            # Hidden or not is decided later, if it turns out who asks; and forgotten afterwards.
            with phones.hidden(False):
                return self.get_response(request)
        user.membership = membership
        are_hidden = not user.has_perm(FULL_NUMBERS)
        with phones.hidden(are_hidden):
            response = self._respond(request, membership)
        if response.streaming and not response.is_async:  # type: ignore[attr-defined]
            pieces = response.streaming_content  # type: ignore[attr-defined]
            response.streaming_content = phones.hidden_in(pieces, are_hidden=are_hidden)  # type: ignore[attr-defined]
        return response

    def _respond(self, request: HttpRequest, membership: Membership) -> HttpResponse:
        if _opens_its_own(request):
            return self.get_response(request)
        return self._within(request, membership.company_id, _clock_of(request, membership))

    def _for_key(self, request: HttpRequest, key: ApiKey | None) -> HttpResponse:
        """A request with a key has the key's company and no session; the API refuses a key that is worth nothing."""
        request.user, request.membership = AnonymousUser(), None  # type: ignore[attr-defined]
        if key is None:
            return self.get_response(request)
        with acting(Source.API_KEY, key=key.pk), phones.hidden(not key.has_perm(FULL_NUMBERS)):
            if _opens_its_own(request):
                return self.get_response(request)
            return self._within(request, key.company_id, UTC)

    def _within(self, request: HttpRequest, company_id: int, clock: tzinfo) -> HttpResponse:
        with timezone.override(clock), use_company(company_id):
            response = self.get_response(request)
            if response.status_code >= 500:
                # Django made an exception into an answer; what the view did before it must not stay.
                transaction.set_rollback(True)
            return response


def membership_in(request: HttpRequest, user: User) -> Membership | None:
    """Return what the person acts under: the visit of platform staff, while it lasts, or a membership of theirs."""
    visit = request.session.get(VISIT_KEY) if user.is_platform_staff else None
    if visit and (found := visit_under_way(company_id=visit["company"], pk=visit["visit"], staff=user)):
        return found.as_membership(user)
    return choose_membership(request, user)


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
