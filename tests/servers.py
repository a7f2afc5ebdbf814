"""One PostgreSQL and one Redis for a whole run of the tests, apart from the ones of `make run`.

Loaded as a pytest plugin (`-p tests.servers`) before pytest-django reads the settings. The run's first
process starts the servers and stops them at its end; those of pytest-xdist find them in its environment.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config import embedded

VAR = Path(__file__).resolve().parent.parent / "var" / "test"
# What the tests write is worth nothing after a crash.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def prepare() -> None:
    """Set DATABASE_URL and its neighbors. A database that the environment names is used as it is."""
    if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_OWNER_URL"):
        raise embedded.CannotStart("DATABASE_URL is set and DATABASE_OWNER_URL is not: the tests need both roles.")
    os.environ["VAR_DIR"] = str(VAR)
    embedded.prepare(VAR, postgres_settings=FAST)
    embedded.keep_keys(VAR)


def own_redis_database(worker: str) -> None:
    """Each process of pytest-xdist has a database of Redis to itself: tests do not share a queue."""
    url = os.environ["REDIS_URL"]
    if url.endswith("virtual_host=0") and worker.startswith("gw"):
        os.environ["REDIS_URL"] = url.removesuffix("0") + str(int(worker.removeprefix("gw")) + 1)


def pytest_addoption() -> None:
    """The earliest hook of all: in the next one pytest-django reads the settings."""
    try:
        prepare()
    except embedded.CannotStart as error:
        raise pytest.UsageError(f"The tests cannot start: {error}") from error
    own_redis_database(os.environ.get("PYTEST_XDIST_WORKER", ""))
