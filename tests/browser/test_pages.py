"""The pages in a real browser: sound at every width and in both themes, usable from the keyboard, and accessible."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from calltracking.demo import DEMO_PASSWORD
from tests import factories
from tests.browser.waiting import rest, settle
from tests.browser.walking import (
    GROUPS,
    OPENED,
    OWNER,
    pages_of_a_new_company,
    pages_of_the_demo,
    two_exports,
    walk,
)

# In no group: any process may take any of them, since the demo is quickly put back.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# Where each key led, and only if the place shows it. A date is several stops, and one that shows is enough.
NOTE_STOPS = """() => {
  window.stopsThatShow = new Set();
  window.addEventListener('keyup', () => {
    const at = document.activeElement, style = getComputedStyle(at);
    const shows = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    if (at.dataset.stop !== undefined && shows) window.stopsThatShow.add(Number(at.dataset.stop));
  }, true);
}"""


@pytest.mark.row("S1.52", "S3.202", "S0.97", "S3.2", "S3.100", "S3.183", "S3.203", "S4.88", "S3.109")
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
@pytest.mark.parametrize(("width", "scheme"), OPENED)
def test_every_page_is_sound_wide_and_narrow_light_and_dark(
    demo: str, open_page: Callable[..., Page], group: Callable[[], dict[str, str]], width: int, scheme: str
) -> None:
    two_exports()
    page = open_page(demo, email=OWNER, width=width, scheme=scheme)
    troubles = walk(page, demo, group(), width=width, scheme=scheme, turn=True)
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_the_pages_of_a_new_company_are_sound_and_say_what_comes_next(
    demo: str, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    founder = factories.make_member(factories.make_company(name="Fresh Fields"), role="owner").user
    founder.set_password(DEMO_PASSWORD)
    founder.save()
    page = open_page(demo, email=founder.email, width=width, scheme=scheme)
    troubles = walk(page, demo, pages_of_a_new_company(), width=width, scheme=scheme)
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_the_pages_before_log_in_are_sound(demo: str, open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page(demo, width=width, scheme=scheme)
    paths = {"log-in": "/accounts/login/", "reset": "/accounts/password/reset/"}
    assert walk(page, demo, paths, width=width, scheme=scheme) == []


def test_a_day_of_call_work_from_the_keyboard(demo: str, open_page: Callable[..., Page]) -> None:
    pages = pages_of_the_demo()
    page = open_page(demo, email="nandini@banyan.example")

    # Everything that can be used is reached by Tab alone, and shows that it is.
    for name in ("home", "calls", "leads", "lead", "contact", "follow-ups", "hot call"):
        page.goto(f"{demo}{pages[name]}")
        rest(page)
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
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(NOTE_STOPS)
    reached: set[int] = set()
    for presses in range(1, len(usable) + 61):
        page.keyboard.press("Tab")
        # Asked now and then: it takes as long as the key.
        if presses % 20 == 0 or presses > len(usable):
            reached = set(page.evaluate("[...window.stopsThatShow]"))
            if len(reached) == len(usable):
                break
    return [html for index, html in enumerate(usable) if index not in reached]


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
