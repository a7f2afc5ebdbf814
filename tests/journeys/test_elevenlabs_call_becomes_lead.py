"""The whole story, with everything real: an AI agent's call comes in over HTTP and a person finds a lead.

Web server, queue worker and sweeper are processes of their own on a database of their own, started with the command
lines of `manage.py up`.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from calltracking.management.commands import up
from telephony.events import CallEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery
from tests import factories
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
    ("agent", "Lovely. What is your e-mail address?"),
    ("customer", "It is meera.nair@example.com. Our budget is 80 lakh rupees. Please send me the details."),
)


@dataclass
class Ringside:
    """A running Ringside with one company, one account, and the owner's view of its database."""

    owner_url: str
    environment: dict[str, str]
    port: int
    path: str
    secret: str
    programs: dict[str, Running] = field(default_factory=dict)

    def post(self, delivery: Delivery, *, chunked: bool = False) -> tuple[int, float]:
        """Post to the door over HTTP; returns the answer's code and how many seconds it took."""
        body: Any = iter([delivery.body[:100], delivery.body[100:]]) if chunked else delivery.body
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        began = time.monotonic()
        try:
            connection.request("POST", self.path, body, dict(delivery.headers), encode_chunked=chunked)
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began
        finally:
            connection.close()

    def tell(self, event: CallEvent, **options: Any) -> tuple[int, float]:
        return self.post(self.compose(event), **options)

    def compose(self, event: CallEvent) -> Delivery:
        return get_provider("elevenlabs").compose(event, secret=self.secret, at=timezone.now())

    def ask(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner, whom no policy binds."""
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(sql, params).fetchall()  # type: ignore[arg-type]

    def is_open(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/api/webhooks/elevenlabs")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def journeys_done(self) -> int:
        [(done,)] = self.ask("select count(*) from telephony_call where work_state = 'done'")
        return int(done)

    def outputs(self) -> str:
        return "\n".join(f"--- {name}\n{program.output}" for name, program in self.programs.items())


def in_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A migrated database of this module's own; the name."""
    name = f"journey_{uuid4().hex[:12]}"
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')  # type: ignore[arg-type]
    try:
        done = run(*manage("migrate", "--database", "owner", "--verbosity", "0"), env=environment(name, redis_url=""))
        assert done.returncode == 0, done.stderr
        yield name
    finally:
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)')  # type: ignore[arg-type]


def environment(name: str, *, redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": in_database(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": in_database(os.environ["DATABASE_OWNER_URL"], name),
        "REDIS_URL": redis_url,
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "default",
    }


Start = Callable[..., Any]


@pytest.fixture
def start(database: str, tmp_path: Path, settings: Any) -> Start:
    """`with start("web", "sweeper", redis_url="")`: those programs of `up`, until the block ends."""

    @contextmanager
    def started(*names: str, redis_url: str) -> Iterator[Ringside]:
        settings.REDIS_URL = redis_url
        env = environment(database, redis_url=redis_url)
        founded = run(sys.executable, "manage.py", "shell", "-v", "0", "-c", FOUND_A_COMPANY, env=env)
        assert founded.returncode == 0, founded.stderr
        path, secret = json.loads(founded.stdout.splitlines()[-1])
        ringside = Ringside(env.pop("DATABASE_OWNER_URL"), env, free_port(), path, secret)
        with ExitStack() as running:
            for program in up.programs("127.0.0.1", ringside.port, tmp_path):
                if program.name in names:
                    ringside.programs[program.name] = Running(*program.command, env=env)
                    running.callback(stop, ringside.programs[program.name])
            assert set(ringside.programs) == set(names)
            assert happens(ringside.is_open, seconds=60), ringside.outputs()
            if "sweeper" in names:
                ringside.programs["sweeper"].wait_for("watching for due rows")
            yield ringside
        assert "Traceback" not in ringside.outputs()

    return started


def stop(program: Running) -> None:
    """Ask it to end, as `up` does; kill who does not listen."""
    program.process.terminate()
    try:
        program.ends(seconds=20)
    except subprocess.TimeoutExpired:
        program.process.kill()
        program.ends()


def interested_call(number: str) -> CallEvent:
    return factories.make_event(turns=TALK, customer_number=number, call_id=f"conv_{uuid4().hex}")


