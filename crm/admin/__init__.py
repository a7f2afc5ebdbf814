"""The admin's lowest floor: its base, and the screens of companies, members, next steps and recipients.

Screens that show calls beside people are registered above, in `calltracking.admin`.
"""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from crm.admin import campaigns, companies, follow_ups

__all__ = ["campaigns", "companies", "follow_ups"]

# These register themselves; rights come from the role table, and addresses belong to no one company.
for model in (Group, EmailAddress):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

admin.site.index_title = "All lists"

# One log-in for everything: allauth's, with its rate limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
