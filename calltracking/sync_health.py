"""Synchronization and webhooks over time: what each account's runs found, what its webhooks missed, and what was wrong.

Times are those of the company's clock. The page asks two questions over the period for all accounts together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncHour

from calltracking.backlog import BAD, GOOD, PLAIN, WARN
from calltracking.troubles import Happened, in_words
from crm.models import Company
from crm.wording import ago
from telephony.models import ProviderAccount, SyncRun, Trouble, WebhookEvent
from telephony.providers import get_provider

HEIGHT, STEP = 40, 10
COUNTS = ("runs", "broken", "listed", "fresh", "updated", "lost", "unread", "ended")


@dataclass(frozen=True, kw_only=True)
class Period:
    """How far back the page looks, and in how many bars of how many hours."""

    key: str
    label: str
    bars: int
    hours: int

    def floor(self, local: datetime) -> datetime:
        """Return when the bar of a moment begins, as the wall clock reads."""
        hour = local.hour // self.hours * self.hours
        return local.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)

    def begins(self, local: datetime) -> list[datetime]:
        """Return when each bar begins; the last one is going on."""
        last = self.floor(local)
        return [last - timedelta(hours=self.hours) * back for back in reversed(range(self.bars))]


PERIODS = {
    period.key: period
    for period in (
        Period(key="24h", label="24 hours", bars=24, hours=1),
        Period(key="7d", label="7 days", bars=28, hours=6),
        Period(key="30d", label="30 days", bars=30, hours=24),
    )
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: int
    y: int
    height: int
    title: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One measure over the period, in bars as high as its peak allows."""

    title: str
    total: str
    said: str
    tone: str
    bars: tuple[Bar, ...]
    width: int
    height: int = HEIGHT


@dataclass(frozen=True, kw_only=True)
class Figure:
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class AccountHealth:
    account: ProviderAccount
    tone: str
    word: str
    troubles: tuple[Happened, ...]
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, kw_only=True)
class LastSync:
    """When an account was synchronized last, for a person who only glances."""

    name: str
    word: str
    detail: str
    tone: str


@dataclass
class _Measures:
    """An account's numbers over the period, by the bar they belong to."""

    totals: Counter[str] = field(default_factory=Counter)
    by_bar: dict[str, Counter[datetime]] = field(default_factory=dict)
    longest: float = 0.0

    def add(self, bar: datetime, numbers: dict[str, float]) -> None:
        for name, number in numbers.items():
            self.totals[name] += number  # type: ignore[assignment]  # seconds are no whole numbers
            self.by_bar.setdefault(name, Counter())[bar] += number  # type: ignore[assignment]


def health_of(company: Company, *, period: Period, now: datetime) -> list[AccountHealth]:
    """Return every account of the company in use, the troubled first, with its measures over the period."""
    local = company.local(now)
    begins = period.begins(local)
    start = begins[0].replace(tzinfo=company.zone)
    measures = _measures(company, period=period, start=start)
    open_ones: dict[int, list[Happened]] = {}
    for happened in in_words(Trouble.objects.open()):
        open_ones.setdefault(happened.trouble.account_id, []).append(happened)
    last = {sync.pk: sync for sync in _with_last_run()}
    found = [
        _account(account, measures.get(account.pk, _Measures()), open_ones.get(account.pk, []), last, begins, period)
        for account in ProviderAccount.objects.order_by("-is_active", "provider", "label", "pk")
    ]
    return sorted(found, key=lambda one: one.tone != BAD)


def last_syncs() -> list[LastSync]:
    """Return for each account that can be asked when it was synchronized last, and whether something is wrong."""
    troubled = dict(Trouble.objects.open().order_by("-begun_at").values_list("account_id", "kind"))
    return [_last_sync(account, troubled.get(account.pk)) for account in _with_last_run() if account.is_active]


# ---- numbers --------------------------------------------------------------------------------------------------


def _measures(company: Company, *, period: Period, start: datetime) -> dict[int, _Measures]:
    found: dict[int, _Measures] = {}
    runs = SyncRun.objects.filter(started_at__gte=start).annotate(hour=TruncHour("started_at", tzinfo=company.zone))
    took = F("finished_at") - F("started_at")
    ended = Q(finished_at__isnull=False)
    by_hour = runs.values("account_id", "hour").annotate(
        runs=Count("pk"),
        broken=Count("pk", filter=~Q(failed_because="")),
        listed=Sum("seen"),
        fresh=Sum("new"),
        updated=Sum("changed"),
        lost=Sum("missed"),
        unread=Sum("failed"),
        ended=Count("pk", filter=ended),
        took=Sum(took, filter=ended),
        longest=Max(took, filter=ended),
    )
    for row in map(dict[str, Any], by_hour):
        ours = found.setdefault(row["account_id"], _Measures())
        ours.longest = max(ours.longest, _seconds(row["longest"]))
        counts = {name: row[name] for name in COUNTS}
        ours.add(period.floor(row["hour"]), {**counts, "seconds": _seconds(row["took"])})
    heard: Any = WebhookEvent.objects.filter(received_at__gte=start)
    heard = heard.annotate(hour=TruncHour("received_at", tzinfo=company.zone))
    for account_id, hour, count in heard.values_list("account_id", "hour").annotate(n=Count("pk")):
        found.setdefault(account_id, _Measures()).add(period.floor(hour), {"heard": count})
    return found


def _seconds(passed: timedelta | None) -> float:
    # A clock that was set right meanwhile can make a run end before it began.
    return max(passed.total_seconds(), 0.0) if passed else 0.0


