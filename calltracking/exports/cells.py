"""Rows as the bytes of a file, a lot at a time: CSV for any program, JSON for programs, XLSX for people.

A value is text, a number, a boolean, a date, a moment (aware), a list, a mapping, or nothing. What somebody typed or
said is text in every format, and no program runs it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from crm.spreadsheets import cell

Row = Sequence[Any]

# What Excel holds in a cell, in UTF-16 units, and in a sheet.
LONGEST = 32_767
MOST_ROWS = 1_048_575
CUT = " … (cut: a cell holds no more)"
# What XML cannot carry. A return is carried as XlsxWriter writes it.
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
# A text that is short and has none of these is written as it is.
_NEEDS_CARE = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x")
SHORT = LONGEST // 2
# From where Excel counts days; times in a sheet have no zone.
_DAY_0, _ONE_DAY = datetime.fromisoformat("1899-12-30"), timedelta(days=1)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Numbers that are more than digits. A share is of 1, as a percentage.
_FORMATS = {"share": "0.0%", "money": "#,##0.00", "seconds": "0.0"}
_WIDTHS = {"moment": 17, "number": 11, "share": 11, "seconds": 11, "money": 14, "text": 22, "long": 44}


@dataclass(frozen=True)
class Column:
    """A column: the key programs know it by, the title people read, and what stands in it (`moment`, `long` …)."""

    key: str
    title: str
    kind: str = "text"


class Cells:
    """How values become cells. Times are of `zone`, the company's."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def for_spreadsheet(self, value: Any) -> Any:
        """Return the value as a spreadsheet types it: number, date, moment without zone, or text."""
        kind = type(value)
        # What nearly every cell is comes first: there are millions.
        if kind is str or kind is int or kind is float:
            return value
        if value is None:
            return ""
        if kind is bool:
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
        if isinstance(value, list | tuple):
            return "\n".join(str(self.for_spreadsheet(each)) for each in value)
        if isinstance(value, dict):
            return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        return value if isinstance(value, date | Decimal) else str(value)

    def for_csv(self, value: Any) -> Any:
        """Return the value as it stands in a line of CSV: as a spreadsheet types it, and never a formula."""
        kind = type(value)
        if kind is datetime:
            # As text at once: `2026-11-21 09:30:00`.
            return value.astimezone(self.zone).isoformat(" ", "seconds")[:19]
        typed = value if kind is str else self.for_spreadsheet(value)
        return cell(typed) if type(typed) is str else typed

    def for_program(self, value: Any) -> Any:
        """Return the value as JSON holds it: moments in ISO 8601 with their offset."""
        return value.astimezone(self.zone).isoformat() if isinstance(value, datetime) else value


def csv_text(rows: Iterable[Row], cells: Cells) -> str:
    """Return the rows as lines of CSV; what would be a formula begins with an apostrophe."""
    out = io.StringIO()
    plain = cells.for_csv
    # There are millions of cells: what needs no look is not looked at. No formula begins with a letter or a digit.
    csv.writer(out).writerows(
        [
            value
            if value is None or (kind := type(value)) is int or (kind is str and (not value or value[0].isalnum()))
            else plain(value)
            for value in row
        ]
        for row in rows
    )
    return out.getvalue()


def csv_head(columns: Sequence[Column]) -> str:
    """Return the line of titles, behind the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(column.title) for column in columns])
    return "\ufeff" + out.getvalue()


def json_text(columns: Sequence[Column], rows: Iterable[Row], cells: Cells, *, is_first: bool) -> str:
    """Return the rows as objects of an array that is written piece by piece: brackets are the caller's."""
    keys = [column.key for column in columns]
    typed = cells.for_program
    said = ",\n".join(
        json.dumps(
            dict(zip(keys, map(typed, row), strict=True)),
            cls=DjangoJSONEncoder,
            ensure_ascii=False,
            check_circular=False,
        )
        for row in rows
    )
    return said if is_first or not said else f",\n{said}"


