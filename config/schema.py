"""How the schema of the API is drawn up."""

from __future__ import annotations

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Ringside",
    "DESCRIPTION": "Every phone conversation of a business: calls, what was said, what it meant.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["crm.api.permissions.IsMember"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api",
    "ENUM_NAME_OVERRIDES": {
        "CallStatus": "telephony.models.Call.Status",
        "LeadStatusWord": "crm.models.LeadStatus",
        "CallDirection": "telephony.models.Call.Direction",
        "InteractionDirection": "crm.models.Interaction.Direction",
    },
}
