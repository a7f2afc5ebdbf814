"""The dashboard in a real browser: fresh without losing one's place, and still there in an outage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm.models import Company
from crm.tenancy import use_company
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

MANAGER = "manager@banyan.example"


@pytest.mark.row("S3.99", "S2.122")
def test_figures_refresh_without_losing_the_place(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=MANAGER)
    page.clock.install()
    page.goto(f"{demo}/analytics/")
    calls = page.locator("#figure-calls strong")
    before = int(calls.inner_text())
    opened = page.locator("#behind-success-rate-over-time")
    opened.locator("summary").click()
    page.locator("#figure-calls").evaluate("element => element.focus()")
    opened.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")

    add_a_call()
    page.clock.fast_forward(31_000)

    expect(calls).to_have_text(str(before + 1))
    assert opened.get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == "figure-calls"
    assert page.evaluate("scrollY") == place

    # A hidden tab asks nothing; once it is seen again it does at once.
    page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, get: () => window.isAway})")
    page.evaluate("window.isAway = true")
    add_a_call()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(65_000)
    # The bell rings for itself.
    assert [url for url in asked if "/notifications/" not in url] == []
    expect(calls).to_have_text(str(before + 1))
    page.evaluate("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(calls).to_have_text(str(before + 2))
    assert page.troubles == []  # type: ignore[attr-defined]


def test_an_outage_is_said_and_the_figures_stay(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=MANAGER)
    page.clock.install()
    page.goto(f"{demo}/analytics/")
    shown = page.locator("#figure-calls strong").inner_text()
    page.route("**/analytics/", lambda route: route.abort())
    page.clock.fast_forward(31_000)
    expect(page.locator("[data-fresh]")).to_contain_text("not refreshed since")
    assert page.locator("#figure-calls strong").inner_text() == shown


def add_a_call() -> None:
    with use_company(Company.objects.get(slug="banyan-estates")):
        factories.make_call()
