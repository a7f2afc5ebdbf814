"""Campaigns and their recipients as people enter them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from crm.models import Campaign, Company, Recipient, User
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.admin.support import open_form, save, text_of

Browser = Callable[[User], Client]
ADD = "/admin/crm/campaign/add/"
LIST = "/admin/crm/campaign/"


def change_url(row: Campaign | Recipient) -> str:
    return reverse(f"admin:crm_{row._meta.model_name}_change", args=[row.pk])


def test_a_campaign_is_added_with_a_number_in_any_form(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        meera = factories.make_contact(full_name="Meera Nair", number="+919876543210")
    client = client_of(manager)
    written = {
        "name": "  Spring flats ",
        "channel": "sms",
        "status": "active",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "budget": "50000",
        "cost": "12500.50",
        "external_id": "spring-26",
        "recipients-0-written": "098765 43210",
        "recipients-0-contacted_at": "2026-11-02T10:30",
        "recipients-0-external_id": "r-1",
    }
    assert save(client, ADD, open_form(client, ADD), **written).status_code == 302
    with use_company(company):
        campaign = Campaign.objects.get(name="Spring flats")
        assert (campaign.starts_on, campaign.cost) == (date(2026, 11, 1), Decimal("12500.50"))
        recipient = campaign.recipients.get()
        assert (recipient.e164, recipient.contact, recipient.external_id) == ("+919876543210", meera, "r-1")
        # Entered on the company's clock.
        assert f"{recipient.contacted_at:%H:%M}" == "05:00"
    page = text_of(client.get(LIST))
    assert "Spring flats" in page
    assert "₹12,500.50" in page
    assert "of ₹50,000" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Taken"}, "You have a campaign of this name already."),
        ({"external_id": "taken-id"}, "“Taken” has this id already."),
        ({"starts_on": "2026-11-02", "ends_on": "2026-11-01"}, "The last day cannot come before the first."),
        ({"budget": "-1"}, "greater than or equal to 0"),
        ({"recipients-0-written": "call me"}, "This is no phone number."),
    ],
)
def test_what_cannot_be_is_said_in_words(
    company: Company, manager: User, client_of: Browser, wrong: dict[str, str], said: str
) -> None:
    with use_company(company):
        factories.make_campaign(name="Taken", external_id="taken-id")
    client = client_of(manager)
    answer = save(client, ADD, open_form(client, ADD), **{"name": "New", **wrong})
    assert answer.status_code == 200
    assert said in text_of(answer)


def test_a_number_stands_once_in_a_campaign_however_it_is_written(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        campaign = factories.make_campaign()
        factories.make_recipient(campaign, number="+919876543210", external_id="r-1")
    client = client_of(manager)
    form = open_form(client, change_url(campaign))
    more = {"recipients-TOTAL_FORMS": "2", "recipients-1-campaign": str(campaign.pk)}
    twice = save(client, change_url(campaign), form, **more, **{"recipients-1-written": "(0)98765-43210"})
    assert "perhaps written differently" in text_of(twice)
    same_id = {"recipients-1-written": "9876500000", "recipients-1-external_id": "r-1"}
    assert "Another recipient of the campaign has this id." in text_of(
        save(client, change_url(campaign), form, **more, **same_id)
    )
    new = {f"recipients-{i}-written": "98765 00000" for i in (1, 2)}
    assert "on the list already" in text_of(
        save(client, change_url(campaign), form, **{**more, "recipients-TOTAL_FORMS": "3"}, **new)
    )
    added = save(client, change_url(campaign), form, **more, **{"recipients-1-written": "98765 00000"})
    assert added.status_code == 302
    with use_company(company):
        assert set(campaign.recipients.values_list("e164", flat=True)) == {"+919876543210", "+919876500000"}


def test_another_number_is_perhaps_somebody_else_s(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        meera = factories.make_contact(number="+919876543210")
        ravi = factories.make_contact(number="+919876500000")
        recipient = factories.make_recipient(factories.make_campaign(), number="+919876543210", contact=meera)
    client, url = client_of(manager), change_url(recipient)
    assert save(client, url, open_form(client, url), written="98765 00000").status_code == 302
    with use_company(company):
        recipient.refresh_from_db()
        assert (recipient.e164, recipient.contact) == ("+919876500000", ravi)


def test_nobody_is_guessed_behind_a_shared_number(company: Company) -> None:
    with use_company(company):
        for _ in range(2):
            factories.make_contact(number="+919876543210")
        recipient = Recipient(campaign=factories.make_campaign(), written="98765 43210")
        recipient.full_clean()
        assert recipient.contact is None


def test_a_big_campaign_shows_its_recipients_a_page_at_a_time(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        campaign = factories.make_campaign()
        for _ in range(60):
            factories.make_recipient(campaign)
        last = campaign.recipients.order_by("pk").last()
    client = client_of(manager)
    page = text_of(client.get(change_url(campaign)))
    assert len(re.findall(r'name="recipients-\d+-written"', page)) == 50
    assert last.display not in page
    found = text_of(client.get("/admin/crm/recipient/", {"q": last.e164}))
    assert last.display in found
    second = f"{change_url(campaign)}?recipients-page=2"
    form = open_form(client, second)
    assert form["recipients-9-written"] == last.display
    assert save(client, second, form, **{"recipients-9-external_id": "r-60"}).status_code == 302
    with use_company(company):
        last.refresh_from_db()
        assert last.external_id == "r-60"


def test_a_campaign_leads_to_its_calls(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        campaign = factories.make_campaign(name="Spring flats")
        factories.make_call(campaign=campaign, attributed_by="recipient", external_id="conv_spring")
        factories.make_call(external_id="conv_other")
    client = client_of(manager)
    link = f"/campaigns/{campaign.pk}/calls/"
    assert link in text_of(client.get(LIST))
    assert link in text_of(client.get(change_url(campaign)))
    assert len(client.get(link).context["rows"]) == 1
    page = text_of(client.get(f"/calls/?campaign={campaign.pk}"))
    assert "Brought by Spring flats" in page
    assert "1 call matches" in page


def test_a_viewer_reads_a_campaign_and_cannot_change_it(company: Company, viewer: User, client_of: Browser) -> None:
    with use_company(company):
        campaign = factories.make_campaign(name="Spring flats")
        recipient = factories.make_recipient(campaign, number="+919876543210")
    page = text_of(client_of(viewer).get(change_url(campaign)))
    assert "Spring flats" in page
    assert recipient.display not in page
    assert "•012" in page or recipient.display[-3:] in page
    assert 'name="name"' not in page
    assert client_of(viewer).post(change_url(campaign), {"name": "Mine"}).status_code == 403


def test_a_campaign_is_deleted_and_its_calls_stay(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        recipient = factories.make_recipient(factories.make_campaign())
        call = factories.make_call(campaign=recipient.campaign, recipient=recipient, attributed_by="recipient")
    url = reverse("admin:crm_campaign_delete", args=[recipient.campaign_id])
    assert client_of(manager).post(url, {"post": "yes"}).status_code == 302
    with use_company(company):
        connection.check_constraints()
        assert not Recipient.objects.filter(pk=recipient.pk).exists()
        call = Call.objects.get(pk=call.pk)
        assert (call.campaign, call.recipient, call.attributed_by) == (None, None, "none")


# ---- what the database holds ----------------------------------------------------------------------------------


@pytest.mark.row("S1.6", "S1.7")
def test_a_call_cannot_point_at_another_company_s_campaign(company: Company, other_company: Company) -> None:
    with use_company(other_company):
        theirs = factories.make_recipient(factories.make_campaign())
    with use_company(company):
        for field, foreign in (("campaign", theirs.campaign_id), ("recipient", theirs.pk)):
            with pytest.raises(IntegrityError, match=f"call_{field}_same_company"), transaction.atomic():
                Call.objects.update(**{f"{field}_id": foreign})
                connection.check_constraints()


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"name": "Taken"}, "campaign_name_once"),
        ({"external_id": "taken-id"}, "campaign_once_per_external_id"),
        ({"starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 1)}, "campaign_ends_no_earlier"),
        ({"cost": Decimal(-1)}, "campaign_money_is_not_negative"),
    ],
)
def test_the_database_refuses_a_campaign_that_cannot_be(company: Company, wrong: dict[str, object], rule: str) -> None:
    with use_company(company):
        factories.make_campaign(name="Taken", external_id="taken-id")
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            factories.make_campaign(**wrong)


def test_the_database_refuses_a_number_twice_in_one_campaign(company: Company, other_company: Company) -> None:
    with use_company(company):
        campaign = factories.make_campaign(name="Same name")
        factories.make_recipient(campaign, number="+919876543210")
        factories.make_recipient(factories.make_campaign(), number="+919876543210")
        with pytest.raises(IntegrityError, match="recipient_once_per_campaign"), transaction.atomic():
            factories.make_recipient(campaign, number="+919876543210")
    with use_company(other_company):
        factories.make_recipient(factories.make_campaign(name="Same name"), number="+919876543210")
