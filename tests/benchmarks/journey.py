"""From the webhook to the call that people see, with the queue and without; and how many calls a second are read.

Everything `manage.py up` runs is up: web, sweeper, and with Redis the worker.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import reports
from tests.benchmarks.door import world_in
from tests.running.processes import happens

# So many calls, one after the other, each looked for until it is there.
CALLS = 60
PAUSE_SECONDS = 0.4
# So many calls of so many turns wait at once for the throughput.
WAITING, TURNS = 600, 40
# Bars: seconds at the 95th percentile, and calls a second; times are goals, the order of magnitude fails.
GOAL_SECONDS, GOAL_SECONDS_WITHOUT_HINT, GOAL_PER_SECOND = 1.0, 10.0, 40.0
# Read: identified, understood, scored, and the next step planned.
IS_READ = """
    select 1 from telephony_callid i join telephony_call c on c.id = i.call_id
     where i.value = %s and c.work_state = 'done' and c.score is not null
"""
IS_THERE = "select 1 from telephony_callid where value = %s"
LEFT = "select count(*) from telephony_call where work_state = 'done'"


def main(arguments: list[str]) -> int:
    """Measure, write docs/performance.md, and return how many bars do not hold."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is written")
    options, _ = parser.parse_known_args(arguments)
    scale = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="ringside-bench-") as folder, world_in(Path(folder)) as world:
        with world.running("web", "sweeper", "worker") as programs:
            hinted = waits(world, programs.port, calls=CALLS // scale)
        with world.running("web", "sweeper", REDIS_URL="") as programs:
            alone = waits(world, programs.port, calls=CALLS // scale)
        with world.running("web", "sweeper", REDIS_URL="redis+socket:///nowhere?virtual_host=0") as programs:
            dead = waits(world, programs.port, calls=CALLS // scale // 2)
        per_second = throughput(world, calls=WAITING // scale)
    figures = {
        "to the call on the page, with the queue: p50 / p95 (goal 1 s)": shown(hinted["there"]),
        "to the call read and scored, with the queue: p50 / p95": shown(hinted["read"]),
        "on the page, no Redis at all: p50 / p95 (goal 10 s)": shown(alone["there"]),
        "read and scored, no Redis at all: p50 / p95": shown(alone["read"]),
        "read and scored, Redis configured but dead: p50 / p95 (goal 10 s)": shown(dead["read"]),
        f"calls of {TURNS} turns read a second, worker and sweeper (goal 40)": f"{per_second:.1f}",
    }
    failures = [
        f"{name}: {at(found, 0.95):.1f} s" if at(found, 0.95) > bar else ""
        for name, found, bar in (
            ("with the queue", hinted["there"], GOAL_SECONDS),
            ("without Redis", alone["read"], GOAL_SECONDS_WITHOUT_HINT),
            ("with a dead Redis", dead["read"], GOAL_SECONDS_WITHOUT_HINT),
        )
    ]
    print(reports.two_columns(figures))
    if not options.quick:
        text = f"{reports.when_and_where()}\n\n{reports.two_columns(figures)}"
        reports.put("performance.md", name="journey", command="make bench", text=text)
    for failure in filter(None, failures):
        print(failure, file=sys.stderr)
    return sum(map(bool, failures))


def waits(world: Any, port: int, *, calls: int) -> dict[str, list[float]]:
    """Send calls one by one; returns the seconds from the sending until each was there, and until it was read."""
    import psycopg

    from tests.benchmarks.talk import talk

    seconds: dict[str, list[float]] = {"there": [], "read": []}
    with psycopg.connect(world.owner_url, autocommit=True) as connection:
        for number in range(calls):
            event = world.call(turns=talk(12))
            sent_at = time.perf_counter()
            assert world.send(event, port=port) == 200
            for what, question in (("there", IS_THERE), ("read", IS_READ)):
                while not connection.execute(question, [event.ids[0].value]).fetchone():
                    assert time.perf_counter() < sent_at + 60, f"call {number} was never {what}"
                    time.sleep(0.005)
                seconds[what].append(time.perf_counter() - sent_at)
            time.sleep(PAUSE_SECONDS)
    return seconds


def throughput(world: Any, *, calls: int) -> float:
    """Send calls as fast as the door takes them; returns how many a second were read, from the first to the last."""
    from tests.benchmarks.sender import as_request, post_all
    from tests.benchmarks.talk import talk

    requests = [as_request(world.path, world.compose(world.call(turns=talk(TURNS)))) for _ in range(calls)]
    with world.running("web", "sweeper", "worker") as programs:
        waits(world, programs.port, calls=3)  # the worker is awake now
        before = world.ask(LEFT)[0][0]
        began = time.perf_counter()
        answers = post_all(requests, port=programs.port, clients=8)
        assert answers.codes == {200: calls}
        assert happens(lambda: world.ask(LEFT)[0][0] >= before + calls, seconds=600)
        return calls / (time.perf_counter() - began)


def at(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def shown(seconds: list[float]) -> str:
    return f"{at(seconds, 0.5):.2f} / {at(seconds, 0.95):.2f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
