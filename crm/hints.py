"""Hints to the queue, sent by a thread of their own: a queue that hangs must never hold up who sends a hint.

A hint that is lost costs seconds: the sweeper finds the row.
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

MOST_WAITING = 10_000
SILENCE_AFTER_FAILURE_SECONDS = 5.0

_waiting: queue.Queue[Callable[[], Any]] = queue.Queue(MOST_WAITING)
_start = threading.Lock()
_thread: threading.Thread | None = None


def send(publish: Callable[[], Any]) -> None:
    """Publish soon, from the hint thread; dropped without Redis, or when too many are waiting."""
    if not settings.REDIS_URL:
        return
    _ensure_thread()
    try:
        _waiting.put_nowait(publish)
    except queue.Full:
        logger.warning("too many hints are waiting for the queue; the sweeper will find the rows")


def _ensure_thread() -> None:
    global _thread
    with _start:
        # A forked worker inherits the variable, not the thread.
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_publish_all, name="hints", daemon=True)
            _thread.start()


def _publish_all() -> None:
    quiet_until = 0.0
    while True:
        publish = _waiting.get()
        if time.monotonic() < quiet_until:
            continue
        try:
            failpoint("hint:before_publish")
            publish()
        except Exception as error:  # whatever the queue's client raises, the rows are safe
            logger.warning("the queue takes no hints (%s); the sweeper does the work", type(error).__name__)
            quiet_until = time.monotonic() + SILENCE_AFTER_FAILURE_SECONDS
