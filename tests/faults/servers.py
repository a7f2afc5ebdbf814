"""A PostgreSQL and a Redis of our own, which we may stop, kill and start again. Nothing of Django is imported."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.embedded.folders import socket_folder
from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from tests.running.processes import happens

# The machine survives what we do to the server, so its disk need not be waited for; its commits must.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "100"}


@dataclass
class Servers:
    """Both servers, in one folder."""

    var: Path

    def __post_init__(self) -> None:
        sockets = socket_folder(self.var)
        self.postgres = Postgres(self.var / "postgres", sockets / "postgres", SETTINGS)
        self.redis = Redis(self.var / "redis", sockets / "redis.sock")

    def start(self) -> dict[str, str]:
        """Start both; returns the environment in which Ringside finds them, and its keys."""
        self.postgres.start()
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url("rs_app"),
            "DATABASE_OWNER_URL": self.postgres.url("rs_owner"),
            "REDIS_URL": self.redis.start(),
            "SECRET_KEY": "for-the-faults-alone",
            "ENCRYPTION_KEYS": "faults:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "VAR_DIR": str(self.var),
            "TESTING": "true",
            "LEASE_SECONDS": "1",
            "SWEEP_EVERY_SECONDS": "1",
            "PYTHONUNBUFFERED": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def stop(self) -> None:
        self.signal_postgres(signal.SIGCONT)
        self.signal_redis(signal.SIGCONT)
        self.redis.stop()
        self.postgres.stop()

    def kill_postgres(self) -> None:
        """Kill -9 the postmaster and every child of it."""
        self.signal_postgres(signal.SIGKILL)
        assert happens(lambda: not self._postgres_processes(), seconds=10)

    def signal_postgres(self, number: signal.Signals) -> None:
        for process in self._postgres_processes():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def signal_redis(self, number: signal.Signals) -> None:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.redis_pid).send_signal(number)

    def empty_redis(self) -> None:
        """FLUSHALL: every hint is gone."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.redis.socket))
            line.sendall(b"FLUSHALL\r\n")
            line.recv(16)

    def remember_redis(self) -> None:
        """Ask Redis who it is, while it can answer."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.redis.socket))
            line.sendall(b"INFO server\r\n")
            found = re.search(rb"process_id:(\d+)", line.recv(8192))
        assert found is not None
        self.redis_pid = int(found[1])

    def _postgres_processes(self) -> list[psutil.Process]:
        # The postmaster first: it would start children again.
        pid = self.postgres._pid()
        if pid is None:
            return [process for process in self._known if process.is_running()] if hasattr(self, "_known") else []
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(pid)
            self._known = [parent, *parent.children(recursive=True)]
        return [p for p in self._known if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
