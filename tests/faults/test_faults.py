"""Kill -9 anywhere, and no call that was answered for is lost or doubled. F-numbers are those of the fault matrix."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import ExitStack

import psutil
import pytest

from telephony.events import CallStatus
from tests.faults.harness import Programs, World
from tests.running.processes import Running, happens, manage, run

# F13 speaks of sixty; `FAULTS_HANG_SECONDS=60` waits that long.
REDIS_HANGS_SECONDS = float(os.environ.get("FAULTS_HANG_SECONDS", "0"))


@pytest.mark.row("S2.9", "S2.86", "S2.110", "S2.111")
def test_a_web_process_killed_around_its_commit_loses_and_doubles_nothing(world: World, web: Programs) -> None:
    """F1-F4: before the insert, before the commit, after it, and before the hint."""
    places = ("ingest:before_store", "ingest:before_commit", "ingest:before_hint", "ingest:after_commit")
    events = {place: world.call() for place in places}
    with ExitStack() as dying:
        webs = {place: dying.enter_context(world.running("web", FAILPOINTS=place)) for place in places}
        for place, event in events.items():
            assert world.send(event, port=webs[place].port) == 0, webs[place].outputs()
    stored = [bool(world.ask(OF_CALL, f"%{event.ids[0].value}%")) for event in events.values()]
    assert stored == [False, False, True, True]
    # The sender tries again; the one nobody gave a hint about is found without.
    for place in set(places) - {"ingest:before_hint"}:
        assert world.send(events[place], port=web.port) == 200
    world.answered.add(events["ingest:before_hint"].ids[0].value)
    with world.running("sweeper"):
        world.check()


OF_CALL = "select attempts, work_state, id from telephony_webhookevent where dedupe_key like %s"


def test_a_worker_killed_anywhere_is_taken_over(world: World, web: Programs) -> None:
    """F5-F7: after the claim, before the commit, after it, and between two steps of the journey."""
    event = world.call()
    assert world.send(event, port=web.port) == 200
    for place in ("claim:after", "effect:before_commit", "effect:after_commit", "journey:between_steps"):
        died = world.sweep_once(FAILPOINTS=place)
        assert died.returncode == -signal.SIGKILL, (place, died.stderr)
        # Its lease of a second has to end first.
        assert happens(lambda: nothing_leased(world), seconds=10)
    [(attempts, *_)] = world.ask(OF_CALL, f"%{event.ids[0].value}%")
    assert attempts >= 2
    assert world.sweep_once().returncode == 0
    world.check()


def nothing_leased(world: World) -> bool:
    leased = "select 1 from {} where work_state = 'leased' and lease_until > now()"
    return not any(world.ask(leased.format(table)) for table in ("telephony_webhookevent", "telephony_call"))


def test_a_worker_that_slept_over_its_lease_changes_nothing(world: World, web: Programs) -> None:
    """F8: stopped after its claim, woken when another has done the work."""
    event = world.call()
    assert world.send(event, port=web.port) == 200
    sleeper = Running(*manage("sweep", "--once"), env={**world.env, "FAILPOINTS": "claim:after:stop"})
    process = psutil.Process(sleeper.process.pid)
    assert happens(lambda: process.status() == psutil.STATUS_STOPPED, seconds=30), sleeper.output
    assert happens(lambda: nothing_leased(world), seconds=10)
    assert world.sweep_once().returncode == 0
    process.send_signal(signal.SIGCONT)
    assert happens(lambda: "went to another worker" in sleeper.output or stopped_again(process), seconds=30)
    process.kill()
    sleeper.ends()
    assert "went to another worker" in sleeper.output
    world.check()


def stopped_again(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.row("S2.94")
def test_a_delivery_that_kills_its_worker_is_given_up_and_holds_up_nobody(world: World, web: Programs) -> None:
    """F10: dead after five attempts, shown as such, and done when it is replayed after the repair."""
    poison, other = world.call(), world.call()
    for event in (poison, other):
        assert world.send(event, port=web.port) == 200
    [(_, _, row)] = world.ask(OF_CALL, f"%{poison.ids[0].value}%")
    place = {"FAILPOINTS": f"claim:after@{row}", "LEASE_SECONDS": "0"}
    deaths = 0
    while world.sweep_once(**place).returncode == -signal.SIGKILL:
        deaths += 1
    assert deaths == 5
    assert world.ask(OF_CALL, f"%{other.ids[0].value}%")[0][1] == "done"
    error = world.ask("select work_state, error from telephony_webhookevent where id = %s", row)
    assert error == [("dead", "It ended its worker five times.")]
    replayed = run(*manage("replay_events"), env=world.env)
    assert "1 deliveries will be read again" in replayed.stdout, replayed.stderr
    assert world.sweep_once().returncode == 0
    world.check()


def test_the_door_does_not_notice_that_redis_hangs_or_dies(world: World, web: Programs) -> None:
    """F12, F13: stopped, then killed with all it held; the sweeper does the work."""
    with world.running("worker", "sweeper"):
        calm = answers(world, web.port, many=60)
        world.servers.signal_redis(signal.SIGSTOP)
        until = time.monotonic() + REDIS_HANGS_SECONDS
        hung = answers(world, web.port, many=60)
        while time.monotonic() < until:
            hung = max(hung, answers(world, web.port, many=20))
        world.servers.signal_redis(signal.SIGKILL)
        answers(world, web.port, many=10)
        world.check(seconds=60)
    world.servers.redis.start()
    world.servers.remember_redis()
    # Far below what a publisher waits for a Redis that hangs, with room for a busy machine.
    assert hung < max(1.0, 10 * calm)


def answers(world: World, port: int, *, many: int) -> float:
    """Send so many calls, all of which must be taken; returns the slowest answer's seconds."""
    before = len(world.seconds)
    assert {world.send(world.call(), port=port) for _ in range(many)} == {200}
    return max(world.seconds[before:])


