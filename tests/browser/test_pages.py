"""The pages in a real browser: sound at every width and in both themes, usable from the keyboard, and accessible."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crm.models import Company, Contact, FollowUp, Lead
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, WebhookEvent
from tests.browser.waiting import settle

# In no group: any process may take any of them, since the demo is quickly put back.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

OWNER = "owner@banyan.example"
MODES = [(1300, "light"), (1300, "dark"), (390, "light"), (390, "dark")]
# `make images` sets it: the pictures of the README and the documentation come from this test.
IMAGES = os.environ.get("RINGSIDE_IMAGES", "")
PICTURES = {
    ("home", 1300, "light"): "home.png",
    ("calls", 1300, "light"): "calls.png",
    ("hot call", 1300, "light"): "call.png",
    ("hot call", 1300, "dark"): "call_dark.png",
    ("hot call", 390, "light"): "call_phone.png",
    ("leads", 1300, "light"): "leads.png",
    ("lead", 1300, "light"): "lead.png",
}


def pages_of_the_demo() -> dict[str, str]:
    """Every kind of page by what is special about it."""
    with use_company(Company.objects.get(slug="banyan-estates")):
        hot = Call.objects.filter(is_hot=True).exclude(contact=None).order_by("-score", "-started_at").first()
        shared = Call.objects.filter(is_ambiguous=True).first()
        silent = Call.objects.filter(turns=None).first()
        lead = Lead.objects.filter(pk=hot.contact_id).get()
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
            "companies": "/companies/",
            "connections": "/connections/",
            "leads": "/admin/crm/lead/",
            "lead": f"/admin/crm/lead/{lead.pk}/change/",
            "contacts": "/admin/crm/contact/",
            "contact": f"/admin/crm/contact/{Contact.objects.order_by('pk').first().pk}/change/",
            "new contact": "/admin/crm/contact/add/",
            "follow-ups": "/admin/crm/followup/",
            "follow-up": f"/admin/crm/followup/{FollowUp.objects.order_by('pk').first().pk}/change/",
            "rules": "/admin/crm/followuprule/",
            "scoring": "/scoring/",
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
        if shared:
            found["shared number"] = f"/calls/{shared.pk}/"
        return found


@pytest.mark.row("S1.52", "S3.202", "S0.97", "S3.2")
@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_every_page_is_sound_wide_and_narrow_light_and_dark(
    demo: str, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    outside = open_page(demo, width=width, scheme=scheme)
    troubles = troubles_of(outside, "log-in")
    outside.goto(f"{demo}/accounts/password/reset/")
    troubles += troubles_of(outside, "reset")
    page = open_page(demo, email=OWNER, width=width, scheme=scheme)
    for name, path in pages_of_the_demo().items():
        page.goto(f"{demo}{path}")
        page.wait_for_load_state("networkidle")
        troubles += troubles_of(page, name)
        take_picture(page, name, width, scheme)

    assert not troubles, "\n".join(troubles)


def troubles_of(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page: errors, failed requests, sideways scrolling, serious findings of axe."""
    found = [f"{where}: {trouble}" for trouble in page.troubles]  # type: ignore[attr-defined]
    page.troubles.clear()  # type: ignore[attr-defined]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 1:
        found.append(f"{where}: scrolls sideways by {overflow} px")
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            found.append(f"{where}: axe {violation['id']} ({violation['impact']}): {nodes}")
    return found


def take_picture(page: Page, name: str, width: int, scheme: str) -> None:
    file = PICTURES.get((name, width, scheme))
    if IMAGES and file:
        Path(IMAGES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(IMAGES) / file))


def test_a_day_of_call_work_from_the_keyboard(demo: str, open_page: Callable[..., Page]) -> None:
    pages = pages_of_the_demo()
    page = open_page(demo, email="nandini@banyan.example")

    # Everything that can be used is reached by Tab alone, and shows that it is.
    for name in ("home", "calls", "leads", "lead", "contact", "follow-ups", "hot call"):
        page.goto(f"{demo}{pages[name]}")
        page.wait_for_load_state("networkidle")
        assert (name, reached_by_tab(page)) == (name, [])

    # The lead is moved, and moved back, without a mouse.
    status = page.locator("#lead select[name=status]")
    before = status.input_value()
    status.focus()
    page.keyboard.type("Callb")
    page.keyboard.press("Tab")
    expect(page.locator("#lead")).to_contain_text("Status is now Callback.")
    page.locator("#lead button", has_text="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lead select[name=status]")).to_have_value(before)

    # A note is written and stays; a fact lights its line.
    page.locator("#notes textarea").focus()
    page.keyboard.type("Prefers the evening.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("Prefers the evening.")
    fact = page.locator(".rs-facts a").first
    turn = fact.get_attribute("data-turn")
    fact.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#turn-{turn}")).to_have_class(re.compile("is-lit"))

    # A value is put right, and taken back.
    page.locator("#values [aria-label^='Put it right: Wants']").press("Enter")
    settle(page)
    page.locator("#values .rs-value-form select").focus()
    page.keyboard.type("Callb")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#values")).to_contain_text("Wants is put right.")
    expect(page.locator("#meaning")).to_contain_text("Callback")
    page.locator("#values button", has_text="Undo").first.press("Enter")
    expect(page.locator("#values")).to_contain_text("Wants is as it was read again.")

    # The raw account is there when it is asked for.
    page.locator("details.rs-raw summary", has_text="own account").first.press("Enter")
    expect(page.locator("pre.rs-json")).to_contain_text("conversation_id")
    assert page.troubles == []  # type: ignore[attr-defined]


def reached_by_tab(page: Page) -> list[str]:
    """Return what can be used but is never reached by Tab, or shows no focus."""
    usable = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('#content a[href], #content button, #content select,'
            + ' #content input:not([type=hidden]), #content textarea, #content summary')];
          const shown = all.filter(e => e.checkVisibility() && !e.disabled);
          shown.forEach((e, i) => e.dataset.stop = i);
          return shown.map(e => e.outerHTML.slice(0, 120));
        }"""
    )
    reached: dict[int, bool] = {}
    page.evaluate("document.activeElement?.blur()")
    for _ in range(len(usable) + 60):
        page.keyboard.press("Tab")
        stop: Any = page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
              return e.dataset.stop === undefined ? null : [Number(e.dataset.stop), seen];
            }"""
        )
        if stop is not None:
            # A date is several stops, and one that shows is enough.
            reached[stop[0]] = reached.get(stop[0], False) or stop[1]
    return [html for index, html in enumerate(usable) if not reached.get(index)]


def test_search_narrows_the_list_while_one_types_and_keeps_the_place(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/calls/")
    rows = page.locator(".rs-table tbody tr")
    expect(rows).to_have_count(50)

    page.locator("#q").press_sequentially("90000 00012", delay=20)

    expect(rows).not_to_have_count(50)
    expect(page.locator("#q")).to_be_focused()
    assert "q=90000" in page.url
    page.locator("select[name=direction]").select_option("outbound")
    page.wait_for_url("**direction=outbound**")
    page.reload()
    expect(page.locator("select[name=direction]")).to_have_value("outbound")


def test_a_request_that_fails_says_so_and_keeps_what_was_typed(demo: str, open_page: Callable[..., Page]) -> None:
    pages = pages_of_the_demo()
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}{pages['hot call']}")
    page.route("**/notes/", lambda route: route.abort())

    page.fill("#notes textarea", "Do not lose this.")
    page.click("#notes button:has-text('Save note')")

    expect(page.locator("#notes .rs-failed")).to_contain_text("try again")
    expect(page.locator("#notes textarea")).to_have_value("Do not lose this.")
