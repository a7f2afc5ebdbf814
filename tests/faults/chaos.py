"""`make chaos`: the harness of the fault tests for ten minutes, with random kills; the result goes to the docs.

A steady stream of calls, some sent twice; web, sweeper, worker, PostgreSQL and Redis are killed at random, and every
failpoint is armed with a small probability. At the end the common check decides.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

from tests import reports
from tests.faults.servers import Servers

PLACES = (
    "ingest:before_store",
    "ingest:before_commit",
    "ingest:after_commit",
    "ingest:before_hint",
    "claim:after",
    "effect:before_commit",
    "effect:after_commit",
    "journey:between_steps",
    "journey:before_act",
    "spool:before_rename",
    "spool:after_rename",
    "drain:after_store",
)
PROBABILITY = "0.001"
VICTIMS = ("web", "sweeper", "worker", "postgres", "redis")
# The web takes seconds to start, in which nothing can be answered.
WEIGHTS = (1, 3, 2, 2, 1)
SENDERS = 4
PER_SECOND = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringside-chaos-") as folder:
        # Settings are read once: they have to name servers before anything of Django is imported.
        env = Servers(Path(folder)).start()
        os.environ.update(env, DJANGO_SETTINGS_MODULE="config.settings")
        django.setup()
        result = run(Path(folder), seconds=options.seconds, random_=random.Random(options.seed))
    write(result, seed=options.seed)
    for name, value in result.items():
        print(f"{name:<44} {value}")
    if result["answered for, and lost"] or result["doubled or half-done"] or not result["settled"]:
        sys.exit(1)


def run(folder: Path, *, seconds: float, random_: random.Random) -> dict[str, Any]:
    """Chaos for so many seconds, then quiet until all is worked off; returns the figures."""
    from tests.faults.harness import World

    world = World.start(folder)
    failpoints = ",".join(f"{place}:{PROBABILITY}" for place in PLACES)
    kills: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    over = threading.Event()
    began = time.monotonic()
    with world.running("web", "sweeper", "worker", FAILPOINTS=failpoints) as programs:
        senders = [threading.Thread(target=send, args=(world, programs.port, over, codes)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        while time.monotonic() < began + seconds:
            quiet_until = time.monotonic() + random_.uniform(0.5, 3.5)
            while time.monotonic() < quiet_until:
                kills["failpoints"] += revive(programs)
                time.sleep(0.2)
            kill(world, programs, random_.choices(VICTIMS, WEIGHTS)[0], kills, random_)
        over.set()
        for sender in senders:
            sender.join(60)
        kills["failpoints"] += revive(programs)
    with world.running("sweeper"):
        from tests.running.processes import happens

        calmed = time.monotonic()
        settled = happens(world.is_settled, seconds=120)
        settling = time.monotonic() - calmed
    result = figures(world, kills, codes, seconds)
    world.servers.stop()
    return {**result, "settled": settled, "seconds until all was worked off": round(settling, 1)}


def send(world: Any, port: int, over: threading.Event, codes: Counter[int]) -> None:
    """Send calls at a steady pace; one in five twice. A sender that was not answered never sends again."""
    while not over.wait(SENDERS / PER_SECOND):
        event = world.call()
        for _ in range(2 if random.random() < 0.2 else 1):
            codes[world.send(event, port=port)] += 1


def kill(world: Any, programs: Any, victim: str, kills: Counter[str], random_: random.Random) -> None:
    if victim == "postgres":
        world.servers.kill_postgres()
        time.sleep(random_.uniform(0, 4))
        world.servers.postgres.start()
    elif victim == "redis":
        world.servers.signal_redis(signal.SIGKILL)
        world.servers.redis.start()
        world.servers.remember_redis()
    elif victim in programs.all:
        programs.kill(victim)
        programs.launch(victim)
    kills[victim] += 1


def revive(programs: Any) -> int:
    """Start again whoever ended by a failpoint; returns how many those were."""
    ended = [name for name, program in programs.all.items() if program.process.poll() is not None]
    for name in ended:
        programs.launch(name)
    return len(ended)


def figures(world: Any, kills: Counter[str], codes: Counter[int], seconds: float) -> dict[str, Any]:
    from tests.faults.harness import MANY, WHAT_BECAME

    became = {value: counts for value, *counts in world.ask(WHAT_BECAME)}
    [(unlogged, twice, dead)] = world.ask(MANY)
    slowest = statistics.quantiles(world.seconds, n=100) if len(world.seconds) > 1 else [0.0] * 99
    return {
        "seconds of chaos": round(seconds),
        "kills": ", ".join(f"{name} {number}" for name, number in sorted(kills.items())),
        "deliveries answered 200": codes[200],
        "deliveries answered otherwise": sum(n for code, n in codes.items() if code not in (0, 200)),
        "deliveries without an answer": codes[0],
        "calls answered for": len(world.answered),
        "calls there afterwards": len(became),
        "answered for, and lost": len(world.answered - became.keys()),
        "doubled or half-done": sum(c != [1, 1, 1] for c in became.values()) + unlogged + twice,
        "given up after five attempts": dead,
        "answer in milliseconds, p50 / p99 / slowest": " / ".join(
            f"{1000 * value:.0f}" for value in (slowest[49], slowest[98], max(world.seconds, default=0))
        ),
    }


def write(result: dict[str, Any], *, seed: int) -> None:
    """Put the table in its place in docs/reliability.md."""
    table = reports.table(["", ""], list(result.items()))
    text = f"{reports.when_and_where(f'seed {seed}')}\n\n{table}"
    reports.put("reliability.md", name="chaos", command="make chaos", text=text)


if __name__ == "__main__":
    main()
