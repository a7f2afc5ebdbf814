"""`manage.py reprocess_calls [--since DATE]`: calls read anew, after the reader or its rules became better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from analysis.backends import BACKENDS
from analysis.differences import Change
from analysis.models import Reading
from analysis.reprocessing import Estimate, Outcome, is_read_already, owe_reading
from analysis.understanding import conversation_of
from calltracking.management.dates import moment
from calltracking.views.words import label_of
from crm.leases import WorkState, work_on
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, CallId, Insight

# Company and call.
Rows = list[tuple[int, int]]


class Command(BaseCommand):
    help = (
        "Reads calls anew and says what that changed. Says first how many and at what cost, and asks. May be stopped "
        "and started again: what was read in the same way already is passed over. Earlier readings are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="DATE", type=moment, help="Calls that began at or after this.")
        parser.add_argument("--until", metavar="DATE", type=moment, help="Calls that began before this.")
        parser.add_argument("--call", metavar="ID", action="append", help="This call, by any of its ids; repeatable.")
        parser.add_argument("--company", metavar="SHORT-NAME", help="Of one company (its slug); of all by default.")
        parser.add_argument("--backend", choices=sorted(BACKENDS), help="Who reads them; else the configured one.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, company: str | None, yes: bool, **options: Any) -> None:
        companies = Company.objects.order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}.")
        backend = options["backend"]
        chosen = [(one.pk, pk) for one in companies for pk in _calls(one.pk, options)]
        estimate, to_read = self._estimate(chosen, backend=backend)
        self.stdout.write(_announced(estimate))
        if not to_read:
            return
        if not yes and input("Read them anew? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was read.")
        outcome = self._read(to_read, backend=backend)
        self._tell(outcome)

    def _estimate(self, chosen: Rows, *, backend: str | None) -> tuple[Estimate, Rows]:
        estimate, to_read = Estimate(), []

        def count(company_id: int, pk: int) -> None:
            before = estimate.to_read
            with use_company(company_id):
                call = Call.objects.defer("raw").filter(pk=pk).first()
                if call is not None:
                    estimate.add(call, backend=backend)
            if estimate.to_read > before:
                to_read.append((company_id, pk))

        self._each(chosen, count, "Counting")
        return estimate, to_read

    def _read(self, to_read: Rows, *, backend: str | None) -> Outcome:
        outcome = Outcome()
        self._each(to_read, lambda company_id, pk: _read_one(company_id, pk, backend, outcome), "Reading")
        return outcome

    def _each(self, rows: Rows, do: Callable[[int, int], None], verb: str) -> None:
        # For a terminal: a log or a pipe gets the summary alone.
        terminal = Console(stderr=True)
        with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
            task = progress.add_task(verb, total=len(rows))
            for company_id, pk in rows:
                do(company_id, pk)
                progress.advance(task)

    def _tell(self, outcome: Outcome) -> None:
        scores = outcome.scores
        self.stdout.write(
            f"{outcome.read:,} calls read, {outcome.unchanged:,} of them as before; "
            f"score up {scores['up']:,}, down {scores['down']:,}, same {scores['same']:,}, new {scores['new']:,}."
        )
        if outcome.waiting:
            self.stdout.write(f"{outcome.waiting:,} calls wait for their reader; workers go on with them.")
        if outcome.failed:
            self.stdout.write(f"{outcome.failed:,} calls could not be read; each call's page says why.")
        if outcome.names:
            out: Any = self.stdout
            Console(file=out, width=80).print(_table(outcome))


def _calls(company_id: int, options: dict[str, Any]) -> list[int]:
    with use_company(company_id):
        calls = Call.objects.ended().order_by("pk")
        if options["since"]:
            calls = calls.filter(started_at__gte=options["since"])
        if options["until"]:
            calls = calls.filter(started_at__lt=options["until"])
        if options["call"]:
            calls = calls.filter(pk__in=CallId.objects.filter(value__in=options["call"]).values("call_id"))
        return list(calls.values_list("pk", flat=True))


def _read_one(company_id: int, pk: int, backend: str | None, outcome: Outcome) -> None:
    """Owe the reading and do it here; a worker may be quicker, and whoever is killed leaves the row due."""
    with use_company(company_id):
        call = Call.objects.select_for_update(of=("self",)).defer("raw").filter(pk=pk).first()
        conversation = conversation_of(call) if call else None
        if call is None or conversation is None or is_read_already(call, conversation, backend=backend):
            return
        before = _current(call)
        owe_reading(call, backend=backend)
    work_on(Call, company_id=company_id, pk=pk)
    _ask_the_model(company_id, pk)
    with use_company(company_id):
        call = Call.objects.defer("raw").filter(pk=pk).first()
        if call is None:
            return
        if call.error and call.work_state != WorkState.DONE:
            outcome.failed += 1
            return
        outcome.add(before, _current(call))


def _ask_the_model(company_id: int, pk: int) -> None:
    """Where a model reads the call: ask it here, window by window, and let the journey go on from its answers."""
    while True:
        with use_company(company_id):
            owed = Reading.objects.filter(call=pk, work_state=WorkState.DUE, next_at__lte=timezone.now())
            reading = owed.values_list("pk", flat=True).first()
        if reading is None or not work_on(Reading, company_id=company_id, pk=reading):
            break
    work_on(Call, company_id=company_id, pk=pk)


def _current(call: Call) -> Insight | None:
    found: Insight | None = call.insights.filter(is_current=True).first()
    return found


def _announced(estimate: Estimate) -> str:
    without = f", {estimate.without_words:,} have no conversation" if estimate.without_words else ""
    passed = estimate.calls - estimate.to_read - estimate.without_words
    cost = f"about {estimate.cost:,.2f} {settings.OPENAI_CURRENCY}" if estimate.cost else "nothing"
    return (
        f"{estimate.calls:,} calls chosen: {estimate.to_read:,} to read anew, {passed:,} were read in the same way "
        f"already{without}. It costs {cost}."
    )


def _table(outcome: Outcome) -> Table:
    table = Table("Value", *(change.value.capitalize() for change in Change))
    for name in outcome.names:
        table.add_row(label_of(name), *(f"{outcome.fields[change][name]:,}" for change in Change))
    return table