def _with_last_run() -> list[Any]:
    """Return the accounts whose calls can be asked for, with their last finished run."""
    runs = SyncRun.objects.filter(account=OuterRef("pk")).exclude(finished_at=None).order_by("-started_at", "-pk")
    asked = ProviderAccount.objects.filter(is_demo=False).annotate(
        synced_at=Subquery(runs.values("finished_at")[:1]), failed_because=Subquery(runs.values("failed_because")[:1])
    )
    return [
        account
        for account in asked.order_by("provider", "label", "pk")
        if get_provider(account.provider).can_list_calls
    ]


# ---- words ----------------------------------------------------------------------------------------------------


def _account(
    account: ProviderAccount,
    measures: _Measures,
    troubles: list[Happened],
    last: dict[int, Any],
    begins: list[datetime],
    period: Period,
) -> AccountHealth:
    tone, word = _standing(account, troubles, last.get(account.pk))
    chart = _Charts(measures, begins, period)
    charts = [chart.of("heard", "Webhooks received", tone=PLAIN)]
    if account.pk in last:
        charts += [
            chart.of("lost", "Calls that webhooks missed", tone=WARN),
            chart.of("fresh", "New by synchronization", tone=PLAIN),
            chart.of("broken", "Runs that failed", tone=BAD),
            chart.of_lengths("Seconds a run took"),
        ]
    return AccountHealth(
        account=account,
        tone=tone,
        word=word,
        troubles=tuple(troubles),
        figures=_figures(measures) if account.pk in last else (),
        charts=tuple(charts),
    )


def _standing(account: ProviderAccount, troubles: list[Happened], last: Any) -> tuple[str, str]:
    if not account.is_active:
        return PLAIN, "Switched off"
    if troubles:
        return BAD, "Needs you"
    if last is None or last.synced_at is None:
        return PLAIN, "Never synchronized" if last else "Webhooks alone"
    if last.failed_because:
        return WARN, f"Last run failed, {ago(last.synced_at)}"
    return GOOD, f"Synchronized {ago(last.synced_at)}"


def _figures(measures: _Measures) -> tuple[Figure, ...]:
    total = measures.totals
    runs = f"{total['runs']:,}" + (f", {total['broken']:,} failed" if total["broken"] else "")
    return (
        Figure(name="Runs", value=runs),
        Figure(name="Listed", value=f"{total['listed']:,}"),
        Figure(name="New", value=f"{total['fresh']:,}"),
        Figure(name="Changed", value=f"{total['updated']:,}"),
        Figure(name="Missed by webhooks", value=f"{total['lost']:,}"),
        Figure(name="Not readable", value=f"{total['unread']:,}"),
    )


@dataclass(frozen=True)
class _Charts:
    measures: _Measures
    begins: list[datetime]
    period: Period

    def of(self, name: str, title: str, *, tone: str) -> Chart:
        counts = self.measures.by_bar.get(name, Counter())
        shown = [counts[begin] for begin in self.begins]
        said = f"at most {max(shown):,} in {self._span()}" if any(shown) else "none"
        return self._chart(title, shown, total=f"{sum(shown):,}", said=said, tone=tone, form="{:,}")

    def of_lengths(self, title: str) -> Chart:
        """Return how long runs took, on average, in each bar."""
        ended, seconds = (self.measures.by_bar.get(name, Counter()) for name in ("ended", "seconds"))
        shown = [seconds[begin] / ended[begin] if ended[begin] else 0.0 for begin in self.begins]
        said = f"{self.measures.longest:.1f} s at most" if any(shown) else "none"
        runs = self.measures.totals["ended"]
        total = f"{self.measures.totals['seconds'] / runs:.1f}" if runs else "–"
        return self._chart(title, shown, total=total, said=said, tone=PLAIN, form="{:.1f} s")

    def _chart(self, title: str, shown: Sequence[float], *, total: str, said: str, tone: str, form: str) -> Chart:
        peak = max(shown)
        bars = tuple(self._bar(place, number, peak, form) for place, number in enumerate(shown) if number)
        return Chart(title=title, total=total, said=said, tone=tone, bars=bars, width=len(shown) * STEP)

    def _bar(self, place: int, number: float, peak: float, form: str) -> Bar:
        begin = self.begins[place]
        height = max(2, round(HEIGHT * number / peak))
        when = f"{begin:%a %-d %b}" if self.period.hours == 24 else f"{begin:%a %-d %b, %H:%M}"
        return Bar(x=place * STEP, y=HEIGHT - height, height=height, title=f"{when}: {form.format(number)}")

    def _span(self) -> str:
        return {1: "an hour", 24: "a day"}.get(self.period.hours, f"{self.period.hours} hours")


def _last_sync(account: Any, trouble: str | None) -> LastSync:
    name = account.label
    if trouble:
        detail = f"synchronized {ago(account.synced_at)}" if account.synced_at else "never synchronized"
        return LastSync(name=name, word=Trouble.Kind(trouble).label, detail=detail, tone=BAD)
    if account.synced_at is None:
        has_key = bool(account.api_key_sealed)
        detail = "its first run is to come" if has_key else "it has no API key"
        return LastSync(name=name, word="Not yet synchronized", detail=detail, tone=PLAIN)
    tone, word = (WARN, "Last run failed") if account.failed_because else (GOOD, "Synchronized")
    return LastSync(name=name, word=word, detail=ago(account.synced_at), tone=tone)