@pytest.mark.row("S2.110", "S2.111")
def test_a_database_that_hangs_then_dies_costs_no_call(world: World, web: Programs) -> None:
    """F15-F17: stopped, killed under load, away; web killed while it spools, sweeper killed while it drains."""
    with world.running("sweeper") as programs:
        answers(world, web.port, many=10)
        threads = [threading.Thread(target=answers, args=(world, web.port), kwargs={"many": 10}) for _ in range(3)]
        sent = len(world.answered) + 30
        for thread in threads:
            thread.start()
        world.servers.signal_postgres(signal.SIGSTOP)
        for thread in threads:
            thread.join(90)
        assert len(world.answered) == sent
        world.servers.kill_postgres()
        answers(world, web.port, many=20)
        assert len(world.spooled()) >= 20
        programs.kill("sweeper")
        drafts = set(world.drafts())
        for place in ("spool:before_rename", "spool:after_rename"):
            with world.running("web", FAILPOINTS=place) as dying:
                assert world.send(world.call(), port=dying.port, seconds=90) == 0
        assert len(set(world.drafts()) - drafts) == 1
        world.servers.postgres.start()
        died = world.sweep_once(FAILPOINTS="drain:after_store")
        assert died.returncode == -signal.SIGKILL, died.stderr
        programs.begin("sweeper")
        assert happens(lambda: not world.spooled(), seconds=30), programs.outputs()
        # PostgreSQL is asked again by itself.
        assert happens(lambda: world.send(world.call(), port=web.port) == 200 and not world.spooled(), seconds=20)
        world.check(seconds=60)


@pytest.mark.row("S2.86")
def test_twenty_equal_deliveries_at_once_are_one_call(world: World, web: Programs) -> None:
    """F28; and F30: what was told earlier and comes later changes nothing."""
    event = world.call()
    delivery, codes = world.compose(event), []
    with world.running("sweeper"):
        start = threading.Barrier(20)

        def send() -> None:
            start.wait(20)
            codes.append(world.send(event, port=web.port, delivery=delivery))

        threads = [threading.Thread(target=send) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert codes == [200] * 20
        world.check()
        assert len(world.ask(OF_CALL, f"%{event.ids[0].value}%")) == 1
        earlier = world.call(
            call_id=event.ids[0].value, customer_number=event.customer_number, status=CallStatus.IN_PROGRESS
        )
        assert world.send(earlier, port=web.port) == 200
        world.check()
    status = "select c.status from telephony_call c join telephony_callid i on i.call_id = c.id where i.value = %s"
    assert world.ask(status, event.ids[0].value) == [("completed",)]
