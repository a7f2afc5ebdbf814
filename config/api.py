"""The API: every address below /api/, and its documentation."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from calltracking.api.contact_lookup import ContactLookup
from calltracking.api.conversations import ConversationList
from telephony.api.calls import CallDetail, CallList
from telephony.api.jobs import SyncElevenLabsCalls
from telephony.initiation import initiation
from telephony.webhooks import WebhookView

urlpatterns = [
    path("webhooks/<str:provider>", WebhookView.as_view(), name="webhook-bare"),
    path("webhooks/<str:provider>/<str:token>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<str:provider>/<str:token>/initiation", initiation, name="webhook-initiation"),
    path("contact-lookup/phone/<path:phone_number>", ContactLookup.as_view(), name="api-contact-lookup"),
    path("call-tracking/conversations", ConversationList.as_view(), name="api-conversations"),
    path("jobs/sync-elevenlabs-calls", SyncElevenLabsCalls.as_view(), name="api-job-sync"),
    path("telephony/calls", CallList.as_view(), name="api-calls"),
    path("telephony/calls/<str:call_sid>", CallDetail.as_view(), name="api-call"),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
