"""Sealing everything anew with the first key: which columns hold sealed texts, and how they change keys.

Each app registers its own in `apps.py`; a test finds a sealed column that nobody registered. A row whose text is sealed
by the first key is skipped, so a run that was killed goes on where it ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from crm.encryption import UnableToUnseal, first_key_id, key_id_of, reseal
from crm.failpoints import failpoint
from crm.models import Company
from crm.tenancy import CompanyModel, use_company

BATCH = 100


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed texts, or of JSON whose `keys` hold one or a list of them; `context` of a row opens it."""

    model: type[models.Model]
    column: str
    context: Callable[[Any], str]
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.column}"

    def texts(self, row: Any) -> Iterator[str]:
        value = getattr(row, self.column)
        for text in _values(value, self.keys) if self.keys else [value]:
            if text:
                yield text

    def reseal(self, row: Any) -> bool:
        """Put the texts of the row under the first key; returns whether any changed. Raises `UnableToUnseal`."""
        value = getattr(row, self.column)
        context = self.context(row)
        anew = _resealed(value, self.keys, context) if self.keys else reseal(value, context=context)
        setattr(row, self.column, anew)
        return bool(anew != value)


@dataclass(frozen=True)
class SealedFiles:
    """Files that are sealed and short-lived: they are waited for, not sealed anew."""

    name: str
    paths: Callable[[], Iterable[Path]]


@dataclass(frozen=True)
class Place:
    """One table, of one company or of none."""

    model: type[models.Model]
    company_id: int | None = None

    @property
    def columns(self) -> list[SealedColumn]:
        return [column for column in sealed_columns() if column.model is self.model]

    def count(self) -> int:
        with self._open():
            return self.model._default_manager.count()

    def batches(self) -> Iterator[list[Any]]:
        """Yield the rows in their order, some at a time, each lot locked in a transaction that ends with its turn."""
        last = 0
        while True:
            with self._open():
                rows = self.model._default_manager.select_for_update(of=("self",)).filter(pk__gt=last)
                lot = list(rows.order_by("pk")[:BATCH])
                if not lot:
                    return
                yield lot
            last = lot[-1].pk

    def _open(self) -> AbstractContextManager[Any]:
        return transaction.atomic() if self.company_id is None else use_company(self.company_id)


@dataclass
class Tally:
    """What became of a run: rows that changed keys, texts that no key opens, and what each key still seals."""

    changed: int = 0
    unreadable: list[str] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    files: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def is_done(self) -> bool:
        """Whether the first key alone opens everything."""
        return not self.unreadable and {*self.texts, *(key for _, key in self.files)} <= {first_key_id()}


_columns: dict[str, SealedColumn] = {}
_files: dict[str, SealedFiles] = {}


def register(
    model: type[models.Model], column: str, *, context: Callable[[Any], str], keys: tuple[str, ...] = ()
) -> None:
    """Make a sealed column known, so that a change of key reaches it."""
    found = SealedColumn(model, column, context, keys)
    _columns[str(found)] = found


def register_files(name: str, paths: Callable[[], Iterable[Path]]) -> None:
    """Make sealed files known, so that their key is kept as long as they wait."""
    _files[name] = SealedFiles(name, paths)


def sealed_columns() -> list[SealedColumn]:
    return list(_columns.values())


def places() -> list[Place]:
    """Return every table with a sealed column, for each company by itself."""
    tables = list(dict.fromkeys(column.model for column in sealed_columns()))
    companies = list(Company.objects.order_by("pk").values_list("pk", flat=True))
    shared = [Place(model) for model in tables if not issubclass(model, CompanyModel)]
    return shared + [Place(model, pk) for pk in companies for model in tables if issubclass(model, CompanyModel)]


def rotate(*, on_row: Callable[[], None] = lambda: None) -> Tally:
    """Seal everything with the first key, and return what became of it. Can be killed at any moment and run again."""
    tally = Tally()
    for place in places():
        for lot in place.batches():
            for row in lot:
                tally.changed += _change(row, place.columns, tally)
                on_row()
            failpoint("rotate:before_commit")
        failpoint("rotate:after_place")
    return count_left(tally)


def count_left(tally: Tally | None = None) -> Tally:
    """Return the tally with what each key seals now; changes nothing."""
    tally = tally or Tally()
    for place in places():
        for lot in place.batches():
            texts = (text for row in lot for column in place.columns for text in column.texts(row))
            tally.texts.update(key_id_of(text) for text in texts)
    for kind in _files.values():
        tally.files.update((kind.name, key) for key in _keys_of(kind.paths()))
    return tally


def _change(row: Any, columns: list[SealedColumn], tally: Tally) -> bool:
    changed = []
    for column in columns:
        try:
            if column.reseal(row):
                changed.append(column.column)
        except UnableToUnseal:
            tally.unreadable.append(f"{column} of row {row.pk}")
    if changed:
        row.save(update_fields=changed)
        failpoint("rotate:after_row", row=row.pk)
    return bool(changed)


def _values(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        held = (value or {}).get(key)
        yield from held if isinstance(held, list) else [held] if held else []


def _resealed(value: Any, keys: tuple[str, ...], context: str) -> Any:
    anew = dict(value or {})
    for key in keys:
        held = anew.get(key)
        if isinstance(held, list):
            anew[key] = [reseal(text, context=context) for text in held]
        elif held:
            anew[key] = reseal(held, context=context)
    return anew


def _keys_of(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with suppress(FileNotFoundError), path.open("rb") as file:
            yield key_id_of(file.read(64).split(b".", 1)[0].decode(errors="replace") + ".")
