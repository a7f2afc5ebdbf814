"""Rows of an Excel workbook (.xlsx), read piece by piece: what is shown as a number or a day comes as text of it.

A workbook is a ZIP of XML. What it unpacks to is bounded before and while it is read, and documents that declare
anything of their own (entities) are refused. Source: ECMA-376, parts 1 (SpreadsheetML) and 2 (packages).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from crm.imports.reading import MOST_COLUMNS, Row, Unreadable, tidied

MOST_UNPACKED = 1 << 30
MOST_MEMBERS = 2_000
MOST_RATIO = 200
# So many different texts a workbook may hold; their list is the one thing that is held whole.
MOST_TEXTS = 3_000_000
READ_AT_ONCE = 1 << 16

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Formats of numbers that are days: built-in ones, and those that speak of days, months or years.
_BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SPEAKS_OF_DAYS = re.compile(r"[ymdhs]", re.IGNORECASE)
_NOT_SPEECH = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")
_COLUMN = re.compile(r"[A-Z]{1,3}")
# What ZIP and XML say of what is none; an encrypted member, and a compression that is not known, are RuntimeErrors.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    LookupError,
    ValueError,
    EOFError,
    RuntimeError,
)
NO_WORKBOOK = "The workbook cannot be read. Save it again as .xlsx, or as CSV, and send that."


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of the workbook's first sheet and of those that go on with it. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(path) as book:
            _refuse_bombs(book)
            yield from _Workbook(book).rows()
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(NO_WORKBOOK) from error


def _refuse_bombs(book: zipfile.ZipFile) -> None:
    members = book.infolist()
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1 << 16):
        raise Unreadable("The workbook unpacks to far more than it is. Save the sheet as CSV, and send that.")


class _Workbook:
    def __init__(self, book: zipfile.ZipFile) -> None:
        self.book = book
        self.names = set(book.namelist())
        self.texts = list(self._shared()) if "xl/sharedStrings.xml" in self.names else []
        self.day_styles = self._day_styles() if "xl/styles.xml" in self.names else set()
        self.begins = datetime.fromisoformat("1899-12-30")

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the first sheet with any, and of each that follows with the same first row."""
        head: Row | None = None
        for sheet in self._sheets():
            rows = self._rows_of(sheet)
            first = next(rows, None)
            if first is None or (head is not None and first != head):
                continue
            if head is None:
                head = first
                yield first
            yield from rows

    def _sheets(self) -> list[str]:
        targets = {
            element.get("Id"): element.get("Target", "")
            for element in self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets = []
        for element in self._elements("xl/workbook.xml", "sheet", "workbookPr"):
            if _local(element) == "workbookPr":
                if element.get("date1904") in ("1", "true"):
                    self.begins = datetime.fromisoformat("1904-01-01")
                continue
            target = targets.get(element.get(_REL), "")
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if name in self.names:
                sheets.append(name)
        return sheets

    def _rows_of(self, sheet: str) -> Iterator[Row]:
        for number, row in enumerate(self._elements(sheet, "row"), start=1):
            cells: list[str] = []
            for place, cell in enumerate(each for each in row if _local(each) == "c"):
                at = _place(cell.get("r", ""), otherwise=max(place, len(cells)))
                if at >= MOST_COLUMNS * 5:
                    raise Unreadable(f"Line {number:,} has more columns than {MOST_COLUMNS}.")
                cells += [""] * (at + 1 - len(cells))
                cells[at] = self._said(cell)
            if found := tidied(cells, line=number):
                yield found

    def _said(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text_in(cell)
        value = next((each.text or "" for each in cell if _local(each) == "v"), "")
        if kind == "s":
            return self.texts[int(value)] if value else ""
        if kind == "b":
            return "yes" if value == "1" else "no"
        if kind in ("str", "d"):
            return _unescaped(value)
        if kind == "e" or not value:
            return ""
        return self._number(value, is_day=int(cell.get("s", 0)) in self.day_styles)

    def _number(self, value: str, *, is_day: bool) -> str:
        if is_day:
            moment = self.begins + timedelta(seconds=round(float(value) * 86_400))
            return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
        if re.fullmatch(r"-?\d+", value):
            return value
        amount = float(value)
        # Phone numbers that were typed as numbers come as 9.876543210E9.
        return str(int(amount)) if amount == int(amount) else f"{amount:.15g}"

    def _shared(self) -> Iterator[str]:
        for number, element in enumerate(self._elements("xl/sharedStrings.xml", "si")):
            if number >= MOST_TEXTS:
                raise Unreadable("The workbook holds too many texts. Save the sheet as CSV, and send that.")
            yield _text_in(element)

    def _day_styles(self) -> set[int]:
        own: dict[int, str] = {}
        styles: list[int] = []
        for element in self._elements("xl/styles.xml", "numFmt", "cellXfs"):
            if _local(element) == "numFmt":
                own[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
            else:
                styles = [int(style.get("numFmtId", 0)) for style in element]
        return {
            place
            for place, style in enumerate(styles)
            if style in _BUILT_IN_DAYS or _SPEAKS_OF_DAYS.search(_NOT_SPEECH.sub("", own.get(style, "")))
        }

    def _elements(self, name: str, *wanted: str) -> Iterator[Element]:
        """Yield the elements of these names as they end, and forget them behind."""
        with self.book.open(name) as file:
            yield from _elements_in(file, frozenset(wanted))


def _elements_in(file: IO[bytes], wanted: frozenset[str]) -> Iterator[Element]:
    parser: Any = XMLPullParser(("start", "end"))
    depth = 0
    above: list[Element] = []
    begun: bytes | None = b""
    while data := file.read(READ_AT_ONCE):
        if begun is not None:
            begun = (begun + data.replace(b"\x00", b""))[-2 * READ_AT_ONCE :]
            if b"<!DOCTYPE" in begun or b"<!ENTITY" in begun:
                raise Unreadable(NO_WORKBOOK)
        parser.feed(data)
        for event, element in parser.read_events():
            # Declarations stand before the first element: without any, nothing expands.
            begun = None
            if event == "start":
                above.append(element)
                depth += _local(element) in wanted
                continue
            above.pop()
            if _local(element) in wanted:
                depth -= 1
                yield element
            if not depth and above:
                above[-1].remove(element)
    parser.close()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text_in(element: Element) -> str:
    """Return the text of an element's runs, without how it is pronounced."""
    said = []
    for child in element:
        name = _local(child)
        if name == "t":
            said.append(child.text or "")
        elif name in ("r", "is"):
            said.append(_text_in(child))
    return _unescaped("".join(said))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _place(reference: str, *, otherwise: int) -> int:
    found = _COLUMN.match(reference)
    if found is None:
        return otherwise
    place = 0
    for letter in found[0]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
