"""What a company may spend on a model in a day of its own clocks, held before each request.

The most that a request may cost is written down first, under a lock, and settled when the server has told what it did
cost. So the cap holds with any number of workers, and a request whose worker was killed stays counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from analysis.backends.openai.bills import Bill
from analysis.backends.openai.prompts import VERSION
from analysis.backends.openai.tariff import cost_of
from analysis.models import AnalysisUsage
from crm.models import Company
from crm.tenancy import use_company


class DayIsSpent(Exception):
    """The company's day has no room for the request; `until` is when the next one begins."""

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True)
class CallsPurse:
    """Pays for the reading of one call. Opens the company's transactions itself: none is open while asking."""

    company_id: int
    call_id: int
    backend: str

    @contextmanager
    def paying(self, bill: Bill) -> Iterator[None]:
        """Write the request down, let it be made, settle it. Raises `DayIsSpent` before anything is asked."""
        with use_company(self.company_id):
            usage = self._write_down(bill)
        try:
            yield
        finally:
            if bill.is_settled:
                with use_company(self.company_id):
                    self._settle(usage.pk, bill)

    def _write_down(self, bill: Bill) -> AnalysisUsage:
        # Two workers at once: the second counts what the first wrote down.
        company = Company.objects.select_for_update(no_key=True).get(pk=self.company_id)
        cost = cost_of(settings.OPENAI_MODEL, tokens_in=bill.tokens_in, tokens_out=bill.tokens_out)
        refuse_past_cap(company, tokens=bill.tokens_in + bill.tokens_out, cost=cost)
        usage: AnalysisUsage = AnalysisUsage.objects.create(
            call_id=self.call_id,
            backend=self.backend,
            model=settings.OPENAI_MODEL,
            prompt_version=VERSION,
            tokens_in=bill.tokens_in,
            tokens_out=bill.tokens_out,
            cost=cost,
            currency=settings.OPENAI_CURRENCY,
        )
        return usage

    def _settle(self, pk: int, bill: Bill) -> None:
        if not bill.tokens_in and not bill.tokens_out:
            # Refused before it was read: nothing was paid.
            AnalysisUsage.objects.filter(pk=pk).delete()
            return
        cost = cost_of(settings.OPENAI_MODEL, tokens_in=bill.tokens_in, tokens_out=bill.tokens_out)
        AnalysisUsage.objects.filter(pk=pk).update(
            tokens_in=bill.tokens_in, tokens_out=bill.tokens_out, cost=cost, is_settled=True
        )


def refuse_past_cap(company: Company, *, tokens: int, cost: Decimal, now: datetime | None = None) -> None:
    """Raise `DayIsSpent` if so much more would be more than the company's day has room for."""
    begins, ends = day_of(company, now=now or timezone.now())
    spent_tokens, spent = AnalysisUsage.objects.since(begins).sums()
    if spent_tokens + tokens > settings.OPENAI_TOKENS_PER_DAY:
        raise DayIsSpent(f"the day's {settings.OPENAI_TOKENS_PER_DAY:,} tokens are used up", until=ends)
    most = most_per_day(company)
    if cost and spent + cost > most:
        raise DayIsSpent(f"the day's {most:,.2f} {settings.OPENAI_CURRENCY} are used up", until=ends)


def most_per_day(company: Company) -> Decimal:
    """Return what reading may cost the company in a day: its own limit, never more than the house's."""
    own = company.model_cost_per_day
    house: Decimal = settings.OPENAI_COST_PER_DAY
    return house if own is None else min(own, house)


def day_of(company: Company, *, now: datetime) -> tuple[datetime, datetime]:
    """Return when the company's day began and when the next one does."""
    today = company.local(now).date()
    begins = datetime.combine(today, time(), company.zone)
    return begins, datetime.combine(today + timedelta(days=1), time(), company.zone)
