"""A manager changes what counts: looks at it first, keeps it, scores the calls there are, and goes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.waiting import settle
from tests.browser.walking import troubles_of

MANAGER = "manager@banyan.example"


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_a_change_is_looked_at_kept_done_and_taken_back(
    demo: str, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(demo, email=MANAGER, width=width, scheme=scheme)
    page.goto(f"{demo}/scoring/")
    budget = page.get_by_label("Points for: Budget stated")
    before = budget.input_value()
    budget.fill("45")
    page.get_by_role("button", name="See what it would change").click()
    expect(page.locator(".rs-preview")).to_contain_text("Biggest moves")
    expect(page.get_by_text(f"was {before}")).to_be_visible()
    assert troubles_of(page, f"preview {width} {scheme}") == []

    settle(page)
    page.get_by_role("button", name="Save these rules").click()
    expect(page.get_by_text("Saved. New calls are scored by these rules")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Score all calls by these rules").click()
    expect(page.locator("#rescoring")).to_contain_text("calls looked at")
    factories.work_off()
    # The page asks by itself until it is done.
    expect(page.locator("#rescoring")).to_contain_text("Last scored anew", timeout=15_000)
    assert troubles_of(page, f"scored {width} {scheme}") == []

    page.get_by_role("link", name="Go back to the rules before").click()
    expect(budget).to_have_value(before)
    settle(page)
    page.get_by_role("button", name="Save these rules").click()
    settle(page)
    page.get_by_role("button", name="Score all calls by these rules").click()
    factories.work_off()
    expect(page.locator("#rescoring")).to_contain_text("Last scored anew", timeout=15_000)
