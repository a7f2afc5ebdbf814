"""What every run of the tests would make anew: a migrated database, and a whole cluster with one.

Both are made once for the migrations as they are, under a lock, and kept in the tests' folder. Databases of the run's
own server are made from the first as their template; worlds that have a server of their own get a copy of the second.
`make test` makes them (`python -m tests.prepared`) while it lints.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.faults.servers import Servers
from tests.running.processes import manage, run
from tests.servers import VAR

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "prepared_"
# What migrations are made of: themselves, what they import of ours, and what others bring.
MADE_OF = (
    "*/migrations/*.py",
    "crm/constraints.py",
    "crm/history.py",
    "crm/migrating.py",
    "crm/tenancy.py",
    "requirements/base.txt",
)


def template() -> str:
    """Return the name of a migrated database to which nobody is connected, made now if need be."""
    name, owner_url = PREFIX + _digest(), os.environ["DATABASE_OWNER_URL"]
    with _alone("database"), psycopg.connect(owner_url, autocommit=True) as connection:
        known = [row[0] for row in connection.execute("select datname from pg_database where datname ^@ %s", [PREFIX])]
        if name in known:
            return name
        for old in known:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(old)))
        making = f"{PREFIX}making"
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(making)))
        _migrate({**os.environ, "DATABASE_OWNER_URL": _at(owner_url, making), "DATABASE_URL": _of_app(making)})
        rename = sql.SQL("alter database {} rename to {}")
        connection.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
    return name


def started(var: Path, *, is_durable: bool = False) -> tuple[Servers, dict[str, str]]:
    """Start servers with a migrated database in a new folder; returns them and the environment that finds them.

    `is_durable` for a PostgreSQL that waits for its disk, as it does for customers. Nothing of Django is imported: who
    needs the environment in its own settings has it before they are read.
    """
    copy_cluster(var / "postgres")
    servers = Servers(var)
    if is_durable:
        servers.postgres.settings = {"max_connections": "100"}
    env = servers.start()
    servers.remember_redis()
    return servers, env


def copy_cluster(to: Path) -> None:
    """Put a cluster with a migrated database, stopped, into a folder that is not there yet."""
    prepared = cluster()
    to.parent.mkdir(parents=True, exist_ok=True)
    # With its owner: PostgreSQL starts in no folder of somebody else's.
    subprocess.run(["cp", "-a", str(prepared / "postgres"), str(to)], check=True)


def cluster() -> Path:
    """Return the folder of a stopped cluster with a migrated database, made now if need be."""
    prepared = VAR / f"{PREFIX}{_digest()}"
    with _alone("cluster"):
        if not prepared.exists():
            for old in VAR.glob(f"{PREFIX}*"):
                shutil.rmtree(old)
            making = VAR / f"{PREFIX}making"
            shutil.rmtree(making, ignore_errors=True)
            servers = Servers(making)
            try:
                _migrate(servers.start())
            finally:
                servers.redis.stop()
                servers.postgres.stop()
            making.rename(prepared)
    return prepared


def _migrate(env: dict[str, str]) -> None:
    done = run(*manage("migrate", "--database", "owner", "--verbosity", "0"), env=env)
    assert done.returncode == 0, done.stderr


def _digest() -> str:
    digest = hashlib.sha256()
    for pattern in MADE_OF:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _of_app(database: str) -> str:
    return _at(os.environ["DATABASE_URL"], database)


@contextmanager
def _alone(making: str) -> Iterator[None]:
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{making}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    template()
    cluster()
