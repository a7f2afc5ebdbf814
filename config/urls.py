"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from calltracking.urls import urlpatterns as pages
from config.api import urlpatterns as api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/two-factor/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("api/", include(api)),
    *pages,
]

handler400 = "calltracking.views.errors.unreadable"
handler403 = "calltracking.views.errors.forbidden"
handler404 = "calltracking.views.errors.not_found"
handler500 = "calltracking.views.errors.broken"
