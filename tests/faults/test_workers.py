"""Celery's workers and children killed at their places: rows come back, and nothing happens twice."""

from __future__ import annotations

import signal
import time
from collections import Counter

import pytest

from tests.faults.harness import Programs, World, hits
from tests.running.processes import happens

PLACES = ("claim:after", "effect:before_commit", "effect:after_commit", "journey:after_identify")
pytestmark = pytest.mark.timeout(300)
WORK_STATE = "select work_state, attempts, error from telephony_webhookevent where id = %s"
ROW = "select id from telephony_webhookevent where dedupe_key like %s"


@pytest.mark.row("S2.9")
def test_a_celery_worker_and_its_children_are_killed_and_nothing_is_lost(world: World, web: Programs) -> None:
    """F5-F7, F9: children die at every place, then the whole worker; the sweeper brings what they left."""
    before, sent_at = hits(world), [0.0]

    def all_died() -> bool:
        if time.monotonic() > sent_at[0] + 0.5:
            sent_at[0] = time.monotonic()
            assert world.send(world.call(), port=web.port) == 200
        return set(hits(world) - before) >= set(PLACES)

    with world.running("sweeper") as others:
        with world.running("worker", FAILPOINTS=",".join(f"{place}:0.25" for place in PLACES)) as programs:
            assert happens(all_died, seconds=120), (hits(world) - before, programs.outputs()[-3000:])
            parent = programs.all["worker"].process
            assert parent.poll() is None, "the children's deaths are not the worker's"
            programs.kill("worker")
        world.check(seconds=90)
        assert others.all["sweeper"].process.poll() is None


def test_a_row_that_kills_celery_s_children_is_given_up(world: World, web: Programs) -> None:
    """F10 in the queue's workers: five children, and the others' work goes on."""
    poison, other = world.call(), world.call()
    for event in (poison, other):
        assert world.send(event, port=web.port) == 200
    [(row,)] = world.ask(ROW, f"%{poison.ids[0].value}%")
    before = hits(world)
    with world.running("worker", "sweeper", FAILPOINTS=f"read:after_record@{row}", LEASE_SECONDS="0") as programs:

        def is_given_up() -> bool:
            if programs.all["sweeper"].process.poll() is not None:
                programs.launch("sweeper")  # it took the row before a child did
            return world.ask(WORK_STATE, row)[0][0] == "dead"

        assert happens(is_given_up, seconds=60), programs.outputs()[-3000:]
    assert world.ask(WORK_STATE, row) == [("dead", 5, "It ended its worker five times.")]
    assert (hits(world) - before) == Counter({"read:after_record": 5})
    world.replay()
    with world.running("sweeper"):
        world.check(seconds=60)


def test_a_row_that_never_ends_does_not_stop_the_sweeper_for_good(world: World, web: Programs) -> None:
    """F10: its process ends after `WORK_SECONDS`, the attempt counts, and the next one goes on with the others."""
    loop, other = world.call(), world.call()
    for event in (loop, other):
        assert world.send(event, port=web.port) == 200
    [(row,)] = world.ask(ROW, f"%{loop.ids[0].value}%")
    ended = world.sweep_once(FAILPOINTS=f"read:after_record:spin@{row}", WORK_SECONDS="1")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert "one row has been worked on for 1 seconds" in ended.stderr
    assert world.ask(WORK_STATE, row)[0][:2] == ("leased", 1)
    with world.running("sweeper"):
        world.check(seconds=60)
