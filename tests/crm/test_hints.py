"""Hints are sent beside the work: they are lost rather than waited for."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from crm import hints


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REDIS_URL = "redis://somewhere"
    monkeypatch.setattr(hints, "SILENCE_AFTER_FAILURE_SECONDS", 0.3)


def test_a_hint_is_sent_by_another_thread() -> None:
    sent: list[int] = []
    done = threading.Event()
    hints.send(lambda: (sent.append(threading.get_ident()), done.set()))
    assert done.wait(5)
    assert sent != [threading.get_ident()]


def test_without_redis_nothing_is_sent(settings: Any) -> None:
    settings.REDIS_URL = ""
    sent = threading.Event()
    hints.send(sent.set)
    assert not sent.wait(0.2)


def test_a_queue_that_hangs_holds_up_nobody() -> None:
    free, last = threading.Event(), threading.Event()
    hints.send(lambda: free.wait(10))
    began = time.monotonic()
    for _ in range(1000):
        hints.send(lambda: None)
    assert time.monotonic() - began < 1
    hints.send(last.set)
    free.set()
    assert last.wait(5)


def test_too_many_hints_are_dropped_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free = threading.Event()
    hints.send(lambda: free.wait(10))
    time.sleep(0.05)
    monkeypatch.setattr(hints._waiting, "maxsize", 3)
    for _ in range(5):
        hints.send(lambda: None)
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
    def fail() -> None:
        raise ConnectionError("password@redis is away")

    soon, later = threading.Event(), threading.Event()
    hints.send(fail)
    hints.send(soon.set)
    assert not soon.wait(0.2)
    time.sleep(0.3)
    hints.send(later.set)
    assert later.wait(5)
    assert "ConnectionError" in caplog.text
    assert "password" not in caplog.text
