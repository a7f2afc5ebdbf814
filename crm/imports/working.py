"""Imports as leased work: a file is read into lots, its person says what it is, and the lots are brought in.

Each lot is one transaction with the row's fence and its bookmark: a killed worker leaves a lot undone or done, and
another goes on behind it. Nobody is imported twice.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from crm.actors import Source
from crm.failpoints import failpoint
from crm.imports import columns, files, reading, undoing, workbooks
from crm.imports.cards import Card, Cards
from crm.imports.meeting import Lot
from crm.imports.met import Outcome
from crm.imports.reading import Row, Unreadable
from crm.imports.values import Wrong
from crm.leases import Lease, announce
from crm.models import Company, ContactImport, Membership
from crm.models.imports import WAITS
from crm.tenancy import acting, use_company

LOT = 200
# After so long others get their turn.
SLICE_SECONDS = 20.0
SHOWN = 20
WORKBOOK_BEGINS = b"PK\x03\x04"

Stage = ContactImport.Stage


def begin(pieces: Iterable[bytes], *, name: str, source: Source, by: Membership | None) -> ContactImport:
    """Keep a file that was sent, with its company in use, and owe a worker reading it."""
    read = iter(pieces)
    first = next(read, b"")
    is_book = first.startswith(WORKBOOK_BEGINS)
    batch: ContactImport = ContactImport.objects.create(
        file_name=name.replace("\x00", "")[-200:] or "contacts",
        format=ContactImport.Format.XLSX if is_book else ContactImport.Format.CSV,
        made_by=by,
        source=source,
        expires_at=timezone.now() + WAITS,
    )
    files.put_upload(batch, _again(first, read))
    batch.save(update_fields=["raw_parts", "size"])
    announce(batch)
    return batch


def cancel(batch: ContactImport) -> bool:
    """Stop an import before it began, and take its file away for good; returns whether it was early enough."""
    if not batch.cancel():
        return False
    transaction.on_commit(partial(files.remove, batch))
    return True


def stop(batch: ContactImport) -> bool:
    """Stop an import on its way, and take its rows away; returns whether it was on its way."""
    if not batch.stop():
        return False
    transaction.on_commit(partial(files.remove, batch, kind=files.ROWS))
    return True


def work(lease: Lease, *, seconds: float = SLICE_SECONDS) -> None:
    """Do what the import owes, for at most so long; then it is given back, and gone on with."""
    with use_company(lease.company_id):
        batch = ContactImport.objects.select_related("made_by").get(pk=lease.pk)
        zone = Company.objects.current().zone
    with acting(Source.IMPORT, member=batch.made_by_id, contact_import=batch.pk), timezone.override(zone):
        if batch.stage == Stage.READING:
            _read(lease, batch)
            return
        step: Callable[[Lease], bool] = undoing.take_back_some if batch.stage == Stage.UNDOING else _apply_lot
        ends = time.monotonic() + seconds
        while not step(lease):
            failpoint("import:between_lots", row=lease.pk)
            if time.monotonic() >= ends:
                lease.hand_back()
                return


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


# ---- reading --------------------------------------------------------------------------------------------------


def _read(lease: Lease, batch: ContactImport) -> None:
    """Make lots of the file. What a killed worker made is made again, piece by piece the same."""
    try:
        first, total, number = _make_lots(lease, batch)
    except Unreadable as error:
        with lease.effect() as held:
            held.refuse(str(error))
        files.remove(batch)
        return
    with lease.effect() as held:
        region = Company.objects.current().region
        titles = list(first[0])
        named = columns.has_titles(titles, region=region)
        width = max(len(row) for row in first)
        guess = (
            columns.recognize([*titles, *[""] * (width - len(titles))])
            if named
            else columns.recognize_by_rows(first, width=width, region=region)
        )
        held.titles, held.total, held.lots = [*titles, *[""] * (width - len(titles))], total, number
        held.save(update_fields=["titles", "total", "lots"])
        held.ask(mapping=columns.checked(guess, width=width), has_titles=named)
    files.remove(batch, kind=files.UPLOAD)


def _make_lots(lease: Lease, batch: ContactImport) -> tuple[list[Row], int, int]:
    """Return the first lot, how many rows there are, and in how many lots. Raises `Unreadable`."""
    first: list[Row] = []
    rows: list[Row] = []
    total = number = 0
    for row in _rows_of(batch):
        rows.append(row)
        total += 1
        if len(rows) == LOT:
            first = first or rows
            files.put_rows(batch, number=number, rows=rows)
            rows, number = [], number + 1
            _hold_on(lease, total=total)
    if rows:
        first = first or rows
        files.put_rows(batch, number=number, rows=rows)
        number += 1
    if not first:
        raise Unreadable("There is no row in the file.")
    return first, total, number


def _hold_on(lease: Lease, *, total: int) -> None:
    """Keep the row, and tell how far reading came; raises `LeaseLost` when it was canceled or went to another."""
    if total % (LOT * 10) == 0:
        with lease.effect(finish=False) as batch:
            batch.total = total
            batch.save(update_fields=["total"])


def _rows_of(batch: ContactImport) -> Iterator[Row]:
    def opened() -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(files.Upload(batch), buffer_size=files.PIECE))

    if batch.format == ContactImport.Format.CSV:
        yield from reading.rows_of(opened)
        return
    # A workbook is read from its end, so it needs a file of its own for a while.
    with files.SHELF.workshop(f"{batch.of_company}-{batch.pk}") as place:
        path = place / "import.xlsx"
        with path.open("wb") as out, opened() as file:
            while data := file.read(files.PIECE):
                out.write(data)
        yield from workbooks.rows_of(path)


# ---- applying -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row: what of its contact is another now, and why it is rejected."""

    row: Row
    outcome: Outcome
    changed: list[str] = field(default_factory=list)
    why: str = ""


