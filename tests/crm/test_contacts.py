"""Contacts: found by number in any writing, made once, filled in and never overwritten."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from crm.models import Company, Contact, PhoneNumber
from crm.tenancy import use_company
from tests import factories

NUMBER = "+919876543210"


def people_with(number: str) -> list[Contact]:
    return Contact.objects.for_number(e164=number, written=number, source="Call")


def test_an_unknown_number_becomes_one_contact(in_company: Company) -> None:
    [contact] = people_with(NUMBER)
    assert people_with(NUMBER) == [contact]
    number = contact.numbers.get()
    assert (number.e164, number.is_primary, contact.source) == (NUMBER, True, "Call")
    assert not contact.is_lead


@pytest.mark.row("B.5")
def test_everybody_who_shares_a_number_is_returned_and_nobody_is_added(in_company: Company) -> None:
    first, second = factories.make_contact(number=NUMBER), factories.make_contact(number=NUMBER)
    before = Contact.objects.count()
    assert people_with(NUMBER) == [first, second]
    assert Contact.objects.count() == before


def test_the_same_number_in_two_companies_is_two_people(company: Company, other_company: Company) -> None:
    found = []
    for one in (company, other_company):
        with use_company(one):
            found.append(people_with(NUMBER)[0])
    assert found[0].pk != found[1].pk
    assert [contact.company_id for contact in found] == [company.pk, other_company.pk]


def test_a_number_is_the_contact_s_once(in_company: Company) -> None:
    contact = factories.make_contact(number=NUMBER)
    contact.add_number(e164=NUMBER, written="098765 43210")
    assert contact.numbers.count() == 1
    with pytest.raises(IntegrityError, match="number_once_per_contact"), transaction.atomic():
        PhoneNumber.objects.create(contact=contact, e164=NUMBER, written="again")


@pytest.mark.django_db(transaction=True)
def test_two_calls_from_an_unknown_number_at_once_make_one_contact() -> None:
    company = factories.make_company()
    start = threading.Barrier(4)
    made: list[int] = []

    def call() -> None:
        try:
            start.wait(10)
            with use_company(company):
                made.extend(contact.pk for contact in people_with(NUMBER))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 4
    assert len(set(made)) == 1
    with use_company(company):
        assert Contact.objects.count() == 1
        assert PhoneNumber.objects.count() == 1


def test_a_number_written_by_hand_is_read_with_the_company_s_region(in_company: Company) -> None:
    number = PhoneNumber(contact=factories.make_contact(number=""), written="098765 43210")
    number.clean()
    assert number.e164 == NUMBER
    number.written = "no number"
    with pytest.raises(ValidationError):
        number.clean()


def test_what_is_learnt_fills_gaps_and_overwrites_nothing(in_company: Company) -> None:
    contact = factories.make_contact(full_name="Meera Nair", is_decision_maker=False)
    learnt = contact.fill_in(
        full_name="Mira", city="Kochi", state="", email=None, business_name="x" * 300, is_decision_maker=True
    )
    contact.refresh_from_db()
    assert learnt == ["city", "business_name"]
    assert (contact.full_name, contact.city, contact.is_decision_maker) == ("Meera Nair", "Kochi", False)
    assert len(contact.business_name) == 200


@pytest.mark.parametrize(
    "typed",
    ["meera", "MEERA N", "Lake", "lakeside dental", "meera@", " Meera ", "nair", "Dent", "nair mee", "lakeside meera"],
)
def test_search_finds_beginnings_in_any_case(in_company: Company, typed: str) -> None:
    contact = factories.make_contact(
        full_name="Meera Nair", business_name="Lakeside Dental", email="meera@lakeside.example"
    )
    factories.make_contact(full_name="Somebody Else", business_name="Elsewhere")
    assert Contact.objects.search(typed, region="IN").get() == contact


def test_search_shows_a_contact_with_two_numbers_once(in_company: Company) -> None:
    contact = factories.make_contact(number="+919876543210")
    contact.add_number(e164="+919876543211", written="+919876543211")
    assert list(Contact.objects.search("98765432", region="IN")) == [contact]


@pytest.mark.parametrize("typed", ["%", "_eera", "eera", "'; drop table crm_contact; --", "\\"])
def test_search_takes_what_is_typed_literally(in_company: Company, typed: str) -> None:
    factories.make_contact(full_name="Meera Nair")
    assert not Contact.objects.search(typed, region="IN").exists()


def test_a_contact_without_a_name_still_has_a_label(in_company: Company) -> None:
    assert Contact(business_name="Lakeside").label == "Lakeside"
    assert Contact(email="a@b.example").label == "a@b.example"
    assert Contact().label == "Unknown caller"


def test_the_primary_number_is_the_one_marked(in_company: Company) -> None:
    contact = factories.make_contact(number="")
    assert contact.primary_number is None
    contact.add_number(e164="+919876543211", written="x")
    main = contact.add_number(e164="+919876543212", written="y", is_primary=True)
    assert contact.primary_number == main
