"""A call that comes in becomes a hot lead by itself, and its page says why: mood, wants, doubts and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import Company, ExtractionField, Lead, User
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import deliver, make_account, make_event, work_off

pytestmark = pytest.mark.django_db

TALK = (
    ("agent", "Hello, this is Aria from Northwind Homes. How can I help?"),
    ("customer", "Hi, my name is Meera Nair. I am very interested in a 3 BHK in Whitefield, that sounds wonderful!"),
    ("agent", "Lovely. What is your budget, and when would you like to move?"),
    ("customer", "Between 80 and 90 lakh, and we want to buy this month. I decide that myself."),
    ("agent", "What is your e-mail address?"),
    ("customer", "It is meera.nair@example.com. Our problem is that our current flat is too small for us."),
    ("agent", "Shall we visit the flat on Saturday?"),
    ("customer", "Yes please, let us visit on Saturday at 11. I am only worried that it is too expensive, but great!"),
)


@pytest.fixture
def heard(company: Company) -> Call:
    with use_company(company):
        ExtractionField.objects.lay_down("real_estate")
        account = make_account()
    deliver(account, make_event(call_id="conv_hot", customer_number="+919845099999", turns=TALK))
    work_off()
    with use_company(company):
        found: Call = Call.objects.with_external_id("conv_hot").select_related("contact").get()
    return found


@pytest.mark.row("S3.113", "S3.114", "S3.115", "S3.116", "S3.117")
def test_the_page_says_what_they_want_how_they_felt_and_what_to_do(
    agent: User, client_of: Callable[[User], Client], heard: Call
) -> None:
    page = client_of(agent).get(f"/calls/{heard.pk}/").content.decode()

    for shown in ("Mood", "Positive", "Best next step", "Hot"):
        assert shown in page, shown
    for shown in ("Meera Nair", "meera.nair@example.com", "Whitefield", "₹80,00,000 to ₹90,00,000", "Bedrooms"):
        assert shown in page, shown
    for shown in ("Objections", "Problems they have", "About "):
        assert shown in page, shown


@pytest.mark.row("S3.166", "S3.98")
def test_a_hot_lead_is_in_the_crm_by_itself_with_what_to_do_at_hand(
    agent: User, viewer: User, client_of: Callable[[User], Client], heard: Call, company: Company
) -> None:
    with use_company(company):
        lead = Lead.objects.hot().get(pk=heard.contact_id)
    assert lead.full_name == "Meera Nair"
    assert lead.lead_status == "interested"

    page = client_of(agent).get("/insights/").content.decode()

    assert "Meera Nair" in page
    for act in ("tel:+919845099999", "mailto:meera.nair@example.com", "Mark done: ", f'href="/calls/{heard.pk}/"'):
        assert act in page, act
    assert "tel:" not in client_of(viewer).get("/insights/").content.decode()