def foresee(batch: ContactImport, *, mapping: list[str], has_titles: bool, rule: str) -> list[Verdict]:
    """Return what would become of the first rows. Nothing is written."""
    rows = [row for row in files.get_rows(batch, number=0)[1 if has_titles else 0 :] if row][:SHOWN]
    lot, cards = _lot_of(batch, rows, mapping=mapping, rule=rule)
    lot.look_up([card for card in cards if isinstance(card, Card)])
    return _verdicts(lot, rows, cards)


def _apply_lot(lease: Lease) -> bool:
    """Bring in the next lot; returns whether it was the last."""
    with lease.effect(finish=False) as batch:
        number = batch.lots_done
        rows = files.get_rows(batch, number=number)
        if number == 0 and batch.has_titles:
            rows = rows[1:]
            batch.done = 1
        # A row that was emptied told of somebody who was erased.
        batch.done += rows.count([])
        rows = [row for row in rows if row]
        lot, cards = _lot_of(batch, rows, mapping=batch.mapping, rule=batch.rule)
        lot.hold([card for card in cards if isinstance(card, Card)])
        verdicts = _verdicts(lot, rows, cards)
        lot.keep(batch)
        rejected = [[*_padded(one.row, batch), one.why] for one in verdicts if one.outcome is Outcome.REJECTED]
        if rejected:
            files.put_rows(batch, number=number, rows=rejected, kind=files.REJECTED)
        _count(batch, verdicts)
        # Attempts count what was tried in vain.
        batch.lots_done, batch.attempts = number + 1, 0
        is_last = batch.lots_done >= batch.lots
        if is_last:
            batch.finish()
            batch.end_lease()
        batch.save(
            update_fields=["lots_done", "attempts", "done", "made", "changed", "unchanged", "rejected"],
        )
    if is_last:
        files.remove(batch, kind=files.ROWS)
    return bool(is_last)


def _lot_of(
    batch: ContactImport, rows: Iterable[Row], *, mapping: list[str], rule: str
) -> tuple[Lot, list[Card | Wrong]]:
    makes = Cards(mapping)
    cards: list[Card | Wrong] = []
    for row in rows:
        try:
            cards.append(makes.of(row))
        except Wrong as error:
            cards.append(error)
    return Lot(rule=rule, member=batch.made_by), cards


def _verdicts(lot: Lot, rows: Iterable[Row], cards: Iterable[Card | Wrong]) -> list[Verdict]:
    verdicts = []
    for row, card in zip(rows, cards, strict=True):
        try:
            if isinstance(card, Wrong):
                raise card
            verdicts.append(Verdict(row, *lot.take(card)))
        except Wrong as error:
            verdicts.append(Verdict(row, Outcome.REJECTED, why=str(error)))
    return verdicts


def _count(batch: ContactImport, verdicts: list[Verdict]) -> None:
    outcomes = [verdict.outcome for verdict in verdicts]
    batch.done += len(outcomes)
    batch.made += outcomes.count(Outcome.MADE)
    batch.changed += outcomes.count(Outcome.CHANGED)
    batch.unchanged += outcomes.count(Outcome.UNCHANGED)
    batch.rejected += outcomes.count(Outcome.REJECTED)


def _padded(row: Row, batch: ContactImport) -> Row:
    return [*row, *[""] * len(batch.titles)][: max(len(batch.titles), len(row))]
