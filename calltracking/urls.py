"""The pages for call work."""

from __future__ import annotations

from django.urls import path

from calltracking.views import (
    audit,
    call,
    calls,
    companies,
    connections,
    corrections,
    health,
    home,
    join,
    lead_card,
    readings,
    roles,
    scoring,
    staff,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("follow-ups/<int:pk>/", home.finish_step, name="follow-up-done"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<int:pk>/", call.call, name="call"),
    path("calls/<int:pk>/history/", call.history, name="call-history"),
    path("calls/<int:pk>/raw/", call.raw, name="call-raw"),
    path("calls/<int:pk>/lead/", lead_card.change_lead, name="call-lead"),
    path("calls/<int:pk>/follow-up/", lead_card.change_follow_up, name="call-follow-up"),
    path("calls/<int:pk>/notes/", lead_card.add_note, name="call-notes"),
    path("calls/<int:pk>/notes/<int:note_pk>/", lead_card.remove_note, name="call-note"),
    path("calls/<int:pk>/contact/", lead_card.choose_contact, name="call-contact"),
    path("calls/<int:pk>/value/", corrections.value, name="call-value"),
    path("calls/<int:pk>/speakers/", readings.swap_speakers, name="call-speakers"),
    path("calls/<int:pk>/reprocess/", readings.reprocess, name="call-reprocess"),
    path("calls/<int:pk>/reading/", readings.reading, name="call-reading"),
    path("calls/<int:pk>/readings/", readings.readings, name="call-readings"),
    path("calls/reprocess/", readings.reprocess_many, name="calls-reprocess"),
    path("audit/", audit.audit, name="audit"),
    path("audit/history.csv", audit.audit_file, name="audit-file"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<int:pk>/", companies.switch, name="company-switch"),
    path("connections/", connections.connections, name="connections"),
    path("connections/<int:pk>/test/", connections.test_key, name="connection-test"),
    path("roles/", roles.roles, name="roles"),
    path("scoring/", scoring.scoring, name="scoring"),
    path("scoring/rescore/", scoring.rescore, name="scoring-rescore"),
    path("scoring/progress/", scoring.progress, name="scoring-progress"),
    path("join/<int:company_id>/<str:token>/", join.join, name="join"),
    path("staff/", staff.staff, name="staff"),
    path("staff/visit/", staff.begin_visit, name="staff-visit"),
    path("staff/visit/end/", staff.end_visit, name="staff-visit-end"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
