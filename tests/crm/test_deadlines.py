"""Waiting for PostgreSQL ends when we say so, even where PostgreSQL keeps no time-out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from crm.deadlines import database_within
from tests.running.processes import happens

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def end_sleepers(transactional_db: None) -> Iterator[None]:
    """A server that sleeps does not see that its client is gone, and keeps the database from being dropped."""
    yield
    connection.ensure_connection()
    mine = connection.connection.info.backend_pid
    assert happens(lambda: not end_all_but(mine), seconds=10)


def end_all_but(pid: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and query like 'select pg_sleep%%' and pid <> %s",
            [pid],
        )
        return cursor.fetchall()


def sleep_in_the_database(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(%s)", [seconds])


def test_a_wait_that_is_too_long_is_cut_and_the_next_one_has_a_new_connection() -> None:
    began = time.monotonic()
    with pytest.raises(OperationalError), database_within(0.3) as wait:
        sleep_in_the_database(30)
    assert 0.3 <= time.monotonic() - began < 10
    assert wait.was_cut
    connection.close()
    with database_within(30) as wait:
        sleep_in_the_database(0)
    assert not wait.was_cut


def test_within_the_block_nobody_waits_for_another_connection() -> None:
    with pytest.raises(OperationalError, match="is over"), database_within(0.3), transaction.atomic():
        sleep_in_the_database(30)
    sleep_in_the_database(0)


def test_what_ends_in_time_is_never_cut() -> None:
    for _ in range(3):
        with database_within(0.3) as wait:
            sleep_in_the_database(0.05)
        assert not wait.was_cut
    # The clock stops with the block.
    time.sleep(0.6)
    sleep_in_the_database(0)


def test_the_outer_limit_holds_again_after_an_inner_one() -> None:
    with pytest.raises(OperationalError), database_within(0.5) as outer:
        with database_within(30) as inner:
            sleep_in_the_database(0)
        sleep_in_the_database(30)
    assert (outer.was_cut, inner.was_cut) == (True, False)
    connection.close()


def test_only_the_late_thread_loses_its_connection() -> None:
    cut: list[bool] = []

    def be_late() -> None:
        try:
            with pytest.raises(OperationalError), database_within(0.3) as wait:
                sleep_in_the_database(30)
            cut.append(wait.was_cut)
        finally:
            connections.close_all()

    late = threading.Thread(target=be_late)
    with database_within(60) as wait:
        sleep_in_the_database(0)
        late.start()
        late.join(30)
        sleep_in_the_database(0)
    assert (cut, wait.was_cut) == ([True], False)


def test_a_block_without_a_connection_has_nothing_to_cut() -> None:
    connection.close()
    with database_within(0.1) as wait:
        time.sleep(0.4)
    assert wait.was_cut
    sleep_in_the_database(0)
