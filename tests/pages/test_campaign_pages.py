"""What campaigns brought and cost, each figure with its rows; and whom a campaign contacts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm import recipients
from crm.models import Campaign, Company, Contact, LeadStatus, Recipient, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
EVER = "?started_from=&started_to="


@pytest.fixture
def ours() -> Company:
    return factories.make_company(name="Ours")


@pytest.fixture
def browser(ours: Company, client_of: Browser) -> Client:
    return client_of(factories.make_member(ours, role="manager").user)


@pytest.fixture
def campaign(ours: Company) -> Campaign:
    with use_company(ours):
        return factories.make_campaign(name="Spring", cost=Decimal(600))


def figures(answer: Any) -> dict[str, str]:
    return {figure.title: figure.value for figure in answer.context["figures"]}


@pytest.fixture
def its_calls(ours: Company, campaign: Campaign) -> None:
    """Three calls, two of them inbound, one a success, one of a customer worth 1,500; and one without a campaign."""
    with use_company(ours):
        lead = factories.make_lead(status=LeadStatus.CONVERTED)
        Contact.objects.filter(pk=lead.pk).update(actual_value=1500)
        customer = Contact.objects.get(pk=lead.pk)
        brought = {"campaign": campaign, "attributed_by": "recipient"}
        factories.make_call(**brought, outcome="success")
        factories.make_call(**brought, contact=customer)
        factories.make_call(**brought, direction="outbound")
        factories.make_call()


@pytest.mark.row("S0.119", "S1.62", "S1.65")
@pytest.mark.usefixtures("its_calls")
def test_a_campaigns_figures(browser: Client, campaign: Campaign) -> None:
    answer = browser.get(f"/campaigns/{campaign.pk}/{EVER}")
    assert figures(answer) == {
        "Calls": "3",
        "Inbound calls": "2",
        "Leads": "1",
        "Conversions": "2",
        "Cost": "₹600",
        "Cost per call": "₹200",
        "Cost per lead": "₹600",
        "Cost per conversion": "₹300",
        "Revenue": "₹1,500",
        "Return": "150%",
    }
    assert dict(answer.context["sources"])["The caller is a converted lead"] == 1
    for figure in answer.context["figures"]:
        assert figure.formula
        opened = browser.get(figure.url)
        assert opened.status_code == 200
        if figure.title in ("Calls", "Inbound calls", "Conversions"):
            assert len(opened.context["rows"]) == int(figure.value), figure.title


@pytest.mark.row("S2.74", "S2.75", "S2.76", "S2.77")
@pytest.mark.usefixtures("its_calls")
def test_the_figures_of_attribution_and_the_campaigns_beside_each_other(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    with use_company(ours):
        factories.make_campaign(name="Quiet")
    answer = browser.get("/campaigns/")
    assert figures(answer) == {
        "Calls": "4",
        "Attribution rate": "75%",
        "Unattributed calls": "1",
        "Attribution accuracy": "100%",
    }
    assert [(row["name"], row["calls"]) for row in answer.context["rows"]] == [("Spring", "3"), ("Quiet", "0")]
    assert {browser.get(figure.url).status_code for figure in answer.context["figures"]} == {200}
    none = browser.get("/campaigns/?started_from=2001-01-01&started_to=2001-01-02")
    assert figures(none)["Attribution rate"] == "–"
    wrong = text_of(browser.get("/campaigns/?started_from=2026-05-02&started_to=2026-05-01"))
    assert "The last day cannot come before the first." in wrong


@pytest.mark.usefixtures("its_calls")
def test_who_sees_only_their_own_leads_sees_no_money(ours: Company, campaign: Campaign, client_of: Browser) -> None:
    Company.objects.filter(pk=ours.pk).update(agents_see="own")
    agent = client_of(factories.make_member(ours, role="agent").user)
    answer = agent.get(f"/campaigns/{campaign.pk}/{EVER}")
    assert figures(answer)["Calls"] == "0"
    assert "Cost" not in figures(answer)
    assert "₹600" not in text_of(agent.get(f"/campaigns/{EVER}"))


# ---- recipients -----------------------------------------------------------------------------------------------


def test_a_pasted_list_is_added_once_and_says_what_it_left_out(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    address = f"/campaigns/{campaign.pk}/recipients/"
    with use_company(ours):
        lead = factories.make_lead()
        number = Contact.objects.get(pk=lead.pk).numbers.first()
    text = f"number,id\n{number.written},r-1\n098765 43210\n+91 98765 43210\nnobody\n"
    answer = browser.post(address, {"from": "list", "numbers": text})
    page = text_of(answer)
    assert "2 recipients added" in page
    assert "Line 5, “nobody”" in page
    with use_company(ours):
        found = {one.e164: one for one in Recipient.objects.filter(campaign=campaign)}
        assert set(found) == {number.e164, "+919876543210"}
        assert (found[number.e164].contact_id, found[number.e164].external_id) == (lead.pk, "r-1")
    answer = browser.post(address, {"from": "list", "numbers": "9876543210"}, follow=True)
    assert "0 recipients added; 1 the campaign had already." in text_of(answer)
    assert len(browser.get(address).context["rows"]) == 2


def test_a_file_is_read_and_one_that_is_none_is_refused_in_a_sentence(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    address = f"/campaigns/{campaign.pk}/recipients/"
    sheet = SimpleUploadedFile("people.csv", "\ufeffPhone;Id\n'+91 98765 43210;a\n9876543211;a\n".encode())
    assert browser.post(address, {"from": "list", "file": sheet}).status_code == 302
    with use_company(ours):
        found = Recipient.objects.filter(campaign=campaign).order_by("e164").values_list("e164", "external_id")
        assert list(found) == [("+919876543210", "a"), ("+919876543211", "")]
    picture = SimpleUploadedFile("people.xlsx", b"PK\x03\x04\xff\xfe\x00")
    assert "This is no text file." in text_of(browser.post(address, {"from": "list", "file": picture}))
    assert "Write at least one number" in text_of(browser.post(address, {"from": "list"}))


def test_contacts_of_a_filter_are_counted_first_and_who_is_not_to_be_called_left_out(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    address = f"/campaigns/{campaign.pk}/recipients/"
    with use_company(ours):
        wanted = factories.make_lead(status=LeadStatus.INTERESTED, city="Pune")
        factories.make_lead(status=LeadStatus.INTERESTED, city="Pune", do_not_call=True)
        factories.make_lead(status=LeadStatus.NEW, city="Pune")
    asked = {"from": "contacts", "lead_status": "interested", "city": "Pune"}
    assert "<strong>1</strong> of your contacts" in text_of(browser.post(address, {**asked, "act": "count"}))
    with use_company(ours):
        assert not Recipient.objects.filter(campaign=campaign).exists()
    assert browser.post(address, {**asked, "act": "add"}).status_code == 302
    with use_company(ours):
        assert [one.contact_id for one in Recipient.objects.filter(campaign=campaign)] == [wanted.pk]
    assert "No contact is so." in text_of(browser.post(address, {"from": "contacts", "city": "Nowhere"}))


def test_only_who_may_adds_recipients(ours: Company, campaign: Campaign, client_of: Browser) -> None:
    agent = client_of(factories.make_member(ours, role="agent").user)
    address = f"/campaigns/{campaign.pk}/recipients/"
    assert "Add numbers" not in text_of(agent.get(address))
    assert agent.post(address, {"from": "list", "numbers": "9876543210"}).status_code == 403


def test_ten_thousand_numbers_take_a_few_questions(
    ours: Company, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    text = "\n".join(f"+9198{number:08}" for number in range(10_000))
    with use_company(ours):
        wanted, refused = recipients.read_list(text)
        assert (len(wanted), refused) == (10_000, [])
        with django_assert_max_num_queries(45):
            assert recipients.add_numbers(campaign, wanted).new == 10_000
        with pytest.raises(recipients.TooManyRecipients):
            recipients.read_list("\n".join(f"+9198{number:08}" for number in range(20_001)))


def test_what_a_recipient_was_told_of_stays(ours: Company, campaign: Campaign) -> None:
    with use_company(ours):
        known = factories.make_recipient(campaign, number="+919876543210")
        added = recipients.add_numbers(campaign, [recipients.Wanted(e164="+919876543210", written="9876543210")])
        assert (added.new, added.known) == (0, 1)
        known.refresh_from_db()
        assert known.contacted_at < timezone.now() - timedelta(days=1)


@pytest.mark.row("S2.82")
def test_names_to_choose_from_are_cached_until_a_campaign_changes(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(owner), reverse("unattributed-choices")

    def shown(text: str = "") -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url, {"campaign_name": text}).content.decode()
        return page, sum('FROM "crm_campaign"' in each["sql"] for each in asked)

    with use_company(company):
        campaign = factories.make_campaign(name="Monsoon mailing")
    assert "Monsoon mailing" in shown()[0]
    page, asked = shown()
    assert ("Monsoon mailing" in page, asked) == (True, 0)
    page, asked = shown("monsoon")
    assert ("Monsoon mailing" in page, asked) == (True, 0)
    with use_company(company):
        campaign.name = "Winter mailing"
        campaign.save(update_fields=["name"])
    page, asked = shown()
    assert ("Monsoon" in page, "Winter mailing" in page, asked) == (False, True, 1)
    assert shown()[1] == 0
    with use_company(company):
        campaign.delete()
    assert "Winter mailing" not in shown()[0]


def test_one_company_s_cached_names_are_not_another_s(
    company: Company, other_company: Company, owner: User, outsider: User, client_of: Callable[[User], Client]
) -> None:
    with use_company(company):
        factories.make_campaign(name="Monsoon mailing")
    url = reverse("unattributed-choices")
    assert "Monsoon mailing" in client_of(owner).get(url, {"campaign_name": ""}).content.decode()
    assert "Monsoon" not in client_of(outsider).get(url, {"campaign_name": ""}).content.decode()
