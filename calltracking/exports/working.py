"""Exports that are too long to be sent at once: leased work, a lot of rows in a transaction, gone on with when killed.

Each lot becomes a sealed piece on the disk, and the row then says how far it came; another worker goes on behind that.
An XLSX file is made of its lots at the end, in one go. Only a finished export is offered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from calltracking.exports import files
from calltracking.exports.asked import Asked
from calltracking.exports.calls import CallRows
from calltracking.exports.cells import Cells, Row, Workbooks
from calltracking.exports.sending import Text
from calltracking.models import Export
from crm.actors import Source
from crm.failpoints import failpoint
from crm.leases import Lease, WorkState, announce
from crm.models import ApiKey, Company, Membership
from crm.tenancy import use_company

# No more than these are sent at once from a page.
AT_ONCE = 2_000
# After so long others get their turn.
SLICE_SECONDS = 20.0
PIECE = 1 << 22
LEFT_OVER = timedelta(hours=6)

Format = Export.Format


def begin(
    asked: Asked,
    *,
    source: Source,
    by: Membership | None = None,
    key: ApiKey | None = None,
    is_background: bool = False,
) -> Export:
    """Write the export into the log, with its company in use; one for the background is owed to a worker."""
    export: Export = Export.objects.create(
        what=Export.What.CALLS,
        format=asked.format,
        filter=dict(asked.filter),
        include=list(asked.include),
        made_by=by,
        api_key=key,
        source=source,
        hides_numbers=asked.hides_numbers,
        sees_all=asked.own is None,
        is_background=is_background,
        work_state=WorkState.DUE if is_background else WorkState.DONE,
    )
    if is_background:
        announce(export)
    return export


def write(lease: Lease, *, seconds: float = SLICE_SECONDS) -> None:
    """Go on with an export for at most so long, then give it back; the last slice finishes it.

    Killed anywhere, canceled or taken by another, nothing half written is ever offered.
    """
    ends = time.monotonic() + seconds
    while True:
        with lease.effect(finish=False) as export:
            if export.total is None:
                export.total = CallRows(Asked.of(export)).count()
                export.save(update_fields=["total"])
            is_done = _write_lot(export)
        failpoint("export:between_lots", row=lease.pk)
        if is_done:
            break
        if time.monotonic() >= ends:
            lease.hand_back()
            return
    if export.format == Format.XLSX:
        _finish_workbook(lease, export)
        return
    with lease.effect() as export:
        export.finish()


def pieces_of(export: Export) -> Iterator[bytes]:
    """Yield the bytes of a finished export."""
    kind = "x" if export.format == Format.XLSX else "t"
    for number in range(export.parts):
        yield files.get(export.of_company, export.pk, kind=kind, number=number)


def start_over(exports: Any) -> None:
    """Take away what was written of these, finished or not, for good: those under way begin again."""
    for export in exports.select_for_update(of=("self",)):
        transaction.on_commit(partial(files.remove, export.of_company, export.pk))
        if export.is_open:
            export.parts = export.rows = export.size = 0
            export.after_at = export.after_id = export.total = None
            export.make_due()
            export.save()
            announce(export)
        else:
            export.is_removed = True
            export.save(update_fields=["is_removed"])


def purge_expired(*, now: datetime | None = None) -> int:
    """Remove the files that are past their time, in every company, and what killed processes left; returns how many."""
    now, removed = now or timezone.now(), 0
    for company in Company.objects.order_by("pk"):
        with use_company(company):
            for export in Export.objects.expired(at=now):
                files.remove(export.of_company, export.pk)
                removed += 1
            Export.objects.expired(at=now).update(is_removed=True)
    for company_id, pk in list(files.exports_with_files()):
        with use_company(company_id):
            is_wanted = Export.objects.filter(pk=pk, is_removed=False).exclude(work_state=WorkState.DEAD).exists()
        if not is_wanted:
            files.remove(company_id, pk)
            removed += 1
    files.remove_workshops(before=(now - LEFT_OVER).timestamp())
    return removed


# ---- the work -------------------------------------------------------------------------------------------------


def _write_lot(export: Export) -> bool:
    """Write the next rows as a piece; returns whether there were none left, with the end written."""
    asked = Asked.of(export)
    source = CallRows(asked)
    place = (export.after_at, export.after_id) if export.after_at and export.after_id is not None else None
    rows, last = source.after(place)
    data = _as_bytes(export, source, rows)
    if data:
        files.put(export.of_company, export.pk, kind="t", number=export.parts, data=data)
        export.parts += 1
        export.size += len(data)
    if rows and last:
        export.after_at, export.after_id = last
        export.rows += len(rows)
    # Attempts count what was tried in vain.
    export.attempts = 0
    export.save(update_fields=["parts", "size", "after_at", "after_id", "rows", "attempts"])
    return not rows


def _as_bytes(export: Export, source: CallRows, rows: list[Row]) -> bytes:
    cells = Cells(source.company.zone)
    if export.format == Format.XLSX:
        return b"".join(_packed(row) for row in rows)
    text, is_first = Text(export.format, source.columns, cells), export.after_at is None
    said = text.lot(rows, is_first=is_first) if rows else text.tail()
    return ((text.head() if is_first else "") + said).encode(errors="replace")


def _packed(row: Row) -> bytes:
    return json.dumps([_flat(value) for value in row], ensure_ascii=True).encode() + b"\n"


def _flat(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"m": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return {"j": value} if isinstance(value, dict | list | tuple) else value


def _unpacked(line: bytes) -> Row:
    return [_full(value) for value in json.loads(line)]


def _full(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, said),) = value.items()
    return _READ[kind](said)


_READ: dict[str, Callable[[Any], Any]] = {
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "j": lambda kept: kept,
}


def _finish_workbook(lease: Lease, export: Export) -> None:
    """Make the workbook of the lots, holding on to the lease as it goes, and put it in their place."""
    with use_company(lease.company_id):
        source = CallRows(Asked.of(export))
        columns, zone = source.columns, source.company.time_zone
    with files.workshop(f"{lease.company_id}-{lease.pk}-{lease.token.hex}") as place:
        path = place / "export.xlsx"
        book = Workbooks(path, title=source.title, columns=columns, cells=Cells(ZoneInfo(zone)))
        for number in range(export.parts):
            lot = files.get(lease.company_id, lease.pk, kind="t", number=number)
            book.write(_unpacked(line) for line in lot.splitlines())
            _hold_on(lease)
        book.close()
        # Under the row's lock: another worker's pieces never stand between these.
        with lease.effect() as held, path.open("rb") as file:
            held.parts = held.size = 0
            while data := file.read(PIECE):
                files.put(lease.company_id, lease.pk, kind="x", number=held.parts, data=data)
                held.parts, held.size = held.parts + 1, held.size + len(data)
            held.save(update_fields=["parts", "size"])
            held.finish()


def _hold_on(lease: Lease) -> None:
    """Keep the row; raises `LeaseLost` when it was canceled or went to another."""
    with lease.effect(finish=False):
        pass
