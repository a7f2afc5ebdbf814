"""`make bench ARGS=export`: what it costs to write all calls of a company to a file, in time and in memory.

A company of 100,000 calls, each of them read and scored; the file is written as the page, the API and the command write
it, as the application's role. What grows with the calls fails the run, and so do times of another order than their
goal; times are reported beside it. Memory is that of the process, looked at while it writes.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

from tests import reports
from tests.benchmarks.load import BIG, add_options, database, fill, say

CALLS = 100_000
MOST_MB = 150
# A goal missed by so much is a mistake, whatever the machine.
ANOTHER_ORDER = 4
KINDS = (
    # Name, format, what goes along, and the goal in seconds, where there is one.
    ("CSV", "csv", (), 8),
    ("Excel", "xlsx", (), 20),
    ("JSON", "json", (), None),
    ("CSV, with contact and analysis", "csv", ("contact", "analysis"), None),
    ("Excel, with contact and analysis", "xlsx", ("contact", "analysis"), None),
)
# Most calls of the load were not read; here each was, and something was found.
READ = """
    insert into telephony_insight (company_id, call_id, is_current, backend, version, model, prompt_version, input_hash,
      findings, dropped, summary, score, conversion_probability, is_hot, reasons, created_at)
    select c.company_id, c.id, true, 'builtin', '1', '', '', repeat('0', 64),
      jsonb_build_object('schema_version', 1, 'city', f.fact || '{"value": "Pune"}', 'engagement', 0.6,
        'contact_name', f.fact || '{"value": "Meera Nair"}', 'pain_points', jsonb_build_array(
          f.fact || '{"value": "the rent"}', f.fact || '{"value": "the noise"}'),
        'next_best_action', f.fact || '{"value": "Send the floor plan"}', 'sentiment',
        '{"score": 0.4, "label": "positive", "course": []}'::jsonb),
      '[]', 'They asked about a two-bedroom flat and when they could see it.', 60, 0.5, false,
      '[{"label": "Interested", "points": 25, "turn": 1}, {"label": "Named a budget", "points": 20, "turn": 3}]', now()
      from telephony_call c,
           (select '{"confidence": 1, "evidence": {"turn": 1, "quote": "Pune", "speaker": "customer"}}'::jsonb fact) f
     where c.company_id = %s
       and not exists (select from telephony_insight i where i.call_id = c.id and i.company_id = c.company_id)
"""


def main(arguments: list[str]) -> int:
    """Measure, write docs/performance.md, and return how many bars do not hold."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls; nothing is written")
    add_options(parser)
    options, _ = parser.parse_known_args(arguments)
    calls = CALLS // (10 if options.quick else 1)
    with database(options.keep) as var:
        fill(calls=calls)
        company = read_all()
        measured = [(name, goal, *measure(company, shape, include, var)) for name, shape, include, goal in KINDS]
    rows = [
        (name, f"{rows:,}", f"{seconds:.1f}", goal or "", f"{busy:.1f}", f"{size / 1e6:.0f}", f"{grown:.0f}")
        for name, goal, rows, seconds, busy, size, grown in measured
    ]
    text = reports.table(
        ("file", "calls", "seconds", "goal", "of them busy", "MB", f"memory grew by, MB (at most {MOST_MB})"), rows
    )
    print(text)
    if not options.quick:
        counts = f"{calls:,} calls, each read"
        reports.put(
            "performance.md",
            name="export",
            command="make bench",
            text=f"{reports.when_and_where(counts)}\n\n{text}",
        )
    failures = [f"{name}: memory grew by {grown:.0f} MB" for name, *_, grown in measured if grown > MOST_MB]
    failures += [
        f"{name}: {seconds:.0f} s" for name, goal, _, seconds, *_ in measured if goal and seconds > goal * ANOTHER_ORDER
    ]
    for failure in failures:
        print(failure, file=sys.stderr)
    return len(failures)


def read_all() -> Any:
    """Give every call a reading, and let PostgreSQL look at them; returns the company."""
    from django.db import connections

    from crm.models import Company

    company = Company.objects.get(name=BIG)
    with connections["owner"].cursor() as cursor:
        cursor.execute(READ, [company.pk])
        cursor.execute("vacuum (analyze) telephony_insight")
    say("each call is read")
    return company


def measure(company: Any, shape: str, include: tuple[str, ...], var: Path) -> tuple[int, float, float, int, float]:
    """Write the file; returns its rows, seconds, how many of them this process was busy, bytes, and MB it grew by."""
    from django.http import QueryDict

    from calltracking.exports.asked import Asked
    from calltracking.exports.calls import CallRows
    from calltracking.exports.sending import pieces
    from crm.tenancy import use_company

    with use_company(company):
        asked = Asked.by(None, shape=shape, said=QueryDict(""), include=include)
    rows = size = 0

    def told(more: int) -> None:
        nonlocal rows
        rows += more

    with Watch() as watch, (var / f"export.{shape}").open("wb") as file:
        began, was_busy = time.perf_counter(), time.process_time()
        for piece in pieces(CallRows(asked), shape=shape, company_id=company.pk, zone=company.time_zone, told=told):
            size += file.write(piece)
        seconds, busy = time.perf_counter() - began, time.process_time() - was_busy
    say(f"{shape} {','.join(include)}: {seconds:.1f} s, {busy:.1f} s busy, grew by {watch.grown:.0f} MB")
    return rows, seconds, busy, size, watch.grown


class Watch:
    """How much the process grew meanwhile, at most, in MB."""

    def __enter__(self) -> Self:
        self.before = self.most = _resident_mb()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(0.05):
            self.most = max(self.most, _resident_mb())

    @property
    def grown(self) -> float:
        return self.most - self.before


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
