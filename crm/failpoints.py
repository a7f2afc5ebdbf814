"""Named places where a process can be made to die, so that tests can prove that dying there loses nothing.

`FAILPOINTS=ingest:before_commit,claim:after:0.01,effect:before_commit@42,claim:after:stop` kills the process with
SIGKILL at the first place, in one of a hundred passes at the second, for row 42 alone at the third, and stops it with
SIGSTOP at the fourth; with `:spin` it would stay there for ever. Each hit is a line in `VAR_DIR/failpoints.log`. All
this is read only where `DEBUG` or `TESTING` is set; otherwise a failpoint is one look at an empty table.
"""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class _Armed:
    probability: float = 1.0
    row: str = ""
    signal: signal.Signals | None = signal.SIGKILL


_DEEDS: dict[str, signal.Signals | None] = {"stop": signal.SIGSTOP, "spin": None}


def _read(entries: list[str]) -> dict[str, _Armed]:
    armed = {}
    for entry in entries:
        place, _, row = entry.strip().partition("@")
        name, _, last = place.rpartition(":")
        if last in _DEEDS:
            armed[name] = _Armed(row=row, signal=_DEEDS[last])
        elif last.replace(".", "", 1).isdigit():
            armed[name] = _Armed(probability=float(last), row=row)
        else:
            armed[place] = _Armed(row=row)
    return armed


_armed = _read(settings.FAILPOINTS)


def failpoint(name: str, *, row: int | None = None) -> None:
    """End this process here, if the environment asks for it."""
    if not _armed:
        return
    found = _armed.get(name)
    if found and (not found.row or found.row == str(row)) and random.random() < found.probability:
        _note(name)
        if found.signal is not None:
            os.kill(os.getpid(), found.signal)
        while found.signal is None:
            pass


def _note(name: str) -> None:
    """One write to a file opened for appending: lines of processes that die at once stay whole."""
    log = os.open(Path(settings.VAR_DIR) / "failpoints.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, f"{name}\n".encode())
    os.close(log)
