"""Who is behind a request of the API, a person or a key: their company, their name for it, and what they may see."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from rest_framework.request import Request

from crm.models import ApiKey, Company, Contact, Membership, User

_Row = TypeVar("_Row", bound=models.Model)


def is_caller(user: object) -> bool:
    """Return whether somebody with a company is behind the request."""
    return isinstance(user, ApiKey) or (isinstance(user, User) and user.membership is not None)


def company_of(request: Request) -> Company:
    """Return the company whose rows the request reads and writes."""
    user = request.user
    return user.company if isinstance(user, ApiKey) else _member(request).company


def person_behind(request: Request) -> Membership:
    """Return who answers for what the request changes: the person, or who made the key."""
    user = request.user
    return user.made_by if isinstance(user, ApiKey) else _member(request)


def caller_name(request: Request) -> str:
    """Return one word for whoever asks, the same at each request: `key:12`, `member:3`."""
    user = request.user
    return f"key:{user.pk}" if isinstance(user, ApiKey) else f"member:{_member(request).pk}"


def said_by(request: Request) -> str:
    """Return how a change came about, for its history."""
    user = request.user
    return f"By the API key “{user.label}”" if isinstance(user, ApiKey) else "Through the API"


def visible_to(request: Request, rows: models.QuerySet[_Row]) -> models.QuerySet[_Row]:
    """Return those of the company's rows that whoever asks may see. A key belongs to the company and sees them all.

    Every list and every row that is named by its id passes here. Look-up by number does not: an agent whose phone
    rings is told who calls.
    """
    if isinstance(request.user, ApiKey) or not hasattr(rows, "visible_to"):
        return rows
    seen: models.QuerySet[_Row] = rows.visible_to(_member(request))
    return seen


def may_see(request: Request, contact: Contact) -> bool:
    """Return whether whoever asks may see the person."""
    return isinstance(request.user, ApiKey) or contact.is_visible_to(_member(request))


def _member(request: Request) -> Membership:
    user: Any = request.user
    if not isinstance(user, User) or user.membership is None:
        raise AssertionError("the permission lets in only members and keys")
    return user.membership
