"""`manage.py up`: the whole of Ringside under one parent, until Ctrl-C."""

from __future__ import annotations

import fcntl
import http.client
import importlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from calltracking.demo import DEMO_SLUG
from calltracking.demo.filling import found
from calltracking.processes import CannotRun, Crew, Program, end_leftovers, python, say
from crm.models import Company, User
from crm.tenancy import RoleBypassesPolicies, refuse_bypassing_role

WEB_WORKERS = 2
# Who waits for a slow sender or a slow database does not hold up the others.
WEB_THREADS = 4
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


class Command(BaseCommand):
    help = "Run web, worker, sweeper and beat together, migrated, with the demo company when there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            var = Path(settings.VAR_DIR).absolute()
            with alone(var):
                run(var)
        except CannotRun as error:
            sys.exit(f"Ringside cannot start: {error}")
        except KeyboardInterrupt:
            pass
        say("ringside", "stopped")


def run(var: Path) -> None:
    """Everything, in order, until a signal. Raises CannotRun."""
    record = var / "up.processes"
    if ended := end_leftovers(record):
        say("ringside", f"ended {ended} processes that an earlier start left behind")
    host, port = os.environ.get("WEB_HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    refuse_taken_port(host, port)
    for alias in connections:
        refuse_unreachable(alias)
    # Where people find us, for links in mails; a laptop on another port should not have to say it twice.
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    crew = Crew(os.environ, folder=settings.BASE_DIR, record=record)
    crew.listen_for_signals()
    fill_database(crew)
    # Only migrations need the owner of the tables; what runs from here on cannot even log in as it.
    crew.env.pop("DATABASE_OWNER_URL", None)
    crew.run((*programs(host, port, var), *filling_of_the_demo()), each_moment=Welcome(host, port))


def fill_database(crew: Crew) -> None:
    """Migrate, bring the demo company when there is none, and the account that the environment names."""
    if "owner" in settings.DATABASES:
        crew.finish(Program("migrate", manage("migrate", "--database", "owner", "--no-input", "--verbosity", "1")))
    else:
        say("migrate", "DATABASE_OWNER_URL is not set: the tables are taken as they are")
    refuse_bypassing()
    if not Company.objects.exists():
        # Founded now, so that people can log in at once; its calls come while everything runs.
        found(calls=settings.DEMO_CALLS)
    crew.finish(Program("connect", manage("connect_from_env")))
    connections.close_all()


def programs(host: str, port: int, var: Path) -> Iterator[Program]:
    """What runs, in the order it starts."""
    yield Program("web", web_command(host, port))
    yield Program("sweeper", manage("sweep"))
    if not settings.REDIS_URL:
        say("worker", "no Redis: the sweeper does the work, and there is no timetable")
        return
    # Root is warned at length on every start; in a container it is often all there is.
    no_sermon = ("-W", "ignore:You're running the worker with superuser")
    celery = (*no_sermon, "-m", "celery", "-q", "-A", "config.celery")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    yield Program("worker", python(*celery, "worker", "--pool", "prefork", "--concurrency", "2", *quiet))
    # No pid file: after kill -9 a stale one would stop the next start, and `up` runs alone anyway.
    schedule = ("--schedule", str(var / "beat-schedule"), "--pidfile=")
    yield Program("beat", python(*celery, "beat", *schedule))


def filling_of_the_demo() -> list[Program]:
    """What fills the demo company while everything else runs, until it is complete."""
    awaits = Company.objects.filter(slug=DEMO_SLUG, awaited_calls__isnull=False).exists()
    connections.close_all()
    return [Program("seed", manage("seed_demo"), ends=True)] if awaits else []


def web_command(host: str, port: int) -> tuple[str, ...]:
    """No access log: a webhook's path holds its token."""
    server = ("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws")
    size = ("--workers", str(min(WEB_WORKERS, os.cpu_count() or 1)), "--blocking-threads", str(WEB_THREADS))
    # While one worker that died is started again, the other answers.
    ends = ("--respawn-failed-workers", "--workers-kill-timeout", "5")
    return python("-m", "granian", *server, *size, *ends, "config.wsgi:application")


def manage(*arguments: str) -> tuple[str, ...]:
    return python(str(settings.BASE_DIR / "manage.py"), *arguments)


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Hold the folder: two of us would fight over ports and leftovers. The kernel lets go for the dead."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "up.lock").open("a+")
    except OSError as error:
        raise CannotRun(f"{error.filename}: {error.strerror}. VAR_DIR must be writable.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(f"it runs here already, as process {lock.read().strip()}.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server itself does: a port that only waits for its last connections to fade is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotRun(f"port {port} on {host}: {reason}. Stop what uses it, or set PORT.") from error


def refuse_unreachable(alias: str) -> None:
    try:
        connections[alias].ensure_connection()
    except OperationalError as error:
        variable = "DATABASE_OWNER_URL" if alias == "owner" else "DATABASE_URL"
        reason = " ".join(str(error).split())
        raise CannotRun(f"the database of {variable} cannot be reached: {reason}") from error
    except RoleBypassesPolicies as error:
        raise CannotRun(str(error)) from error


def refuse_bypassing() -> None:
    """One reading of the roles for everyone: the same function guards the web server and the worker."""
    try:
        refuse_bypassing_role(connections["default"])
    except RoleBypassesPolicies as error:
        raise CannotRun(str(error)) from error


class Welcome:
    """Print the address and the demo log-ins once the web server answers."""

    def __init__(self, host: str, port: int) -> None:
        # Every address of the machine, or its own: people know both as localhost.
        self.host = "127.0.0.1" if host in EVERY_ADDRESS else host
        self.port = port
        self.address = f"http://{'localhost' if self.host == '127.0.0.1' else host}:{port}"
        self.said = False
        self.look_again_at = 0.0

    def __call__(self) -> None:
        if self.said or time.monotonic() < self.look_again_at:
            return
        self.look_again_at = time.monotonic() + 0.3
        if answers(self.host, self.port):
            self.said = True
            for line in ("", f"Ringside is at {self.address}", *demo_lines(), "Ctrl-C stops everything.", ""):
                say("ringside", line)


def answers(host: str, port: int) -> bool:
    """Whether anything of ours answers, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def demo_lines() -> list[str]:
    """The log-ins of the demo company, those that exist here."""
    try:
        logins = importlib.import_module("calltracking.demo").DEMO_LOGINS
    except (ImportError, AttributeError):
        return []
    known = set(User.objects.filter(email__in=[email for email, *_ in logins]).values_list("email", flat=True))
    connections.close_all()
    lines = [f"  {email}  {password}  ({role})" for email, password, role in logins if email in known]
    return ["Log in as one of the demo people:", *lines] if lines else []
