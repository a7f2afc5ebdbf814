"""Ringside as real processes that may die at any moment, a sender that remembers what was answered, and the check.

The common check (`World.check`): every delivery that was answered 2xx ends as exactly one call, one entry in the
history and one contact; nothing is left due, and nothing on disk.
"""

from __future__ import annotations

import http.client
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from django.utils import timezone

from calltracking.management.commands import up
from telephony.events import CallEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery
from tests import factories, prepared
from tests.faults.servers import Servers
from tests.running.processes import Running, free_port, happens, manage, run

FOUND_A_COMPANY = """
import json, uuid
from crm.tenancy import use_company
from tests import factories
company = factories.make_company(name="Banyan Estates", slug=uuid.uuid4().hex)
with use_company(company):
    account = factories.make_account()
print(json.dumps([account.path, account.secret]))
"""
TALK = (
    ("agent", "Hello, this is Aria from Banyan Estates. How can I help?"),
    ("customer", "Hi, my name is Meera Nair. I am very interested in the two bedroom flat."),
)
LEFT = """
select (select count(*) from telephony_webhookevent where work_state in ('due', 'leased')),
       (select count(*) from telephony_call where work_state in ('due', 'leased'))
"""
# Of each call: its id, and how many calls, history entries and contacts stand for it.
WHAT_BECAME = """
select i.value, count(distinct c.id), count(distinct n.id), count(distinct c.contact_id)
  from telephony_callid i join telephony_call c on c.id = i.call_id
  left join crm_interaction n on n.id = c.interaction_id
 group by i.value
"""
MANY = """
select (select count(*) from telephony_call where contact_id is not null) - (select count(*) from crm_interaction),
       (select count(*) from (select 1 from crm_phonenumber group by e164 having count(*) > 1) twice),
       (select count(*) from telephony_webhookevent where work_state = 'dead')
"""
_numbers = count(1)


@dataclass
class World:
    """The servers, a migrated database, one company with one account, and everything that was ever answered 2xx."""

    servers: Servers
    env: dict[str, str]
    owner_url: str
    path: str = ""
    secret: str = ""
    answered: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, var: Path) -> World:
        """Start it all in a new folder."""
        return cls.on(*prepared.started(var))

    @classmethod
    def on(cls, servers: Servers, env: dict[str, str]) -> World:
        """Found the company on servers that were started (`prepared.started`)."""
        founded = run(sys.executable, "manage.py", "shell", "-v", "0", "-c", FOUND_A_COMPANY, env=env)
        assert founded.returncode == 0, founded.stderr
        path, secret = json.loads(founded.stdout.splitlines()[-1])
        return cls(servers, env, env.pop("DATABASE_OWNER_URL"), path, secret)

    # ---- processes

    @contextmanager
    def running(self, *names: str, **env: str) -> Iterator[Programs]:
        """`with world.running("web", "sweeper", FAILPOINTS="…") as programs`: until the block ends."""
        programs = Programs(self, {**self.env, **env})
        try:
            programs.begin(*names)
            yield programs
        finally:
            programs.end()

    def sweep_once(self, **env: str) -> subprocess.CompletedProcess[str]:
        return run(*manage("sweep", "--once"), env={**self.env, **env})

    def replay(self) -> subprocess.CompletedProcess[str]:
        return run(*manage("replay_events"), env=self.env)

    # ---- the sender

    def call(self, **facts: Any) -> CallEvent:
        """A call nobody has heard of yet, from a number of its own."""
        number = f"+9197{next(_numbers):08d}"
        return factories.make_event(
            **{"turns": TALK, "customer_number": number, "call_id": f"conv_{uuid4().hex}", **facts}
        )

    def compose(self, event: CallEvent) -> Delivery:
        return get_provider("elevenlabs").compose(event, secret=self.secret, at=timezone.now())

    def send(self, event: CallEvent, *, port: int, delivery: Delivery | None = None, seconds: float = 30) -> int:
        """Post it once; returns the answer's code, 0 when there was none. What is answered 2xx is remembered."""
        delivery = delivery or self.compose(event)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        began = time.monotonic()
        try:
            connection.request("POST", self.path, delivery.body, dict(delivery.headers))
            code = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        with self._lock:
            self.seconds.append(time.monotonic() - began)
            if 200 <= code < 300:
                self.answered.add(event.ids[0].value)
        return code

    # ---- the check

    def ask(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.owner_url, connect_timeout=5) as connection:
            return connection.execute(sql, params).fetchall()  # type: ignore[arg-type]

    def spooled(self) -> list[Path]:
        return list((self.servers.var / "spool").glob("*.ev"))

    def drafts(self) -> list[Path]:
        return list((self.servers.var / "spool").glob("*.tmp"))

    def count_left(self) -> int:
        """Return how many rows and files wait; a PostgreSQL that is away counts as one more than any."""
        with suppress(psycopg.OperationalError):
            return sum(self.ask(LEFT)[0]) + len(self.spooled())
        return sys.maxsize

    def is_settled(self) -> bool:
        with suppress(psycopg.OperationalError):
            return self.ask(LEFT) == [(0, 0)] and not self.spooled()
        return False

    def check(self, *, seconds: float = 30, dead: int = 0) -> None:
        """Wait until all is worked off, and compare it with what was answered."""
        assert happens(self.is_settled, seconds=seconds), (self.ask(LEFT), self.spooled())
        became = {value: counts for value, *counts in self.ask(WHAT_BECAME)}
        assert self.answered <= became.keys(), f"lost: {sorted(self.answered - became.keys())}"
        # What was sent to see what nonsense does may be a call of nobody.
        wrong = {value: became[value] for value in self.answered if became[value] != [1, 1, 1]}
        assert wrong == {}
        assert self.ask(MANY) == [(0, 0, dead)]
        assert list((self.servers.var / "spool").glob("*.bad")) == []


