"""Files that wait for somebody: sealed, in pieces, in a folder of VAR_DIR; exports have one, imports another.

Each piece is sealed for its row and its place, so that none can stand for another. Web, workers and sweeper share
VAR_DIR. Before a piece counts, its row says so: what a killed worker left half written is written again.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from crm.encryption import seal_bytes, unseal_bytes

_FOLDER = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True)
class Shelf:
    """A folder of VAR_DIR with a folder for each row; `context` begins what each piece is sealed for."""

    name: str
    context: str

    def folder(self) -> Path:
        return Path(settings.VAR_DIR) / self.name

    def folder_of(self, company_id: int, pk: int) -> Path:
        return self.folder() / f"{company_id}-{pk}"

    def put(self, company_id: int, pk: int, *, kind: str, number: int, data: bytes) -> None:
        """Keep a piece; on return it is whole and on the disk. One of the same kind and number is replaced."""
        place = self.folder_of(company_id, pk)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place / f"{kind}{number:06d}.{secrets.token_hex(4)}.tmp"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(seal_bytes(data, context=self._context(company_id, pk, kind, number)))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place / f"{kind}{number:06d}.part")

    def get(self, company_id: int, pk: int, *, kind: str, number: int) -> bytes:
        """Return a piece; raises `FileNotFoundError`, and `UnableToUnseal` for one that was not put there by `put`."""
        sealed = (self.folder_of(company_id, pk) / f"{kind}{number:06d}.part").read_bytes()
        return unseal_bytes(sealed, context=self._context(company_id, pk, kind, number))

    def remove(self, company_id: int, pk: int, *, kind: str = "") -> None:
        """Remove everything of a row, or its pieces of one kind. They may be gone already."""
        place = self.folder_of(company_id, pk)
        if not kind:
            shutil.rmtree(place, ignore_errors=True)
            return
        for piece in place.glob(f"{kind}[0-9]*"):
            piece.unlink(missing_ok=True)

    def sealed_files(self) -> list[Path]:
        """Return what still needs the key that sealed it."""
        return sorted(self.folder().glob("*/*.part"))

    def rows_with_files(self) -> Iterator[tuple[int, int]]:
        """Yield `(company, row)` of everything that lies there."""
        with suppress(FileNotFoundError):
            for place in sorted(self.folder().iterdir()):
                if found := _FOLDER.fullmatch(place.name):
                    yield int(found[1]), int(found[2])

    @contextmanager
    def workshop(self, name: str) -> Iterator[Path]:
        """Yield a folder for files that are being made, readable by us alone; it is gone afterwards, and before."""
        place = self.folder() / f"work-{name}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def workshops(self) -> list[Path]:
        """Return the folders of files that are being made, those included that a killed process left."""
        return sorted(self.folder().glob("work-*"))

    def remove_workshops(self, *, before: float) -> None:
        """Remove the folders nobody wrote to since a time, in seconds of the epoch."""
        for place in self.workshops():
            if place.stat().st_mtime < before:
                shutil.rmtree(place, ignore_errors=True)

    def _context(self, company_id: int, pk: int, kind: str, number: int) -> str:
        return f"{self.context}:{company_id}:{pk}:{kind}:{number}"
