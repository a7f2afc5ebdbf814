"""A row that would keep its worker busy for ever ends it, as one that crashes does; after five times it is given up.

Celery ends its own children (`task_time_limit`). A process that works by itself, the sweeper, asks for this instead:
a loop in C listens to no signal, so the clock is kept by a thread, and the end is that of the process.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.5

_patience: float | None = None
_busy_since: float | None = None


def lose_patience_after(seconds: float) -> None:
    """From now on, kill this process when the work on one row takes longer."""
    global _patience
    if _patience is None:
        threading.Thread(target=_watch, name="patience", daemon=True).start()
    _patience = seconds


@contextmanager
def end_of_patience() -> Iterator[None]:
    """Work on one row, watched where the process asked for it."""
    global _busy_since
    if _patience is None:
        yield
        return
    _busy_since = time.perf_counter()
    try:
        yield
    finally:
        _busy_since = None


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY_SECONDS)
        since = _busy_since
        if since is not None and _patience is not None and time.perf_counter() - since > _patience:
            logger.error("one row has been worked on for %.0f seconds; this process ends", _patience)
            os.kill(os.getpid(), signal.SIGKILL)
