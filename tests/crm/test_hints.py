"""Hints are sent beside the work: they are lost rather than waited for."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from crm import hints
from tests.running.processes import happens


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REDIS_URL = "redis://somewhere"
    monkeypatch.setattr(hints, "SILENCE_AFTER_FAILURE_SECONDS", 0.3)
    monkeypatch.setattr(hints, "_quiet_until", 0.0)
    monkeypatch.setattr(hints, "_has_failed", False)


def send(publish: hints.Publish, pk: int = 1) -> None:
    hints.send(publish, company_id=7, pk=pk)


def nothing(_: hints.Rows) -> None:
    """Publish as a queue that takes everything."""


def test_hints_that_come_close_together_travel_as_one() -> None:
    free, done = threading.Event(), threading.Event()
    sent: list[hints.Rows] = []
    many = hints.MOST_IN_ONE + 10

    def publish(rows: hints.Rows) -> None:
        sent.append(rows)
        if sum(map(len, sent)) == many:
            done.set()

    send(lambda _: free.wait(10))
    for pk in range(many):
        send(publish, pk)
    free.set()

    assert done.wait(5)
    assert [len(rows) for rows in sent] == [hints.MOST_IN_ONE, 10]
    assert [pk for rows in sent for _, pk in rows] == list(range(many))


def test_a_queue_is_heard_from_its_refusal_until_it_takes_a_hint(settings: Any) -> None:
    def refuse(_: hints.Rows) -> None:
        raise ConnectionError

    assert hints.are_heard()
    send(refuse)
    assert happens(lambda: not hints.are_heard(), seconds=5)
    # However long nothing is sent: who waits for the sweeper is told by the database meanwhile.
    time.sleep(hints.SILENCE_AFTER_FAILURE_SECONDS + 0.1)
    assert not hints.are_heard()
    send(nothing)
    assert happens(hints.are_heard, seconds=5)
    settings.REDIS_URL = ""
    assert not hints.are_heard()


def test_a_hint_is_sent_by_another_thread() -> None:
    sent: list[int] = []
    done = threading.Event()
    send(lambda _: (sent.append(threading.get_ident()), done.set()))
    assert done.wait(5)
    assert sent != [threading.get_ident()]


def test_without_redis_nothing_is_sent(settings: Any) -> None:
    settings.REDIS_URL = ""
    sent = threading.Event()
    send(lambda _: sent.set())
    assert not sent.wait(0.2)


def test_a_queue_that_hangs_holds_up_nobody() -> None:
    free, last = threading.Event(), threading.Event()
    send(lambda _: free.wait(10))
    began = time.monotonic()
    for _ in range(1000):
        send(nothing)
    assert time.monotonic() - began < 1
    send(lambda _: last.set())
    free.set()
    assert last.wait(5)


def test_too_many_hints_are_dropped_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free = threading.Event()
    send(lambda _: free.wait(10))
    time.sleep(0.05)
    monkeypatch.setattr(hints._waiting, "maxsize", 3)
    for _ in range(5):
        send(nothing)
    assert "the sweeper will find the rows" in caplog.text
    monkeypatch.undo()
    free.set()
    deadline = time.monotonic() + 5
    while hints._waiting.qsize() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert hints._waiting.qsize() == 0


def test_after_a_failure_hints_are_dropped_for_a_while_and_then_sent_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: hints.Rows) -> None:
        raise ConnectionError("password@redis is away")

    soon, later = threading.Event(), threading.Event()
    send(fail)
    send(lambda _: soon.set())
    assert not soon.wait(0.2)
    time.sleep(0.3)
    send(lambda _: later.set())
    assert later.wait(5)
    assert "ConnectionError" in caplog.text
    assert "password" not in caplog.text


def test_a_process_that_keeps_quiet_tells_nobody_and_needs_nobody_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "_is_quiet", False)
    sent = threading.Event()
    hints.keep_quiet()

    send(lambda _: sent.set())

    assert not sent.wait(0.3)
    assert hints.are_heard()
