"""`python -m tests.benchmarks million`: lists with a million calls in them, asked as people ask, under the policies.

Measured is what Django's own views do for the owner of the big company: the time in the database, the time on the
server, the number of queries, and how PostgreSQL finds the rows. A plan that reads a big table from end to end fails
the run, and so do more queries than are pinned here; times are reported beside their goal.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import reports
from tests.benchmarks.load import BIG, add_options, database, fill, say

if TYPE_CHECKING:
    from tests.benchmarks.questions import Question

TIMES, WARM = 20, 2
# How much deeper each time is asked from.
FRAMES = 3
# Tables of which no question reads more than it shows.
BIG_TABLES = [
    "telephony_call",
    "telephony_callid",
    "telephony_turn",
    "telephony_insight",
    "telephony_callmetrics",
    "telephony_calleventlog",
    "telephony_webhookevent",
    "crm_contact",
    "crm_contactword",
    "crm_phonenumber",
    "crm_interaction",
    "crm_followup",
    "crm_leadstatuschange",
]
SCAN = re.compile(rf"Seq Scan on ({'|'.join(BIG_TABLES)})\b.*actual rows=([\d.]+) loops=(\d+)")
REMOVED = re.compile(r"Rows Removed by Filter: (\d+)")
# A scan that stops at one of the first rows is as good as an index.
MOST_READ = 1000
GOAL_DATABASE_MS = 20
GOAL_SERVER_MS = {"page": 50, "api": 50, "admin": 150}


@dataclass
class Answer:
    """What one question cost. Milliseconds."""

    question: Question
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statements: list[tuple[str, Any]] = field(default_factory=list)
    plans: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def row(self) -> list[str]:
        p50, p95 = statistics.median(self.server), percentile(self.server)
        in_database = statistics.median(self.database)
        goal = GOAL_SERVER_MS[self.question.kind]
        kept = "yes" if in_database <= GOAL_DATABASE_MS and p95 <= goal else "no"
        queries = str(len(self.statements))
        return [self.question.name, queries, f"{in_database:.1f}", f"{p50:.0f}", f"{p95:.0f}", str(goal), kept]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="million", description=__doc__)
    add_options(parser)
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--only", default="", help="questions whose name has this in it")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each question is asked")
    parser.add_argument("--plans", action="store_true", help="print how the rows are found")
    options = parser.parse_args(arguments)
    with database(options.keep) as var:
        fill(calls=options.calls)
        answers = ask(only=options.only, plans=options.plans, times=options.times)
        noise = "" if options.only or options.plans else noise_of_a_neighbor(var)
    failed = [f"{answer.question.name}: {fault}" for answer in answers for fault in answer.faults]
    if not (options.dry or options.only):
        write(answers, noise=noise, calls=options.calls)
    say("\n".join([noise, *failed, f"{len(answers)} questions, {len(failed)} failures"]))
    return 1 if failed else 0


def ask(*, only: str, plans: bool, times: int) -> list[Answer]:
    """Ask every question whose name has `only` in it, as the owner of the big company."""
    from tests.benchmarks.questions import questions

    company, client = person_of(BIG)
    answers = []
    for question in questions(company):
        if only not in question.name:
            continue
        answer = measure(question, client, company, times=times)
        answers.append(answer)
        say(" · ".join(answer.row))
        for sql, plan in answer.plans if plans else ():
            say(f"{sql[:3000]}\n{plan}\n")
        for fault in answer.faults:
            say(f"   FAILED: {fault}")
    return answers


def person_of(name: str) -> tuple[Any, Any]:
    """Return the company of that name, and its owner's browser."""
    from django.conf import settings
    from django.test import Client

    import config.wsgi  # noqa: F401 - loaded as a web process is, which looks for garbage only in what came later
    from crm.models import Company, Membership

    settings.ALLOWED_HOSTS = ["*"]
    company = Company.objects.get(name=name)
    client = Client()
    client.force_login(Membership.objects.select_related("user").get(company=company, role="owner").user)
    return company, client


def measure(question: Question, client: Any, company: Any, *, times: int) -> Answer:
    """Ask some times; returns what it cost, and what is wrong with it."""
    from django.db import connection

    answer = Answer(question)
    for nth in range(WARM + times):
        answer.statements = []
        in_database = 0.0

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal in_database
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                in_database += time.perf_counter() - began
                answer.statements.append((sql, params))

        began = time.perf_counter()
        with connection.execute_wrapper(watch):
            response = from_depth(nth * FRAMES, partial(client.get, question.path))
        took = time.perf_counter() - began
        if response.status_code != 200:
            answer.faults.append(f"answered {response.status_code}")
        if nth >= WARM:
            answer.server.append(1000 * took)
            answer.database.append(1000 * in_database)
        if nth >= WARM + 2 and sum(answer.server) > 20_000:
            break  # far from its goal: a few measurements say so
    if len(answer.statements) > question.most_queries:
        answer.faults.append(f"{len(answer.statements)} queries, {question.most_queries} are allowed")
    answer.plans = list(plans_of(answer.statements, company))
    for _, plan in answer.plans:
        answer.faults += [f"reads all of {table}" for table in read_whole(plan)]
    return answer


def from_depth(depth: int, ask: Callable[[], Any]) -> Any:
    """Ask with so many calls in between.

    CPython 3.11 keeps its stack in pieces of 16 kB: what is called often just where one ends costs up to half as much
    again. Where that is depends on the server's own depth, so each time is asked from another one.
    """
    return ask() if depth == 0 else from_depth(depth - 1, ask)


def read_whole(plan: str) -> list[str]:
    """Return the big tables of which a plan read more than `MOST_READ` rows without an index."""
    lines, found = plan.splitlines(), []
    for nth, line in enumerate(lines):
        if scan := SCAN.search(line):
            below = itertools.takewhile(lambda each: "->" not in each, lines[nth + 1 :])
            removed = sum(int(told[1]) for each in below if (told := REMOVED.search(each)))
            if (float(scan[2]) + removed) * int(scan[3]) > MOST_READ:
                found.append(scan[1])
    return found


def plans_of(statements: list[tuple[str, Any]], company: Any) -> Any:
    """Yield each question that was put to a big table, and how PostgreSQL answers it under the policy."""
    from django.db import connection

    from crm.tenancy import use_company

    with use_company(company), connection.cursor() as cursor:
        for sql, params in statements:
            if sql.startswith(("SELECT", "(SELECT")) and any(f'"{table}"' in sql for table in BIG_TABLES):
                cursor.execute(f"explain (analyze, timing off, buffers off) {sql}", params)
                yield sql, "\n".join(row[0] for row in cursor.fetchall())


def noise_of_a_neighbor(var: Path) -> str:
    """Return, in a sentence, what a company notices of a neighbor that asks twenty times as much."""
    from tests.benchmarks.noise import measure_noise

    return measure_noise(var)


def percentile(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[18] if len(values) > 1 else values[0]


def write(answers: list[Answer], *, noise: str, calls: int) -> None:
    """Put the table in its place in docs/performance.md."""
    head = ["question", "queries", "database, ms", "server p50, ms", "server p95, ms", "goal, ms", "kept"]
    table = reports.table(head, [answer.row for answer in answers])
    where = reports.when_and_where(f"{calls:,} calls and {calls * 3 // 10:,} contacts beside 50 other companies")
    reports.put("performance.md", name="million", command="make bench", text=f"{where}\n\n{table}\n\n{noise}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
