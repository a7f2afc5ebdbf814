"""Deliveries on disk while PostgreSQL is away: sealed, durable before the answer, drained oldest first.

A file is written as `.tmp`, flushed to the disk, renamed to `.ev`, and its folder flushed; only then is the provider
answered. The sweeper takes each file through the same door and removes it after the commit: killed anywhere, it is
taken again, and the inbox knows the repeat. `.bad` files could not be read or stored; they wait for a person.
Whoever drains must see the folder of those who write: web and sweeper share VAR_DIR.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

from crm.encryption import UnableToUnseal, seal_bytes, unseal_bytes
from crm.failpoints import failpoint
from telephony.door.arrivals import Arrival, Refused
from telephony.door.refusals import record
from telephony.providers.base import Delivery

logger = logging.getLogger(__name__)

CONTEXT = "telephony.spool"
# Files from senders we could not verify: a stranger must not fill the disk.
MOST_UNKNOWN = 200
MOST_UNKNOWN_BYTES = 1024 * 1024
MOST_AT_ONCE = 500
STALE_SECONDS = 3600
OLD_SECONDS = 60


class CannotSpool(Exception):
    """The spool is full, or the disk refuses: nothing was kept."""


def folder() -> Path:
    return Path(settings.VAR_DIR) / "spool"


# ---- in ---------------------------------------------------------------------------------------------------------


def write(arrival: Arrival, *, is_genuine: bool) -> None:
    """Keep the delivery until PostgreSQL is back; on return it is on the disk. Raises `CannotSpool`."""
    data = _pack(arrival)
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_overflow(len(data), is_genuine=is_genuine)
        stamp = f"{arrival.delivery.received_at:%Y%m%dT%H%M%S.%f}"
        name = f"{stamp}-{'g' if is_genuine else 'u'}-{secrets.token_hex(6)}"
        draft = folder() / f"{name}.tmp"
        _write_through(draft, data)
        failpoint("spool:before_rename")
        draft.rename(draft.with_suffix(".ev"))
        failpoint("spool:after_rename")
        _flush_folder()
        failpoint("spool:before_answer")
    except OSError as error:
        logger.error("the spool takes nothing: %s", error.strerror)  # noqa: TRY400 - no trace for each delivery
        raise CannotSpool(error.strerror or "the disk refuses") from error


def _write_through(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _flush_folder() -> None:
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_overflow(size: int, *, is_genuine: bool) -> None:
    used = unknown = 0
    with os.scandir(folder()) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                used += entry.stat().st_size
                unknown += "-u-" in entry.name
    if used + size > settings.SPOOL_MAX_BYTES:
        logger.error("the spool is full: %s bytes wait for the database", used)
        raise CannotSpool("the spool is full")
    if not is_genuine and (unknown >= MOST_UNKNOWN or size > MOST_UNKNOWN_BYTES):
        raise CannotSpool("too much waits that nobody could verify")


# ---- out --------------------------------------------------------------------------------------------------------


def drain(*, most: int = MOST_AT_ONCE) -> int:
    """Take waiting deliveries through the door, oldest first; returns how many are done with.

    Raises `OperationalError` or `InterfaceError` when PostgreSQL goes away: what is left waits on.
    """
    return sum(_take(path) for path in _waiting()[:most])


def count() -> int:
    """Return how many deliveries wait for PostgreSQL."""
    return len(_waiting())


def count_bad() -> int:
    """Return how many files wait for a person."""
    return sum(1 for _ in _files(".bad"))


def sealed_files() -> list[Path]:
    """Return what still needs the key that sealed it: deliveries that wait, for PostgreSQL or for a person."""
    return [*_files(".ev"), *_files(".bad")]


def oldest_seconds() -> float:
    """Return how long the oldest has waited; 0 when none does."""
    waiting = _waiting()
    with suppress(FileNotFoundError, IndexError):
        return max(0.0, time.time() - waiting[0].stat().st_mtime)
    return 0.0


def tidy() -> None:
    """Remove drafts that nobody finished, and say so when deliveries have waited too long."""
    for draft in _files(".tmp"):
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > STALE_SECONDS:
                draft.unlink()
    oldest = oldest_seconds()
    if oldest > OLD_SECONDS:
        logger.warning("%s deliveries wait in the spool, the oldest for %.0f seconds", count(), oldest)
    if bad := count_bad():
        logger.error("%s deliveries in %s could not be taken; look at the log", bad, folder())


def _take(path: Path) -> bool:
    try:
        arrival = _unpack(path.read_bytes())
    except FileNotFoundError:
        return False  # another took it
    except (UnableToUnseal, ValueError, KeyError) as error:
        return _set_aside(path, error)
    failpoint("drain:before_store")
    try:
        arrival.take()
    except Refused as refused:
        record(arrival.provider, refused, ip=arrival.ip, arrival=arrival)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a fault of ours, which would meet it each second: it waits for who repairs it
        return _set_aside(path, error)
    failpoint("drain:after_store")
    path.unlink(missing_ok=True)
    return True


def _set_aside(path: Path, error: Exception) -> bool:
    logger.error("a spooled delivery cannot be taken and is set aside: %s %s", path.name, type(error).__name__)
    with suppress(FileNotFoundError):
        path.rename(path.with_suffix(".bad"))
    return False


def _waiting() -> list[Path]:
    return sorted(_files(".ev"))


def _files(suffix: str) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from (path for path in folder().iterdir() if path.suffix == suffix)


# ---- as a file --------------------------------------------------------------------------------------------------


def _pack(arrival: Arrival) -> bytes:
    delivery = arrival.delivery
    facts = {
        "provider": arrival.provider,
        "token_hash": arrival.token_hash,
        "ip": arrival.ip,
        "received_at": delivery.received_at.isoformat(),
        "headers": dict(delivery.headers),
        "url": delivery.url,
    }
    return seal_bytes(json.dumps(facts).encode() + b"\n" + delivery.body, context=CONTEXT)


def _unpack(sealed: bytes) -> Arrival:
    head, _, body = unseal_bytes(sealed, context=CONTEXT).partition(b"\n")
    facts = json.loads(head)
    received_at = datetime.fromisoformat(facts["received_at"])
    return Arrival(
        provider=facts["provider"],
        token_hash=facts["token_hash"],
        # Files from before the address was kept have none.
        delivery=Delivery(body=body, headers=facts["headers"], received_at=received_at, url=facts.get("url", "")),
        ip=facts["ip"],
    )
