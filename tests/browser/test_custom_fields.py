"""A field of the company's own is tried in a real browser, saved, and an answer is given by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm.models import Company, Contact, ExtractionField, Lead
from crm.tenancy import use_company
from telephony.models import Insight
from tests.browser.waiting import rest
from tests.browser.walking import OWNER, troubles_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

FIELDS = "/admin/crm/extractionfield/"


@pytest.mark.row("S2.105")
def test_a_field_is_tried_then_saved_and_its_answer_is_given_by_hand(demo: str, open_page: Callable[..., Page]) -> None:
    page = open_page(demo, email=OWNER)
    page.goto(f"{demo}{FIELDS}add/")
    page.get_by_label("Label").fill("Number of pets")
    page.locator("select[name=kind]").select_option("choice")
    expect(page.locator("textarea[name=choices]")).to_be_visible()
    page.locator("select[name=kind]").select_option("number")
    expect(page.locator("textarea[name=choices]")).to_be_hidden()

    # Bad input is told in a sentence, nothing is lost, and trying again shows the quote.
    page.fill("#try-transcript", "How many pets do you have?")
    page.click(".ra-try button")
    expect(page.locator("#tried")).to_contain_text("Line 1 has no speaker.")
    page.fill("#try-transcript", "Agent: How many pets do you have?\nCustomer: Two cats.")
    page.click(".ra-try button")
    tried = page.locator("#tried tr.is-this")
    expect(tried).to_contain_text("Number of pets")
    expect(tried).to_contain_text("“Two”")
    assert troubles_of(page, "a field is tried") == []
    with use_company(Company.objects.get(slug="banyan-estates")):
        assert not ExtractionField.objects.filter(key="number_of_pets").exists()

    # A real call of the demo leads to its turn.
    offered = page.locator("#try-call option").evaluate_all("all => all.map(each => each.value)")
    with use_company(Company.objects.get(slug="banyan-estates")):
        read = Insight.objects.filter(call_id__in=offered, is_current=True)
        call = next(each.call_id for each in read if "bedrooms" in each.findings["custom"])
    page.locator("#try-call").select_option(str(call))
    page.fill("#try-transcript", "")
    page.click(".ra-try button")
    expect(page.locator("#tried a[href*='#turn-']").first).to_be_visible()

    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{demo}{FIELDS}")
    expect(page.locator("#result_list, .result-list, main").first).to_contain_text("Number of pets")

    with use_company(Company.objects.get(slug="banyan-estates")):
        lead = Lead.objects.order_by("-latest_call_at").first()
    page.goto(f"{demo}/admin/crm/lead/{lead.pk}/change/")
    page.get_by_label("Number of pets").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{demo}/admin/crm/lead/**")
    with use_company(Company.objects.get(slug="banyan-estates")):
        assert Contact.objects.get(pk=lead.pk).custom["number_of_pets"] == 2


def test_a_demo_lead_shows_what_its_calls_said(demo: str, open_page: Callable[..., Page]) -> None:
    with use_company(Company.objects.get(slug="banyan-estates")):
        lead = next(lead for lead in Lead.objects.order_by("pk") if "bedrooms" in lead.custom)
        call = lead.calls.order_by("-started_at").first()
    for width, scheme in ((1300, "light"), (390, "dark")):
        page = open_page(demo, email=OWNER, width=width, scheme=scheme)
        for path in (f"/admin/crm/lead/{lead.pk}/change/", f"/calls/{call.pk}/", FIELDS, f"{FIELDS}add/"):
            page.goto(f"{demo}{path}")
            rest(page)
            assert troubles_of(page, f"{path} {width} {scheme}") == []
        page.goto(f"{demo}/admin/crm/lead/{lead.pk}/change/")
        expect(page.locator(".ra-answers")).to_contain_text("Bedrooms")
