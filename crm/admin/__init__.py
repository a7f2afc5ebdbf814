"""The admin's lowest floor: its base, and the screens of companies, members, keys, next steps and recipients.

Screens that show calls beside people are registered above, in `calltracking.admin`.
"""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from crm.admin import api_keys, campaigns, companies, follow_ups, invitations

__all__ = ["api_keys", "campaigns", "companies", "follow_ups", "invitations"]

# These register themselves; rights come from the role table, and what concerns log-in belongs to no one company.
for model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

admin.site.index_title = "All lists"

# One log-in for everything: allauth's, with its second factors and our limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """One page for it, too: the one that counts guesses of the old password."""
    return redirect("account_change_password")


admin.site.password_change = change_password  # type: ignore[method-assign,assignment]  # any answer will do
