"""Coming in with more than a password, in a real browser: passkeys by a virtual key, and an authenticator app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from calltracking.demo import DEMO_PASSWORD
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.access.codes import code
from tests.browser.waiting import rest
from tests.security.payloads import PAYLOADS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

OWNER = "owner@banyan.example"


def give_key(page: Page) -> None:
    """Plug in a security key that says yes to everything, as a finger on a sensor would."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter_password(page: Page) -> None:
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("form.rs-form button[type=submit]")


def log_out(page: Page, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/")


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_e_mail_and_password_lead_home(demo: str, open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page(demo, width=width, scheme=scheme)
    page.fill("input[name=login]", OWNER)
    enter_password(page)
    page.wait_for_url(f"{demo}/")
    rest(page)
    assert page.troubles == []  # type: ignore[attr-defined]


def test_a_passkey_is_made_and_lets_its_person_in_without_a_password(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    give_key(page)
    page.goto(f"{demo}/accounts/two-factor/webauthn/add/")
    enter_password(page)
    page.get_by_label("It may log me in without my password").check()
    page.click("text=Add it")
    page.wait_for_url("**/recovery-codes/")
    expect(page.locator(".rs-codes li")).to_have_count(10)

    log_out(page, demo)
    page.click("text=Log in with a passkey")
    page.wait_for_url(f"{demo}/")

    # With the password, it is the second step.
    log_out(page, demo)
    page.fill("input[name=login]", OWNER)
    enter_password(page)
    page.click("text=Use a passkey or security key")
    page.wait_for_url(f"{demo}/")
    assert page.troubles == []  # type: ignore[attr-defined]


def test_without_a_passkey_the_page_says_so(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo)
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    page.reload()
    page.click("text=Log in with a passkey")
    expect(page.get_by_role("alert")).to_contain_text("No passkey was given")


def test_a_company_that_requires_it_leads_its_owner_through(demo: str, open_page: Callable[..., Page]) -> None:
    Company.objects.update(requires_two_factor=True)
    page = open_page(demo)
    page.fill("input[name=login]", OWNER)
    enter_password(page)
    expect(page.locator("h1")).to_have_text("Two-factor log-in")
    expect(page.get_by_role("status")).to_contain_text("requires a second factor")
    page.click("text=Set up >> nth=-1")
    enter_password(page)
    key = page.locator("#authenticator_secret").inner_text()
    page.fill("input[name=code]", code(key=key))
    page.click("form.rs-form button[type=submit]")
    expect(page.locator(".rs-codes li")).to_have_count(10)
    page.goto(f"{demo}/calls/")
    expect(page.locator(".rs-table tbody tr").first).to_be_visible()
    assert page.troubles == []  # type: ignore[attr-defined]


def test_no_script_that_a_caller_spoke_runs(demo: str, open_page: Callable[..., Page]) -> None:
    company = Company.objects.get(slug="banyan-estates")
    with use_company(company):
        lead = factories.make_lead(full_name=PAYLOADS[7][:200], business_name=PAYLOADS[5], notes="\n".join(PAYLOADS))
        said = [("customer" if number % 2 else "agent", payload) for number, payload in enumerate(PAYLOADS)]
        contact = factories.Contact.objects.get(pk=lead.pk)
        call: Call = factories.make_call(contact=contact, turns=said, title=PAYLOADS[9], raw={"said": list(PAYLOADS)})
        factories.make_insight(call, summary=PAYLOADS[11])
    page = open_page(demo, email=OWNER)
    ran: list[Any] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for path in (f"/calls/{call.pk}/", "/calls/", f"/calls/?q={PAYLOADS[7]}", f"/admin/crm/lead/{lead.pk}/change/"):
        page.goto(f"{demo}{path}")
        rest(page)
    assert ran == []
    assert page.troubles == []  # type: ignore[attr-defined]


def test_the_api_s_documentation_breaks_no_policy(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/api/docs")
    page.locator(".opblock").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    assert page.troubles == []  # type: ignore[attr-defined]
