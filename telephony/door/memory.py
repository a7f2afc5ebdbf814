"""What a web process knows by heart: the addresses it served, and whether PostgreSQL is there.

Secrets stay sealed. An address is learnt with every delivery that PostgreSQL answered for. It decides alone only while
PostgreSQL does not answer; otherwise PostgreSQL says with each delivery whether it still holds.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from telephony.models import ProviderAccount, WebhookAddress

MOST_KNOWN = 10_000
# What was learnt this long before PostgreSQL last answered may have been changed meanwhile.
FRESH_SECONDS = 60.0
# How long nobody asks a PostgreSQL that did not answer, and how long one asks alone.
PAUSE_SECONDS = 1.0
PROBE_SECONDS = 4.0


@dataclass(frozen=True)
class Known:
    address: WebhookAddress
    account: ProviderAccount
    account_version: str
    learnt_at: float

    @property
    def is_fresh(self) -> bool:
        return _outage.answered_at - self.learnt_at <= FRESH_SECONDS


_lock = threading.Lock()
_known: OrderedDict[tuple[str, str | None], Known] = OrderedDict()


def learn(address: WebhookAddress, account: ProviderAccount, *, version: str, token_hash: str | None) -> None:
    """Remember the address and its account; `version` differs after each change of the account's row."""
    with _lock:
        key = (address.provider, token_hash)
        _known[key] = Known(address, account, version, time.monotonic())
        _known.move_to_end(key)
        if len(_known) > MOST_KNOWN:
            _known.popitem(last=False)


def recall(provider: str, token_hash: str | None) -> Known | None:
    return _known.get((provider, token_hash))


def confirm(known: Known, *, token_hash: str | None) -> None:
    """PostgreSQL just said that what we knew still holds."""
    learn(known.address, known.account, version=known.account_version, token_hash=token_hash)


def forget(provider: str, token_hash: str | None) -> None:
    with _lock:
        _known.pop((provider, token_hash), None)


def forget_everything() -> None:
    """Be as a process that just started."""
    global _outage
    with _lock:
        _known.clear()
        _outage = _Outage()


class _Outage:
    """Keeps deliveries from queueing up behind a PostgreSQL that hangs: one of them looks, the others are spooled."""

    def __init__(self) -> None:
        self.answered_at = time.monotonic()
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def may_ask(self) -> bool:
        if not self._closed_until:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                return False
            self._closed_until = now + PROBE_SECONDS
            return True

    @property
    def is_on(self) -> bool:
        return self._closed_until > 0

    def answered(self) -> None:
        self.answered_at, self._closed_until = time.monotonic(), 0.0

    def failed(self) -> None:
        self._closed_until = time.monotonic() + PAUSE_SECONDS


_outage = _Outage()


def may_ask_database() -> bool:
    """Return whether to try PostgreSQL: yes, unless it just failed and another delivery is trying."""
    return _outage.may_ask()


def database_is_away() -> bool:
    """Return whether PostgreSQL did not answer when it was last asked."""
    return _outage.is_on


def database_answered() -> None:
    _outage.answered()


def database_failed() -> None:
    _outage.failed()
