"""An export sent while it is made: as long as it may be, never more than a lot of it in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.utils import timezone

from calltracking.exports import files
from calltracking.exports.asked import TYPES
from calltracking.exports.cells import Cells, Column, Row, Workbooks, csv_head, csv_text, json_text
from calltracking.models import Export
from crm.tenancy import use_company

PIECE = 1 << 18


class Rows(Protocol):
    """What an export reads. Everything of it is used with the company in use."""

    title: str

    @property
    def columns(self) -> list[Column]: ...

    def after(self, place: Any) -> tuple[list[Row], Any]: ...


class Text:
    """A format that is text: its beginning, each lot, its end."""

    def __init__(self, shape: str, columns: list[Column], cells: Cells) -> None:
        self.shape, self.columns, self.cells = shape, columns, cells

    def head(self) -> str:
        return csv_head(self.columns) if self.shape == Export.Format.CSV else "[\n"

    def lot(self, rows: list[Row], *, is_first: bool) -> str:
        if self.shape == Export.Format.CSV:
            return csv_text(rows, self.cells)
        return json_text(self.columns, rows, self.cells, is_first=is_first)

    def tail(self) -> str:
        return "" if self.shape == Export.Format.CSV else "\n]\n"


def lots(rows: Rows, *, company_id: int, told: Callable[[int], object]) -> Iterator[list[Row]]:
    """Yield the rows, a lot in a transaction of its own; no company is in use while one is sent.

    `told` hears how many each lot has.
    """
    place: Any = None
    while True:
        with use_company(company_id):
            found, place = rows.after(place)
        if not found:
            return
        told(len(found))
        yield found


def pieces(
    rows: Rows, *, shape: str, company_id: int, zone: str, told: Callable[[int], object] = lambda rows: None
) -> Iterator[bytes]:
    """Yield the bytes of the file. It is read after the request's transaction has closed, so it opens its own."""
    with use_company(company_id):
        columns = rows.columns
    cells = Cells(ZoneInfo(zone))
    read = lots(rows, company_id=company_id, told=told)
    if shape == Export.Format.XLSX:
        yield from _workbook(read, title=rows.title, columns=columns, cells=cells)
        return
    text, is_first = Text(shape, columns, cells), True
    yield text.head().encode()
    for lot in read:
        yield text.lot(lot, is_first=is_first).encode(errors="replace")
        is_first = False
    yield text.tail().encode()


def _workbook(read: Iterator[list[Row]], *, title: str, columns: list[Column], cells: Cells) -> Iterator[bytes]:
    with files.workshop(secrets.token_hex(8)) as place:
        book = Workbooks(place / "export.xlsx", title=title, columns=columns, cells=cells)
        for lot in read:
            book.write(lot)
        book.close()
        with (place / "export.xlsx").open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def sent(export: Export, rows: Rows, *, zone: str) -> StreamingHttpResponse:
    """Return the answer that sends the file, and keeps in the log how many rows went out, to the end or not."""
    answer = StreamingHttpResponse(_logged(export, rows, zone=zone), content_type=TYPES[Export.Format(export.format)])
    return as_download(answer, export)


def as_download(answer: StreamingHttpResponse, export: Export) -> StreamingHttpResponse:
    """Name the file, and keep it out of every cache."""
    answer["Content-Disposition"] = f'attachment; filename="{name_of(export)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def name_of(export: Export) -> str:
    """Return what the file is called: `calls-2026-11-21.csv`."""
    return f"{export.what}-{timezone.localdate(export.made_at)}.{export.format}"


def _logged(export: Export, rows: Rows, *, zone: str) -> Iterator[bytes]:
    count, is_whole = 0, False

    def told(more: int) -> None:
        nonlocal count
        count += more

    try:
        yield from pieces(rows, shape=export.format, company_id=export.of_company, zone=zone, told=told)
        is_whole = True
    finally:
        # Whoever breaks off a download has had what was sent until then.
        with use_company(export.of_company):
            finished_at = timezone.now() if is_whole else None
            Export.objects.filter(pk=export.pk).update(rows=count, finished_at=finished_at)
