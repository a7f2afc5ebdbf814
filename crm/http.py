"""The one HTTP client: time-outs, retries with jitter, an allow-list of hosts, no redirects, no proxies by accident."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from crm.waits import wait_after

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
# An answer that comes drop by drop is given up, or it would hold its worker past the lease.
WHOLE_SECONDS = 25.0
PIECE_BYTES = 1 << 16
MOST_BYTES = 50 * 1024 * 1024
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
TRIES = 5
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0


class RequestFailed(Exception):
    """An answer that is no success, or none at all. `status` is 0 when nothing answered; `wait_seconds` is how long
    the other side asked us to wait."""

    def __init__(self, message: str, *, status: int = 0, wait_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.wait_seconds = wait_seconds

    @property
    def permanent(self) -> bool:
        """Whether trying again would bring the same."""
        return bool(self.status) and self.status not in RETRIED


class HostNotAllowed(Exception):
    """The address is none that this client may call."""


@dataclass(frozen=True, kw_only=True)
class HttpClient:
    """Calls some hosts and no others. `pause` is how it waits between tries; tests pass their own."""

    hosts: frozenset[str]
    headers: Mapping[str, str]
    pause: Callable[[float], None] = time.sleep

    def get_json(self, url: str, *, params: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of a GET; tried up to five times with growing waits. Raises `RequestFailed`."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._get(url, params)
            except RequestFailed as error:
                if error.permanent or attempt == TRIES:
                    raise
                wait = max(
                    wait_after(attempt, first=FIRST_WAIT_SECONDS, longest=LONGEST_WAIT_SECONDS, jitter=0.5),
                    error.wait_seconds,
                )
            self.pause(wait)
        raise AssertionError("unreachable")

    def _get(self, url: str, params: Mapping[str, Any] | None) -> Any:
        self._check(url)
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(
                    url,
                    params=params,
                    headers=dict(self.headers),
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                body = _read(answer)
        except (requests.RequestException, HTTPError) as error:
            # Its text may hold the address with its query; the type says enough.
            raise RequestFailed(f"no answer ({type(error).__name__})") from error
        if answer.status_code != 200:
            wait = _asked_to_wait(answer.headers.get("Retry-After", ""))
            raise RequestFailed(f"the answer was {answer.status_code}", status=answer.status_code, wait_seconds=wait)
        if len(body) > MOST_BYTES:
            raise RequestFailed("the answer is too large", status=413)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RequestFailed("the answer is no JSON") from error

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_local = host in ("localhost", "127.0.0.1", "::1")
        if parts.netloc not in self.hosts or parts.username or (parts.scheme != "https" and not is_local):
            raise HostNotAllowed(host)


def _read(answer: requests.Response) -> bytes:
    """Return the body, at most a byte more than `MOST_BYTES`; raises `RequestFailed` when it takes too long."""
    ends, body = time.monotonic() + WHOLE_SECONDS, bytearray()
    while len(body) <= MOST_BYTES:
        piece = answer.raw.read1(PIECE_BYTES, decode_content=True)
        if not piece:
            break
        body += piece
        if time.monotonic() >= ends:
            raise RequestFailed("the answer came too slowly")
    return bytes(body)


def _asked_to_wait(header: str) -> float:
    return min(float(header), LONGEST_WAIT_SECONDS) if header.isascii() and header.isdecimal() else 0.0
