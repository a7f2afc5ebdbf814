"""Where an import's file lies while it is read and applied, its rows, and those that were rejected: VAR_DIR/imports.

Three kinds of pieces: `u` is the upload as it came, `r` its rows in lots, `x` the rows of a lot that were rejected.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from crm.imports.reading import Row
from crm.models import ContactImport
from crm.shelves import Shelf

SHELF = Shelf(name="imports", context="crm.contactimport")
UPLOAD, ROWS, REJECTED = "u", "r", "x"
PIECE = 1 << 20


def put_upload(batch: ContactImport, pieces: Iterator[bytes]) -> None:
    """Keep the file as it came; the caller saves the row."""
    waiting = bytearray()
    for data in pieces:
        waiting += data
        while len(waiting) >= PIECE:
            _put_piece(batch, bytes(waiting[:PIECE]))
            del waiting[:PIECE]
    if waiting:
        _put_piece(batch, bytes(waiting))


def _put_piece(batch: ContactImport, data: bytes) -> None:
    SHELF.put(batch.of_company, batch.pk, kind=UPLOAD, number=batch.raw_parts, data=data)
    batch.raw_parts += 1
    batch.size += len(data)


class Upload(io.RawIOBase):
    """The file as it came, from its beginning to its end."""

    def __init__(self, batch: ContactImport) -> None:
        self.batch, self.number, self.rest = batch, 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest and self.number < self.batch.raw_parts:
            self.rest = SHELF.get(self.batch.of_company, self.batch.pk, kind=UPLOAD, number=self.number)
            self.number += 1
        some = self.rest[: len(buffer)]
        self.rest = self.rest[len(some) :]
        buffer[: len(some)] = some
        return len(some)


def put_rows(batch: ContactImport, *, number: int, rows: Sequence[Row], kind: str = ROWS) -> None:
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(errors="replace")
    SHELF.put(batch.of_company, batch.pk, kind=kind, number=number, data=data)


def get_rows(batch: ContactImport, *, number: int, kind: str = ROWS) -> list[Row]:
    """Return the rows of a lot; none where there is no such piece."""
    try:
        data = SHELF.get(batch.of_company, batch.pk, kind=kind, number=number)
    except FileNotFoundError:
        return []
    # By the one sign that `put_rows` puts between them: others stand in texts.
    return [json.loads(line) for line in data.decode().split("\n") if line]


def remove(batch: ContactImport, *, kind: str = "") -> None:
    SHELF.remove(batch.of_company, batch.pk, kind=kind)
