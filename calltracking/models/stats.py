"""Counts of calls by the company's day, kept beside the calls; and the marks that say which days they may not tell of.

Nothing here is written by code that remembers to. Whatever changes a call, its caller's status, its measured delays or
the company's clock leaves marks by trigger, in the same transaction; a day that bears a mark is counted from the calls
until it was counted anew (`calltracking.figures.keeping`). Why so: docs/decisions/0033.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from calltracking.marking import MarkedByTriggers
from crm.tenancy import CompanyModel


def count() -> models.PositiveIntegerField[Any, Any]:
    return models.PositiveIntegerField(default=0)


def total() -> models.BigIntegerField[Any, Any]:
    return models.BigIntegerField(default=0)


class DailyCallStats(CompanyModel):
    """One day's calls, counted for one choice of what `level` names: any of the five keys, or none.

    The bits of `level` are those of PostgreSQL's `grouping()`: a key that is set is one over which was not counted
    apart. Keys hold plain ids, because a campaign that goes must not wait for its figures. What each number means is
    stated once, in `calltracking.figures.facts`.
    """

    level = models.PositiveSmallIntegerField()
    day = models.DateField()
    campaign_id = models.BigIntegerField(null=True)
    agent_id = models.BigIntegerField(null=True)
    line_id = models.BigIntegerField(null=True)
    provider = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=10, blank=True)

    calls = count()
    ended = count()
    completed = count()
    successes = count()
    failures = count()
    missed = count()
    inbound = count()
    answered = count()
    hot = count()
    converted = count()
    unattributed = count()
    seconds = total()
    shortest = models.PositiveIntegerField(null=True)
    longest = models.PositiveIntegerField(null=True)
    waits = count()
    waited_ms = total()
    delays = count()
    delayed_ms = total()
    positive = count()
    neutral = count()
    negative = count()
    mixed = count()
    scored = count()
    score_sum = total()
    lasted_0 = count()
    lasted_10 = count()
    lasted_30 = count()
    lasted_60 = count()
    lasted_120 = count()
    lasted_300 = count()
    lasted_600 = count()
    lasted_1800 = count()
    score_0 = count()
    score_10 = count()
    score_20 = count()
    score_30 = count()
    score_40 = count()
    score_50 = count()
    score_60 = count()
    score_70 = count()
    score_80 = count()
    score_90 = count()

    class Meta(CompanyModel.Meta):
        verbose_name = "counts of a day"
        verbose_name_plural = "counts of days"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "level", "day", "campaign_id", "agent_id", "line_id", "provider", "direction"],
                nulls_distinct=False,
                name="counted_once_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "day"], name="stats_of_day")]

    def __str__(self) -> str:
        return f"{self.day:%-d %b %Y}, {self.calls} calls"


class StaleDay(CompanyModel):
    """A mark: a day whose counts may be behind its calls. One of three says which day.

    A moment, never more than a quarter of an hour before the call's start and on the same day in every time zone; the
    contact whose calls are meant; or the call. Ids are looked up when the mark is read, so that a change which is not
    yet visible to the one who marked is not missed.
    """

    moment = models.DateTimeField(null=True)
    contact_id = models.BigIntegerField(null=True)
    call_id = models.BigIntegerField(null=True)

    class Meta(CompanyModel.Meta):
        verbose_name = "mark on a day"
        verbose_name_plural = "marks on days"
        constraints: ClassVar = [*CompanyModel.Meta.constraints, MarkedByTriggers()]
        indexes: ClassVar = [models.Index(fields=["company", "-moment"], name="staleday_newest")]

    def __str__(self) -> str:
        return f"mark {self.pk}"
