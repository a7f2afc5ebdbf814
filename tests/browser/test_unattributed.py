"""Calls without a campaign in a real browser: one click, many with a look first, the way back, and the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from calltracking.models import AttributionBatch
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call
from tests.browser.test_pages import reached_by_tab
from tests.browser.waiting import rest, settle
from tests.browser.walking import OWNER, troubles_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

PAGE = "/analytics/unattributed-calls/"
POSTERS = "Metro station posters"


def in_demo(asked: Callable[[], Any]) -> Any:
    with use_company(Company.objects.get(slug="banyan-estates")):
        return asked()


def how_many_open() -> int:
    return int(in_demo(lambda: Call.objects.unattributed().count()))


def type_in(page: Page, form: Locator) -> None:
    """Type the campaign's name, and wait until names are offered: leaving before then breaks off their request."""
    settle(page)
    with page.expect_response("**/choices/**"):
        form.locator("input[name=campaign_name]").fill(POSTERS)


@pytest.mark.row("S2.116", "S2.54", "S2.53")
def test_one_click_gives_a_call_and_another_takes_it_back(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}{PAGE}")
    before = how_many_open()
    row = page.locator("tr:has(.rs-offer)").first
    found = f"#{row.get_attribute('id')}"

    page.locator(f"{found} .rs-offer").first.click()
    expect(page.locator(found)).to_contain_text("Given to")
    expect(page.locator("#open-said")).to_contain_text("Given to")
    assert how_many_open() == before - 1
    expect(page.locator(f"{found} button", has_text="Undo")).to_be_focused()
    settle(page)
    page.keyboard.press("Enter")
    expect(page.locator(f"{found} .rs-offer").first).to_be_visible()
    assert how_many_open() == before

    settle(page)
    # The form opens in the row; Cancel leaves all as it was, and the focus where it came from.
    opener = page.locator(f"{found} .rs-open-act a")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{found} input[name=campaign_name]")).to_be_focused()
    settle(page)
    page.keyboard.type("Nowhere")
    page.keyboard.press("Enter")
    expect(page.locator(found)).to_contain_text("There is no campaign called “Nowhere”.")
    settle(page)
    page.locator(f"{found} [data-cancel]").press("Enter")
    expect(opener).to_be_focused()
    assert how_many_open() == before
    settle(page)
    opener.press("Enter")
    page.locator(f"{found} input[name=campaign_name]").fill("metro")
    expect(page.locator(f"{found} datalist option[value='{POSTERS}']")).to_have_count(1)
    type_in(page, page.locator(found))
    page.keyboard.press("Enter")
    expect(page.locator(found)).to_contain_text(f"Given to {POSTERS}.")
    assert page.troubles == []  # type: ignore[attr-defined]


@pytest.mark.row("S2.57", "S2.59", "S1.55")
def test_many_are_chosen_looked_at_confirmed_and_undone(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}{PAGE}")
    before = how_many_open()
    boxes, bar = page.locator("td.rs-col-choose input"), page.locator("#choose")
    expect(bar).to_be_hidden()

    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 calls chosen")
    bar.locator("[data-choose-none]").click()
    expect(bar).to_be_hidden()
    page.locator("[data-choose-all]").check()
    expect(bar).to_contain_text(f"{before} calls chosen")
    page.locator("[data-choose-all]").uncheck()
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    boxes.nth(2).focus()
    page.keyboard.press("Space")
    type_in(page, bar)
    page.keyboard.press("Enter")

    expect(page.locator(".rs-foreseen")).to_contain_text("Attribution rate")
    assert troubles_of(page, "what changes") == []
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"{demo}{PAGE}")
    assert how_many_open() == before

    page.locator("[data-choose-all]").check()
    type_in(page, bar)
    bar.locator("button.rs-button-main").click()
    page.get_by_role("button", name=f"Assign {before} calls").click()
    expect(page.locator("body")).to_contain_text(f"{before} calls are now {POSTERS}’s.")
    assert how_many_open() == 0
    expect(page.locator("#content")).to_contain_text("Every call has its answer")
    page.locator("button.rs-link", has_text="Undo").click()
    expect(page.locator("body")).to_contain_text(f"Undone: {before} calls are as before.")
    assert how_many_open() == before
    assert in_demo(AttributionBatch.objects.count) == 2
    assert page.troubles == []  # type: ignore[attr-defined]


def test_its_pages_are_sound_wide_and_narrow_light_and_dark(demo: str, open_page: Callable[..., Page]) -> None:
    call = in_demo(lambda: Call.objects.unattributed().order_by("-started_at").first().pk)
    troubles = []
    for width, scheme in ((1300, "light"), (390, "dark")):
        page = open_page(demo, email=OWNER, width=width, scheme=scheme)
        for path in (PAGE, f"{PAGE}?q=zzzz", "/analytics/attributions/", f"/calls/{call}/campaign/"):
            page.goto(f"{demo}{path}")
            rest(page)
            troubles += troubles_of(page, f"{path} {width} {scheme}")
        page.goto(f"{demo}{PAGE}")
        page.locator(".rs-open-act a").first.click()
        expect(page.locator(".rs-open-form")).to_be_visible()
        settle(page)
        page.locator("td.rs-col-choose input").nth(1).check()
        troubles += troubles_of(page, f"choosing {width} {scheme}")
        page.locator(".rs-open-form button", has_text="No campaign").click()
        expect(page.locator(".rs-open-done")).to_contain_text("no campaign brought this call")
        troubles += troubles_of(page, f"done {width} {scheme}")
        page.goto(f"{demo}/analytics/attributions/")
        troubles += troubles_of(page, f"operations {width} {scheme}")
    assert not troubles, "\n".join(troubles)


@pytest.mark.row("S2.56")
def test_a_call_gets_another_campaign_on_its_page(demo: str, open_page: Callable[..., Page]) -> None:
    call = in_demo(lambda: Call.objects.filter(attributed_by="recipient").order_by("pk").first())
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/calls/{call.pk}/")
    card = page.locator("#campaign")
    card.get_by_role("link", name="Change").click()
    expect(card.locator("input[name=campaign_name]")).to_be_focused()
    type_in(page, card)
    page.keyboard.press("Enter")
    expect(card).to_contain_text(f"Given to {POSTERS}.")
    settle(page)
    card.locator("summary").click()
    expect(card.locator(".rs-history")).to_contain_text(re.compile("Chosen by a person"))
    assert troubles_of(page, "the card") == []
    card.locator("button", has_text="Undo").click()
    expect(card).to_contain_text("Undone: 1 call is as before.")
    assert in_demo(lambda: Call.objects.get(pk=call.pk).campaign_id) == call.campaign_id


def test_everything_is_reached_by_tab(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}{PAGE}?days=1")
    rest(page)
    page.locator("td.rs-col-choose input").first.check()
    assert reached_by_tab(page) == []
