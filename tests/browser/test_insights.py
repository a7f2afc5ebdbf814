"""Insights in a browser: fresh without losing the place or what was just done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm.models import Company, FollowUp
from crm.tenancy import use_company
from tests.browser.waiting import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

MANAGER = "manager@banyan.example"


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
