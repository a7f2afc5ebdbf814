"""What we know of whoever has a number, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Company, Contact, FollowUp, Interaction, User
from crm.tenancy import use_company
from tests.factories import make_contact, make_lead

Browser = Callable[[User], Client]

NUMBER = "+919845012345"
ADDRESS = "/api/contact-lookup/phone"

pytestmark = pytest.mark.django_db


@pytest.fixture
def meera(company: Company) -> Contact:
    with use_company(company):
        meera = Contact.objects.get(
            pk=make_lead(
                status="interested",
                full_name="Meera Iyer",
                business_name="Lakeside Dental",
                email="meera@lakeside.example",
                number=NUMBER,
            ).pk
        )
        for days in range(1, 6):
            Interaction.objects.create(
                contact=meera,
                kind="call",
                summary=f"Call {days}" if days != 2 else "",
                outcome="Interested",
                happened_at=timezone.now() - timedelta(days=days),
            )
        Interaction.objects.create(contact=meera, kind="note", summary="No call", happened_at=timezone.now())
        FollowUp.objects.filter(contact=meera).delete()
        for days, what in ((5, "Later"), (1, "Send the floor plan")):
            FollowUp.objects.create(contact=meera, due_at=timezone.now() + timedelta(days=days), reason=what)
        return meera


@pytest.mark.row("S4.51", "S4.28", "S4.33")
def test_a_number_tells_who_it_is_what_was_said_and_what_is_open(
    agent: User, client_of: Browser, meera: Contact
) -> None:
    answer = client_of(agent).get(f"{ADDRESS}/{NUMBER}")

    assert answer.status_code == 200
    read = answer.json()
    (person,) = read.pop("contacts")
    assert read == {"phone_number": NUMBER, "is_shared": False, "do_not_call": False}
    assert [call["summary"] for call in person.pop("last_calls")] == ["Call 1", "Call 3", "Call 4"]
    assert person.pop("open_follow_up")["what"] == "Send the floor plan"
    assert person.pop("last_call_at")
    assert person == {
        "id": meera.pk,
        "full_name": "Meera Iyer",
        "business_name": "Lakeside Dental",
        "email": "meera@lakeside.example",
        "lead_status": "interested",
        "do_not_call": False,
        "call_count": 5,
    }


@pytest.mark.row("S4.51")
@pytest.mark.parametrize(
    "written",
    ["%2B919845012345", "+91%2098450%2012345", "919845012345", "09845012345", "098450-12345", "(098450)%2012345"],
)
def test_any_written_form_finds_them(agent: User, client_of: Browser, meera: Contact, written: str) -> None:
    answer = client_of(agent).get(f"{ADDRESS}/{written}")

    assert answer.json()["contacts"][0]["id"] == meera.pk


def test_somebody_who_never_called_has_no_calls_and_nothing_open(
    agent: User, client_of: Browser, company: Company
) -> None:
    with use_company(company):
        make_contact(number=NUMBER, full_name="New")

    (person,) = client_of(agent).get(f"{ADDRESS}/{NUMBER}").json()["contacts"]

    assert (person["call_count"], person["last_calls"], person["last_call_at"]) == (0, [], None)
    assert person["open_follow_up"] is None


def test_people_who_share_a_number_are_all_listed(
    agent: User, client_of: Browser, company: Company, meera: Contact
) -> None:
    with use_company(company):
        make_contact(number=NUMBER, full_name="Ananya Ghosh", do_not_call=True)

    read = client_of(agent).get(f"{ADDRESS}/{NUMBER}").json()

    assert (read["is_shared"], read["do_not_call"]) == (True, True)
    assert [person["full_name"] for person in read["contacts"]] == ["Meera Iyer", "Ananya Ghosh"]


@pytest.mark.parametrize("written", ["+919811111111", "nobody", "12", "%00", "a/b"])
def test_an_unknown_number_is_not_found_in_the_one_error_shape(
    agent: User, client_of: Browser, company: Company, written: str
) -> None:
    answer = client_of(agent).get(f"{ADDRESS}/{written}")

    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "code", "fields"}
    assert answer.json()["code"] == "not_found"


@pytest.mark.row("S4.80", "S4.82")
def test_another_company_s_caller_is_answered_exactly_like_an_unknown_one(
    outsider: User, client_of: Browser, meera: Contact
) -> None:
    browser = client_of(outsider)

    theirs, unknown = (browser.get(f"{ADDRESS}/{number}") for number in (NUMBER, "+919811111111"))

    assert (theirs.status_code, theirs.content) == (404, unknown.content)


@pytest.mark.row("S4.79")
def test_nobody_looks_up_without_log_in(client: Client, meera: Contact) -> None:
    assert client.get(f"{ADDRESS}/{NUMBER}").status_code in (401, 403)


def test_nothing_is_written_there(agent: User, client_of: Browser, meera: Contact) -> None:
    assert client_of(agent).post(f"{ADDRESS}/{NUMBER}").status_code == 405


def test_the_queries_do_not_grow_with_the_people_or_their_calls(
    agent: User, client_of: Browser, company: Company, meera: Contact, django_assert_max_num_queries: Any
) -> None:
    with use_company(company):
        for _ in range(8):
            shared = make_contact(number=NUMBER)
            Interaction.objects.create(contact=shared, kind="call", summary="Again")
    browser = client_of(agent)

    with django_assert_max_num_queries(8):
        assert len(browser.get(f"{ADDRESS}/{NUMBER}").json()["contacts"]) == 9
