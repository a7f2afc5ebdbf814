"""The one HTTP client: how long it waits, and what it does not take for an answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from crm import http
from crm.http import HostNotAllowed, HttpClient, RequestFailed

Answer = Callable[[socket.socket], None]


@contextmanager
def server(*answers: bytes | Answer) -> Iterator[tuple[str, list[bytes]]]:
    """Answer one connection after the other with these bytes; yields the address and what was asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.close()
        thread.join(5)


def answer(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def client(host: str, waits: list[float]) -> HttpClient:
    return HttpClient(hosts=frozenset({host}), headers={"xi-api-key": "k"}, pause=waits.append)


@pytest.mark.parametrize(("said", "least"), [("7", 7.0), ("9999", 30.0), ("soon", 0.0), ("-5", 0.0)])
def test_it_waits_as_long_as_it_is_asked_to_and_no_longer_than_half_a_minute(said: str, least: float) -> None:
    waits: list[float] = []
    busy = answer("429 Too Many Requests", b"", f"Retry-After: {said}")
    with server(busy, answer("200 OK", b'{"a": 1}')) as (host, asked):
        assert client(host, waits).get_json(f"http://{host}/x") == {"a": 1}
    assert len(asked) == 2
    assert least <= waits[0] <= 30.0


def test_waits_grow_and_differ() -> None:
    waits: list[float] = []
    with server(*[answer("503 Away")] * 5) as (host, asked), pytest.raises(RequestFailed, match="503"):
        client(host, waits).get_json(f"http://{host}/x")
    assert len(asked) == 5
    assert [low <= wait <= 3 * low for low, wait in zip((0.5, 1, 2, 4), waits, strict=True)] == [True] * 4


def test_an_answer_that_comes_drop_by_drop_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.2)
    monkeypatch.setattr(http, "TRIES", 1)

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            try:
                connection.sendall(b" ")
            except OSError:
                return
            time.sleep(0.02)

    began = time.monotonic()
    with server(drip) as (host, _), pytest.raises(RequestFailed, match="too slowly"):
        client(host, []).get_json(f"http://{host}/x")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_no_answer(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TRIES", 1)
    with server(answer("200 OK", body)) as (host, _), pytest.raises(RequestFailed, match="no JSON"):
        client(host, []).get_json(f"http://{host}/x")


def test_a_body_that_is_cut_off_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TRIES", 1)
    cut = b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"a": 1}'
    with server(cut) as (host, _), pytest.raises(RequestFailed, match="no answer"):
        client(host, []).get_json(f"http://{host}/x")


def test_a_large_body_is_read_whole_and_a_larger_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"a": "' + b"x" * 1_000_000 + b'"}'
    with server(answer("200 OK", body)) as (host, _):
        assert len(client(host, []).get_json(f"http://{host}/x")["a"]) == 1_000_000
    monkeypatch.setattr(http, "MOST_BYTES", 1000)
    with server(answer("200 OK", body)) as (host, _), pytest.raises(RequestFailed, match="too large"):
        client(host, []).get_json(f"http://{host}/x")


def test_a_redirect_is_not_followed_and_another_host_not_called() -> None:
    away = answer("302 Found", b"", "Location: http://127.0.0.1:1/")
    with server(away) as (host, asked), pytest.raises(RequestFailed, match="302"):
        client(host, []).get_json(f"http://{host}/x")
    assert len(asked) == 1
    for url in ("https://example.com/", "http://example.com/", "http://k@127.0.0.1:9/"):
        with pytest.raises(HostNotAllowed):
            client("example.org", []).get_json(url)
