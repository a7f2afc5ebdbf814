"""Pages on paper: black on white whatever the theme, nothing cut off, and nothing that wants to be clicked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import rest
from tests.browser.walking import OWNER, heard, pages_of_the_demo, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# What A4 leaves between its margins, in the browser's pixels.
PAPER = {"width": 718, "height": 1000}
TO_CLICK = "#nav-sidebar, .rs-bell, .rs-tabs, .rs-filters, .rs-button, textarea, [type=checkbox]"


def test_figures_insights_calls_and_reports_can_be_printed(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER, scheme="dark")
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    paths = pages_of_the_demo()
    for name in ("dashboard", "numbers of leads", "costs", "reports", "insights", "hot call", "calls"):
        page.emulate_media(media="screen")
        page.goto(f"{demo}{paths[name]}")
        rest(page)
        page.emulate_media(media="print")
        expect(page.locator("h1")).to_be_visible()
        shown = page.locator(TO_CLICK).filter(visible=True)
        assert shown.evaluate_all("parts => parts.map(part => part.outerHTML.slice(0, 120))") == [], name
        assert heard(page, name) == []
        faint = violations(page, "#content", runOnly=["color-contrast"])
        assert [node["html"] for each in faint for node in each["nodes"]] == [], name
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_table_behind_a_chart_is_printed_when_it_was_opened(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/analytics/")
    page.locator("#behind-calls-over-time summary").click()
    page.emulate_media(media="print")
    expect(page.locator("#behind-calls-over-time table")).to_be_visible()
    expect(page.locator("#behind-success-rate-over-time table")).to_be_hidden()
    expect(page.locator(".rs-chart svg").first).to_be_visible()
