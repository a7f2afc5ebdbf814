"""What keeps pages current, in a real browser: the bell, notifications, the list of calls, the first steps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from calltracking.models import Notification
from crm.models import Company, Membership
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.browser.waiting import rest, settle
from tests.browser.walking import OWNER, troubles_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

Open = Callable[..., Page]
# As if somebody came back to the window: what is asked twice a minute is asked now.
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def tell(*numbers: int) -> None:
    company = Company.objects.get(slug="banyan-estates")
    with use_company(company):
        Notification.objects.all().delete()
        owner = Membership.objects.get(company=company, user__email=OWNER)
        for number in numbers:
            Notification.objects.tell("assigned", to=[owner], number=number, mails=False)


@pytest.mark.row("S3.203", "S4.88", "S3.109")
def test_the_bell_shows_how_many_are_unread_on_every_page(demo: str, open_page: Open) -> None:
    tell(2, 3)
    for width, scheme in [(1300, "light"), (390, "dark")]:
        page = open_page(demo, email=OWNER, width=width, scheme=scheme)
        for path in ("/notifications/", "/notifications/preferences/", "/calls/"):
            page.goto(f"{demo}{path}")
            rest(page)
            expect(page.locator(".rs-bell-count")).to_have_text("2")
            assert troubles_of(page, f"{path} {width} {scheme}") == []


@pytest.mark.row("S4.89")
def test_reading_from_the_keyboard_changes_the_bell_at_once_and_can_be_taken_back(demo: str, open_page: Open) -> None:
    tell(2, 3, 4)
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/notifications/")
    bell = page.locator(".rs-bell-count")
    expect(bell).to_have_text("3")
    expect(page.locator("[data-bell]")).to_have_attribute("aria-label", "Notifications, 3 unread")
    page.get_by_role("button", name="Mark as read: 4 leads are yours now").press("Enter")
    settle(page)
    expect(bell).to_have_text("2")
    page.get_by_role("button", name="Mark as unread: 4 leads are yours now").press("Enter")
    settle(page)
    expect(bell).to_have_text("3")
    page.get_by_role("button", name="Mark all read").press("Enter")
    expect(page.locator(".rs-undo")).to_contain_text("3 marked as read.")
    expect(bell).to_be_hidden()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(bell).to_have_text("3")
    page.get_by_role("link", name=re.compile("^3 leads are yours now")).press("Enter")
    page.wait_for_url("**/admin/crm/lead/**")
    expect(page.locator(".rs-bell-count")).to_have_text("2")
    page.goto(f"{demo}/notifications/preferences/")
    box = page.get_by_role("checkbox", name="A follow-up is due: by e-mail")
    box.press("Space")
    page.get_by_role("button", name="Keep").press("Enter")
    expect(page.locator("#main")).to_contain_text("Your choice is kept.")
    expect(box).to_be_checked()
    assert page.troubles == []  # type: ignore[attr-defined]


@pytest.mark.row("S0.94", "S0.95", "S0.96", "S4.100")
def test_the_list_of_calls_keeps_itself_current_without_losing_the_place(demo: str, open_page: Open) -> None:
    company = Company.objects.get(slug="banyan-estates")
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}/calls/")
    rest(page)
    rows = page.locator("#calls tr[data-row]")
    first, place = rows.first, rows.nth(12).locator("a")
    names = rows.locator(".rs-who strong").all_text_contents()
    place.scroll_into_view_if_needed()
    place.focus()
    height = page.evaluate("scrollY")
    with use_company(company):
        shown = Call.objects.order_by("-started_at", "-pk").exclude(contact=None)[0]
        Call.objects.filter(pk=shown.pk).update(feeling="mixed")
        going_on = factories.make_call(contact=factories.make_contact(full_name="Brand New"), started_at=timezone.now())
        Call.objects.filter(pk=going_on.pk).update(status="in_progress", ended_at=None)
    page.evaluate(LOOK)
    line = page.locator('[data-fresh="calls"]')
    expect(line).to_contain_text("1 new call")
    # What changed shows in its place; nothing moved, and the keyboard is where it was.
    assert rows.locator(".rs-who strong").all_text_contents() == names
    expect(page.locator(f'#calls tr[data-row="/calls/{shown.pk}/"] .rs-feeling')).to_contain_text("Mixed")
    expect(place).to_be_focused()
    assert page.evaluate("scrollY") == height
    expect(page).to_have_title("(1) Calls · Ringside")
    line.get_by_role("button", name="Show them").press("Enter")
    settle(page)
    expect(first.locator(".rs-who strong")).to_have_text("Brand New")
    expect(line).to_be_hidden()

    # What is typed is looked for when one pauses; a status applies as it is chosen, and both stand in the address.
    page.locator("#q").press_sequentially("brand")
    expect(rows).to_have_count(1)
    settle(page)
    page.locator("select[name=status]").select_option("missed")
    expect(page.locator("#calls")).to_contain_text("No call matches")
    assert "q=brand" in page.url
    assert "status=missed" in page.url
    assert page.troubles == []  # type: ignore[attr-defined]


@pytest.mark.row("S0.94")
def test_a_lead_that_is_moved_in_one_window_shows_in_the_list_of_another(demo: str, open_page: Open) -> None:
    company = Company.objects.get(slug="banyan-estates")
    with use_company(company):
        call = Call.objects.exclude(contact=None).filter(contact__lead_status="interested").latest("started_at")
    listed = open_page(demo, email=OWNER)
    listed.goto(f"{demo}/calls/?contact={call.contact_id}")
    row = listed.locator(f'#calls tr[data-row="/calls/{call.pk}/"]')
    expect(row).to_contain_text("Interested")
    other = listed.context.new_page()
    other.goto(f"{demo}/calls/{call.pk}/")
    other.locator("#lead select[name=status]").select_option("callback")
    expect(other.locator("#lead")).to_contain_text("Status is now Callback.")
    expect(row.locator(".rs-feeling")).to_contain_text("Callback")
