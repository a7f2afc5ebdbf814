"""`python -m tests.benchmarks dashboard`: the dashboard of a company with a million calls, asked for any range.

Measured is what Django's own view does for the owner, once with today counted live (a mark on it) and with every other
day kept. `--quick` asks a tenth of the calls and fewer times. A number that differs from its calls fails the run.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from typing import Any

from tests import reports
from tests.benchmarks.load import BIG, add_options, database, fill, say
from tests.benchmarks.million import Answer, measure, percentile, person_of

GOAL_DATABASE_MS, GOAL_SERVER_MS = 50, 120
QUICK_CALLS, TIMES, QUICK_TIMES = 100_000, 20, 8
MOST_QUERIES = 30


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dashboard", description=__doc__)
    add_options(parser)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_CALLS:,} calls, and each question less often")
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    options = parser.parse_args(arguments)
    calls = min(options.calls, QUICK_CALLS) if options.quick else options.calls
    with database(options.keep):
        fill(calls=calls)
        company, client = person_of(BIG)
        counted = count_past(company)
        wrong = check(company)
        mark_today(company)
        times = QUICK_TIMES if options.quick else TIMES
        answers = [measure(question, client, company, times=times) for question in questions(company)]
    faults = [f"{answer.question.name}: {fault}" for answer in answers for fault in answer.faults]
    faults += [f"{wrong} days differ from their calls"] if wrong else []
    say("\n".join([*(" · ".join(row_of(answer)) for answer in answers), counted, *faults]))
    if not options.dry:
        write(answers, counted=counted, calls=calls)
    return 1 if faults else 0


def count_past(company: Any) -> str:
    """Mark every day, as the migration does, have them counted, and say how long that took."""
    from django.db import connections

    from calltracking.figures.keeping import refresh
    from calltracking.models import DailyCallStats
    from crm.tenancy import use_company

    with connections["owner"].cursor() as cursor:
        # Loading by COPY without triggers left no marks.
        cursor.execute(
            "insert into calltracking_staleday (company_id, moment)"
            " select distinct company_id, date_bin('15 minutes', started_at, '1973-01-01 00:00+00') from telephony_call"
            " where company_id = %s",
            [company.pk],
        )
    began, days = time.monotonic(), 0
    while done := refresh(company.pk):
        days += done
    took = time.monotonic() - began
    with use_company(company):
        rows = DailyCallStats.objects.count()
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze calltracking_dailycallstats")
    return f"The past, {days:,} days, was counted in {took:.0f} s and takes {rows:,} rows."


def check(company: Any) -> int:
    """Return how many of some days differ from their calls."""
    from calltracking.figures.keeping import differences
    from crm.tenancy import use_company

    with use_company(company):
        today = date.today()  # noqa: DTZ011 - any day will do
        return sum(len(differences(today - timedelta(days=nth))) for nth in range(0, 1095, 73))


def mark_today(company: Any) -> None:
    """Let a call of today change, so that today is counted live as it is in life."""
    from crm.tenancy import use_company
    from telephony.models import Call

    with use_company(company):
        call = Call.objects.order_by("-started_at", "-pk")[0]
        Call.objects.filter(pk=call.pk).update(is_hot=not call.is_hot)


def questions(company: Any) -> list[Any]:
    from crm.tenancy import use_company
    from telephony.models import Agent, Call
    from tests.benchmarks.questions import Question

    with use_company(company):
        agent = Agent.objects.order_by("pk")[0].pk
        named = Call.objects.exclude(campaign=None).order_by("-pk").values_list("campaign", flat=True)[:1]
        campaign = named[0] if named else 0
    three_years = "started_from=2020-01-01&started_to=2030-01-01"
    asked = {
        "Today": "days=1",
        "30 days": "days=30",
        "90 days": "days=90",
        "Three years": three_years,
        "90 days, one agent": f"days=90&agent={agent}",
        "Three years, one agent": f"{three_years}&agent={agent}",
        "Three years, one campaign": f"{three_years}&campaign={campaign}",
        "Three years, one agent, inbound": f"{three_years}&agent={agent}&direction=inbound",
        "Three years, agent, provider, inbound": f"{three_years}&agent={agent}&provider=elevenlabs&direction=inbound",
        "30 days, agent, campaign, inbound": f"days=30&agent={agent}&campaign={campaign}&direction=inbound",
    }
    return [Question(name, f"/analytics/?{query}", "page", MOST_QUERIES) for name, query in asked.items()]


def row_of(answer: Answer) -> list[str]:
    database, server = percentile(answer.database), percentile(answer.server)
    is_kept = database <= GOAL_DATABASE_MS and server <= GOAL_SERVER_MS
    said = [f"{database:.0f}", f"{server:.0f}", "yes" if is_kept else "no"]
    return [answer.question.name, str(len(answer.statements)), *said]


def write(answers: list[Answer], *, counted: str, calls: int) -> None:
    """Put the table in its place in docs/performance.md."""
    head = ["range", "queries", "database p95, ms", "server p95, ms", "kept"]
    table = reports.table(head, [row_of(answer) for answer in answers])
    where = reports.when_and_where(f"{calls:,} calls beside 50 other companies")
    goals = f"Goals: {GOAL_DATABASE_MS} ms in the database and {GOAL_SERVER_MS} ms on the server."
    text = f"{where}\n\n{table}\n\n{goals} {counted}"
    reports.put("performance.md", name="dashboard", command='make bench ARGS="dashboard"', text=text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
