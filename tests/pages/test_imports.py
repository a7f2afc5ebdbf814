"""The pages of imports: send, map, look, bring in, fetch what was rejected, undo; and who may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.imports import files
from crm.models import Company, Contact, ContactImport, Membership, User
from crm.tenancy import use_company
from tests import factories

Browser = Callable[[User], Client]
TEXT = "Name;Phone;Town;Wert\nAsha Pillai;98765 00001;Goa;x\nRavi;12;;y\n=Evil;13;;z\n"


@pytest.fixture(autouse=True)
def a_place_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def send(client: Client, text: str = TEXT, name: str = "people.csv") -> str:
    """Send a file and have it read; returns the address of its page."""
    answer = client.post("/imports/", {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302, answer.content.decode()
    factories.work_off()
    return str(answer["Location"])


def the_import(company: Company) -> ContactImport:
    with use_company(company):
        return ContactImport.objects.newest_first()[0]


@pytest.mark.row("B.10", "B.13")
def test_a_file_is_sent_looked_at_brought_in_and_undone(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    assert "Nothing imported yet" not in client.get("/imports/").content.decode()  # the company has one
    page = send(client)
    said = client.get(page).content.decode()
    assert "What the columns are" in said
    assert '<option value="city" selected>' in said
    assert "“12” is no phone number." in said
    with use_company(company):
        assert not Contact.objects.filter(full_name="Asha Pillai").exists()

    # A column that nobody knows is said by the person; the look at what would happen follows.
    mapping = {"column-0": "full_name", "column-1": "number", "column-2": "city", "column-3": "notes"}
    asked = {**mapping, "has_titles": "on", "rule": "file"}
    looked = client.post(page, asked, headers={"HX-Request": "true"}).content.decode()
    assert "Asha Pillai · 98765 00001 · Goa" in looked
    assert "<html" not in looked
    assert client.post(page, {**asked, "act": "start"}).status_code == 302
    assert "0 of 4 rows" in client.get(page).content.decode()
    factories.work_off()
    done = client.get(page).content.decode()
    assert "Undo this import" in done
    assert "Rejected rows" in done
    with use_company(company):
        asha = Contact.objects.get(full_name="Asha Pillai")
        assert (asha.city, asha.notes) == ("Goa", "x")

    rejected = client.get(f"{page}rejected.csv")
    rows = list(csv.reader(io.StringIO(rejected.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["Name", "Phone", "Town", "Wert", "Why it was rejected"],
        ["Ravi", "12", "", "y", "“12” is no phone number."],
        ["'=Evil", "13", "", "z", "“13” is no phone number."],
    ]
    with use_company(company):
        Contact.objects.filter(pk=asha.pk).update(notes="Rang")
    assert client.post(f"{page}undo/").status_code == 302
    factories.work_off()
    undone = client.get(page).content.decode()
    assert "What was kept" in undone
    assert "Somebody changed them since." in undone
    assert "Asha Pillai" in undone


def test_without_number_or_email_nothing_starts(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    page = send(client)
    answer = client.post(page, {"column-0": "full_name", "column-1": "nonsense", "act": "start"})
    assert answer.status_code == 400
    assert "Say which column is the number or the e-mail" in answer.content.decode()
    assert the_import(company).stage == "asking"


def test_what_is_no_table_says_why(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    said = client.get(send(client, "%PDF-1.7 ...")).content.decode()
    assert "This is no table of text." in said
    answer = client.post("/imports/", {})
    assert answer.status_code == 400
    assert "Choose a file" in answer.content.decode()


def test_a_file_that_is_too_long_is_refused_and_kept_nowhere(
    company: Company, manager: User, client_of: Browser, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 100_000
    client = client_of(manager)
    answer = client.post("/imports/", {"file": SimpleUploadedFile("long.csv", b"x" * 200_000)})
    assert answer.status_code == 400
    assert "larger than 97.7" in answer.content.decode()
    assert not files.SHELF.folder().exists()


def test_one_is_canceled_before_and_stopped_on_its_way(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    page = send(client)
    said = client.post(f"{page}cancel/", follow=True).content.decode()
    assert "Nothing was changed" in said
    assert not the_import(company).is_at_work
    page = send(client)
    asked = {"column-1": "number", "has_titles": "on", "rule": "fill"}
    client.post(page, {**asked, "act": "start"})
    said = client.post(f"{page}cancel/", follow=True).content.decode()
    assert "What came in so far stays" in said
    factories.work_off()
    stopped = the_import(company)
    assert (stopped.stage, stopped.done) == ("done", 0)


def test_who_only_looks_imports_nothing(company: Company, viewer: User, client_of: Browser) -> None:
    client = client_of(viewer)
    assert client.get("/imports/").status_code == 403
    assert client.post("/imports/", {"file": SimpleUploadedFile("a.csv", b"a,b")}).status_code == 403
    assert "/imports/" not in client.get("/admin/crm/contact/").content.decode()


def test_an_import_is_its_persons_and_of_who_sees_everybody(
    company: Company, agent: User, manager: User, client_of: Browser
) -> None:
    Company.objects.filter(pk=company.pk).update(agents_see=Company.Sight.OWN)
    theirs = send(client_of(manager), "Phone\n1\n")
    mine = send(client_of(agent))
    assert client_of(agent).get(theirs).status_code == 404
    assert client_of(agent).post(f"{theirs}undo/").status_code == 404
    assert client_of(agent).get(f"{theirs}rejected.csv").status_code == 404
    assert client_of(manager).get(mine).status_code == 200
    Company.objects.filter(pk=company.pk).update(agents_see=Company.Sight.ALL)
    assert client_of(agent).get(theirs).status_code == 200
    assert client_of(agent).post(f"{theirs}undo/").status_code == 403
    assert client_of(manager).post(f"{mine}cancel/").status_code == 302


def test_another_companys_import_is_not_found(company: Company, other_company: Company, client_of: Browser) -> None:
    page = send(client_of(factories.make_member(other_company, role="manager").user))
    mine = client_of(factories.make_member(company, role="owner").user)
    assert mine.get(page).status_code == 404
    assert mine.post(f"{page}cancel/").status_code == 404


def test_the_list_of_contacts_leads_there(company: Company, manager: User, client_of: Browser) -> None:
    assert 'href="/imports/">Import</a>' in client_of(manager).get("/admin/crm/contact/").content.decode()
    with use_company(company):
        assert Membership.objects.get(user=manager, company=company).sees_all
