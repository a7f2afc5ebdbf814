"""The layout that admin and pages share: the sidebar, the stylesheet and the scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from crm.roles import TAKE_OUT


def stylesheet(request: HttpRequest) -> str:
    return static("calltracking/ringside.css")


def figures_stylesheet(request: HttpRequest) -> str:
    return static("calltracking/figures.css")


def icon(request: HttpRequest) -> str:
    return static("calltracking/icon.svg")


def script(request: HttpRequest) -> str:
    return static("calltracking/ringside.js")


def live_script(request: HttpRequest) -> str:
    return static("calltracking/live.js")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar: what the person's role may see, one entry lit."""
    groups: list[tuple[str | None, list[tuple[str, str, str, str | None]]]] = [
        (
            None,
            [
                ("Home", "home", "home", None),
                ("Dashboard", "bar_chart", "analytics", "telephony.view_call"),
                ("Calls", "call", "calls", "telephony.view_call"),
                ("Insights", "insights", "insights", "crm.view_lead"),
                ("Unattributed calls", "link_off", "unattributed", "telephony.view_call"),
                ("Exports", "download", "exports", TAKE_OUT),
                ("Imports", "upload", "imports", "crm.view_contactimport"),
            ],
        ),
        (
            "Customers",
            [
                ("Leads", "local_fire_department", "admin:crm_lead_changelist", "crm.view_lead"),
                ("Contacts", "group", "admin:crm_contact_changelist", "crm.view_contact"),
                ("Follow-ups", "event_upcoming", "admin:crm_followup_changelist", "crm.view_followup"),
                ("Campaigns", "campaign", "admin:crm_campaign_changelist", "crm.view_campaign"),
                ("What campaigns bring", "monitoring", "campaigns", "crm.view_campaign"),
            ],
        ),
        (
            "Settings",
            [
                ("Phone lines", "dialpad", "admin:telephony_phoneline_changelist", "telephony.change_phoneline"),
                ("Agents", "support_agent", "admin:telephony_agent_changelist", "telephony.change_agent"),
                ("Connections", "monitor_heart", "connections", "telephony.view_provideraccount"),
                ("Sync health", "sync", "sync-health", "telephony.view_syncrun"),
                ("Providers", "cable", "admin:telephony_provideraccount_changelist", "telephony.view_provideraccount"),
                ("Inbox", "inbox", "admin:telephony_webhookevent_changelist", "telephony.view_webhookevent"),
                ("Quarantine", "gpp_bad", "admin:telephony_quarantined_changelist", "telephony.view_quarantined"),
                ("Follow-up rules", "rule", "admin:crm_followuprule_changelist", "crm.view_followuprule"),
                ("Scoring", "speed", "scoring", "analysis.view_scorerule"),
                ("Fields", "fact_check", "admin:crm_extractionfield_changelist", "crm.view_extractionfield"),
                (
                    "Attribution rules",
                    "conversion_path",
                    "admin:calltracking_attributionrule_changelist",
                    "calltracking.view_attributionrule",
                ),
                (
                    "Prices",
                    "payments",
                    "admin:calltracking_serviceprice_changelist",
                    "calltracking.view_serviceprice",
                ),
                ("API keys", "key", "admin:crm_apikey_changelist", "crm.view_apikey"),
                ("Members", "badge", "admin:crm_membership_changelist", "crm.view_membership"),
                ("Roles", "key", "roles", "crm.view_membership"),
                ("History", "history", "audit", "crm.view_history"),
                ("Company", "domain", "admin:crm_company_changelist", "crm.view_company"),
            ],
        ),
    ]
    links = [reverse(entry[2]) for _, entries in groups for entry in entries if _is_there(entry[2])]
    # Of two that begin alike the longer one is meant; everything begins with «/».
    lit = max((link for link in links if request.path.startswith(link) and link != "/"), key=len, default="")
    return [
        {
            "title": title,
            "separator": title is not None,
            "items": [_item(lit or request.path, *entry) for entry in entries if _is_there(entry[2])],
        }
        for title, entries in groups
    ]


def _item(lit: str, title: str, icon: str, view: str, permission: str | None) -> dict[str, Any]:
    link = reverse(view)
    is_active = link == lit
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "active": _always(is_active),
        "permission": lambda request: permission is None or request.user.has_perm(permission),
    }


def _always(value: bool) -> Callable[[HttpRequest], bool]:
    return lambda request: value


def _is_there(view: str) -> bool:
    try:
        reverse(view)
    except NoReverseMatch:
        return False
    return True
