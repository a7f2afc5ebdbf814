"""The API asks the same question as admin and pages: may this role do it (crm/roles.py)?"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm import phones
from crm.models import Membership, User
from crm.roles import FULL_NUMBERS

ACTIONS = {
    "GET": "view",
    "HEAD": "view",
    "OPTIONS": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


def member_of(request: Request) -> Membership:
    """Return the membership the request acts under, behind `IsMember`: whose rows `visible_to` shows."""
    membership: Membership = request.user.membership  # type: ignore[assignment, union-attr]
    return membership


class IsMember(BasePermission):
    """Somebody who is logged in and works in a company."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User) or request.user.membership is None:
            return False
        # The middleware knew the session alone; whoever came in by another way is known only now.
        phones.hide_from_now_on(not request.user.has_perm(FULL_NUMBERS))
        return True


class RolePermission(IsMember):
    """A member whose role has the right on the view's `rights_on` model; a view that names none is open to nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in ACTIONS:
            raise MethodNotAllowed(request.method or "")
        model = getattr(view, "rights_on", None)
        if model is None or not super().has_permission(request, view):
            return False
        permission = f"{model._meta.app_label}.{ACTIONS[request.method]}_{model._meta.model_name}"
        return bool(request.user.has_perm(permission))
