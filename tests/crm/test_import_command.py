"""`manage.py import_contacts`: the same way in from the command line."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crm.imports import files
from crm.models import Company, Contact, ContactImport, Membership, User
from crm.tenancy import use_company


@pytest.fixture(autouse=True)
def a_place_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text("Name,Phone,Wert\nAsha,9876500001,12\nRavi,12,\n")
    return file


def run(*args: Any, company: Company, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_contacts", *map(str, args), company=company.slug, stdout=out, **options)
    return out.getvalue()


@pytest.mark.row("B.10")
def test_it_brings_in_says_how_many_and_writes_what_was_rejected(
    company: Company, manager: User, people: Path, tmp_path: Path
) -> None:
    rejected = tmp_path / "rejected.csv"
    said = run(people, company=company, by=manager.email, map=["Wert=estimated_value"], rejected=rejected)
    assert said.splitlines() == [
        "Name: Name",
        "Phone: Number",
        "Wert: Estimated value",
        "1 new, 0 changed, 0 unchanged, 1 rejected.",
    ]
    assert "“12” is no phone number." in rejected.read_text(encoding="utf-8-sig")
    with use_company(company):
        assert Contact.objects.get(full_name="Asha").estimated_value == 12
        batch = ContactImport.objects.newest_first()[0]
        assert (batch.source, batch.made_by) == ("command", Membership.objects.get(user=manager, company=company))


def test_a_dry_run_changes_nothing(company: Company, people: Path, django_capture_on_commit_callbacks: Any) -> None:
    with use_company(company):
        before = Contact.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        said = run(people, company=company, dry_run=True)
    assert "Row 2: New" in said
    assert "Row 3: Rejected. “12” is no phone number." in said
    with use_company(company):
        assert Contact.objects.count() == before
        assert ContactImport.objects.newest_first()[0].stage == "canceled"
    assert not list(files.SHELF.rows_with_files())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"map": ["Phone="]}, "No column is a number"),
        ({"map": ["Foo=number"]}, "names no column"),
        ({"map": ["Phone=foo"]}, "names no column"),
        ({"by": "nobody@example.com"}, "Nobody of that e-mail"),
    ],
)
def test_what_cannot_be_is_said(company: Company, people: Path, options: Any, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(people, company=company, **options)


def test_no_table_and_no_file_are_said(company: Company, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="no table"):
        run(tmp_path / "a.pdf", company=company)
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "missing.csv", company=company)


def test_a_viewer_imports_nothing(company: Company, viewer: User, people: Path) -> None:
    with pytest.raises(CommandError, match="Nobody of that e-mail"):
        run(people, company=company, by=viewer.email)
