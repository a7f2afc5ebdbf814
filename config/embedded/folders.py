"""Where the embedded servers keep their sockets, and what is said when a folder cannot be written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The limit of sockaddr_un is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103


class CannotStart(Exception):
    """A server or its folder could not be had; the message is one line for a person."""


def socket_folder(var: Path) -> Path:
    """`var/run`, or a short folder of ours under the temporary one when the checkout lies too deep."""
    name = f"ringside-{os.geteuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:10]}"
    for folder in (
        var / "run",
        Path(tempfile.gettempdir()) / name,
        Path("/tmp") / name,  # noqa: S108 - its owner is checked below
    ):
        if len(os.fsencode(folder / "postgres" / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            break
    if folder.parent != var:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid != os.geteuid():
            raise CannotStart(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
    return folder


@contextmanager
def explained(var: Path) -> Iterator[None]:
    try:
        var.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise CannotStart(f"{error.filename or var}: {error.strerror}. VAR_DIR must be writable.") from error
