"""What one company notices when its neighbor asks twenty times as much: a real web server, both asking at a pace."""

from __future__ import annotations

import http.client
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.load import BIG, QUIET
from tests.benchmarks.million import percentile, person_of
from tests.running.processes import Running, free_port, happens

SECONDS, WARM_SECONDS = 30.0, 5.0
PER_SECOND = 0.5
TIMES_MORE = 20
SENDERS = 8


@dataclass
class Caller:
    """Asks for its list of calls at a steady pace; late answers do not slow it down."""

    port: int
    cookie: str
    per_second: float
    over: threading.Event
    took: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = time.perf_counter()
        while not self.over.is_set():
            self.over.wait(max(due - time.perf_counter(), 0))
            try:
                line.request("GET", "/calls/", headers={"Cookie": f"sessionid={self.cookie}"})
                answer = line.getresponse()
                answer.read()
                self.failed += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.failed += 1
                line.close()
            # From when it was due: waiting for a server that is busy counts.
            self.took.append(time.perf_counter() - due)
            due += 1 / self.per_second
        line.close()


def measure_noise(var: Path) -> str:
    """Return, in a sentence, the 95th percentile of the quiet company's list, calm and beside the noisy one."""
    from calltracking.management.commands import up

    port = free_port()
    commands = {program.name: program.command for program in up.programs("127.0.0.1", port, var)}
    web = Running(*commands["web"], env=_environment())
    try:
        if not happens(lambda: _is_open(port), seconds=60):
            raise RuntimeError(f"the web server does not start: {web.output}")
        quiet, noisy = (person_of(name)[1].cookies["sessionid"].value for name in (QUIET, BIG))
        _ask(port, [(quiet, PER_SECOND)], seconds=WARM_SECONDS)
        calm = _ask(port, [(quiet, PER_SECOND)], seconds=SECONDS)[0]
        many = [(noisy, PER_SECOND * TIMES_MORE / SENDERS)] * SENDERS
        beside = _ask(port, [(quiet, PER_SECOND), *many], seconds=SECONDS)
    finally:
        web.process.terminate()
        web.ends()
    failed = sum(caller.failed for caller in (calm, *beside))
    before, after = (1000 * percentile(caller.took) for caller in (calm, beside[0]))
    asked = sum(len(caller.took) for caller in beside[1:]) / SECONDS
    longer = after / before
    return (
        f"Noisy neighbor: a company with 2,000 calls waits {before:.0f} ms for its list (p95) while it is alone, "
        f"and {after:.0f} ms ({longer:.1f} times as long; the goal is 2) while the big one asks {asked:.1f} times "
        f"a second against its {PER_SECOND}; {failed} requests failed. Sender and server shared the machine."
    )


def _ask(port: int, callers: list[tuple[str, float]], *, seconds: float) -> list[Any]:
    over = threading.Event()
    asking = [Caller(port, cookie, per_second, over) for cookie, per_second in callers]
    threads = [threading.Thread(target=caller.run) for caller in asking]
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join(60)
    return asking


def _environment() -> dict[str, str]:
    # Only migrations need the owner of the tables.
    return {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}


def _is_open(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/accounts/login/")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()
