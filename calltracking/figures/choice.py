"""Which days and which calls the pages of figures are about: read from the address, and written back into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from crm import wording
from crm.models import Company
from telephony.events import CallDirection

PRESETS = {"1": "Today", "7": "7 days", "30": "30 days", "90": "90 days", "month": "This month"}
USUAL = "30"
# Filters by one row, by a word, and all of them, in the order of the page.
ROWS = ("campaign", "agent", "line")
WORDS = ("provider", "direction")
NARROWED_BY = (*ROWS, *WORDS)
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2200, 1, 1)
CENTURY = "Choose days of this century."
BACKWARDS = "The last day cannot come before the first."
BAD_DAY = "Write a day as year-month-day, such as 2026-03-31."


@dataclass(frozen=True, kw_only=True)
class AnalyticsFilter:
    """The first and last day, both included and the company's, and what narrows the calls; None and "" do not.

    `problems` says, in words for the page, what in the address could not be meant; the usual is shown in its place.
    """

    first: date
    last: date
    preset: str = ""
    campaign: int | None = None
    agent: int | None = None
    line: int | None = None
    provider: str = ""
    direction: str = ""
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, asked: Mapping[str, Any], *, company: Company, now: datetime | None = None) -> AnalyticsFilter:
        """Return what an address's query asks for. Nothing in it raises."""
        today = company.local(now or timezone.now()).date()
        first, last, preset, problems = _days(asked, today)
        rows, unknown = _rows(asked)
        direction = str(asked.get("direction", ""))
        return cls(
            first=first,
            last=last,
            preset=preset,
            **rows,
            provider=str(asked.get("provider", ""))[:30],
            direction=direction if direction in CallDirection.values else "",
            problems=(*problems, *unknown),
        )

    @property
    def days(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> AnalyticsFilter:
        """The same calls over as many days right before."""
        last = self.first - timedelta(days=1)
        first = max(last - timedelta(days=self.days - 1), date.min + timedelta(days=2))
        return replace(self, first=first, last=last, preset="")

    @property
    def narrowed(self) -> dict[str, Any]:
        """The filters beside the days that are set, by name."""
        return {name: value for name in NARROWED_BY if (value := getattr(self, name))}

    def condition(self, company: Company, *, within: str = "") -> Q:
        """Return the condition on calls. `within` names the way to the call from another table: `call__`."""
        zone = company.zone
        wanted = Q(**{f"{within}started_at__gte": datetime.combine(self.first, time.min, tzinfo=zone)})
        wanted &= Q(
            **{f"{within}started_at__lt": datetime.combine(self.last + timedelta(days=1), time.min, tzinfo=zone)}
        )
        for name, value in self.narrowed.items():
            wanted &= Q(**{f"{within}{name}_id" if name in ROWS else f"{within}{name}": value})
        return wanted

    # ---- links

    def calls_url(self, **asked: Any) -> str:
        """Return the address of the list of these calls, narrowed further; an entry that is None lifts a filter."""
        kept = tuple((name, value) for name, value in self.narrowed.items() if name not in asked)
        days = f"started_from={self.first.isoformat()}&started_to={self.last.isoformat()}"
        # A page has hundreds of these, which differ in little but the days.
        parts = (_encoded(kept), days, _encoded(tuple(asked.items())))
        return f"{_list_of_calls()}?{'&'.join(part for part in parts if part)}"

    def query(self, **changes: Any) -> str:
        """Return the address's query for these days and filters, with some changed, or dropped when None.

        A preset stays one, so that a page that is kept shows the days of the day on which it is opened.
        """
        days = (
            {"days": self.preset}
            if self.preset
            else {"started_from": self.first.isoformat(), "started_to": self.last.isoformat()}
        )
        if "days" in changes:
            days = {}
        query = {**days, **self.narrowed, **changes}
        return urlencode({name: value for name, value in query.items() if value is not None})

    def on(self, first: date, last: date) -> AnalyticsFilter:
        """Return the same calls on some of the days: a bar's."""
        return replace(self, first=max(first, self.first), last=min(last, self.last), preset="")

    @property
    def said(self) -> str:
        """The days in words: `1 Mar to 31 Mar 2026`."""
        return wording.days(self.first, self.last)


@lru_cache(maxsize=512)
def _encoded(filters: tuple[tuple[str, Any], ...]) -> str:
    return urlencode([(name, value) for name, value in filters if value is not None])


@cache
def _list_of_calls() -> str:
    return reverse("calls")


def _days(asked: Mapping[str, Any], today: date) -> tuple[date, date, str, list[str]]:
    first, last = asked.get("started_from", ""), asked.get("started_to", "")
    preset = str(asked.get("days", ""))
    if not (first or last):
        preset = preset if preset in PRESETS else USUAL
        return _preset(preset, today), today, preset, []
    if preset in PRESETS and (first, last) == (_preset(preset, today).isoformat(), today.isoformat()):
        # The form says both: days that were left as they were are still the preset.
        return _preset(preset, today), today, preset, []
    try:
        ends = date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else today
    except ValueError:
        return _preset(USUAL, today), today, USUAL, [BAD_DAY]
    until = ends[1]
    since = ends[0] or until - timedelta(days=int(USUAL) - 1)
    problem = (
        CENTURY
        if not (FIRST_DAY <= since <= LAST_DAY and FIRST_DAY <= until <= LAST_DAY)
        else BACKWARDS
        if since > until
        else ""
    )
    if problem:
        return _preset(USUAL, today), today, USUAL, [problem]
    return since, until, "", []


def _preset(preset: str, today: date) -> date:
    return today.replace(day=1) if preset == "month" else today - timedelta(days=int(preset) - 1)


def _rows(asked: Mapping[str, Any]) -> tuple[dict[str, int | None], list[str]]:
    rows: dict[str, int | None] = {}
    problems = []
    for name in ROWS:
        said = str(asked.get(name, ""))
        is_id = said.isascii() and said.isdecimal() and len(said) < 19
        rows[name] = int(said) or None if is_id else None
        if said and not is_id:
            problems.append(f"There is no such {name}, so the figures are of all.")
    return rows, problems
