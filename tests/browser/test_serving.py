"""The tests' server knows when it is at work: no table is emptied under a request."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import pytest
from django.test.testcases import QuietWSGIRequestHandler

from tests.browser.serving import CountingServer

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Slow:
    """Begins an answer, and ends it when told."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = Event(), Event()

    def __call__(self, _asked: dict[str, Any], begin: Callable[..., Any]) -> Iterable[bytes]:
        self.has_begun.set()
        assert self.may_end.wait(20)
        begin("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def server(slow: Slow) -> Iterator[CountingServer]:
    """Listens, and serves nobody yet."""
    with CountingServer(("localhost", 0), QuietWSGIRequestHandler, allow_reuse_address=False) as made:
        made.set_app(slow)
        yield made


def ask_and_leave(server: CountingServer) -> None:
    """As a window does that is closed with a request in flight."""
    with socket.create_connection(server.server_address[:2]) as line:
        line.sendall(GET)


def test_it_waits_for_an_answer_that_nobody_reads_any_more(server: CountingServer, slow: Slow) -> None:
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    with ThreadPoolExecutor() as pool:
        ask_and_leave(server)
        assert slow.has_begun.wait(20)
        waiting = pool.submit(server.wait_until_idle)
        assert not server.is_idle()
        assert not waiting.done()
        slow.may_end.set()
        waiting.result(timeout=20)
    assert server.is_idle()
    server.shutdown()
    serving.join()


def test_who_has_not_been_let_in_yet_is_waited_for_too(server: CountingServer) -> None:
    assert server.is_idle()
    ask_and_leave(server)
    assert not server.is_idle()
    assert server.connected == 0


def test_who_never_leaves_is_told(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.browser.serving.PATIENCE_SECONDS", 0.1)
    ask_and_leave(server)
    with pytest.raises(TimeoutError):
        server.wait_until_idle()
