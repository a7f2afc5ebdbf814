"""A file of conversations read in several processes at once; the answers come in the order of the lines.

Memory stays the same however long the file is: a few parcels of lines are under way, never more.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from analysis.backends import get_backend

# A line that is longer is not even kept in memory.
LONGEST_LINE = 64 * 1024 * 1024
PARCEL_LINES = 32
PARCEL_BYTES = 1024 * 1024
# So many parcels wait for each process: enough that none of them is ever idle.
AHEAD = 3

ENDED = "The process that read it was ended; the line may need more memory than there is."


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of the file, done: what is written for it, and how far the file has been read."""

    text: str
    is_error: bool
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """Lines that one process reads in one go. A line that was too long to keep is None."""

    lines: tuple[bytes | None, ...]
    ends: tuple[int, ...]


def answers(source: BinaryIO, *, backend: str, workers: int, now: datetime) -> Iterator[Answered]:
    """Yield the answer to every line, in order. A short file, or one worker, is read in this very process."""
    parcels = _parcels(source)
    first = [parcel for _, parcel in zip(range(2), parcels, strict=False)]
    if workers == 1 or len(first) < 2:
        for parcel in _chained(first, parcels):
            yield from _told(parcel, _answer(parcel.lines, backend, now))
        return
    with closing(_Crew(backend=backend, workers=workers, now=now)) as crew:
        yield from crew.work(_chained(first, parcels))


class _Crew:
    """The processes, and what is under way in them. One that is ended takes the others with it: they start anew."""

    def __init__(self, *, backend: str, workers: int, now: datetime) -> None:
        self.backend, self.workers, self.now = backend, workers, now
        self._pool = self._hire(workers)

    def work(self, parcels: Iterable[Parcel]) -> Iterator[Answered]:
        waiting: deque[tuple[Parcel, Future[list[str]]]] = deque()
        for parcel in parcels:
            waiting.append((parcel, self._submit(parcel.lines)))
            while len(waiting) > self.workers * AHEAD:
                yield from self._next(waiting)
        while waiting:
            yield from self._next(waiting)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _next(self, waiting: deque[tuple[Parcel, Future[list[str]]]]) -> Iterator[Answered]:
        parcel, future = waiting.popleft()
        try:
            texts = future.result()
        except BrokenProcessPool:
            texts = self._one_by_one(parcel)
            self._pool = self._hire(self.workers)
            under_way = [each for each, _ in waiting]
            waiting.clear()
            waiting.extend((each, self._submit(each.lines)) for each in under_way)
        yield from _told(parcel, texts)

    def _one_by_one(self, parcel: Parcel) -> list[str]:
        """Read one line at a time, so that the one that ends its process is known."""
        texts = []
        alone = self._hire(1)
        for line in parcel.lines:
            try:
                texts += alone.submit(_answer, (line,), self.backend, self.now).result()
            except BrokenProcessPool:
                texts.append(json.dumps({"id": None, "error": ENDED}))
                alone = self._hire(1)
        alone.shutdown()
        return texts

    def _submit(self, lines: tuple[bytes | None, ...]) -> Future[list[str]]:
        try:
            return self._pool.submit(_answer, lines, self.backend, self.now)
        except BrokenProcessPool as broken:
            lost: Future[list[str]] = Future()
            lost.set_exception(broken)
            return lost

    def _hire(self, workers: int) -> ProcessPoolExecutor:
        # Started afresh instead of copied: a copy of a process with threads may hold a lock for ever.
        fresh = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, mp_context=fresh, initializer=_settle_in, initargs=(self.backend,))


def _settle_in(backend: str) -> None:
    import django
    from django.apps import apps

    # Ctrl-C is for the process that hands out the work; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not apps.ready:
        django.setup()
    get_backend(backend)


def _answer(lines: tuple[bytes | None, ...], backend: str, now: datetime) -> list[str]:
    from analysis.records import answer_line  # a fresh process imports this module before its settings are in place

    said = (answer_line(line, backend=backend, now=now) for line in lines)
    return [json.dumps(each, ensure_ascii=False, allow_nan=False) for each in said]


def _told(parcel: Parcel, texts: list[str]) -> Iterator[Answered]:
    for text, end in zip(texts, parcel.ends, strict=True):
        yield Answered(text, is_error='"error": ' in text and "error" in json.loads(text), bytes_read=end)


def _chained(first: Iterable[Parcel], rest: Iterator[Parcel]) -> Iterator[Parcel]:
    yield from first
    yield from rest


def _parcels(source: BinaryIO) -> Iterator[Parcel]:
    lines: list[bytes | None] = []
    ends: list[int] = []
    size = at = 0
    for line, length in _lines(source):
        at += length
        lines.append(line)
        ends.append(at)
        size += len(line or b"")
        if len(lines) >= PARCEL_LINES or size >= PARCEL_BYTES:
            yield Parcel(tuple(lines), tuple(ends))
            lines, ends, size = [], [], 0
    if lines:
        yield Parcel(tuple(lines), tuple(ends))


def _lines(source: BinaryIO) -> Iterator[tuple[bytes | None, int]]:
    """Yield each line, or None for one that is too long, and how many bytes it takes in the file."""
    while line := source.readline(LONGEST_LINE + 1):
        length = len(line)
        if length <= LONGEST_LINE or line.endswith(b"\n"):
            yield line.rstrip(b"\r\n"), length
            continue
        while not line.endswith(b"\n") and (line := source.readline(PARCEL_BYTES)):
            length += len(line)
        yield None, length
