"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from telephony.webhooks import WebhookView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/webhooks/<str:provider>", WebhookView.as_view(), name="webhook-bare"),
    path("api/webhooks/<str:provider>/<str:token>", WebhookView.as_view(), name="webhook"),
]
