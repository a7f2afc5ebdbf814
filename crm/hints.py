"""Hints to the queue, sent by a thread of their own: a queue that hangs must never hold up who sends a hint.

Hints that come close together travel as one message: publishing costs more than storing a row. A hint that is lost
costs seconds: the sweeper finds the row.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from crm.failpoints import failpoint

logger = logging.getLogger(__name__)

# (company id, row id) of rows that are due, and who publishes them.
Rows = list[tuple[int, int]]
Publish = Callable[[Rows], Any]

MOST_WAITING = 10_000
MOST_IN_ONE = 50
# So long hints gather after one was sent.
PACE_SECONDS = 0.05
SILENCE_AFTER_FAILURE_SECONDS = 5.0

_waiting: queue.Queue[tuple[Publish, tuple[int, int]]] = queue.Queue(MOST_WAITING)
_start = threading.Lock()
_thread: threading.Thread | None = None
_quiet_until = 0.0
_has_failed = False
_is_quiet = False


def keep_quiet() -> None:
    """Let this process tell nobody from now on: it works on its rows itself, and the sweeper finds what it leaves."""
    global _is_quiet
    _is_quiet = True


def send(publish: Publish, *, company_id: int, pk: int) -> None:
    """Publish soon, from the hint thread; dropped without Redis, or when too many are waiting."""
    if _is_quiet or not settings.REDIS_URL:
        return
    _ensure_thread()
    try:
        _waiting.put_nowait((publish, (company_id, pk)))
    except queue.Full:
        logger.warning("too many hints are waiting for the queue; the sweeper will find the rows")


def are_heard() -> bool:
    """Return whether nobody else need be told: there is a queue and it took the last hint, or this process is quiet."""
    return _is_quiet or (bool(settings.REDIS_URL) and not _has_failed)


def _ensure_thread() -> None:
    global _thread
    with _start:
        # A forked worker inherits the variable, not the thread.
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_publish_all, name="hints", daemon=True)
            _thread.start()


def _publish_all() -> None:
    global _quiet_until, _has_failed
    for publish, rows in iter(_gather, None):
        if time.monotonic() < _quiet_until:
            continue
        try:
            failpoint("hint:before_publish")
            publish(rows)
            _has_failed = False
        except Exception as error:  # whatever the queue's client raises, the rows are safe
            logger.warning("the queue takes no hints (%s); the sweeper does the work", type(error).__name__)
            _has_failed = True
            _quiet_until = time.monotonic() + SILENCE_AFTER_FAILURE_SECONDS
        time.sleep(PACE_SECONDS)


def _gather() -> tuple[Publish, Rows]:
    """Return the next hints of one kind, oldest first; waits for the first of them."""
    publish, row = _waiting.get()
    rows = [row]
    # Only this thread takes from the queue, so what is looked at is still there.
    while len(rows) < MOST_IN_ONE and _waiting.queue and _waiting.queue[0][0] == publish:
        rows.append(_waiting.get()[1])
    return publish, rows
