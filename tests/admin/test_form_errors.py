"""What cannot be used is said in words, beside its field, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import Company, Contact, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import open_form, save, text_of

Browser = Callable[[User], Client]


@pytest.mark.row("S4.16", "S4.81")
@pytest.mark.parametrize(
    ("field", "written", "sentence"),
    [
        ("email", "not an address", "This is no e-mail address. Write it like name@example.com."),
        ("email", "a@b@c", "This is no e-mail address"),
        ("numbers-0-written", "twelve", "This is no phone number. Write it as you would dial it."),
        ("numbers-0-written", "12", "This is no phone number"),
        ("annual_revenue", "much", "This is no amount. Write digits alone"),
        ("annual_revenue", "-5", "An amount cannot be below zero."),
        ("company_size", "a few", "This is no whole number. Write digits alone"),
        ("full_name", "x" * 201, "at most 200 characters"),
    ],
)
def test_what_cannot_be_used_is_said_and_stays_typed(
    company: Company, agent: User, client_of: Browser, field: str, written: str, sentence: str
) -> None:
    client, url = client_of(agent), reverse("admin:crm_contact_add")
    answer = save(client, url, open_form(client, url), **{"full_name": "Almost Added", field: written})
    page = text_of(answer)
    assert answer.status_code == 200
    assert sentence in page
    assert f'value="{written}"' in page
    with use_company(company):
        assert not Contact.objects.filter(full_name="Almost Added").exists()


@pytest.mark.row("S4.16")
def test_a_form_without_fault_is_saved(company: Company, agent: User, client_of: Browser) -> None:
    client, url = client_of(agent), reverse("admin:crm_contact_add")
    form = {"full_name": "Just Added", "email": "a@b.example", "annual_revenue": "250000", "company_size": "25"}
    assert save(client, url, open_form(client, url), **form).status_code == 302
    with use_company(company):
        assert Contact.objects.filter(full_name="Just Added", annual_revenue=250000).exists()


def test_an_amount_of_a_lead_is_not_below_zero(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client, url = client_of(agent), reverse("admin:crm_lead_change", args=[lead.pk])
    answer = save(client, url, open_form(client, url), estimated_value="-1")
    assert "An amount cannot be below zero." in text_of(answer)
