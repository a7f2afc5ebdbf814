"""Calls as files: what stands in them, and that no program runs any of it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calltracking.exports.asked import Asked, UnreadableFilter, filter_of
from calltracking.exports.calls import CallRows
from calltracking.exports.cells import CUT, LONGEST, Cells, Column, Workbooks, csv_head, csv_text, fitting
from calltracking.exports.sending import pieces
from calltracking.models import CallNote, Export
from crm.models import Company, Contact, ContactValue, FollowUp, LeadStatus, Membership, User
from crm.spreadsheets import cell, uncell
from crm.tenancy import use_company
from telephony.models import Call, Correction
from tests import factories

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = (
    *(
        "=1+1",
        "==1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        " =1",
        "'=1",
        "''=1",
        "'",
        "'tis",
    ),
    *(
        "_x003D_1",
        "<r><t>a</t></r>",
        '<r></is></c><c r="B2"><f>1+1</f></c></r>',
        "\x0b=1",
        "a\x00b",
        "=cmd|' /C calc'!A0",
    ),
    *("{=1}", "http://example.com", "0012", "1e5", "TRUE", '"quoted", and more', "two\r\nlines", "  blanks  "),
)
COLUMNS = [Column("text", "Text"), Column("other", "Other", "long")]
Browser = Callable[[User], Client]


def sheets_of(data: bytes) -> list[list[list[Any]]]:
    """Read a workbook as Excel would, from its XML: `[sheet][row]` of texts and numbers; a formula fails."""
    sheets = []
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = sorted((n for n in book.namelist() if "/worksheets/sheet" in n), key=lambda n: (len(n), n))
        for name in names:
            tree = ET.fromstring(book.read(name))  # noqa: S314 - what we wrote ourselves
            assert not list(tree.iter(f"{NAMESPACE}f")), "a formula"
            assert not list(tree.iter(f"{NAMESPACE}hyperlink")), "a link"
            sheets.append([[*_cells(row)] for row in tree.iter(f"{NAMESPACE}row")])
    return sheets


def _cells(row: Any) -> Iterable[Any]:
    place = 0
    for each in row.iter(f"{NAMESPACE}c"):
        wanted = _column(re.match("[A-Z]+", each.get("r"))[0])  # type: ignore[index]
        yield from [""] * (wanted - place)
        place = wanted + 1
        if each.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in each.iter(f"{NAMESPACE}t"))
            yield re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
        else:
            assert each.get("t") in (None, "n"), each.get("t")
            yield float(each.find(f"{NAMESPACE}v").text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def workbook(tmp_path: Path, rows: Iterable[Any], columns: list[Column] = COLUMNS) -> list[list[list[Any]]]:
    path = tmp_path / "book.xlsx"
    book = Workbooks(path, title="Calls", columns=columns, cells=Cells(ZoneInfo("Asia/Kolkata")))
    book.write(rows)
    book.close()
    return sheets_of(path.read_bytes())


# ---- what programs are given ----------------------------------------------------------------------------------


hostile_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.builds(str.__add__, st.sampled_from(HOSTILE), st.text(max_size=9)),
)


@pytest.mark.row("S4.35", "S0.98")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(hostile_text, hostile_text), max_size=8))
@example([(text, "'" + text) for text in HOSTILE])
def test_csv_comes_back_as_it_was_and_holds_no_formula(rows: list[tuple[str, str]]) -> None:
    written = csv_head(COLUMNS) + csv_text(rows, Cells(UTC))
    read = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))
    for line in read[1:]:
        for text in line:
            assert not re.match(r"[\s]*[=+\-@＝＋－＠\0]|[\t\r\n]", text), text
    assert [tuple(map(uncell, line)) for line in read[1:]] == rows


@settings(max_examples=100, deadline=None)
@given(hostile_text)
def test_a_guarded_text_is_guarded_once(text: str) -> None:
    assert uncell(cell(text)) == text


@pytest.mark.row("S0.99")
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(hostile_text, hostile_text), min_size=1, max_size=6))
@example(rows=[(text, "'" + text) for text in HOSTILE])
def test_a_workbook_comes_back_as_it_was_and_holds_no_formula(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ((_, *read),) = workbook(tmp_path_factory.mktemp("book"), rows)
    wanted = [[fitting(text) for text in row] for row in rows]
    # An empty cell is not written.
    trimmed = [[*line, *[""] * (2 - len(line))] for line in read]
    assert trimmed == wanted


def test_what_xml_cannot_carry_is_dropped_and_what_is_too_long_is_cut_where_it_shows(tmp_path: Path) -> None:
    assert fitting("a\x00b\x0bc\ufffe") == "abc"
    long = "x" * LONGEST
    assert fitting(long) == long
    ((_, [cut, emoji]),) = workbook(tmp_path, [(long + "y", "😀" * LONGEST)])
    assert cut.endswith(CUT)
    assert len(cut) == LONGEST
    assert emoji.endswith(CUT)
    assert len(emoji.encode("utf-16-le")) // 2 <= LONGEST


def test_numbers_and_times_are_typed_and_times_are_the_companys(tmp_path: Path) -> None:
    at = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    ((_, [number, moment]),) = workbook(tmp_path, [(7, at)])
    assert number == 7
    assert moment == 46348.0  # midnight of 22 November 2026, on the clocks of Kolkata
    assert csv_text([(7, at)], Cells(ZoneInfo("Asia/Kolkata"))) == "7,2026-11-22 00:00:00\r\n"


def test_a_sheet_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calltracking.exports.cells.MOST_ROWS", 3)
    sheets = workbook(tmp_path, [(str(n), "") for n in range(7)])
    assert [[row[0] for row in sheet] for sheet in sheets] == [
        ["Text", "0", "1", "2"],
        ["Text", "3", "4", "5"],
        ["Text", "6"],
    ]


# ---- calls ----------------------------------------------------------------------------------------------------


def ask(said: str = "", *, shape: str = "json", include: tuple[str, ...] = (), by: Membership | None = None) -> Asked:
    return Asked.by(by, shape=shape, said=QueryDict(said), include=include)


def data_of(company: Company, said: str = "", **how: Any) -> bytes:
    with use_company(company):
        asked = ask(said, **how)
    made = pieces(CallRows(asked), shape=asked.format, company_id=company.pk, zone=company.time_zone)
    return b"".join(made)


def calls_in(company: Company, said: str = "", **how: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(data_of(company, said, **how))
    return found


EVERYTHING = ("contact", "analysis", "interactions", "transcript")


@pytest.fixture
def known(company: Company) -> Call:
    """A call of which everything is known."""
    by = factories.make_member(company, name="Asha Rao")
    with use_company(company):
        lead = factories.make_lead(
            status=LeadStatus.INTERESTED, full_name="Meera Nair", business_name="Nair Dental", number="+919812300077"
        )
        contact = Contact.objects.get(pk=lead.pk)
        budget = factories.make_field("Budget", "money")
        ContactValue.objects.put(
            contact, {budget: {"minimum": None, "maximum": 5000000, "currency": "INR", "period": "once"}}, by=by
        )
        campaign = factories.make_campaign(name="Diwali")
        call = factories.make_call(
            contact=contact,
            turns=factories.TALK,
            external_id="conv_known",
            campaign=campaign,
            attributed_by="manual",
            line=factories.make_line(label="Main line"),
            started_at=datetime(2026, 11, 2, 4, 30, tzinfo=UTC),
            score=82,
            is_hot=True,
            feeling="positive",
            intent="interested",
        )
        fact = {"confidence": 0.9, "evidence": {"turn": 1, "quote": "Pune", "speaker": "customer"}}
        findings = {
            "schema_version": 1,
            "summary": "Wants a flat.",
            "city": {"value": "Pune", **fact},
            "pain_points": [{"value": "Rent", **fact}, {"value": "Noise", **fact}],
        }
        factories.make_insight(
            call, findings=findings, summary="Wants a flat.", score=82, reasons=[{"label": "Budget", "points": 20}]
        )
        Correction.objects.create(call=call, name="city", verdict="corrected", value="Mumbai", words="Mumbai", by=by)
        CallNote.objects.create(call=call, by=by, text="Sent the plan.")
        FollowUp.objects.filter(contact=contact).update(
            reason="Show the flat", assignee=by, due_at=datetime(2026, 11, 4, 6, 0, tzinfo=UTC)
        )
        found: Call = call
        return found


@pytest.mark.row("S0.103", "S4.37", "S0.21")
def test_a_call_is_told_with_every_detail(company: Company, known: Call) -> None:
    found = {row["call_sid"]: row for row in calls_in(company, include=EVERYTHING)}["conv_known"]
    told = {
        "id": known.pk,
        "direction": "Inbound",
        "started_at": "2026-11-02T10:00:00+05:30",
        "duration": 95,
        "time_zone": "Asia/Kolkata",
        "customer_number": "+919812300077",
        "line": "Main line",
        "campaign": "Diwali",
        "contact": "Meera Nair",
        "contact_business": "Nair Dental",
        "contact_numbers": "+919812300077",
        "lead_status": "Interested",
        "score": 82,
        "is_hot": True,
        "score_reasons": [{"label": "Budget", "points": 20}],
        "sentiment": "positive",
        "intent": "Interested",
        "summary": "Wants a flat.",
        "budget": {"minimum": None, "maximum": 5000000, "currency": "INR", "period": "once"},
        # What a person put right stands over what was read.
        "found_city": "Mumbai",
        "found_pain_points": ["Rent", "Noise"],
        "follow_up": "Show the flat",
        "follow_up_by": "Asha Rao",
        "notes": "Sent the plan.",
    }
    assert {name: found[name] for name in told} == told
    assert [turn["speaker"] for turn in found["transcript"]] == ["agent", "customer", "agent", "customer"]


@pytest.mark.row("S0.98", "S0.99")
def test_csv_and_workbook_say_the_same_for_people(company: Company, known: Call) -> None:
    lines = csv.DictReader(
        io.StringIO(data_of(company, "q=conv_known", shape="csv", include=EVERYTHING).decode("utf-8-sig"), newline="")
    )
    (line,) = lines
    assert line["Customer's number"] == "'+919812300077"
    assert (line["budget"], line["Hot"], line["Started"]) == ("up to ₹50,00,000", "yes", "2026-11-02 10:00:00")
    assert line["What the score is made of"] == "Budget +20"
    assert line["Transcript"].startswith("Agent: Hello, this is Aria")
    ((titles, row),) = sheets_of(data_of(company, "q=conv_known", shape="xlsx", include=EVERYTHING))
    sheet = dict(zip(titles, row, strict=False))
    assert sheet["Customer's number"] == "+919812300077"
    assert (sheet["Score"], sheet["Length, seconds"]) == (82, 95)
    assert (
        sheet["Said: pain points, all" if "Said: pain points, all" in sheet else "Said: problem, all"] == "Rent\nNoise"
    )


@pytest.mark.row("S4.37")
def test_what_is_not_asked_for_stays_out(company: Company, known: Call) -> None:
    bare = calls_in(company, "q=conv_known")[0]
    assert not {"transcript", "interactions", "contact_email", "found_city"} & set(bare)
    assert "transcript" in calls_in(company, "q=conv_known", include=("transcript",))[0]


@pytest.mark.row("S0.100", "S0.101", "S0.102")
def test_exactly_the_calls_of_the_filter_are_in_it(company: Company, known: Call) -> None:
    with use_company(company):
        missed = factories.make_call(status="no_answer", started_at=datetime(2026, 11, 3, 20, 0, tzinfo=UTC))
    assert [row["id"] for row in calls_in(company, "status=missed")] == [missed.pk]
    # 3 November 20:00 UTC is the 4th in Kolkata.
    assert [row["id"] for row in calls_in(company, "started_from=2026-11-04&started_to=2026-11-04")] == [missed.pk]
    assert known.pk in {row["id"] for row in calls_in(company, "lead_status=interested")}
    assert missed.pk not in {row["id"] for row in calls_in(company, "lead_status=interested")}
    with use_company(company), pytest.raises(UnreadableFilter):
        ask("status=nonsense")


def test_days_before_today_become_a_date(company: Company) -> None:
    with use_company(company):
        kept = filter_of(QueryDict("days=7&started_from=2020-01-01"), company=company)
    assert set(kept) == {"started_from"}
    assert kept["started_from"] > "2020-01-01"


def test_rows_are_read_lot_by_lot_newest_first(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 3, tzinfo=UTC)
    with use_company(company):
        made = [factories.make_call(started_at=at).pk for _ in range(5)]
        every = list(Call.objects.order_by("-started_at", "-id").values_list("pk", flat=True))
    monkeypatch.setattr("calltracking.exports.calls.LOT", 2)
    assert [row["id"] for row in calls_in(company)] == every
    assert set(made) <= set(every)


def test_an_own_field_beside_a_column_of_the_same_name_is_told_apart(company: Company) -> None:
    with use_company(company):
        factories.make_field("Score", "number")
        keys = [column.key for column in CallRows(ask()).columns]
    assert len(keys) == len(set(keys))
    assert "field_score" in keys


def test_numbers_are_hidden_from_who_may_not_see_them(
    company: Company, known: Call, viewer: User, client_of: Browser
) -> None:
    answer = client_of(viewer).post("/calls/export/", {"format": "json", "q": "conv_known", "include": EVERYTHING})
    (row,) = json.loads(answer.getvalue())
    assert "9812300077" not in json.dumps(row).replace(" ", "")
    assert row["customer_number"].endswith("077")


def test_an_agent_who_sees_their_own_takes_out_their_own(
    company: Company, known: Call, agent: User, client_of: Browser
) -> None:
    Company.objects.filter(pk=company.pk).update(agents_see=Company.Sight.OWN)
    with use_company(company):
        mine = factories.make_contact(assignee=Membership.objects.get(user=agent))
        call = factories.make_call(contact=mine)
    answer = client_of(agent).post("/calls/export/", {"format": "json", "include": EVERYTHING})
    assert [row["id"] for row in json.loads(answer.getvalue())] == [call.pk]


# ---- ways in --------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.78", "S0.36")
def test_the_page_sends_a_short_one_at_once_and_keeps_it_in_the_log(
    company: Company, known: Call, manager: User, client_of: Browser
) -> None:
    client = client_of(manager)
    page = client.get("/calls/export/?status=completed&hot=true").content.decode()
    assert 'name="status" value="completed"' in page
    answer = client.post("/calls/export/", {"format": "csv", "status": "completed", "include": "contact"})
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    with use_company(company):
        export = Export.objects.get(made_by__user=manager)
        assert (export.rows, export.filter, export.include) == (len(lines) - 1, {"status": "completed"}, ["contact"])
        assert (export.source, export.format) == ("page", "csv")
        assert export.finished_at


def test_the_page_says_what_it_cannot_read(company: Company, manager: User, client_of: Browser) -> None:
    answer = client_of(manager).post("/calls/export/", {"format": "csv", "started_from": "tomorrow"})
    assert answer.status_code == 400
    assert client_of(manager).post("/calls/export/", {"format": "pdf"}).status_code == 400


@pytest.mark.row("S0.108", "S0.36")
def test_the_api_sends_the_same_rows_to_a_key_with_the_scope(
    company: Company, other_company: Company, known: Call
) -> None:
    key, text = factories.make_key(company, scopes=["calls:read"])
    answer = factories.client_with(text).get("/api/call-tracking/export?q=conv_known&include=transcript")
    (row,) = json.loads(answer.getvalue())
    assert row["id"] == known.pk
    assert "contact_email" not in row
    as_csv = factories.client_with(text).get("/api/call-tracking/export?format=csv", headers={"Accept": "text/csv"})
    assert as_csv["Content-Type"].startswith("text/csv")
    assert as_csv.getvalue().startswith(b"\xef\xbb\xbfCall,")
    with use_company(company):
        assert Export.objects.filter(api_key=key, source="api_key").count() == 2
    _, contacts_only = factories.make_key(company, scopes=["contacts:read"])
    assert factories.client_with(contacts_only).get("/api/call-tracking/export").status_code == 403
    assert factories.client_with(text).get("/api/call-tracking/export?status=nonsense").status_code == 400
    assert factories.client_with(text).get("/api/call-tracking/export?format=pdf").status_code == 400
    _, theirs = factories.make_key(other_company)
    assert known.pk not in [
        row["id"] for row in json.loads(factories.client_with(theirs).get("/api/call-tracking/export").getvalue())
    ]


@pytest.mark.row("S4.38", "S0.36")
def test_the_command_writes_a_whole_file_or_none(company: Company, known: Call, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "calls.xlsx"
    call_command("export_calls", str(out), company=company.slug, since="2026-11-02", until="2026-11-02")
    ((_, *rows),) = sheets_of(out.read_bytes())
    assert [row[0] for row in rows] == [known.pk]
    assert out.stat().st_mode & 0o077 == 0
    assert "1 calls written" in capsys.readouterr().out
    with use_company(company):
        export = Export.objects.get(source="command")
        assert export.rows == 1
        assert export.finished_at
    with pytest.raises(CommandError):
        call_command("export_calls", str(tmp_path / "no"), company="nobody")
    with pytest.raises(CommandError):
        call_command("export_calls", str(tmp_path / "no"), company=company.slug, filter=["colour=red"])
    assert sorted(tmp_path.iterdir()) == [out]


@pytest.mark.django_db(transaction=True)
def test_a_download_that_is_broken_off_is_logged_as_such(
    company: Company, known: Call, manager: User, client_of: Browser
) -> None:
    answer = client_of(manager).post("/calls/export/", {"format": "csv"})
    next(iter(answer.streaming_content))
    answer.close()
    with use_company(company):
        export = Export.objects.get(made_by__user=manager)
        assert export.finished_at is None
        assert export.rows == 0
