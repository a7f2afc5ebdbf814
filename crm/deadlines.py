"""A limit on waiting for PostgreSQL that holds even when PostgreSQL itself has stopped.

Its own time-outs are kept by the server, and a server that hangs keeps none. So one thread of the process watches the
clock and shuts the socket of whoever is over it: the wait ends with `OperationalError`, and the transaction with it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

LOOK_EVERY_SECONDS = 0.1


@dataclass
class Wait:
    """One block's wait: until when, on which connection, and whether it was cut."""

    deadline: float
    database: BaseDatabaseWrapper
    was_cut: bool = False


_lock = threading.Lock()
_watched: dict[int, Wait] = {}
_thread: threading.Thread | None = None


@contextmanager
def database_within(seconds: float) -> Iterator[Wait]:
    """Cut this thread's database connection when the block takes longer. A new connection has its own time-out.

    Yields the wait, which knows afterwards whether it `was_cut`.
    """
    _ensure_thread()
    me = threading.get_ident()
    # The wrapper belongs to this thread; only its socket is touched from the other.
    wait = Wait(time.monotonic() + seconds, connections[DEFAULT_DB_ALIAS])
    with _lock:
        around = _watched.get(me)
        _watched[me] = wait
    try:
        yield wait
    finally:
        with _lock:
            _watched.pop(me, None)
            if around is not None:
                _watched[me] = around
        if wait.was_cut:
            vars(wait.database).pop("get_new_connection", None)


def _ensure_thread() -> None:
    global _thread
    if _thread is not None and _thread.is_alive():
        return
    with _lock:
        # A forked worker inherits the variable, not the thread.
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_watch, name="deadlines", daemon=True)
            _thread.start()


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY_SECONDS)
        with _lock:
            now = time.monotonic()
            for who in [who for who, wait in _watched.items() if wait.deadline < now]:
                _cut(_watched.pop(who))


def _cut(wait: Wait) -> None:
    wait.was_cut = True
    # Leaving a transaction whose connection is gone, Django opens another, and would wait for that too.
    wait.database.get_new_connection = _refuse  # type: ignore[method-assign, assignment]
    used = wait.database.connection
    with suppress(OSError, psycopg.Error):
        if used is not None and not used.closed:
            with socket.socket(fileno=os.dup(used.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


def _refuse(*_: object) -> NoReturn:
    raise OperationalError("the time for PostgreSQL is over")
