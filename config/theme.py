"""How django-unfold looks and what stands in its sidebar, for the admin and for our own pages."""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Ringside",
    "SITE_HEADER": "Ringside",
    "SITE_SUBHEADER": "crm.look.company_name",
    "SITE_URL": "/",
    "SITE_SYMBOL": "ring_volume",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "calltracking.look.icon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": ["calltracking.look.stylesheet", "calltracking.look.figures_stylesheet"],
    "SCRIPTS": ["calltracking.look.script"],
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "calltracking.look.navigation",
    },
    "SITE_DROPDOWN": "crm.look.companies",
    "ACCOUNT": {"navigation": "crm.look.account"},
}
