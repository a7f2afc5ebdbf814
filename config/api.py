"""The API: every address below /api/, and its documentation."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from calltracking.api.conversations import ConversationList
from telephony.api.calls import CallDetail, CallList
from telephony.webhooks import WebhookView

urlpatterns = [
    path("webhooks/<str:provider>", WebhookView.as_view(), name="webhook-bare"),
    path("webhooks/<str:provider>/<str:token>", WebhookView.as_view(), name="webhook"),
    path("call-tracking/conversations", ConversationList.as_view(), name="api-conversations"),
    path("telephony/calls", CallList.as_view(), name="api-calls"),
    path("telephony/calls/<str:call_sid>", CallDetail.as_view(), name="api-call"),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
