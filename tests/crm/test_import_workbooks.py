"""Excel workbooks as people make them, and as nobody should: read row by row, or refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from crm.imports.reading import Unreadable
from crm.imports.workbooks import rows_of

SHEET = "xl/worksheets/sheet1.xml"


def made(path: Path, rows: list[list[Any]], *, fill: Callable[[Any, Any], None] = lambda book, sheet: None) -> Path:
    """Make a workbook of the rows with XlsxWriter, shared strings and all."""
    book = Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("People")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    fill(book, sheet)
    book.close()
    return path


def changed(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """Return a copy of the workbook with one member changed."""
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            data = old.read(each)
            new.writestr(each, change(data) if each == member else data)
    return copy


def test_texts_numbers_days_ticks_and_results_are_read(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_formula(2, 1, "=1+1", None, 2)
        sheet.write_rich_string(2, 0, "As", book.add_format({"bold": True}), "ha")
        sheet.write_datetime(
            1, 5, datetime(2026, 5, 24, 11, 0, tzinfo=UTC).replace(tzinfo=None), book.add_format({"num_format": 22})
        )

    path = made(
        tmp_path / "a.xlsx",
        [
            ["Name", "Phone", "Day", "Tick", "Share", "Moment"],
            ["  Zoë ", 9876500001, date(2026, 5, 24), True, 0.125, None],
            [None, None, None, None, None, None],
            ["'tis =1+1", "=5", None, False, 1e15],
        ],
        fill=fill,
    )
    assert list(rows_of(path)) == [
        ["Name", "Phone", "Day", "Tick", "Share", "Moment"],
        ["Zoë", "9876500001", "2026-05-24", "yes", "0.125", "2026-05-24 11:00:00"],
        ["Asha", "2"],
        ["'tis =1+1", "0", "", "no", "1000000000000000"],
    ]


def test_a_gap_keeps_its_place_and_a_sheet_that_goes_on_is_read_too(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(4, 2, "far")
        more, other = book.add_worksheet("People 2"), book.add_worksheet("Notes")
        more.write_row(0, 0, ["Name", "Phone"])
        more.write_row(1, 0, ["Ravi", "2"])
        other.write_row(0, 0, ["Something", "else"])

    path = made(tmp_path / "a.xlsx", [["Name", "Phone"], ["Asha", "1"]], fill=fill)
    assert list(rows_of(path)) == [["Name", "Phone"], ["Asha", "1"], ["", "", "far"], ["Ravi", "2"]]


def test_what_declares_anything_of_its_own_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["Name"], ["Asha"]])
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
    for padding in (b"", b"<!-- " + b"x" * 200_000 + b" -->"):
        # The padding is of one letter, so it is the declaration that is refused and not how well it packs.
        evil = changed(path, SHEET, lambda data, padding=padding: data.replace(b"?>", b"?>" + padding + bomb, 1))
        with pytest.raises(Unreadable, match="cannot be read"):
            list(rows_of(evil))


def test_what_unpacks_to_far_more_is_refused_unread(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["Name"], ["Asha"]])
    bomb = changed(path, SHEET, lambda data: data + b" " * 60_000_000)
    assert bomb.stat().st_size < 100_000
    with pytest.raises(Unreadable, match="unpacks to far more"):
        list(rows_of(bomb))


@pytest.mark.parametrize(
    ("member", "change"),
    [
        (SHEET, lambda data: data[: len(data) // 2]),
        (SHEET, lambda data: data.replace(b"<v>0</v>", b"<v>999</v>")),
        (SHEET, lambda data: data.replace(b"<v>0</v>", b"<v>nonsense</v>")),
        ("xl/_rels/workbook.xml.rels", lambda data: b"not xml"),
        ("xl/workbook.xml", lambda data: b""),
    ],
)
def test_what_is_broken_is_refused(tmp_path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    path = made(tmp_path / "a.xlsx", [["Name"], ["Asha"]])
    with pytest.raises(Unreadable, match="cannot be read"):
        list(rows_of(changed(path, member, change)))


def test_more_columns_than_anybody_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="columns"):
        list(rows_of(made(tmp_path / "a.xlsx", [[f"c{n}" for n in range(1200)]])))


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable, match="cannot be read"):
        list(rows_of(path))
