"""Rows of which several things change at once: written in one statement at the end, with one entry in their history.

Each version of a row costs an entry in every index it has, and calls and contacts have many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models


class Gathering(models.Model):
    """A row whose `save(update_fields=…)` can wait."""

    # What waits to be written; None while everything is written at once.
    _gathered: set[str] | None = None

    class Meta:
        abstract = True

    @contextmanager
    def written_once(self) -> Iterator[None]:
        """Write what is saved by `update_fields` meanwhile in one statement at the end, and nothing after an error.

        A row that is not stored yet, and has its key already, is inserted then.
        """
        self._gathered = set()
        try:
            yield
            self.write_gathered()
        finally:
            self._gathered = None

    def write_gathered(self) -> None:
        """Write what waits now: for who asks the database about the row before the end."""
        if self._state.adding and self.pk is not None:
            super().save(force_insert=True)
        elif self._gathered and self.pk is not None:
            fields: list[Any] = [self._meta.get_field(name) for name in self._gathered]
            rows: Any = self._meta.concrete_model.objects  # type: ignore[union-attr]  # a proxy shows some of them
            rows.filter(pk=self.pk).update(**{f.attname: getattr(self, f.attname) for f in fields})
        if self._gathered:
            self._gathered.clear()

    def save(self, *args: Any, **kwargs: Any) -> None:
        named = kwargs.get("update_fields")
        if self._gathered is None or named is None:
            super().save(*args, **kwargs)
        else:
            self._gathered.update(named)

    @property
    def is_gathering(self) -> bool:
        """Whether what is saved now waits for the end of `written_once`."""
        return self._gathered is not None
