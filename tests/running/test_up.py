"""`manage.py up`: one parent for everything, which outlives a child's death and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from .processes import (
    ROOT,
    Running,
    clean_environment,
    free_port,
    happens,
    kill_everything_of,
    manage,
    processes_of,
    run,
)


# Those of one process share a folder, so that only the first one migrates and seeds.
@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    var = tmp_path_factory.mktemp("up") / "var"
    yield var
    kill_everything_of(var)


@contextmanager
def up(var: Path, **env: str) -> Iterator[Running]:
    """A started Ringside; whatever is left of it at the end is killed."""
    port = str(free_port())
    running = Running(*manage("up"), env=clean_environment(var, PORT=port, **env))
    try:
        running.wait_for(f"Ringside is at http://localhost:{port}")
        yield running
    finally:
        running.process.kill()
        running.ends()
        kill_everything_of(var)


def port_of(running: Running) -> str:
    return running.output.split("http://localhost:")[1].split()[0]


def child(running: Running, words: str) -> psutil.Process:
    """The direct child of `up` whose command line holds these words."""
    children = psutil.Process(running.process.pid).children()
    return next(process for process in children if words in " ".join(process.cmdline()))


def refusal(*, env: dict[str, str]) -> str:
    """The one line with which `up` refuses to start."""
    done = run(*manage("up"), env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_one_that_runs_says_who_writes_stays_alone_starts_again_what_dies_and_ends_whole(var: Path) -> None:
    """All of the same one: a start takes most of a minute of work."""
    with up(var) as running:
        names = {line.split("|")[0].strip() for line in running.output.splitlines()}
        assert {"ringside", "migrate", "web"} <= names <= {
            "ringside", "migrate", "seed", "web", "worker", "sweeper", "beat",
        }  # fmt: skip

        # Another command does not stop the servers.
        done = run(*manage("showmigrations", "--database", "owner"), env=clean_environment(var))
        assert done.returncode == 0, done.stderr
        assert is_healthy(port_of(running))

        line = refusal(env=clean_environment(var, PORT=str(free_port())))
        assert line == f"Ringside cannot start: it runs here already, as process {running.process.pid}."

        child(running, "granian").kill()
        running.wait_for("ended by SIGKILL; starting again in 1 s")
        assert happens(lambda: is_healthy(port_of(running)), seconds=20)

        assert len(processes_of(var)) > 6
        running.process.send_signal(signal.SIGINT)
        assert running.ends(seconds=20) == 0
        assert processes_of(var) == []
    assert "Traceback" not in running.output


def test_everything_starts_again_after_kill_9_of_everything(var: Path) -> None:
    with up(var):
        kill_everything_of(var)
    with up(var) as running:
        running.process.send_signal(signal.SIGTERM)
        assert running.ends(seconds=20) == 0
        assert processes_of(var) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_children_do_not_outlive_a_killed_parent(var: Path) -> None:
    with up(var) as running:
        children = psutil.Process(running.process.pid).children(recursive=True)
        running.process.kill()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []


def test_what_a_killed_parent_left_behind_ends_at_the_next_start(var: Path) -> None:
    with up(var) as running:
        sweeper = child(running, "sweep")
        # A stopped process hears nothing, so the kernel's word does not reach it.
        sweeper.suspend()
        running.process.kill()
        running.ends()
        with up(var) as again:
            assert "an earlier start left behind" in again.output
            assert not sweeper.is_running() or sweeper.status() == psutil.STATUS_ZOMBIE


def test_without_redis_the_sweeper_does_the_work(var: Path) -> None:
    with up(var, REDIS_URL="") as running:
        assert "no Redis: the sweeper does the work" in running.output
        assert not [process for process in processes_of(var) if "celery" in process.cmdline()]


def test_a_taken_port_is_named(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refusal(env=clean_environment(var, PORT=str(port)))
    assert line.startswith(f"Ringside cannot start: port {port} on 127.0.0.1: ")
    assert "set PORT" in line


def test_a_database_that_does_not_answer_is_named(var: Path) -> None:
    port = str(free_port())
    url = f"postgresql://rs_app@127.0.0.1:{free_port()}/ringside"
    line = refusal(env=clean_environment(var, PORT=port, DATABASE_URL=url, REDIS_URL=""))
    assert line.startswith("Ringside cannot start: the database of DATABASE_URL cannot be reached: ")


def test_a_role_that_could_bypass_the_policies_is_refused(var: Path) -> None:
    if "//rs_app@" not in os.environ["DATABASE_URL"]:
        pytest.skip("only the embedded server is known to have the role postgres without a password")
    url = os.environ["DATABASE_URL"].replace("//rs_app@", "//postgres@")
    env = clean_environment(var, PORT=str(free_port()), DATABASE_URL=url, REDIS_URL="")
    assert "superuser" in refusal(env=env)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    line = refusal(env=clean_environment(tmp_path / "var"))
    assert line == f"Ringside cannot start: {tmp_path / 'var'}: Permission denied. VAR_DIR must be writable."


def test_a_folder_that_cannot_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = refusal(env=clean_environment(tmp_path / "file" / "var"))
    assert line == f"Ringside cannot start: {tmp_path / 'file' / 'var'}: Not a directory. VAR_DIR must be writable."


def test_an_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    code = "import runpy, sys; sys.version_info = (3, 10, 0); sys.argv = ['manage.py', 'up']"
    code += "; runpy.run_path('manage.py', run_name='__main__')"
    done = run(sys.executable, "-c", code, env=clean_environment(tmp_path))
    assert done.stderr == "Ringside needs Python 3.11 or newer; this is 3.10.\n"
    assert done.returncode == 1


def test_make_run_says_when_there_is_no_python_at_all(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "install"
    script.write_bytes((ROOT / "scripts" / "install").read_bytes())
    path = tmp_path / "bin"
    path.mkdir()
    for name in ("dirname", "touch", "rm"):
        (path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/bash", str(script), "base"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "Ringside needs Python 3.11 or newer, and there is none on the PATH.\n"
    assert done.returncode == 1


def is_healthy(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
