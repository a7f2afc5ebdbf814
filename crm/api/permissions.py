"""The API asks the same question as admin and pages: may this role do it (crm/roles.py)?"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm.models import User

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
    """Somebody who is logged in and works in a company."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and request.user.membership is not None


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