def assert_it_became_a_lead(ringside: Ringside, event: CallEvent, *, number: str) -> None:
    """The call, what it meant, the lead and its next step, as a person will find them."""
    [(call, contact, score, intent, status)] = ringside.ask(
        "select c.id, c.contact_id, c.score, c.intent, c.status from telephony_call c"
        " join telephony_callid i on i.call_id = c.id where i.value = %s",
        event.ids[0].value,
    )
    assert (intent, status) == ("interested", "completed")
    [(findings, insight_score, summary)] = ringside.ask(
        "select findings, score, summary from telephony_insight where call_id = %s and is_current", call
    )
    assert findings["contact_name"]["value"] == "Meera Nair"
    said_in = findings["contact_name"]["evidence"]
    assert said_in["quote"] in TALK[said_in["turn"]][1]
    assert insight_score == score > 0
    assert summary
    [(name, email, lead_status, lead_score)] = ringside.ask(
        "select full_name, email, lead_status, lead_score from crm_contact where id = %s", contact
    )
    assert (name, email, lead_status, lead_score) == ("Meera Nair", "meera.nair@example.com", "interested", score)
    assert ringside.ask("select e164 from crm_phonenumber where contact_id = %s", contact) == [(number,)]
    assert ringside.ask("select kind, outcome from crm_interaction where contact_id = %s", contact) == [
        ("call", "Interested")
    ]
    [(is_automatic, due_at)] = ringside.ask(
        "select is_automatic, due_at from crm_followup where contact_id = %s and state = 'open'", contact
    )
    assert is_automatic
    assert timedelta(0) < due_at - timezone.now() < timedelta(days=6)


@pytest.mark.row("S1.38", "S1.40", "S1.41", "S2.1", "S2.10", "S2.11", "S4.31", "S0.134")
def test_a_signed_webhook_becomes_a_lead(start: Start) -> None:
    with start("web", "worker", "sweeper", redis_url=os.environ["REDIS_URL"]) as ringside:
        before = ringside.journeys_done()
        number = "+919845011111"
        event = interested_call(number)
        delivery = ringside.compose(event)
        answers = [ringside.post(delivery) for _ in range(5)]
        assert [code for code, _ in answers] == [200] * 5
        assert statistics.median(seconds for _, seconds in answers) < 0.5
        assert happens(lambda: ringside.journeys_done() == before + 1, seconds=20), ringside.outputs()
        assert_it_became_a_lead(ringside, event, number=number)
        assert ringside.ask("select count(*) from telephony_webhookevent where body = %s", delivery.body) == [(1,)]

        forged = get_provider("elevenlabs").compose(interested_call(number), secret="guessed", at=timezone.now())
        assert ringside.post(forged)[0] == 401

        # Without a length, as the vendor sends large bodies: Django alone would read nothing.
        chunked = interested_call(number)
        assert ringside.tell(chunked, chunked=True)[0] == 200
        assert happens(lambda: ringside.journeys_done() == before + 2, seconds=20), ringside.outputs()
        calls = ringside.ask("select contact_id from telephony_call where customer_number = %s", number)
        assert len(calls) == 2
        assert len(set(calls)) == 1


@pytest.mark.row("S2.11", "S0.132")
def test_the_worker_alone_does_the_work_when_it_is_told(start: Start) -> None:
    with start("web", "worker", redis_url=os.environ["REDIS_URL"]) as ringside:
        before = ringside.journeys_done()
        number = "+919845022222"
        event = interested_call(number)
        assert ringside.tell(event)[0] == 200
        assert happens(lambda: ringside.journeys_done() == before + 1, seconds=30), ringside.outputs()
        assert_it_became_a_lead(ringside, event, number=number)


@pytest.mark.row("S1.38", "S1.40", "S2.11", "S4.31")
def test_without_redis_the_sweeper_does_the_same(start: Start) -> None:
    with start("web", "sweeper", redis_url="") as ringside:
        before = ringside.journeys_done()
        number = "+919845033333"
        event = interested_call(number)
        assert ringside.tell(event)[0] == 200
        assert happens(lambda: ringside.journeys_done() == before + 1, seconds=20), ringside.outputs()
        assert_it_became_a_lead(ringside, event, number=number)
