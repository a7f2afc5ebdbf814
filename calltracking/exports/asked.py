"""What an export is to hold, decided once at the door; every way in makes one of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from calltracking.models import Export
from crm import phones
from crm.models import Company, Membership
from telephony.filters import CallFilter

Format = Export.Format
# What can go along with each call, and what the box says.
INCLUDES = (
    ("contact", "Contact: everything on their card"),
    ("analysis", "Analysis: every finding, and how the conversation went"),
    ("interactions", "History with the contact: the last twenty entries"),
    ("transcript", "Transcript: what was said, word by word"),
)
USUAL = ("contact", "analysis")
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


class UnreadableFilter(ValueError):
    """The filter cannot be read; `errors` says what of it, by name."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__("; ".join(f"{name}: {said[0]}" for name, said in errors.items()))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One export: whose company, which rows, as what, and what whoever asked may see of them."""

    company_id: int
    format: str
    filter: Mapping[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = USUAL
    # The member whose own people and calls are all they see; None where everything is seen.
    own: int | None = None
    hides_numbers: bool = False

    @classmethod
    def by(cls, member: Membership | None, *, shape: str, said: QueryDict, include: tuple[str, ...]) -> Asked:
        """Make it of the page's address, or the API's; raises `UnreadableFilter`. The company is in use."""
        company = Company.objects.current()
        return cls(
            company_id=company.pk,
            format=shape,
            filter=filter_of(said, company=company),
            include=tuple(name for name, _ in INCLUDES if name in include),
            own=member.pk if member is not None and not member.sees_all else None,
            hides_numbers=phones.are_hidden(),
        )

    @classmethod
    def of(cls, export: Export) -> Asked:
        """Make it of a row of the log, to go on with it."""
        return cls(
            company_id=export.of_company,
            format=export.format,
            filter=export.filter,
            include=tuple(export.include),
            own=None if export.sees_all else export.made_by_id or 0,
            hides_numbers=export.hides_numbers,
        )


def filter_of(said: QueryDict, *, company: Company) -> dict[str, str]:
    """Return what the address filters calls by; raises `UnreadableFilter` where it cannot be read.

    Days that are counted from today become a date: the export may be written tomorrow.
    """
    asked = CallFilter(said)
    if not asked.is_valid():
        raise UnreadableFilter({name: list(errors) for name, errors in asked.errors.items()})
    kept = {name: str(said[name]) for name in CallFilter.base_filters if said.get(name)}
    if days := kept.pop("days", ""):
        first = company.local(timezone.now()).date() - timedelta(days=int(days) - 1)
        later = max(first, date.fromisoformat(kept["started_from"])) if "started_from" in kept else first
        kept["started_from"] = later.isoformat()
    return kept


def query_of(kept: Mapping[str, str]) -> QueryDict:
    """Return the filter as an address says it."""
    query = QueryDict(mutable=True)
    query.update(dict(kept))
    return query
