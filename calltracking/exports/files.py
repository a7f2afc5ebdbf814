"""Where the files of long exports lie until they are fetched: sealed, in pieces, in VAR_DIR/exports.

Each piece is sealed for its export and its place, so that none can stand for another. Web, workers and sweeper share
VAR_DIR. Before a piece counts, its row says so: what a killed worker left half written is written again.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from crm.encryption import seal_bytes, unseal_bytes

_FOLDER = re.compile(r"(\d+)-(\d+)")


def folder() -> Path:
    return Path(settings.VAR_DIR) / "exports"


def folder_of(company_id: int, pk: int) -> Path:
    return folder() / f"{company_id}-{pk}"


def put(company_id: int, pk: int, *, kind: str, number: int, data: bytes) -> None:
    """Keep a piece; on return it is whole and on the disk. One of the same kind and number is replaced."""
    place = folder_of(company_id, pk)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f"{kind}{number:06d}.{secrets.token_hex(4)}.tmp"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seal_bytes(data, context=_context(company_id, pk, kind, number)))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place / f"{kind}{number:06d}.part")


def get(company_id: int, pk: int, *, kind: str, number: int) -> bytes:
    """Return a piece; raises `FileNotFoundError`, and `UnableToUnseal` for one that was not put there by `put`."""
    sealed = (folder_of(company_id, pk) / f"{kind}{number:06d}.part").read_bytes()
    return unseal_bytes(sealed, context=_context(company_id, pk, kind, number))


def remove(company_id: int, pk: int) -> None:
    """Remove everything of an export. It may be gone already."""
    shutil.rmtree(folder_of(company_id, pk), ignore_errors=True)


def sealed_files() -> list[Path]:
    """Return what still needs the key that sealed it."""
    return sorted(folder().glob("*/*.part"))


def exports_with_files() -> Iterator[tuple[int, int]]:
    """Yield `(company, export)` of everything that lies there."""
    with suppress(FileNotFoundError):
        for place in sorted(folder().iterdir()):
            if found := _FOLDER.fullmatch(place.name):
                yield int(found[1]), int(found[2])


@contextmanager
def workshop(name: str) -> Iterator[Path]:
    """Yield a folder for files that are being made, readable by us alone; it is gone afterwards, and before."""
    place = folder() / f"work-{name}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700, parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def workshops() -> list[Path]:
    """Return the folders of files that are being made, those included that a killed process left."""
    return sorted(folder().glob("work-*"))


def _context(company_id: int, pk: int, kind: str, number: int) -> str:
    return f"calltracking.export:{company_id}:{pk}:{kind}:{number}"
