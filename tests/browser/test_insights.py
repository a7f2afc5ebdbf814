"""Insights and the numbers of leads, team and costs in a browser: sound at every width, and fresh in their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crm.models import Company, FollowUp
from crm.tenancy import use_company
from tests.browser.waiting import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]

MANAGER = "manager@banyan.example"
MODES = [(1300, "light"), (390, "dark")]
PAGES = ("/insights/", "/insights/?score_from=90&mood=negative", "/analytics/leads/", "/analytics/team/?days=90")


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_the_pages_are_sound(demo: str, open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page(demo, email=MANAGER, width=width, scheme=scheme)
    for address in (*PAGES, "/analytics/costs/?calls=2000"):
        page.goto(f"{demo}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(page, context="#content")
        assert found.violations_count == 0, (address, found.generate_report())
    assert page.troubles == []  # type: ignore[attr-defined]


@pytest.mark.row("S3.131")
def test_hot_leads_refresh_without_losing_the_place_or_what_was_done(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=MANAGER)
    page.clock.install()
    page.goto(f"{demo}/insights/?sort=-score")
    settle(page)
    done = page.get_by_role("button", name="Mark done").first
    done.click()
    undo = page.get_by_role("button", name="Undo").first
    expect(undo).to_be_visible()
    undo.focus()
    undo.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")

    with page.expect_response(lambda answer: "/insights/" in answer.url and "done=" in answer.url):
        page.clock.run_for(31_000)
    settle(page)

    expect(undo).to_be_visible()
    expect(undo).to_be_focused()
    assert page.evaluate("scrollY") == place
    assert page.url == f"{demo}/insights/?sort=-score"
    with use_company(Company.objects.get(slug="banyan-estates")):
        assert FollowUp.objects.filter(state=FollowUp.State.DONE).exists()
    undo.click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert page.troubles == []  # type: ignore[attr-defined]
