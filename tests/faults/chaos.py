"""`make chaos`: the harness of the fault tests for ten minutes, with random kills; the result goes to the docs.

A steady stream of calls, some sent twice, to two web servers at one port; servers, their workers, the queue's worker
and its children, the sweeper, PostgreSQL and Redis are killed at random, and every failpoint is armed. Redis keeps
nothing and is emptied besides. At the end the common check decides. `--outages`: PostgreSQL is away for half the time.
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

from tests import prepared, reports

# Of a hundred passes, how many end there. What is passed seldom dies oftener.
PLACES = {
    "ingest:before_store": 0.15,
    "ingest:after_verify": 0.15,
    "ingest:before_commit": 0.15,
    "ingest:after_commit": 0.15,
    "ingest:before_hint": 0.15,
    "ingest:before_answer": 0.15,
    "hint:before_publish": 0.15,
    "claim:before_commit": 0.2,
    "claim:after": 0.2,
    "read:after_record": 0.3,
    "effect:before_commit": 0.1,
    "effect:after_commit": 0.1,
    "journey:after_identify": 0.3,
    "journey:between_steps": 0.3,
    "journey:before_keep": 0.6,
    "journey:before_act": 0.9,
    "journey:after_act": 0.9,
    "spool:before_rename": 2.0,
    "spool:after_rename": 2.0,
    "spool:before_answer": 2.0,
    "drain:before_store": 1.5,
    "drain:after_store": 1.5,
}
# Whom, and how often. A program takes a second of a core to start again, a child or Redis next to nothing.
VICTIMS = {
    "child of the worker": 55,
    "redis": 15,
    "postgres": 12,
    "child of the web": 6,
    "sweeper": 5,
    "worker": 4,
    "web": 3,
}
KILL_EVERY_SECONDS = 0.8
EMPTY_REDIS_EVERY_SECONDS = 30.0
OUTAGE_SECONDS = 60.0
# How much is left to do says how fast the machine is; that no less is left says that something is stuck.
STANDSTILL_SECONDS = 120.0
SENDERS = 4
PER_SECOND = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--outages", action="store_true", help="PostgreSQL is away for 60 of every 120 seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringside-chaos-") as folder:
        # Settings are read once: they have to name servers before anything of Django is imported.
        servers, env = prepared.started(Path(folder))
        os.environ.update(env, DJANGO_SETTINGS_MODULE="config.settings")
        django.setup()
        from tests.faults.harness import World

        world = World.on(servers, env)
        random_ = random.Random(options.seed)
        result = run(world, seconds=options.seconds, random_=random_, has_outages=options.outages)
        world.servers.stop()
    where = reports.when_and_where(f"seed {options.seed}")
    text = f"{where}\n\n{reports.two_columns(result)}"
    reports.put("reliability.md", name="chaos", command="make chaos", text=text)
    for name, value in result.items():
        print(f"{name:<44} {value}")
    if is_bad(result):
        sys.exit(1)


def is_bad(result: dict[str, Any]) -> bool:
    return bool(result["answered for, and lost"] or result["doubled or half-done"] or not result["settled"])


def run(world: Any, *, seconds: float, random_: random.Random, has_outages: bool = False) -> dict[str, Any]:
    """Chaos for so many seconds, then quiet until all is worked off; returns the figures."""
    from tests.faults.harness import hits

    failpoints = ",".join(f"{place}:{per_cent / 100:.4f}" for place, per_cent in PLACES.items())
    kills: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    hit_before = hits(world)
    over = threading.Event()
    with world.running("web", "web-2", "sweeper", "worker", FAILPOINTS=failpoints) as programs:
        senders = [threading.Thread(target=send, args=(world, programs.port, over, codes)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        wreak_havoc(world, programs, seconds, random_, kills, has_outages=has_outages)
        over.set()
        for sender in senders:
            sender.join(60)
    with world.running("sweeper"):
        calmed = time.monotonic()
        settled = works_off(world)
        settling = time.monotonic() - calmed
    hit = hits(world) - hit_before
    kills["failpoints"] = hit.total()
    result = figures(world, kills, codes, seconds)
    places = ", ".join(f"`{place}` {hit[place]}" for place in PLACES)
    return {
        **result,
        "hits of each failpoint": places,
        "settled": settled,
        "seconds until all was worked off": round(settling, 1),
    }


def wreak_havoc(
    world: Any, programs: Any, seconds: float, random_: random.Random, kills: Counter[str], *, has_outages: bool
) -> None:
    began = time.monotonic()
    empty_at, outages = began + EMPTY_REDIS_EVERY_SECONDS, 0
    while (now := time.monotonic()) < began + seconds:
        quiet_until = now + random_.uniform(0.5, 1.5) * KILL_EVERY_SECONDS
        while time.monotonic() < quiet_until:
            kills["ended with them"] += revive(programs)
            time.sleep(0.1)
        if has_outages and now > began + 2 * OUTAGE_SECONDS * outages + OUTAGE_SECONDS:
            outages += 1
            be_without_postgres(world, programs, kills)
            continue
        if now > empty_at:
            empty_at = now + EMPTY_REDIS_EVERY_SECONDS
            world.servers.empty_redis()
        kill(world, programs, random_.choices(list(VICTIMS), list(VICTIMS.values()))[0], kills, random_)


def be_without_postgres(world: Any, programs: Any, kills: Counter[str]) -> None:
    world.servers.kill_postgres()
    until = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < until:
        kills["ended with them"] += revive(programs)
        time.sleep(0.2)
    world.servers.postgres.start()
    kills["postgres"] += 1


def works_off(world: Any) -> bool:
    """Wait until nothing is left, for as long as less is left than a while ago; returns whether that came to be."""
    least, since = float("inf"), time.monotonic()
    while not world.is_settled():
        left = world.count_left()
        if left < least:
            least, since = left, time.monotonic()
        if time.monotonic() > since + STANDSTILL_SECONDS:
            return False
        time.sleep(0.5)
    return True


def send(world: Any, port: int, over: threading.Event, codes: Counter[int]) -> None:
    """Send calls at a steady pace; one in five twice. A sender that was not answered never sends again."""
    while not over.wait(SENDERS / PER_SECOND):
        event = world.call()
        for _ in range(2 if random.random() < 0.2 else 1):
            codes[world.send(event, port=port)] += 1


def kill(world: Any, programs: Any, victim: str, kills: Counter[str], random_: random.Random) -> None:
    if victim == "postgres":
        world.servers.kill_postgres()
        time.sleep(random_.uniform(0, 1.5))
        world.servers.postgres.start()
    elif victim == "redis":
        world.servers.signal_redis(signal.SIGKILL)
        world.servers.redis.start()
        world.servers.remember_redis()
    elif victim.startswith("child of"):
        name = random_.choice([name for name in programs.all if name.startswith(victim.rpartition(" ")[2])] or [""])
        if not programs.kill_child(name, random_):
            return
    else:
        name = random_.choice([name for name in programs.all if name.partition("-")[0] == victim] or [""])
        if not name:
            return
        programs.kill(name)
        programs.launch(name)
    kills[victim] += 1


def revive(programs: Any) -> int:
    """Start again whoever ended: by a failpoint, or with a child. Returns how many those were."""
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
        "kills": kills.total() - kills["ended with them"],
        "of them": ", ".join(f"{name} {number}" for name, number in sorted(kills.items()) if name != "ended with them"),
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


if __name__ == "__main__":
    main()
