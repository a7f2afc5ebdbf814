"""The programs that `manage.py up` runs: started, prefixed, restarted when they die, stopped together."""

from __future__ import annotations

import codecs
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

NAME_WIDTH = 8
COLORS = {"ringside": 1, "web": 32, "worker": 34, "sweeper": 35, "beat": 36, "migrate": 33, "seed": 33}
# Inherited by every descendant, so that a later start recognizes what an earlier one left behind.
MARK = "RINGSIDE_UP"
STOP_SECONDS = 10
LONGEST_PAUSE = 30
# Who lived this long failed for a new reason: the pause starts small again.
HEALTHY_SECONDS = 60
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotRun(Exception):
    """Ringside cannot be started here; the message is one line for a person."""


@dataclass(frozen=True)
class Program:
    """A command line and the name that stands before its lines. One that ends is done once it ends well."""

    name: str
    command: tuple[str, ...]
    ends: bool = False


def say(name: str, line: str) -> None:
    """Print one line with its program's name before it, in the program's color on a terminal."""
    label = f"{name:<{NAME_WIDTH}} |"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        label = f"\033[{COLORS.get(name, 37)}m{label}\033[0m"
    with suppress(OSError):  # the terminal is gone; its signal is on the way
        print(f"{label} {line}", flush=True)


@dataclass
class Child:
    """One running program, at the head of a process group: the terminal's Ctrl-C reaches only us."""

    program: Program
    env: Mapping[str, str]
    folder: Path
    failures: int = 0
    start_again_at: float | None = None
    _decoder: codecs.IncrementalDecoder = field(init=False, repr=False)
    _rest: str = field(init=False, repr=False)
    process: subprocess.Popen[bytes] = field(init=False, repr=False)
    started_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        parent = os.getpid()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""
        self.started_at = time.monotonic()
        self.start_again_at = None
        self.process = subprocess.Popen(
            self.program.command,
            env=self.env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),  # noqa: PLW1509 - safe: this parent has one thread
        )
        os.set_blocking(self.output.fileno(), False)

    @property
    def output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def read(self) -> bool:
        """Print the lines that are ready. False when there will be no more."""
        try:
            data = os.read(self.output.fileno(), 65536)
        except BlockingIOError:
            return True
        *lines, self._rest = (self._rest + self._decoder.decode(data, final=not data)).split("\n")
        if not data and self._rest:
            lines, self._rest = [self._rest], ""
        for line in filter(str.strip, lines):
            say(self.program.name, line.rstrip())
        return bool(data)

    def end(self, number: signal.Signals) -> None:
        """Signal the program alone; it knows best how to end its own children."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end_group(self) -> None:
        """Kill what is left of its process group, grandchildren included."""
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
            os.killpg(self.process.pid, signal.SIGKILL)

    def pause_seconds(self) -> float:
        """How long to wait before the next start: 1, 2, 4 … 30 seconds while it keeps failing."""
        if time.monotonic() - self.started_at > HEALTHY_SECONDS:
            self.failures = 0
        self.failures += 1
        return float(min(2 ** (self.failures - 1), LONGEST_PAUSE))


class Crew:
    """Programs that run until we are told to stop."""

    def __init__(self, env: Mapping[str, str], *, folder: Path, record: Path) -> None:
        self.folder = folder
        self.record = record
        self.env = {**env, MARK: str(record), "PYTHONUNBUFFERED": "1"}
        self.children: list[Child] = []
        self.stopping = False
        self._selector = selectors.DefaultSelector()

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # what nohup asked for stays
            signal.signal(signal.SIGHUP, self._told_to_stop)

    def finish(self, program: Program) -> None:
        """Run one program to its end. Raises CannotRun when it fails, KeyboardInterrupt when stopped."""
        child = self._start(program)
        while child.process.poll() is None and not self.stopping:
            self._print_output(0.2)
        if self.stopping:
            self.stop()
            raise KeyboardInterrupt
        self._retire(child)
        self.children.remove(child)
        if child.process.returncode:
            raise CannotRun(f"{program.name} failed with exit code {child.process.returncode}; see its lines above.")

    def run(self, programs: Iterable[Program], *, each_moment: Callable[[], None]) -> None:
        """Keep the programs running until a signal, then stop them all."""
        try:
            for program in programs:
                self._start(program)
            while not self.stopping:
                self._print_output(0.2)
                self._revive()
                each_moment()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask everyone to stop; kill who is still there after ten seconds."""
        self.stopping = True
        for child in self.children:
            child.end(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._running() and time.monotonic() < deadline:
            self._print_output(0.1)
        for child in self._running():
            say(child.program.name, f"still here after {STOP_SECONDS} seconds: killed")
        for child in self.children:
            self._retire(child)
        self.children.clear()
        self.record.unlink(missing_ok=True)

    def _start(self, program: Program) -> Child:
        child = Child(program, self.env, self.folder)
        self.children.append(child)
        self._watch(child)
        return child

    def _watch(self, child: Child) -> None:
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self.record.write_text(json.dumps([known.process.pid for known in self.children]))

    def _revive(self) -> None:
        now = time.monotonic()
        self._let_go_of_the_done()
        for child in self.children:
            if child.start_again_at is not None and now >= child.start_again_at:
                child.start()
                self._watch(child)
            elif child.start_again_at is None and child.process.poll() is not None:
                self._retire(child)
                pause = child.pause_seconds()
                child.start_again_at = now + pause
                say(
                    child.program.name,
                    f"{_ending(child.process.returncode)}; starting again in {pause:.0f} s",
                )

    def _let_go_of_the_done(self) -> None:
        done = [child for child in self.children if child.program.ends and child.process.poll() == 0]
        for child in done:
            self._retire(child)
            self.children.remove(child)

    def _retire(self, child: Child) -> None:
        """Free what is left of it and print its last words."""
        if child.output.closed:
            return
        child.end_group()
        child.process.wait()
        while child.read() and self._has_more(child):
            pass
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)
        child.output.close()

    def _has_more(self, child: Child) -> bool:
        return any(key.data is child for key, _ in self._selector.select(0))

    def _print_output(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if not key.data.read():
                self._selector.unregister(key.fileobj)

    def _running(self) -> list[Child]:
        return [child for child in self.children if child.process.poll() is None]

    def _told_to_stop(self, number: int, frame: object) -> None:
        if self.stopping:
            # Asked twice: no more patience.
            for child in self.children:
                child.end_group()
        self.stopping = True


def end_leftovers(record: Path) -> int:
    """End what an `up` that was killed left running, and return how many processes that were.

    Only processes in a group of the record with our mark in their environment: a number alone proves nothing.
    """
    try:
        groups = set(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError):
        return 0
    left = [process for process in psutil.process_iter() if _is_ours(process, groups, str(record))]
    for process in left:
        _quietly(process.terminate)
    _, stubborn = psutil.wait_procs(left, timeout=3)
    for process in stubborn:
        _quietly(process.kill)
    record.unlink(missing_ok=True)
    return len(left)


def python(*arguments: str) -> tuple[str, ...]:
    """Our own interpreter, so that a child never falls out of the virtual environment."""
    return (sys.executable, *arguments)


def _is_ours(process: psutil.Process, groups: Collection[int], mark: str) -> bool:
    try:
        return os.getpgid(process.pid) in groups and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False


def _quietly(act: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        act()


def _ending(code: int | None) -> str:
    return f"ended by {signal.Signals(-code).name}" if code is not None and code < 0 else f"ended with exit code {code}"


def die_with(parent: int) -> None:
    """Have the kernel stop this process when its parent is gone, even by kill -9. Linux only."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
