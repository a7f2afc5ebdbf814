"""A second process that helps to fill the demo. Nothing of Django is imported before it has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def begin(parent: int) -> None:
    """Make the new process one of ours, which ends with the one that it helps."""
    import django

    django.setup()
    from calltracking.processes import die_with
    from crm.actors import Source, this_process_is

    die_with(parent)
    this_process_is(Source.COMMAND, name="seed_demo")


def tell(rows: Sequence[Mapping[str, Any]], doors: Mapping[str, tuple[str, str]]) -> int:
    """Tell a group of calls; returns how many."""
    from calltracking.demo.filling import tell as tell_one_by_one

    return sum(1 for _ in tell_one_by_one(rows, doors))
