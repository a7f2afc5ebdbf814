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
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from crm.spreadsheets import cell

Row = Sequence[Any]

# What Excel holds in a cell, in UTF-16 units, and in a sheet.
LONGEST = 32_767
MOST_ROWS = 1_048_575
CUT = " … (cut: a cell holds no more)"
# What XML cannot carry. A return is carried as XlsxWriter writes it.
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
        """Return the value as a spreadsheet types it: number, moment without zone, or text."""
        if value is None or value is True or value is False:
            return "" if value is None else "yes" if value else "no"
        if isinstance(value, datetime):
            return value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
        if isinstance(value, list | tuple):
            return "\n".join(str(self.for_spreadsheet(each)) for each in value)
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if isinstance(value, dict) else value

    def for_program(self, value: Any) -> Any:
        """Return the value as JSON holds it: moments in ISO 8601 with their offset."""
        return value.astimezone(self.zone).isoformat() if isinstance(value, datetime) else value


def csv_text(rows: Iterable[Row], cells: Cells) -> str:
    """Return the rows as lines of CSV; what would be a formula begins with an apostrophe."""
    out = io.StringIO()
    typed = cells.for_spreadsheet
    csv.writer(out).writerows([_plain(typed(value)) for value in row] for row in rows)
    return out.getvalue()


def csv_head(columns: Sequence[Column]) -> str:
    """Return the line of titles, behind the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(column.title) for column in columns])
    return "\ufeff" + out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return cell(value)
    return value if isinstance(value, int | float | Decimal) else str(value)


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
    """A sheet that has no markup in its cells: a text that looks like it is text."""

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        # In constant memory, XlsxWriter would write a text from «<r>» to «</r>» as it is, formulas in it and all.
        self._xml_inline_string(string, True, attributes)


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
            "nan_inf_to_errors": True,
        }
        self.book: Any = Workbook(str(path), options)
        self.bold = self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1F5F9", "valign": "top"})
        self.top = self.book.add_format({"valign": "top"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.formats = {
            place: self.book.add_format({"num_format": _FORMATS[column.kind], "valign": "top"})
            for place, column in enumerate(columns)
            if column.kind in _FORMATS
        }
        self.sheets = 0
        self._next_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self.line > MOST_ROWS:
                self._next_sheet()
            self._write_row(row)
            self.line += 1

    def close(self) -> None:
        self._end_sheet()
        self.book.close()

    def _write_row(self, row: Row) -> None:
        sheet, line, typed = self.sheet, self.line, self.cells.for_spreadsheet
        for place, raw in enumerate(row):
            value = typed(raw)
            if isinstance(value, str):
                if value:
                    sheet.write_string(line, place, fitting(value))
            elif place in self.formats:
                sheet.write_number(line, place, value, self.formats[place])
            elif isinstance(value, datetime):
                sheet.write_datetime(line, place, value, self.moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, self.day)
            else:
                sheet.write_number(line, place, value)

    def _next_sheet(self) -> None:
        if self.sheets:
            self._end_sheet()
        self.sheets += 1
        name = self.title if self.sheets == 1 else f"{self.title} {self.sheets}"
        self.sheet = self.book.add_worksheet(name, worksheet_class=_PlainSheet)
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, _WIDTHS.get(column.kind, _WIDTHS["text"]), self.top)
        for place, column in enumerate(self.columns):
            self.sheet.write_string(0, place, fitting(column.title), self.bold)
        self.sheet.freeze_panes(1, 0)
        self.line = 1

    def _end_sheet(self) -> None:
        self.sheet.autofilter(0, 0, max(self.line - 1, 1), max(len(self.columns) - 1, 0))


def fitting(text: str) -> str:
    """Return the text as a cell of XLSX can hold it: without what XML cannot carry, cut with a mark where too long."""
    text = _NOT_IN_XML.sub("", text)
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) <= LONGEST * 2:
        return text
    room = (LONGEST - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
