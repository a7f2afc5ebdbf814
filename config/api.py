"""The API: every address below /api/, and its documentation."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerView

from calltracking.api.call_figures import CallSummary, CampaignAnalytics
from calltracking.api.call_history import CallHistory
from calltracking.api.contact_lookup import ContactLookup
from calltracking.api.conversations import (
    ConversationComments,
    ConversationDetail,
    ConversationLeadStatus,
    ConversationList,
)
from calltracking.api.export import ExportCalls
from calltracking.api.hot_leads import HotLeads
from calltracking.api.insights import CallInsights
from calltracking.api.numbers import AnalyticsOverview, DashboardStats
from calltracking.api.recent_callers import RecentCallers
from calltracking.api.reprocess import CallReprocess
from crm.api.contacts import ContactDetail, ContactList
from crm.api.follow_ups import FollowUpDetail, FollowUpList
from crm.api.history import InteractionList
from crm.api.leads import LeadList, LeadStatusView
from crm.api.schema import Schema
from telephony.api.agents import AgentList
from telephony.api.calls import CallDetail, CallList
from telephony.api.jobs import SyncElevenLabsCalls
from telephony.api.reading import CallTurns
from telephony.api.sync_runs import SyncRunList
from telephony.initiation import initiation
from telephony.webhooks import WebhookView

urlpatterns = [
    path("webhooks/<str:provider>", WebhookView.as_view(), name="webhook-bare"),
    path("webhooks/<str:provider>/<str:token>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<str:provider>/<str:token>/initiation", initiation, name="webhook-initiation"),
    path("contact-lookup/phone/<path:phone_number>", ContactLookup.as_view(), name="api-contact-lookup"),
    path("contact-lookup/recent-callers", RecentCallers.as_view(), name="api-recent-callers"),
    path("call-tracking/conversations", ConversationList.as_view(), name="api-conversations"),
    path("call-tracking/conversations/<int:pk>", ConversationDetail.as_view(), name="api-conversation"),
    path("call-tracking/conversations/<int:pk>/comments", ConversationComments.as_view(), name="api-comments"),
    path(
        "call-tracking/conversations/<int:pk>/lead-status",
        ConversationLeadStatus.as_view(),
        name="api-conversation-lead-status",
    ),
    path("call-tracking/export", ExportCalls.as_view(), name="api-export"),
    path("crm/contacts", ContactList.as_view(), name="api-contacts"),
    path("crm/contacts/<int:pk>", ContactDetail.as_view(), name="api-contact"),
    path("crm/contacts/<int:pk>/interactions", InteractionList.as_view(), name="api-interactions"),
    path("crm/leads", LeadList.as_view(), name="api-leads"),
    path("crm/leads/<int:pk>/status", LeadStatusView.as_view(), name="api-lead-status"),
    path("crm/follow-ups", FollowUpList.as_view(), name="api-follow-ups"),
    path("crm/follow-ups/<int:pk>", FollowUpDetail.as_view(), name="api-follow-up"),
    path("crm/call-history", CallHistory.as_view(), name="api-call-history"),
    path("crm/dashboard-stats", DashboardStats.as_view(), name="api-dashboard-stats"),
    path("analytics/overview", AnalyticsOverview.as_view(), name="api-analytics-overview"),
    path("analytics/campaigns/<int:pk>", CampaignAnalytics.as_view(), name="api-campaign-analytics"),
    path("jobs/sync-elevenlabs-calls", SyncElevenLabsCalls.as_view(), name="api-job-sync"),
    path("jobs/sync-runs", SyncRunList.as_view(), name="api-sync-runs"),
    path("telephony/agents", AgentList.as_view(), name="api-agents"),
    path("telephony/calls", CallList.as_view(), name="api-calls"),
    # Whatever is a word of its own below telephony/calls/ stands above this: an id would swallow it.
    path("telephony/calls/stats/summary", CallSummary.as_view(), name="api-call-summary"),
    path("telephony/calls/insights/hot-leads", HotLeads.as_view(), name="api-hot-leads"),
    path("telephony/calls/<str:call_sid>", CallDetail.as_view(), name="api-call"),
    path("telephony/calls/<str:call_sid>/turns", CallTurns.as_view(), name="api-call-turns"),
    path("telephony/calls/<str:call_sid>/insights", CallInsights.as_view(), name="api-call-insights"),
    path("telephony/calls/<str:call_sid>/reprocess", CallReprocess.as_view(), name="api-call-reprocess"),
    path("schema", Schema.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
