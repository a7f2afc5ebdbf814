"""A call is opened beside its campaign's list, by mouse and by keyboard, said to be no conversion, and closed again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm.models import Campaign, Company
from crm.tenancy import use_company
from tests.browser.waiting import settle
from tests.browser.walking import troubles_of

MANAGER = "manager@banyan.example"


@pytest.fixture
def campaign(demo: str) -> Campaign:
    """The campaign of the demo company with most calls."""
    with use_company(Company.objects.get(name="Banyan Estates")):
        return Campaign.objects.get(name="Weekend site visits")


@pytest.mark.row("S1.51", "S1.52", "S2.44", "S2.91")
@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_a_call_opens_beside_the_list_and_its_conversion_is_corrected(
    demo: str, campaign: Campaign, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(demo, email=MANAGER, width=width, scheme=scheme)
    page.goto(f"{demo}/campaigns/{campaign.pk}/calls/?status=success")
    assert troubles_of(page, f"list {width} {scheme}") == []
    link = page.locator("a[data-panel]").first
    pk = link.get_attribute("data-panel")
    link.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Read the whole conversation")
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    assert f"call={pk}" in page.url
    assert troubles_of(page, f"panel {width} {scheme}") == []

    settle(page)
    panel.get_by_role("button", name="It is no conversion").click()
    expect(panel.locator("#conversion")).to_contain_text("Said by a person")
    expect(page.locator(f"#converted-{pk}")).to_have_text("No conversion")
    settle(page)
    panel.get_by_role("button", name="Leave it to provider and lead status").click()
    expect(page.locator(f"#converted-{pk}")).to_have_text("Conversion")

    panel.locator("summary", has_text="as JSON").click()
    expect(panel.locator("pre.rs-json")).to_contain_text("{")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()
    expect(page).not_to_have_url(re.compile("call="))
    assert troubles_of(page, f"closed {width} {scheme}") == []


def test_the_address_keeps_the_call_and_the_way_back_closes_it(
    demo: str, campaign: Campaign, open_page: Callable[..., Page]
) -> None:
    page = open_page(demo, email=MANAGER)
    page.goto(f"{demo}/campaigns/{campaign.pk}/calls/")
    page.locator("a[data-panel]").nth(1).click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Transcript")
    page.reload()
    expect(panel).to_contain_text("Transcript")
    page.go_back()
    expect(panel).to_be_hidden()
    page.go_forward()
    expect(panel).to_contain_text("Transcript")


def test_the_filter_and_the_size_keep_to_the_list(
    demo: str, campaign: Campaign, open_page: Callable[..., Page]
) -> None:
    page = open_page(demo, email=MANAGER)
    page.goto(f"{demo}/campaigns/{campaign.pk}/calls/")
    expect(page.locator(".rs-campaign-calls tbody tr")).to_have_count(10)
    page.locator("select[name=size]").select_option("30")
    expect(page.locator(".rs-campaign-calls tbody tr")).to_have_count(15)
    page.locator("select[name=status]").select_option("success")
    expect(page.locator(".rs-result .rs-bad")).to_have_count(0)
    page.get_by_role("link", name="Duration").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Duration")
    assert "status=success" in page.url


@pytest.mark.row("S2.91")
@pytest.mark.parametrize(("width", "scheme"), [(1300, "dark"), (390, "light")])
def test_the_campaigns_other_pages_stand_every_width(
    demo: str, campaign: Campaign, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(demo, email=MANAGER, width=width, scheme=scheme)
    for path in ("campaigns/", f"campaigns/{campaign.pk}/", f"campaigns/{campaign.pk}/recipients/"):
        page.goto(f"{demo}/{path}")
        assert troubles_of(page, f"{path} {width} {scheme}") == []
    page.get_by_label("City").fill("Bengaluru")
    page.get_by_role("button", name="See how many").click()
    expect(page.locator("#people [role=status]")).to_be_visible()
    assert troubles_of(page, f"counted {width} {scheme}") == []
