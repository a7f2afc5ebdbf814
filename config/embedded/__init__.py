"""PostgreSQL and Redis for a machine that has none: started in one folder, stopped by who leaves last.

Nothing of Django is imported here: the settings read what this module puts in the environment.
Every process that uses the servers holds a shared lock on `<var>/embedded.users`, which the kernel drops even
after kill -9. Whoever is alone at its exit stops them; servers that outlived their users are used again.
"""

from __future__ import annotations

import atexit
import base64
import fcntl
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .folders import CannotStart, explained, socket_folder
from .postgres import Postgres
from .redis import Redis

__all__ = ["CannotStart", "Servers", "keep_keys", "prepare"]


def prepare(var: Path, *, postgres_settings: Mapping[str, str] | None = None) -> None:
    """Put the servers' addresses and the keys in the environment, starting what is missing.

    What the environment names already is used as it is; an empty REDIS_URL means that no Redis is wanted.
    Raises CannotStart.
    """
    wants_postgres = not os.environ.get("DATABASE_URL")
    wants_redis = "REDIS_URL" not in os.environ
    if not (wants_postgres or wants_redis):
        return
    servers = Servers(var.absolute(), dict(postgres_settings or {}))
    servers.join(wants_postgres=wants_postgres, wants_redis=wants_redis)
    if wants_postgres:
        # The keys belong to the data. For a database elsewhere they are made only on demand, by `keep_keys`.
        keep_keys(var)
        os.environ["DATABASE_URL"] = servers.postgres.url("rs_app")
        os.environ["DATABASE_OWNER_URL"] = servers.postgres.url("rs_owner")


def keep_keys(var: Path) -> None:
    """Read SECRET_KEY and ENCRYPTION_KEYS from `var`, made once, unless the environment has them."""
    make = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": lambda: "first:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    for name, value in make.items():
        if not os.environ.get(name):
            with explained(var):
                os.environ[name] = _kept(var / name.lower(), value)


@dataclass
class Servers:
    """The two servers of one folder, and this process's use of them."""

    var: Path
    postgres_settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sockets = socket_folder(self.var)
        self.postgres = Postgres(self.var / "postgres", sockets / "postgres", self.postgres_settings)
        self.redis = Redis(self.var / "redis", sockets / "redis.sock")

    def join(self, *, wants_postgres: bool, wants_redis: bool) -> None:
        with explained(self.var), self._alone():
            self._users = (self.var / "embedded.users").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            # Registered first, so that a server is stopped when its neighbor fails to start.
            atexit.register(self.leave, os.getpid())
            if wants_postgres:
                self.postgres.start()
            if wants_redis:
                os.environ["REDIS_URL"] = self.redis.start()

    def leave(self, joined_by: int) -> None:
        """Stop the servers unless another process uses them. A fork of the one that joined stops nothing."""
        if os.getpid() != joined_by or self._users.closed:
            return
        with self._users, self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.redis.stop()
            self.postgres.stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts, joins or leaves."""
        with (self.var / "embedded.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by us alone
        with os.fdopen(handle, "w") as file:
            file.write(make() + "\n")
        # A link does not replace: of two processes that start together the first one's key stays.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text().strip()
