"""A second process that helps to fill the demo. Nothing of Django is imported before it has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def begin(parent: int) -> None:
    """Make the new process one of ours, which ends with the one that it helps."""
    import django

    django.setup()
    from django.db import connection

    from calltracking.processes import die_with
    from crm import hints
    from crm.actors import Source, this_process_is

    die_with(parent)
    this_process_is(Source.COMMAND, name="seed_demo")
    # Whoever tells a call has it read: the worker need not hear of it.
    hints.keep_quiet()
    with connection.cursor() as cursor:
        # A call that a failing machine loses is told again by the next start, so none waits for the disk.
        cursor.execute("set synchronous_commit to off")


def tell(rows: Sequence[Mapping[str, Any]], doors: Mapping[str, tuple[str, str]]) -> int:
    """Tell a group of calls; returns how many."""
    from calltracking.demo.filling import tell as tell_one_by_one

    return sum(1 for _ in tell_one_by_one(rows, doors))
