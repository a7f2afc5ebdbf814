"""Real processes for the tests of this folder: started, read, and looked for when they should be gone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ENCRYPTION_KEYS",
    "SITE_URL",
    "PORT",
)


class Running:
    """A command whose output is collected as it comes."""

    def __init__(self, *command: str, env: dict[str, str]) -> None:
        self.output = ""
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, *, seconds: float = 90) -> None:
        if not happens(lambda: text in self.output or self.process.poll() is not None, seconds=seconds):
            raise AssertionError(f"no {text!r} within {seconds} s in:\n{self.output}")
        self._reader.join(0 if self.process.poll() is None else 5)
        assert text in self.output, f"it ended without {text!r}:\n{self.output}"

    def ends(self, *, seconds: float = 30) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line


def clean_environment(var: Path, **more: str) -> dict[str, str]:
    """This machine's environment without what names Ringside's servers."""
    return (
        {k: v for k, v in os.environ.items() if k not in OURS}
        | {"VAR_DIR": str(var), "NO_COLOR": "1", "DEMO_CALLS": "60"}
        | more
    )


def run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False)


def manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "manage.py", *arguments)


def processes_of(var: Path) -> list[psutil.Process]:
    """Everything that runs for this folder: by its command line, or as a descendant of its `up`."""
    return [process for process in psutil.process_iter() if _belongs(process, var)]


def kill_everything_of(var: Path) -> None:
    for process in processes_of(var):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert happens(lambda: not processes_of(var), seconds=10)


def happens(condition: Callable[[], object], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _belongs(process: psutil.Process, var: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        environment = process.environ()
        named = {environment.get("VAR_DIR"), environment.get("RINGSIDE_UP")}
        return str(var) in " ".join(process.cmdline()) or bool(named & {str(var), str(var / "up.processes")})
    except psutil.Error:
        return False
