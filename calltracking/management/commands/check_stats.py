"""`manage.py check_stats [--day DAY] [--repair]`: the kept counts of days beside what their calls say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calltracking.figures.keeping import count_days, differences, stale_days
from calltracking.management.dates import day
from crm.models import Company
from crm.tenancy import refuse_to_start, use_company


class Command(BaseCommand):
    help = "Counts days from their calls and says which kept counts differ though no mark says so. Fails if any does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=day, metavar="YYYY-MM-DD", help="Only this day.")
        parser.add_argument("--company", metavar="SHORT-NAME", help="Only this company.")
        parser.add_argument("--repair", action="store_true", help="Count the days that differ anew.")

    def handle(self, *args: Any, day: date | None, company: str | None, repair: bool, **options: Any) -> None:
        refuse_to_start()
        companies = Company.objects.order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}.")
        wrong = sum(self._check(each, day, is_to_repair=repair) for each in companies)
        if wrong and not repair:
            raise CommandError(f"{wrong:,} days differ; --repair counts them anew.")

    def _check(self, company: Company, day: date | None, *, is_to_repair: bool) -> int:
        with use_company(company):
            wrong = differences(day)
            waiting = len(stale_days())
            if is_to_repair:
                count_days((each.day for each in wrong), company=company)
        for each in wrong:
            self.stdout.write(f"{company}: {each.day} has {each.kept} rows of counts, its calls make {each.found}")
        done = " and were counted anew" if is_to_repair and wrong else ""
        self.stdout.write(f"{company}: {len(wrong):,} days differ{done}; {waiting:,} are waiting to be counted")
        return len(wrong)
