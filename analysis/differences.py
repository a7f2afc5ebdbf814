"""Two readings of one call, field by field: what appeared, what vanished, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

from analysis.fields import CUSTOM, list_fields, single_fields
from analysis.findings import Fact, Findings


class Change(StrEnum):
    APPEARED = "appeared"
    VANISHED = "vanished"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One value that differs. `before` and `after` are typed, None where there is none; turns say where they stand."""

    name: str
    change: Change
    before: Any = None
    after: Any = None
    turn_before: int | None = None
    turn_after: int | None = None


def differences(before: Findings, after: Findings) -> tuple[Difference, ...]:
    """Return what differs, in the order of the page. The same value from other words is no difference.

    Of a list, values are compared and not their places. Summary, mood and engagement count too.
    """
    single = [
        _plain("summary", before.summary, after.summary),
        _plain("sentiment", _mood(before), _mood(after)),
        _plain("engagement", before.engagement, after.engagement),
        *(_fact(name, getattr(before, name), getattr(after, name)) for name in single_fields()),
        *(
            _fact(CUSTOM + key, before.custom.get(key), after.custom.get(key))
            for key in dict.fromkeys([*before.custom, *after.custom])
        ),
    ]
    lists = (_lists(name, getattr(before, name), getattr(after, name)) for name in list_fields())
    return (*(each for each in single if each), *chain.from_iterable(lists))


def _plain(name: str, before: Any, after: Any) -> Difference | None:
    before, after = before if before != "" else None, after if after != "" else None
    return None if before == after else Difference(name, _change(before, after), before, after)


def _mood(findings: Findings) -> str | None:
    return findings.sentiment.label if findings.sentiment else None


def _fact(name: str, before: Fact[Any] | None, after: Fact[Any] | None) -> Difference | None:
    if (before is None) == (after is None) and (before and before.value) == (after and after.value):
        return None
    return Difference(
        name,
        _change(before, after),
        before.value if before else None,
        after.value if after else None,
        before.evidence.turn if before else None,
        after.evidence.turn if after else None,
    )


def _lists(name: str, before: tuple[Fact[Any], ...], after: tuple[Fact[Any], ...]) -> Iterator[Difference]:
    had, has = {fact.value: fact for fact in before}, {fact.value: fact for fact in after}
    for value, fact in had.items():
        if value not in has:
            yield Difference(name, Change.VANISHED, before=value, turn_before=fact.evidence.turn)
    for value, fact in has.items():
        if value not in had:
            yield Difference(name, Change.APPEARED, after=value, turn_after=fact.evidence.turn)


def _change(before: Any, after: Any) -> Change:
    if before is None:
        return Change.APPEARED
    return Change.VANISHED if after is None else Change.CHANGED
