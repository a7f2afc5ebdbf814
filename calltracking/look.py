"""The layout that admin and pages share: the sidebar, the stylesheet and the scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from crm.roles import TAKE_OUT


@dataclass(frozen=True)
class Entry:
    """A line of the sidebar: its name, its icon, the view it opens, and the right without which it is not shown."""

    title: str
    icon: str
    view: str
    right: str = ""

    @property
    def is_there(self) -> bool:
        try:
            reverse(self.view)
        except NoReverseMatch:
            return False
        return True

    def as_item(self, lit: str) -> dict[str, Any]:
        """Return it as the theme wants it; it is lit when its address is the one given."""
        link = reverse(self.view)
        return {
            "title": self.title,
            "icon": self.icon,
            "link": link,
            "active": _always(link == lit),
            "permission": lambda request: not self.right or request.user.has_perm(self.right),
        }


CALLS = (
    Entry("Home", "home", "home"),
    Entry("Dashboard", "bar_chart", "analytics", "telephony.view_call"),
    Entry("Calls", "call", "calls", "telephony.view_call"),
    Entry("Insights", "insights", "insights", "crm.view_lead"),
    Entry("Unattributed calls", "link_off", "unattributed", "telephony.view_call"),
    Entry("Exports", "download", "exports", TAKE_OUT),
    Entry("Imports", "upload", "imports", "crm.view_contactimport"),
)
CUSTOMERS = (
    Entry("Leads", "local_fire_department", "admin:crm_lead_changelist", "crm.view_lead"),
    Entry("Contacts", "group", "admin:crm_contact_changelist", "crm.view_contact"),
    Entry("Follow-ups", "event_upcoming", "admin:crm_followup_changelist", "crm.view_followup"),
    Entry("Campaigns", "campaign", "admin:crm_campaign_changelist", "crm.view_campaign"),
    Entry("What campaigns bring", "monitoring", "campaigns", "crm.view_campaign"),
)
SETTINGS = (
    Entry("Phone lines", "dialpad", "admin:telephony_phoneline_changelist", "telephony.change_phoneline"),
    Entry("Agents", "support_agent", "admin:telephony_agent_changelist", "telephony.change_agent"),
    Entry("Connections", "monitor_heart", "connections", "telephony.view_provideraccount"),
    Entry("Sync health", "sync", "sync-health", "telephony.view_syncrun"),
    Entry("Providers", "cable", "admin:telephony_provideraccount_changelist", "telephony.view_provideraccount"),
    Entry("Inbox", "inbox", "admin:telephony_webhookevent_changelist", "telephony.view_webhookevent"),
    Entry("Quarantine", "gpp_bad", "admin:telephony_quarantined_changelist", "telephony.view_quarantined"),
    Entry("Follow-up rules", "rule", "admin:crm_followuprule_changelist", "crm.view_followuprule"),
    Entry("Scoring", "speed", "scoring", "analysis.view_scorerule"),
    Entry("Fields", "fact_check", "admin:crm_extractionfield_changelist", "crm.view_extractionfield"),
    Entry(
        "Attribution rules",
        "conversion_path",
        "admin:calltracking_attributionrule_changelist",
        "calltracking.view_attributionrule",
    ),
    Entry("Prices", "payments", "admin:calltracking_serviceprice_changelist", "calltracking.view_serviceprice"),
    Entry("API keys", "key", "admin:crm_apikey_changelist", "crm.view_apikey"),
    Entry("Members", "badge", "admin:crm_membership_changelist", "crm.view_membership"),
    Entry("Roles", "key", "roles", "crm.view_membership"),
    Entry("History", "history", "audit", "crm.view_history"),
    Entry("Company", "domain", "admin:crm_company_changelist", "crm.view_company"),
)
SECTIONS: tuple[tuple[str | None, tuple[Entry, ...]], ...] = (
    (None, CALLS),
    ("Customers", CUSTOMERS),
    ("Settings", SETTINGS),
)


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
    links = [reverse(entry.view) for _, entries in SECTIONS for entry in entries if entry.is_there]
    # Of two that begin alike the longer one is meant; everything begins with «/».
    lit = max((link for link in links if request.path.startswith(link) and link != "/"), key=len, default="")
    return [
        {
            "title": title,
            "separator": title is not None,
            "items": [entry.as_item(lit or request.path) for entry in entries if entry.is_there],
        }
        for title, entries in SECTIONS
    ]


def _always(value: bool) -> Callable[[HttpRequest], bool]:
    return lambda request: value
