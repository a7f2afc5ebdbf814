"""A sender of webhooks that costs little itself: raw sockets kept open, answers read no further than needed."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from telephony.providers.base import Delivery

ANSWER_BYTES = 65536


@dataclass
class Answers:
    """What came back: seconds of each answer, and how many of each code. `seconds` is how long all of it took."""

    latencies: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """Return the milliseconds that this share of the answers kept to."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def as_request(path: str, delivery: Delivery) -> bytes:
    """Return the delivery as the bytes that go over the wire."""
    headers = {"Host": "localhost", **delivery.headers, "Content-Length": str(len(delivery.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + delivery.body


@dataclass
class _Client:
    line: socket.socket
    sent_at: float = 0.0
    answer: bytes = b""

    def send(self, request: bytes) -> None:
        self.answer = b""
        self.sent_at = time.perf_counter()
        self.line.sendall(request)

    def has_answered(self) -> bool:
        data = self.line.recv(ANSWER_BYTES)
        if not data:
            raise ConnectionResetError("the server hung up")
        self.answer += data
        head, _, body = self.answer.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return len(body) >= int(value)
        return self.answer.endswith(b"0\r\n\r\n")

    @property
    def code(self) -> int:
        return int(self.answer.split(b" ", 2)[1])


def post_all(requests: Iterable[bytes], *, port: int, clients: int) -> Answers:
    """Send every request, so many at a time; each client sends its next when it was answered."""
    left: Iterator[bytes] = iter(requests)
    answers = Answers()
    began = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for _ in range(clients):
            line = socket.create_connection(("127.0.0.1", port), timeout=30)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _next(_Client(line), left, ready, is_new=True)
        while ready.get_map():
            for key, _ in ready.select(timeout=30):
                client: _Client = key.data
                if client.has_answered():
                    answers.latencies.append(time.perf_counter() - client.sent_at)
                    answers.codes[client.code] += 1
                    _next(client, left, ready)
    answers.seconds = time.perf_counter() - began
    return answers


def _next(client: _Client, left: Iterator[bytes], ready: selectors.BaseSelector, *, is_new: bool = False) -> None:
    request = next(left, None)
    if request is None:
        if not is_new:
            ready.unregister(client.line)
        client.line.close()
        return
    if is_new:
        ready.register(client.line, selectors.EVENT_READ, client)
    client.send(request)
