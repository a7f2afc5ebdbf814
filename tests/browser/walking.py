"""Walking through the pages in a browser: which there are, and what can be wrong with any of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from calltracking.models import Export
from crm.models import Company, Contact, FollowUp, Lead, Membership
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, WebhookEvent
from tests.browser.waiting import rest

OWNER = "owner@banyan.example"
# Of moderate weight, in the frame that the theme draws around every page.
OF_THE_THEME = {"landmark-one-main", "landmark-unique", "region"}
# As a page is opened; each is then turned to the other theme, so that it is seen in all four modes.
OPENED = [(1300, "light"), (390, "dark")]
OTHER = {"light": "dark", "dark": "light"}
# `make images` sets it: the pictures of the README and the documentation come from this walk.
IMAGES = os.environ.get("RINGSIDE_IMAGES", "")
PICTURES = {
    ("home", 1300, "light"): "home.png",
    ("calls", 1300, "light"): "calls.png",
    ("hot call", 1300, "light"): "call.png",
    ("hot call", 1300, "dark"): "call_dark.png",
    ("hot call", 390, "light"): "call_phone.png",
    ("dashboard", 1300, "light"): "dashboard.png",
    ("insights", 1300, "light"): "insights.png",
    ("leads", 1300, "light"): "leads.png",
    ("lead", 1300, "light"): "lead.png",
}
# What a card holds stays within its border; what is wider scrolls in a part of its own.
SPILLING = """() => [...document.querySelectorAll('.rs-card')].filter(card => card.scrollWidth > card.clientWidth + 1)
  .map(card => card.outerHTML.slice(0, 120))"""

# The theme is chosen by hand, and left to the system again, which by then has the same.
TURNED = """async scheme => {
  const theme = Alpine.$data(document.documentElement);
  theme.adminTheme = scheme;
  await Alpine.nextTick();
  theme.adminTheme = 'auto';
  await Alpine.nextTick();
  // Colors fade into each other, and what they lead to may fade in its turn: all are brought to their end.
  const fading = () => document.getAnimations().filter(each => each instanceof CSSTransition);
  for (let left = fading(); left.length; left = fading()) left.forEach(each => each.finish());
}"""
IS_DARK = "document.documentElement.classList.contains('dark')"
# Only what is wrong comes back; the script is put in once per page.
AXE = "([about, options]) => axe.run(about || document, options).then(({violations}) => violations)"


def pages_of_the_demo() -> dict[str, str]:
    """Every kind of page by what is special about it."""
    return {**pages_of_calls(), **pages_of_figures(), **pages_of_customers(), **pages_of_settings()}


def pages_of_calls() -> dict[str, str]:
    with use_company(Company.objects.get(slug="banyan-estates")):
        hot = Call.objects.filter(is_hot=True).exclude(contact=None).order_by("-score", "-started_at").first()
        shared = Call.objects.filter(is_ambiguous=True).first()
        silent = Call.objects.filter(turns=None).first()
        found = {
            "home": "/",
            "calls": "/calls/",
            "calls, filtered": "/calls/?direction=inbound&sort=-score",
            "calls, none": "/calls/?q=zzzz",
            "hot call": f"/calls/{hot.pk}/",
            "readings": f"/calls/{hot.pk}/readings/",
            "a value": f"/calls/{hot.pk}/value/?name=intent",
            "calls, read anew": "/calls/reprocess/?hot=true",
            "silent call": f"/calls/{silent.pk}/",
            "calls as a file": "/calls/export/?direction=inbound",
            "notifications": "/notifications/",
            "what one is told of": "/notifications/preferences/",
        }
        if shared:
            found["shared number"] = f"/calls/{shared.pk}/"
        return found


def pages_of_figures() -> dict[str, str]:
    no_days = "started_from=2001-01-01&started_to=2001-01-02"
    return {
        "dashboard": "/analytics/",
        "dashboard, by weeks": "/analytics/?days=90",
        "dashboard, none": f"/analytics/?{no_days}",
        "numbers of leads": "/analytics/leads/",
        "numbers of the team": "/analytics/team/?days=90",
        "nobody's numbers": f"/analytics/team/?{no_days}",
        "costs": "/analytics/costs/?calls=2000",
        "reports": "/analytics/reports/",
        "a report": "/analytics/reports/?report=team",
        "insights": "/insights/",
        "insights, none": "/insights/?score_from=90&mood=negative",
        "exports": "/exports/",
    }


def pages_of_customers() -> dict[str, str]:
    with use_company(Company.objects.get(slug="banyan-estates")):
        hot = Call.objects.filter(is_hot=True).exclude(contact=None).order_by("-score", "-started_at").first()
        lead = Lead.objects.filter(pk=hot.contact_id).get()
        return {
            "leads": "/admin/crm/lead/",
            "lead": f"/admin/crm/lead/{lead.pk}/change/",
            "contacts": "/admin/crm/contact/",
            "contacts as a file": "/admin/crm/contact/file/",
            "contact": f"/admin/crm/contact/{Contact.objects.order_by('pk').first().pk}/change/",
            "new contact": "/admin/crm/contact/add/",
            "follow-ups": "/admin/crm/followup/",
            "follow-up": f"/admin/crm/followup/{FollowUp.objects.order_by('pk').first().pk}/change/",
            "rules": "/admin/crm/followuprule/",
        }


def pages_of_settings() -> dict[str, str]:
    with use_company(Company.objects.get(slug="banyan-estates")):
        return {
            "companies": "/companies/",
            "connections": "/connections/",
            "sync health": "/sync-health/",
            "scoring": "/scoring/",
            "roles": "/roles/",
            "members": "/admin/crm/membership/",
            "company": "/admin/crm/company/",
            "providers": "/admin/telephony/provideraccount/",
            "provider": f"/admin/telephony/provideraccount/{ProviderAccount.objects.first().pk}/change/",
            "inbox": "/admin/telephony/webhookevent/",
            "delivery": f"/admin/telephony/webhookevent/{WebhookEvent.objects.first().pk}/change/",
            "agents": "/admin/telephony/agent/",
            "two-factor": "/accounts/two-factor/",
            "sessions": "/accounts/sessions/",
            "password": "/accounts/password/change/",
            "a new passkey": "/accounts/two-factor/webauthn/add/",
        }


def pages_of_a_new_company() -> dict[str, str]:
    """What somebody sees on the first day."""
    paths = ("/", "/calls/", "/notifications/", "/sync-health/")
    return {f"first day, {path}": path for path in (*paths, *pages_of_figures().values())}


GROUPS = [pages_of_calls, pages_of_figures, pages_of_customers, pages_of_settings]


def walk(page: Page, address: str, paths: dict[str, str], *, width: int, scheme: str, turn: bool = False) -> list[str]:
    """Open each page, turn it to the other theme if asked, and return what is wrong with any."""
    troubles = []
    for name, path in paths.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{address}{path}")
        rest(page)
        for theme in (scheme, OTHER[scheme])[: 1 + turn]:
            if theme != scheme:
                turn_to(page, theme)
            assert page.evaluate(IS_DARK) == (theme == "dark"), (name, width, theme)
            # Narrow and dark has the shapes of narrow and light, and the colors of wide and dark.
            where = f"{name} {width} {theme}"
            troubles += heard(page, where) if (width, theme) == (390, "dark") else troubles_of(page, where)
            take_picture(page, name, width, theme)
    return troubles


def turn_to(page: Page, scheme: str) -> None:
    """Let the system change its theme under an open page; a page that asks for it only once is opened anew."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    if page.evaluate("!!window.Alpine"):
        page.evaluate(TURNED, scheme)
    else:
        page.reload()
        rest(page)


