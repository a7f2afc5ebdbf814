"""The door against a bare view that inserts the same bytes; its answers under load, without Redis; its memory.

Both are served by granian as `manage.py up` runs it, from one PostgreSQL that waits for its disk, in turns, so that a
noisy machine is as noisy for both.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any

import django
import psutil
from django.utils import timezone

from tests import prepared, reports
from tests.running.processes import Running, free_port, happens

CLIENTS = 16
ROUNDS = 5
A_ROUND = 1500
DELIVERIES_FOR_MEMORY = 50_000
# Bars: what fails, and what we aim for.
LEAST_RATIO, GOAL_RATIO = 0.6, 0.8
MOST_GROWTH = 0.15
GOAL_P99_MS = 50.0


def main(arguments: list[str]) -> int:
    """Measure, write docs/performance.md, and return how many bars do not hold."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is written")
    options, _ = parser.parse_known_args(arguments)
    scale = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="ringside-bench-") as folder, world_in(Path(folder)) as world:
        figures, failures = measure(world, a_round=A_ROUND // scale, for_memory=DELIVERIES_FOR_MEMORY // scale)
    print(reports.two_columns(figures))
    if not options.quick:
        text = f"{reports.when_and_where()}\n\n{reports.two_columns(figures)}"
        reports.put("performance.md", name="door", command="make bench", text=text)
    for failure in failures:
        print(failure, file=sys.stderr)
    return len(failures)


@contextmanager
def world_in(folder: Path) -> Iterator[Any]:
    """The world of the fault tests on durable servers, with leases and pauses as customers have them."""
    servers, env = prepared.started(folder, is_durable=True)
    # Settings are read once: they have to name servers before anything of Django is imported.
    os.environ.update(env, DJANGO_SETTINGS_MODULE="config.settings")
    django.setup()
    from tests.faults.harness import World

    world = World.on(servers, env)
    for name in ("LEASE_SECONDS", "SWEEP_EVERY_SECONDS"):
        world.env.pop(name)
    try:
        yield world
    finally:
        world.servers.stop()


def measure(world: Any, *, a_round: int, for_memory: int) -> tuple[dict[str, str], list[str]]:
    from tests.benchmarks.sender import Answers, post_all

    make_bare_table(world)
    with world.running("web") as programs, bare_server(world) as bare_port:
        whole = deliveries(world)
        post_all(islice(whole, 300), port=programs.port, clients=CLIENTS)
        post_all(as_bare(islice(whole, 300)), port=bare_port, clients=CLIENTS)
        door: list[Answers] = []
        bare: list[Answers] = []
        alone: list[Answers] = []
        for _ in range(ROUNDS):
            bare.append(post_all(as_bare(islice(whole, a_round)), port=bare_port, clients=CLIENTS))
            door.append(post_all(islice(whole, a_round), port=programs.port, clients=CLIENTS))
            world.servers.signal_redis(signal.SIGSTOP)
            alone.append(post_all(islice(whole, a_round), port=programs.port, clients=CLIENTS))
            world.servers.signal_redis(signal.SIGCONT)
        single = post_all(islice(whole, a_round // 5), port=programs.port, clients=1)
        sizes = memory(programs, whole, for_memory=for_memory)
    ratio = median(door) / median(bare)
    without_redis = median(alone) / median(door)
    growth = sizes[-1] / sizes[0] - 1
    refused = sum(n for answers in (*door, *alone, single) for code, n in answers.codes.items() if code != 200)
    stored = world.ask("select count(*) from telephony_webhookevent")[0][0]
    p50, p99 = (statistics.median(a.at(share) for a in door) for share in (0.5, 0.99))
    alone_p99 = statistics.median(a.at(0.99) for a in alone)
    figures = {
        "a bare Django view that inserts the same bytes": f"{median(bare):,.0f} a second",
        "the door: found, verified, stored once, announced": f"{median(door):,.0f} a second",
        "**door / bare view** (at least 0.6, aim 0.8)": f"**{ratio:.2f}**",
        f"door at {CLIENTS} clients, p50 / p99 (goal 50)": f"{p50:.1f} / {p99:.1f} ms",
        "bare view at the same load, p50 / p99": " / ".join(
            f"{statistics.median(a.at(share) for a in bare):.1f}" for share in (0.5, 0.99)
        )
        + " ms",
        "door, one client, p50 / p99": f"{single.at(0.5):.1f} / {single.at(0.99):.1f} ms",
        "Redis stopped: deliveries a second, of what they were with it": f"{without_redis:.2f}",
        "Redis stopped: p99": f"{alone_p99:.1f} ms",
        f"memory of the web processes over {for_memory:,} deliveries": " → ".join(f"{size:.0f}" for size in sizes)
        + f" MB ({growth:+.0%})",
        "answered otherwise than 200": str(refused),
        "deliveries in the inbox afterwards": f"{stored:,}",
    }
    failures = [
        f"door / bare view is {ratio:.2f}, below {LEAST_RATIO}" if ratio < LEAST_RATIO else "",
        f"without Redis the door takes {without_redis:.2f} of what it takes with it" if without_redis < 0.8 else "",
        f"memory grew by {growth:.0%}" if growth > MOST_GROWTH else "",
        f"{refused} deliveries were not answered 200" if refused else "",
    ]
    return figures, [failure for failure in failures if failure]


def median(answers: list[Any]) -> float:
    return statistics.median(a.per_second for a in answers)


def deliveries(world: Any) -> Iterator[bytes]:
    """Yield signed deliveries of a call of twelve turns each, as bytes for the wire, for ever."""
    from telephony.providers.base import Delivery
    from telephony.providers.signatures import sign_timestamped
    from tests.benchmarks.sender import as_request
    from tests.benchmarks.talk import talk

    event = world.call(turns=talk(12))
    like = world.compose(event)
    known = event.ids[0].value
    for number in count(10**6):
        # The same talk under another id: to compose each anew would measure the sender.
        body = like.body.replace(known.encode(), f"{known[:-7]}{number}".encode())
        at = timezone.now()
        signature = {"elevenlabs-signature": sign_timestamped(body, secret=world.secret, at=at)}
        yield as_request(world.path, Delivery(body=body, headers={**like.headers, **signature}, received_at=at))


def as_bare(requests: Iterator[bytes]) -> Iterator[bytes]:
    for request in requests:
        yield b"POST /bare HTTP/1.1" + request[request.index(b"\r\n") :]


def make_bare_table(world: Any) -> None:
    import psycopg

    from tests.benchmarks.bare import TABLE

    with psycopg.connect(world.owner_url) as connection:
        connection.execute(f"create table {TABLE} (id bigint generated always as identity primary key, body bytea)")


@contextmanager
def bare_server(world: Any) -> Iterator[int]:
    """Granian exactly as the door has it, with the bare view in its place."""
    from calltracking.management.commands import up

    port = free_port()
    *command, application = up.web_command("127.0.0.1", port)
    assert application == "config.wsgi:application"
    server = Running(*command, "tests.benchmarks.bare:application", env=world.env)
    try:
        assert happens(lambda: up.answers("127.0.0.1", port), seconds=30), server.output
        yield port
    finally:
        server.process.terminate()
        server.ends(seconds=20)


def memory(programs: Any, requests: Iterator[bytes], *, for_memory: int) -> list[float]:
    """Return the megabytes of the web's processes as the deliveries go in: at the start and after each fifth."""
    from tests.benchmarks.sender import post_all

    parent = psutil.Process(programs.all["web"].process.pid)
    sizes = []
    for _ in range(6):
        # The first step warms up what grows once.
        post_all(islice(requests, for_memory // 5), port=programs.port, clients=CLIENTS)
        sizes.append(sum(p.memory_info().rss for p in (parent, *parent.children(recursive=True))) / 1024**2)
    return sizes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
