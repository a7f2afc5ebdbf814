"""The API asks the same question as admin and pages: may whoever asks do it (crm/roles.py)?"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm import phones
from crm.api.callers import is_caller
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


class IsMember(BasePermission):
    """Somebody who is logged in and works in a company, or a company's key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_caller(request.user):
            return False
        # The middleware knew the session alone; whoever came in by another way is known only now.
        phones.hide_from_now_on(not request.user.has_perm(FULL_NUMBERS))
        return True


class RolePermission(IsMember):
    """Whoever's role, and a key's scopes too, have the right on the view's `rights_on` model.

    A view that names none is open to nobody.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in ACTIONS:
            raise MethodNotAllowed(request.method or "")
        model = getattr(view, "rights_on", None)
        if model is None or not super().has_permission(request, view):
            return False
        permission = f"{model._meta.app_label}.{ACTIONS[request.method]}_{model._meta.model_name}"
        return bool(request.user.has_perm(permission))
