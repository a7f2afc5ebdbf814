"""Contacts as files, from the list of contacts: those that are ticked, or everybody the list shows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from calltracking.models import Export
from crm.models import Company, Contact, ContactValue, Membership, User
from crm.tenancy import use_company
from tests import factories
from tests.calltracking.test_exports import sheets_of

Browser = Callable[[User], Client]
LIST, FILE = "/admin/crm/contact/", "/admin/crm/contact/file/"


@pytest.fixture
def meera(company: Company, manager: User) -> Contact:
    """A contact with answers to the company's own fields."""
    with use_company(company):
        lead = factories.make_lead(status="interested", full_name="=Meera", email="meera@example.com", city="Pune")
        contact = Contact.objects.get(pk=lead.pk)
        contact.add_number(e164="+919812300078", written="98123 00078")
        by = Membership.objects.get(user=manager, company=company)
        answers: dict[Any, Any] = {
            factories.make_field("Bedrooms", "number"): 3,
            factories.make_field("Move in", "date"): "2026-12-24",
        }
        ContactValue.objects.put(contact, answers, by=by)
        return contact


@pytest.mark.row("B.10")
def test_a_contact_is_told_with_own_fields_as_columns(
    company: Company, meera: Contact, manager: User, client_of: Browser
) -> None:
    client = client_of(manager)
    page = client.get(f"{FILE}?q=meera%40example.com").content.decode()
    assert "1 contact, as the list is filtered" in page
    answer = client.post(f"{FILE}?q=meera%40example.com", {"format": "csv"})
    (line,) = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    assert (line["Name"], line["E-mail"], line["City"]) == ("'=Meera", "meera@example.com", "Pune")
    assert (line["bedrooms"], line["move_in"], line["Status"]) == ("3", "2026-12-24", "Interested")
    assert line["Other numbers"] == "'+919812300078"
    with use_company(company):
        export = Export.objects.get(what="contacts")
        assert (export.rows, export.filter, export.source) == (1, {"q": "meera@example.com"}, "admin")


def test_a_workbook_types_what_the_fields_are(
    company: Company, meera: Contact, manager: User, client_of: Browser
) -> None:
    data = client_of(manager).post(f"{FILE}?q=meera%40example.com", {"format": "xlsx"}).getvalue()
    ((titles, row),) = sheets_of(data)
    sheet = dict(zip(titles, row, strict=False))
    assert (sheet["Name"], sheet["bedrooms"], sheet["move_in"]) == ("=Meera", 3, 46380)


def test_the_whole_list_is_in_it_lot_by_lot(
    company: Company, meera: Contact, manager: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calltracking.exports.contacts.LOT", 2)
    with use_company(company):
        for _ in range(5):
            factories.make_contact()
        every = list(Contact.objects.order_by("-pk").values_list("pk", flat=True))
    rows = json.loads(client_of(manager).post(FILE, {"format": "json"}).getvalue())
    assert [row["id"] for row in rows] == every
    leads = json.loads(client_of(manager).post(f"{FILE}?lead=yes", {"format": "json"}).getvalue())
    assert 0 < len(leads) < len(rows)


def test_those_that_are_ticked(company: Company, meera: Contact, manager: User, client_of: Browser) -> None:
    answer = client_of(manager).post(LIST, {"action": "as_csv", "_selected_action": [meera.pk]})
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert [line[0] for line in lines[1:]] == [str(meera.pk)]


def test_own_people_alone_and_numbers_hidden(
    company: Company, other_company: Company, meera: Contact, agent: User, viewer: User, client_of: Browser
) -> None:
    seen = json.loads(client_of(viewer).post(FILE, {"format": "json"}).getvalue())
    assert not any("9812300078" in json.dumps(row) for row in seen)
    Company.objects.filter(pk=company.pk).update(agents_see=Company.Sight.OWN)
    with use_company(company):
        mine = factories.make_contact(assignee=Membership.objects.get(user=agent))
    rows = json.loads(client_of(agent).post(FILE, {"format": "json"}).getvalue())
    assert [row["id"] for row in rows] == [mine.pk]