class _PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter carries no types
    """A sheet whose rows are written at once, as plain cells: numbers and texts, never a formula, a link or markup.

    In constant memory XlsxWriter looks at each cell several times, and writes a text from «<r>» to «</r>» as it is,
    with the formulas in it. Its workbook, styles and sheets stay as they are.
    """

    def put_row(self, line: int, row: str, *, last: int) -> None:
        """Write the cells, as XML, of the line (the first is 0); `last` is the last column there is."""
        self._check_dimensions(line, last)
        self.fh.write(f'<row r="{line + 1}">{row}</row>')
        self.previous_row = line


class Workbooks:
    """An XLSX file that grows row by row in constant memory; a sheet that is full is followed by another."""

    def __init__(self, path: Path, *, title: str, columns: Sequence[Column], cells: Cells) -> None:
        self.title, self.columns, self.cells = title, columns, cells
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book: Any = Workbook(str(path), options)
        self.letters = [xl_col_to_name(place) for place in range(len(columns))]
        self.last = max(len(columns) - 1, 0)
        self.top = self.book.add_format({"valign": "top"})
        self.bold = self._style(bold=True, bottom=1, bg_color="#F1F5F9")
        self.plain = self._style()
        self.moment, self.day = self._style(num_format="yyyy-mm-dd hh:mm:ss"), self._style(num_format="yyyy-mm-dd")
        shown = {kind: self._style(num_format=wanted) for kind, wanted in _FORMATS.items()}
        self.numbers = [shown.get(column.kind, self.plain) for column in columns]
        self.sheets = 0
        self._next_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self.line > MOST_ROWS:
                self._next_sheet()
            self._put(map(self.cells.for_spreadsheet, row), style=self.plain)

    def close(self) -> None:
        self._end_sheet()
        self.book.close()

    def _put(self, values: Iterable[Any], *, style: int) -> None:
        number = self.line + 1
        said = [
            self._cell(f"{self.letters[place]}{number}", place, value, style)
            for place, value in enumerate(values)
            if value != ""
        ]
        self.sheet.put_row(self.line, "".join(said), last=self.last)
        self.line += 1

    def _cell(self, at: str, place: int, value: Any, style: int) -> str:
        kind = type(value)
        if kind is str:
            text = value if len(value) < SHORT and not _NEEDS_CARE.search(value) else _escaped(fitting(value))
            return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        if kind is datetime:
            return f'<c r="{at}" s="{self.moment}"><v>{(value - _DAY_0) / _ONE_DAY:.16g}</v></c>'
        if kind is date:
            return f'<c r="{at}" s="{self.day}"><v>{(value - _DAY_0.date()).days}</v></c>'
        if not isfinite(value):
            return self._cell(at, place, str(value), style)
        return f'<c r="{at}" s="{self.numbers[place]}"><v>{value}</v></c>'

    def _style(self, **how: Any) -> int:
        number: int = self.book.add_format({"valign": "top", **how})._get_xf_index()
        return number

    def _next_sheet(self) -> None:
        if self.sheets:
            self._end_sheet()
        self.sheets += 1
        name = self.title if self.sheets == 1 else f"{self.title} {self.sheets}"
        self.sheet = self.book.add_worksheet(name, worksheet_class=_PlainSheet)
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, _WIDTHS.get(column.kind, _WIDTHS["text"]), self.top)
        self.sheet.freeze_panes(1, 0)
        self.line = 0
        self._put((column.title for column in self.columns), style=self.bold)

    def _end_sheet(self) -> None:
        self.sheet.autofilter(0, 0, max(self.line - 1, 1), self.last)


def fitting(text: str) -> str:
    """Return the text as a cell of XLSX can hold it: without what XML cannot carry, cut with a mark where too long."""
    text = _NOT_IN_XML.sub("", text)
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) <= LONGEST * 2:
        return text
    room = (LONGEST - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT


def _escaped(text: str) -> str:
    """Return the text as the XML of a cell holds it: Excel's way for a return, and for what looks like such a way."""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text).replace("\r", "_x000D_")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
