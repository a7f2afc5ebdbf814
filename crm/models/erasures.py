"""What was erased, so that a repeat does not bring it back: keyed hashes, and nothing of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from crm.constraints import SameCompany
from crm.models.companies import Membership
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel, require_company


class ErasedQuerySet(models.QuerySet["Erased"]):
    def remember(self, names: Iterable[str], *, by: Membership | None, at: datetime) -> None:
        """Keep that these were erased; what was erased before was erased again, at that time."""
        key = settings.SECRET_KEY
        rows = [self.model(mark=_mark(name, key=key), erased_at=at, by=by) for name in sorted(set(names))]
        self.bulk_create(
            rows, update_conflicts=True, unique_fields=["company", "mark"], update_fields=["erased_at", "by"]
        )

    def among(self, names: Sequence[str]) -> dict[str, datetime]:
        """Return those of the names that were erased, with when. An earlier `SECRET_KEY` still counts."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        marks = {_mark(name, key=key): name for name in names for key in keys}
        found = self.filter(mark__in=list(marks)).order_by("erased_at").values_list("mark", "erased_at")
        return {marks[mark]: erased_at for mark, erased_at in found}


class Erased(CompanyModel):
    """One number or call of a person who was erased. Who reads the table learns neither: the key is not in it."""

    mark = models.CharField(max_length=64, db_collation="C", editable=False)
    erased_at = models.DateTimeField()
    by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar = CompanyManager.from_queryset(ErasedQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name_plural = "erased"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("by"),
            models.UniqueConstraint(fields=["company", "mark"], name="erased_once_per_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.mark[:8]}…"


def _mark(name: str, *, key: str) -> str:
    # With the company: the marks of two companies cannot be told to be of one person.
    return salted_hmac(f"crm.erased.{require_company()}", name, secret=key, algorithm="sha256").hexdigest()
