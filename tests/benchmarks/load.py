"""A company with a million calls beside fifty others, made as its database's owner; the same rows every time.

`python -m tests.benchmarks.load --keep var/million` makes it in a folder that stays, `--calls 100000` a smaller one.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

CALLS, NEIGHBORS, CALLS_OF_A_NEIGHBOR = 1_000_000, 50, 2_000
BIG, QUIET = "Aravalli Estates", "Neighbor 1"
# Nothing here is worth a flush to the disk; what is measured later only reads.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="load", description=__doc__)
    add_options(parser)
    options = parser.parse_args(arguments)
    with database(options.keep):
        fill(calls=options.calls)
    return 0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of the big company")
    parser.add_argument("--keep", type=Path, help="a folder for the database, used again by the next run")


@contextmanager
def database(folder: Path | None) -> Iterator[Path]:
    """Start an embedded PostgreSQL of its own and set Django up with it; it is stopped as the process ends."""
    var = (folder or Path(tempfile.mkdtemp(prefix="ringside-million-"))).absolute()
    var.mkdir(parents=True, exist_ok=True)
    if folder is None:
        # The first to be registered is the last to run: the server is stopped by then.
        atexit.register(shutil.rmtree, var, ignore_errors=True)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ.update(VAR_DIR=str(var), REDIS_URL="", DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="ERROR")
    from config import embedded

    embedded.prepare(var, postgres_settings=SETTINGS)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)
    yield var


def fill(*, calls: int) -> None:
    """Load the rows unless they are there, in one transaction, and let PostgreSQL look at them."""
    from django.db import connections, transaction

    from tests.benchmarks.rows import Loader, bare

    with connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select from telephony_call)")
        if cursor.fetchone()[0]:
            say("the database is filled already")
            return
    began = time.monotonic()
    companies = [found(BIG), *(found(f"Neighbor {n}") for n in range(1, NEIGHBORS + 1))]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor, bare(cursor):
        for company in companies:
            is_big = company.name == BIG
            Loader(cursor, company, calls=calls if is_big else min(CALLS_OF_A_NEIGHBOR, calls)).load()
            if is_big:
                say(f"{BIG} after {time.monotonic() - began:.0f} s")
    say(f"rows, keys and indexes after {time.monotonic() - began:.0f} s")
    with connections["owner"].cursor() as cursor:
        # What autovacuum does to a database that lives: statistics and the map of what everybody may see.
        cursor.execute("vacuum (analyze)")
    say(f"loaded in {time.monotonic() - began:.0f} s")


def found(name: str) -> Any:
    """Found the company with its people, an account and three agents, by the front door."""
    from crm.models import Company, Membership, User
    from crm.tenancy import use_company
    from telephony.models import Agent
    from tests import factories

    slug = name.lower().replace(" ", "-")
    # A load that was broken off left the companies.
    if known := Company.objects.filter(slug=slug).first():
        return known
    company = Company.objects.found(name=name, slug=slug)
    for role, many in (("owner", 1), ("manager", 2), ("agent", 5)):
        for n in range(many):
            user = User.objects.create_user(f"{role}{n}@{slug}.example", name=f"{role.title()} {n + 1}")
            Membership.objects.create(company=company, user=user, role=role)
    with use_company(company):
        factories.make_account()
        for n in range(3):
            Agent.objects.create(
                kind=Agent.Kind.AI, name=f"Agent {n + 1}", provider="elevenlabs", external_id=f"agent_{n}"
            )
    return company


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
