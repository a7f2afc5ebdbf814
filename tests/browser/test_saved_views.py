"""A view of the list, from the keyboard: kept under a name, opened, renamed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import rest
from tests.browser.walking import OWNER, troubles_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.mark.row("S2.106")
@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_a_view_is_kept_opened_renamed_deleted_and_brought_back_from_the_keyboard(
    demo: str, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(demo, email=OWNER, width=width, scheme=scheme)
    views = page.get_by_role("navigation", name="Saved views")
    page.goto(f"{demo}/calls/?direction=inbound")
    rest(page)

    press(page, "summary", "Save this view")
    name = views.get_by_label("Name")
    expect(name).to_be_visible()
    assert troubles_of(page, f"the form, {width} {scheme}") == []
    name.press_sequentially("Who rang us")
    page.keyboard.press("Enter")
    chip = views.get_by_role("link", name="Who rang us")
    expect(chip).to_have_attribute("aria-current", "true")

    page.goto(f"{demo}/calls/")
    expect(chip).not_to_have_attribute("aria-current", "true")
    chip.press("Enter")
    page.wait_for_url("**/calls/?direction=inbound")
    expect(page.locator("select[name=direction]")).to_have_value("inbound")

    press(page, "summary", "Change the view Who rang us")
    name.press("ControlOrMeta+a")
    name.press_sequentially("Inbound")
    page.keyboard.press("Enter")
    expect(views.get_by_role("link", name="Inbound")).to_have_attribute("aria-current", "true")
    expect(chip).to_have_count(0)

    press(page, "summary", "Change the view Inbound")
    views.get_by_role("button", name="Delete this view").press("Enter")
    expect(views.get_by_role("link", name="Inbound")).to_have_count(0)
    assert troubles_of(page, f"deleted, {width} {scheme}") == []

    page.get_by_role("button", name="Undo").press("Enter")
    expect(views.get_by_role("link", name="Inbound")).to_be_visible()
    assert page.troubles == []  # type: ignore[attr-defined]


def press(page: Page, tag: str, words: str) -> None:
    """Open what is folded away with the key, as somebody without a mouse does."""
    found = page.locator(f"nav.rs-views {tag}").and_(page.get_by_text(words, exact=True).or_(page.get_by_label(words)))
    found.focus()
    page.keyboard.press("Enter")