class Programs:
    """Programs of one environment: web on a port of its own, sweeper, worker."""

    def __init__(self, world: World, env: dict[str, str]) -> None:
        self.world, self.env, self.port = world, env, free_port()
        self.all: dict[str, Running] = {}

    def begin(self, *names: str) -> None:
        for name in names:
            self.launch(name)
        if "web" in names:
            assert happens(self.is_open, seconds=60), self.outputs()
        if "sweeper" in names:
            self.all["sweeper"].wait_for("watching for due rows")

    def launch(self, name: str) -> None:
        commands = {p.name: p.command for p in up.programs("127.0.0.1", self.port, self.world.servers.var)}
        # "web-2" is a second web server at the same port.
        self.all[name] = Running(*commands[name.partition("-")[0]], env=self.env)

    def is_open(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/webhooks/elevenlabs")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def outputs(self) -> str:
        return "\n".join(f"--- {name}\n{program.output}" for name, program in self.all.items())

    def kill(self, name: str) -> None:
        """Kill -9 it, and what it started."""
        program = self.all.pop(name)
        kill_tree(program.process.pid)
        program.ends()

    def kill_child(self, name: str, random_: random.Random) -> bool:
        """Kill -9 one process that it started; returns whether there was one."""
        with suppress(psutil.NoSuchProcess, KeyError):
            children = psutil.Process(self.all[name].process.pid).children(recursive=True)
            working = [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
            if working:
                random_.choice(working).send_signal(signal.SIGKILL)
                return True
        return False

    def end(self) -> None:
        for program in self.all.values():
            program.process.terminate()
        for name in list(self.all):
            try:
                self.all[name].ends(seconds=10)
            except subprocess.TimeoutExpired:
                self.kill(name)


def hits(world: World) -> Counter[str]:
    """Return how often each failpoint was hit so far."""
    log = world.servers.var / "failpoints.log"
    return Counter(log.read_text().split() if log.exists() else ())


def kill_tree(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
