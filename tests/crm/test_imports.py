"""Contacts from a file: whom a row finds, what it changes, what is rejected, and that nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from calltracking.exports.asked import Asked
from calltracking.exports.contacts import ContactRows
from calltracking.exports.sending import pieces
from crm.actors import Source
from crm.imports import files, working
from crm.imports.keeping import purge_expired, rejected_rows
from crm.imports.met import Outcome
from crm.imports.working import begin, foresee
from crm.leases import WorkState, claim, work_on
from crm.models import (
    Company,
    Contact,
    ContactImport,
    ContactValue,
    FollowUp,
    ImportedContact,
    Lead,
    LeadStatusChange,
    Membership,
    PhoneNumber,
    User,
)
from crm.privacy import erase_person, export_person
from crm.tenancy import use_company
from tests import factories

Rule = ContactImport.Rule
Stage = ContactImport.Stage


@pytest.fixture(autouse=True)
def a_place_of_its_own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(working, "LOT", 2)


def send(
    company: Company, text: str | bytes, *, by: Membership | None = None, name: str = "people.csv"
) -> ContactImport:
    """Send a file and have it read."""
    data = text.encode() if isinstance(text, str) else text
    with use_company(company):
        batch = begin([data], name=name, source=Source.PAGE, by=by)
    factories.work_off()
    return again(batch)


def again(batch: ContactImport) -> ContactImport:
    with use_company(batch.of_company):
        return ContactImport.objects.select_related("made_by").get(pk=batch.pk)


def start(batch: ContactImport, *, mapping: list[str] | None = None, rule: str = Rule.FILL) -> None:
    with use_company(batch.of_company):
        held = ContactImport.objects.get(pk=batch.pk)
        held.start(mapping=mapping or held.mapping, has_titles=held.has_titles, rule=rule)


def bring_in(company: Company, text: str | bytes, *, rule: str = Rule.FILL, **how: Any) -> ContactImport:
    """Send a file and bring in what it holds, as its columns are recognized."""
    batch = send(company, text, **how)
    assert batch.stage == Stage.ASKING, batch.said
    start(batch, rule=rule)
    factories.work_off()
    return again(batch)


def tally(batch: ContactImport) -> tuple[int, int, int, int]:
    return batch.made, batch.changed, batch.unchanged, batch.rejected


def the_one(number: str) -> Contact:
    return Contact.objects.with_number(number).get()


def reasons(batch: ContactImport) -> list[str]:
    with use_company(batch.of_company):
        return [row[-1] for row in rejected_rows(batch)]


# ---- whom a row finds -----------------------------------------------------------------------------------------


@pytest.mark.row("B.10")
def test_a_file_makes_changes_and_leaves_contacts(company: Company) -> None:
    with use_company(company):
        meera = factories.make_contact(number="+919876500001", full_name="Meera Nair", city="")
        factories.make_contact(number="+919876500002", full_name="Ravi Rao", city="Pune")
    batch = bring_in(
        company,
        "Name;Phone;E-mail;City\n"
        "Meera N.;098765 00001;;Kochi\n"
        "Ravi Rao;+91 98765-00002;;Mumbai\n"
        "Asha Pillai;9876500003;ASHA@example.com;Goa\n"
        ";12;;\n",
    )
    assert tally(batch) == (1, 1, 1, 1)
    assert (batch.stage, batch.done, batch.total) == (Stage.DONE, 5, 5)
    with use_company(company):
        meera.refresh_from_db()
        assert (meera.full_name, meera.city) == ("Meera Nair", "Kochi")
        assert the_one("+919876500002").city == "Pune"
        asha = the_one("+919876500003")
        assert (asha.full_name, asha.email, asha.source) == ("Asha Pillai", "asha@example.com", "Import")
        assert asha.numbers.get(is_primary=True).written == "9876500003"
    assert reasons(batch) == ["“12” is no phone number."]
    assert not list(files.SHELF.folder_of(company.pk, batch.pk).glob("[ur]*"))


def test_the_file_wins_where_that_was_asked(company: Company) -> None:
    with use_company(company):
        factories.make_contact(number="+919876500002", full_name="Ravi Rao", city="Pune", email="ravi@example.com")
    batch = bring_in(company, "Name,Phone,City,E-mail\nRavi K. Rao,9876500002,Mumbai,\n", rule=Rule.FILE)
    assert tally(batch) == (0, 1, 0, 0)
    with use_company(company):
        ravi = the_one("+919876500002")
        assert (ravi.full_name, ravi.city) == ("Ravi K. Rao", "Mumbai")
        assert ravi.email == "ravi@example.com", "an empty cell changes nothing"


def test_rows_of_one_person_meet_on_one_contact(company: Company) -> None:
    batch = bring_in(
        company,
        "Name,Phone,Other numbers,E-mail,City\n"
        "Asha,9876500003,,asha@example.com,\n"
        "Asha Pillai,09876500003,022 2345 6789,,Goa\n"
        "Somebody,,,asha@example.com,\n"
        ",+91 22 2345 6789,,,Panaji\n",
    )
    assert tally(batch) == (1, 1, 2, 0)
    with use_company(company):
        asha = the_one("+919876500003")
        assert (asha.full_name, asha.city) == ("Asha", "Goa")
        assert [n.e164 for n in asha.numbers.order_by("pk")] == ["+919876500003", "+912223456789"]
        assert [n.is_primary for n in asha.numbers.order_by("pk")] == [True, False]


def test_who_has_a_number_and_who_an_email_are_told_apart(company: Company) -> None:
    with use_company(company):
        factories.make_contact(number="+919876500001", full_name="One")
        factories.make_contact(number="+919876500002", full_name="Two", email="two@example.com")
        factories.make_contact(number="+919876500003", full_name="Amma")
        factories.make_contact(number="+919876500003", full_name="Appa")
    batch = bring_in(
        company,
        "Name,Phone,E-mail,City\n"
        "X,9876500001,two@example.com,Goa\n"
        "Amma,9876500003,,Goa\n"
        "Nobody,9876500003,,Goa\n"
        "Ghost,,,Goa\n",
    )
    assert tally(batch) == (0, 1, 0, 3)
    assert reasons(batch) == [
        "The number and the e-mail are those of two different contacts.",
        "Several contacts have this number or e-mail, and the name does not tell which is meant.",
        "There is no phone number and no e-mail, so nobody could find them again.",
    ]


def test_another_companys_contacts_and_ids_mean_nothing_here(company: Company, other_company: Company) -> None:
    with use_company(other_company):
        theirs = factories.make_contact(number="+919876500009", full_name="Theirs", email="theirs@example.com")
    with use_company(company):
        mine = factories.make_contact(number="+919876500001", full_name="Mine", city="")
    batch = bring_in(
        company,
        f"Contact,Name,Number,City\n{theirs.pk},Theirs,,Goa\n{mine.pk},Other Name,,Goa\n{theirs.pk},N,9876500009,Goa\n"
        f"{mine.pk},Mine,,Goa\n",
    )
    assert tally(batch) == (1, 1, 0, 2)
    with use_company(other_company):
        assert Contact.objects.get(pk=theirs.pk).city == ""
    with use_company(company):
        assert the_one("+919876500009").pk != theirs.pk
        assert the_one("+919876500001").city == "Goa"


def test_numbers_that_a_spreadsheet_took_for_amounts(company: Company) -> None:
    batch = bring_in(company, "Phone,Name\n9876500001.0,A\n9.8765E+09,B\n'+919876500003,C\n")
    assert tally(batch) == (2, 0, 0, 1)
    assert "lost its digits" in reasons(batch)[0]
    with use_company(company):
        assert the_one("+919876500001").full_name == "A"
        assert the_one("+919876500003").full_name == "C"


# ---- what cells say -------------------------------------------------------------------------------------------


def test_facts_are_typed_and_whats_wrong_is_said_of_each(company: Company) -> None:
    batch = bring_in(
        company,
        "Phone,E-mail,Employees,Annual revenue,Decision maker,Do not call,Priority,Status,Revenue\n"
        "9876500001,a@example.com,1 200,₹ 1.5 cr,Yes,no,Warm,interested,\n"
        "9876500002,no mail,many,x,perhaps,,,Sleepy,\n",
    )
    assert tally(batch) == (1, 0, 0, 1)
    with use_company(company):
        one = the_one("+919876500001")
        assert (one.company_size, one.annual_revenue) == (1200, Decimal("15000000.00"))
        assert (one.is_decision_maker, one.do_not_call, one.lead_status, one.priority) == (True, False, "interested", 4)
        assert LeadStatusChange.objects.get(contact=one).why == "Imported"
        assert FollowUp.objects.get(contact=one).is_automatic
    (why,) = reasons(batch)
    for said in ("“no mail”", "“many”", "“x”", "“perhaps”", "“Sleepy”"):
        assert said in why


def test_own_fields_are_typed_and_found_by(company: Company) -> None:
    with use_company(company):
        pets = factories.make_field("Pets so far", "number")
        budget = factories.make_field("Monthly budget", "money")
        visit = factories.make_field("Visit", "date")
        factories.make_field("Facing", "choice", choices=["East", "West"])
        factories.make_field("Has car", "yes_no")
    batch = bring_in(
        company,
        "Phone,Pets so far,monthly_budget,Visit,Facing,has_car\n"
        "9876500001,2,₹50000 to ₹80000 a month,24/05/2026,east,yes\n"
        "9876500002,two,lots,someday,North,maybe\n",
    )
    assert tally(batch) == (1, 0, 0, 1)
    with use_company(company):
        one = the_one("+919876500001")
        assert one.custom == {
            "pets_so_far": 2,
            "monthly_budget": {"minimum": 50000, "maximum": 80000, "currency": "INR", "period": "month"},
            "visit": "2026-05-24",
            "facing": "East",
            "has_car": True,
        }
        assert ContactValue.objects.get(contact=one, field=pets).number == 2
        assert ContactValue.objects.get(contact=one, field=budget).number == 80000
        assert ContactValue.objects.get(contact=one, field=visit).moment
        # What a file said, a later call may know better.
        changed = ContactValue.objects.learn(one, {"pets_so_far": 3}, said_at=timezone.now(), source=None)
        assert changed == ["pets_so_far"]


def test_who_asked_not_to_be_called_stays_so(company: Company) -> None:
    with use_company(company):
        factories.make_contact(number="+919876500001", do_not_call=True)
    batch = bring_in(company, "Phone,Do not call\n9876500001,no\n9876500002,yes\n", rule=Rule.FILE)
    assert tally(batch) == (1, 0, 1, 0)
    with use_company(company):
        assert the_one("+919876500001").do_not_call
        assert the_one("+919876500002").do_not_call


@pytest.mark.row("B.10")
@pytest.mark.parametrize("shape", ["csv", "xlsx"])
def test_what_was_exported_comes_in_again_and_changes_nothing(company: Company, shape: str) -> None:
    with use_company(company):
        fields = [factories.make_field(f"{kind} field", kind) for kind in ("number", "money", "date", "yes_no", "text")]
        lead = factories.make_lead(
            number="+919876500001",
            status="interested",
            full_name="=HYPERLINK(1)",
            email="one@example.com",
            notes="Two\nlines, and a comma; and “quotes”",
            annual_revenue=Decimal("1250000.50"),
            company_size=40,
            is_decision_maker=False,
            assignee=Membership.objects.filter(company=company).first(),
        )
        lead.add_number(e164="+912223456789", written="022 2345 6789")
        answers: Iterable[Any] = (
            2.5,
            {"minimum": 5000, "maximum": None, "currency": "INR", "period": "month"},
            "2026-05-24T11:00:00+05:30",
            False,
            "-quiet",
        )
        ContactValue.objects.put(
            Contact.objects.get(pk=lead.pk),
            dict(zip(fields, answers, strict=True)),
            by=Membership.objects.filter(company=company).first(),
        )
        factories.make_contact(number="", full_name="Only a Name")
        asked = Asked(company_id=company.pk, format=shape)
        rows = ContactRows(asked, Contact.objects.all())
        count = Contact.objects.count()
        before = list(Contact.objects.order_by("pk").values())
    data = b"".join(pieces(rows, shape=shape, company_id=company.pk, zone=company.time_zone))
    batch = bring_in(company, data, rule=Rule.FILE)
    assert reasons(batch) == []
    assert tally(batch) == (0, 0, count, 0)
    with use_company(company):
        assert list(Contact.objects.order_by("pk").values()) == before
        assert not ImportedContact.objects.filter(batch=batch).exists()


# ---- files of every kind --------------------------------------------------------------------------------------

TABLE = "Name{0}Phone\nZoë Müller{0}9876500001\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_separator_encoding_and_line_ending_is_read(
    company: Company, separator: str, encoding: str, ending: str
) -> None:
    batch = send(company, TABLE.format(separator).replace("\n", ending).encode(encoding))
    assert batch.mapping == ["full_name", "number"]
    with use_company(company):
        assert files.get_rows(batch, number=0) == [["Name", "Phone"], ["Zoë Müller", "9876500001"]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "no row"),
        (b"%PDF-1.7\n%\xe2\xe3", "no table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "no table"),
        (b"PK\x03\x04 this is no workbook", "cannot be read"),
        (b"a" * 1_000_100, "longer than 1,000,000"),
        (b'Name,Phone\n"Never closed,' + b"x\n" * 200_000, "does not end"),
        (b",".join(b"c%d" % n for n in range(1000)), "1,000 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(company: Company, data: bytes, said: str) -> None:
    batch = send(company, data)
    assert batch.stage == Stage.REFUSED
    assert said in batch.said
    assert not files.SHELF.folder_of(company.pk, batch.pk).exists()


@pytest.mark.parametrize("rows", [1, 18, 19, 20, 21, 22, 400])
def test_no_row_is_lost_however_many_there_are(company: Company, rows: int) -> None:
    batch = send(company, "Name,Phone\n" + "".join(f"P{n},98765{n:05d}\n" for n in range(rows)))
    with use_company(company):
        read = [row for number in range(batch.lots) for row in files.get_rows(batch, number=number)]
    assert read == [["Name", "Phone"], *([f"P{n}", f"98765{n:05d}"] for n in range(rows))]
    assert batch.total == rows + 1


def test_nul_bytes_short_rows_and_long_rows_do_no_harm(company: Company) -> None:
    batch = bring_in(company, b"Name,Phone\nAs\x00ha,9876500001,more,and more\nRavi\n,,,\n")
    assert tally(batch) == (1, 0, 0, 1)
    with use_company(company):
        assert the_one("+919876500001").full_name == "Asha"


def test_a_file_without_titles_is_recognized_by_what_stands_in_it(company: Company) -> None:
    batch = send(company, "Asha,9876500001,asha@example.com\nRavi,9876500002,\n")
    assert (batch.mapping, batch.has_titles) == (["full_name", "number", "email"], False)
    batch = bring_in(company, "Asha,9876500001,asha@example.com\nRavi,9876500002,\n")
    assert tally(batch) == (2, 0, 0, 0)


def test_titles_nobody_knows_are_left_to_the_person(company: Company) -> None:
    batch = send(company, "Foo,Bar\nAsha,9876500001\n")
    assert (batch.mapping, batch.has_titles) == (["", ""], True)
    start(batch, mapping=["full_name", "number"])
    factories.work_off()
    assert tally(again(batch)) == (1, 0, 0, 0)


def test_the_preview_says_what_happens_and_writes_nothing(company: Company) -> None:
    with use_company(company):
        factories.make_contact(number="+919876500001", full_name="Meera", city="")
        before = Contact.objects.count()
    batch = send(company, "Name,Phone,City\nMeera,9876500001,Kochi\nNew,9876500002,\nNew,9876500002,\nBad,1,\n")
    with use_company(company):
        seen = foresee(batch, mapping=batch.mapping, has_titles=True, rule=Rule.FILL)
        assert [one.outcome for one in seen] == [Outcome.CHANGED]  # a lot is two rows here, the titles among them
        seen = foresee(batch, mapping=batch.mapping, has_titles=False, rule=Rule.FILL)
        assert [one.outcome for one in seen] == [Outcome.REJECTED, Outcome.CHANGED]
        assert Contact.objects.count() == before


# ---- who imports ----------------------------------------------------------------------------------------------


def test_an_agent_who_sees_their_own_changes_nobody_elses(company: Company, agent: User, manager: User) -> None:
    Company.objects.filter(pk=company.pk).update(agents_see=Company.Sight.OWN)
    me = Membership.objects.select_related("company").get(user=agent, company=company)
    with use_company(company):
        factories.make_contact(number="+919876500001", full_name="Theirs", city="")
        factories.make_contact(number="+919876500002", full_name="Mine", city="", assignee=me)
    batch = bring_in(company, "Phone,City\n9876500001,Goa\n9876500002,Goa\n9876500003,Goa\n", by=me)
    assert tally(batch) == (1, 1, 0, 1)
    assert reasons(batch) == ["The contact with this number or e-mail is a colleague's."]
    with use_company(company):
        assert the_one("+919876500003").assignee_id == me.pk


def test_history_says_that_an_import_did_it_and_whose(company: Company, manager: User) -> None:
    me = Membership.objects.get(user=manager, company=company)
    bring_in(company, "Name,Phone\nAsha,9876500001\n", by=me)
    with use_company(company):
        events = the_one("+919876500001").history.all()
        assert {(event.source, event.member_id) for event in events} == {(Source.IMPORT, me.pk)}


# ---- dying, and two at once -----------------------------------------------------------------------------------


def test_a_killed_import_is_gone_on_with_and_repeats_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = send(company, "Phone\n" + "".join(f"98765001{n:02d}\n" for n in range(7)))
    start(batch)

    def killed(name: str, **_: Any) -> None:
        if name == "import:between_lots":
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(working, "failpoint", killed)
        with pytest.raises(SystemExit):
            work_on(ContactImport, company_id=company.pk, pk=batch.pk)
    assert (again(batch).lots_done, again(batch).done, again(batch).stage) == (1, 2, Stage.APPLYING)
    with use_company(company):
        ContactImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    while work_on(ContactImport, company_id=company.pk, pk=batch.pk):
        pass
    assert tally(again(batch)) == (7, 0, 0, 0)
    with use_company(company):
        assert PhoneNumber.objects.filter(e164__startswith="+9198765001").count() == 7


def test_a_slice_gives_the_row_back_and_the_next_goes_on(company: Company) -> None:
    batch = send(company, "Phone\n" + "".join(f"98765001{n:02d}\n" for n in range(7)))
    start(batch)
    lease = claim(ContactImport, company_id=company.pk, pk=batch.pk)
    assert lease
    working.work(lease, seconds=0)
    assert (again(batch).lots_done, again(batch).work_state) == (1, WorkState.DUE)
    factories.work_off()
    assert tally(again(batch)) == (7, 0, 0, 0)


def test_two_imports_of_the_same_people_meet(company: Company) -> None:
    text = "Name,Phone\n" + "".join(f"P{n},98765001{n:02d}\n" for n in range(6))
    one, two = send(company, text), send(company, text)
    start(one)
    start(two)
    for _ in range(20):
        for batch in (one, two):
            if lease := claim(ContactImport, company_id=company.pk, pk=batch.pk):
                working.work(lease, seconds=0)
    assert {tally(again(one)), tally(again(two))} != {(0, 0, 0, 0)}
    assert again(one).made + again(two).made == 6
    assert again(one).unchanged + again(two).unchanged == 6


def test_one_that_was_given_up_can_be_undone(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = send(company, "Phone\n" + "".join(f"98765001{n:02d}\n" for n in range(5)))
    start(batch)
    lease = claim(ContactImport, company_id=company.pk, pk=batch.pk)
    assert lease
    working.work(lease, seconds=0)
    files.SHELF.put(company.pk, batch.pk, kind="r", number=1, data=b"no rows")
    for _ in range(6):
        with use_company(company):
            ContactImport.objects.filter(pk=batch.pk).update(next_at=timezone.now())
        work_on(ContactImport, company_id=company.pk, pk=batch.pk)
    assert again(batch).is_dead
    assert not again(batch).is_at_work
    assert (again(batch).made, take_back(batch).removed) == (1, 1)


# ---- taking it back -------------------------------------------------------------------------------------------


def take_back(batch: ContactImport) -> ContactImport:
    with use_company(batch.of_company):
        assert ContactImport.objects.get(pk=batch.pk).undo()
    factories.work_off()
    return again(batch)


@pytest.mark.row("B.13")
def test_an_import_is_undone_and_says_what_it_kept(company: Company, manager: User) -> None:
    me = Membership.objects.get(user=manager, company=company)
    with use_company(company):
        old = factories.make_contact(number="+919876500001", full_name="Meera", city="", state="", industry="")
        before = Contact.objects.count()
        pets = factories.make_field("Parrots", "number")
    batch = bring_in(
        company,
        "Name,Phone,City,State,Status,Parrots,Phone 2,Industry\n"
        "Meera N.,9876500001,Kochi,Kerala,New,2,022 2345 6789,Retail\n"
        "Gone,9876500002,,,Interested,3,,\n"
        "Edited,9876500003,,,,,,\n"
        "Called,9876500004,,,,,,\n",
        by=me,
    )
    assert tally(batch) == (3, 1, 0, 0)
    with use_company(company):
        Contact.objects.filter(pk=old.pk).update(city="Thrissur")
        Contact.objects.filter(pk=the_one("+919876500003").pk).update(notes="Rang, nice")
        factories.make_call(contact=the_one("+919876500004"))
    batch = take_back(batch)
    assert (batch.stage, batch.removed, batch.put_back, batch.kept) == (Stage.UNDONE, 1, 0, 3)
    with use_company(company):
        old = Contact.objects.get(pk=old.pk)
        assert (old.full_name, old.city, old.state, old.industry) == ("Meera", "Thrissur", "", "")
        assert (old.lead_status, old.custom, old.numbers.count()) == ("", {}, 1)
        assert not ContactValue.objects.filter(contact=old, field=pets).exists()
        assert not FollowUp.objects.open().filter(contact=old).exists()
        assert not Contact.objects.with_number("+919876500002").exists()
        assert Contact.objects.count() == before + 2
        kept = {row.contact.label: row.kept for row in ImportedContact.objects.filter(batch=batch)}
    assert kept["Edited"] == "Somebody changed them since."
    assert kept["Meera"] == "Changed since, so it stays: city."
    assert "calls" in kept["Called"]


def test_what_was_changed_goes_back_whole_when_nobody_touched_it(company: Company) -> None:
    with use_company(company):
        lead = factories.make_lead(
            number="+919876500001", status="new", full_name="Meera", annual_revenue=Decimal("10.00"), do_not_call=False
        )
        before = Contact.objects.filter(pk=lead.pk).values().get()
    batch = bring_in(
        company,
        "Phone,Name,Revenue,Status,Do not call,Employees\n9876500001,M,25,Converted,yes,7\n",
        rule=Rule.FILE,
    )
    assert tally(batch) == (0, 1, 0, 0)
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).lead_status == "converted"
    batch = take_back(batch)
    assert (batch.put_back, batch.kept) == (1, 0)
    with use_company(company):
        assert Contact.objects.filter(pk=lead.pk).values().get() == before


# ---- erasure and time -----------------------------------------------------------------------------------------


def test_who_is_erased_is_forgotten_in_files_too(company: Company, manager: User) -> None:
    me = Membership.objects.get(user=manager, company=company)
    with use_company(company):
        person = factories.make_contact(number="+919876500001", full_name="Zuleika Farrow", email="z@example.com")
    done = bring_in(company, "Name,Phone,E-mail\nZ,98765 00001,no mail\nY,9876500002,bad\n", name="Zuleika Farrow.csv")
    waiting = send(company, "Name,Phone\nZ,(0)98765-00001\nY,9876500003\n")
    changed = bring_in(company, "City,Phone\nGoa,9876500001\n")
    with use_company(company):
        assert export_person(person)["imports"][0]["changes"] == {"city": ["", "Goa"]}
        erase_person(person, by=me, why="They asked")
        assert [row[0] for row in rejected_rows(done)] == ["Y"]
        assert [row[0] for row in files.get_rows(waiting, number=1)] == ["Y"]
        assert files.get_rows(waiting, number=0) == [["Name", "Phone"], []]
        assert not ImportedContact.objects.filter(batch=changed).exists()
        assert "Zuleika" not in again(done).file_name
    start(waiting)
    factories.work_off()
    assert tally(again(waiting)) == (1, 0, 0, 0)
    assert again(waiting).done == again(waiting).total


def test_what_nobody_answers_and_what_is_old_is_removed(company: Company) -> None:
    waiting = send(company, "Name,Phone\nA,9876500001\n")
    done = bring_in(company, "Name,Phone\nA,9876500001\nB,1\n")
    files.SHELF.put(company.pk, 4711, kind="r", number=0, data=b"of an import that is nowhere")
    assert purge_expired() == 1
    assert purge_expired(now=timezone.now() + timedelta(hours=25)) == 1
    assert (again(waiting).stage, again(waiting).is_removed) == (Stage.CANCELED, True)
    assert again(done).has_rejected_rows
    assert purge_expired(now=timezone.now() + timedelta(days=31)) == 1
    assert not again(done).can_be_undone
    assert not list(files.SHELF.folder().iterdir())