def two_exports() -> None:
    """One that can be fetched, and one that is being written."""
    company = Company.objects.get(slug="banyan-estates")
    with use_company(company):
        by = Membership.objects.get(company=company, user__email=OWNER)
        done = Export.objects.create(what="calls", format="xlsx", made_by=by, source="page", is_background=True, rows=9)
        done.finish()
        Export.objects.create(
            what="calls", format="csv", made_by=by, source="page", is_background=True, rows=4, total=9
        )


def troubles_of(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page: what was heard of it, and what axe finds but for trifles."""
    found = heard(page, where)
    for violation in violations(page):
        if violation["impact"] == "minor" or violation["id"] in OF_THE_THEME:
            continue
        nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        found.append(f"{where}: axe {violation['id']} ({violation['impact']}): {nodes}")
    return found


def violations(page: Page, about: str = "", **options: Any) -> list[dict[str, Any]]:
    """Return what axe finds wrong with the page, or with a part of it."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(AXE, [about, {"resultTypes": ["violations"], **options}])
    return found


def heard(page: Page, where: str) -> list[str]:
    """Return the errors, failed requests and refused scripts since it was last asked, and what is too wide."""
    found = [f"{where}: {trouble}" for trouble in page.troubles]  # type: ignore[attr-defined]
    page.troubles.clear()  # type: ignore[attr-defined]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 1:
        found.append(f"{where}: scrolls sideways by {overflow} px")
    return [*found, *(f"{where}: spills out of its card: {card}" for card in page.evaluate(SPILLING))]


def take_picture(page: Page, name: str, width: int, scheme: str) -> None:
    file = PICTURES.get((name, width, scheme))
    if IMAGES and file:
        Path(IMAGES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(IMAGES) / file))
