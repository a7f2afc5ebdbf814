"""`manage.py replay_events --state dead`: processes stored deliveries again, or verifies the quarantine again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from calltracking.management.dates import moment
from crm.leases import WorkState, announce
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Quarantined, WebhookEvent
from telephony.providers import PROVIDERS

BATCH = 500
STATES = ("dead", "unrouted", "all")


class Command(BaseCommand):
    help = "Processes stored deliveries again. What they did already is found and not done twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--state", choices=STATES, default="dead", help="Which deliveries; given up by default.")
        parser.add_argument("--provider", choices=sorted(PROVIDERS))
        parser.add_argument("--since", metavar="DATE", help="Received at or after this.")
        parser.add_argument("--call", metavar="ID", help="Those that speak of this call, by its id at the provider.")
        parser.add_argument("--company", metavar="SHORT-NAME", help="Of one company (its slug); of all by default.")
        parser.add_argument(
            "--quarantine", action="store_true", help="Verify the quarantine again; what is genuine now is let in."
        )

    def handle(self, *args: Any, company: str | None, quarantine: bool, **options: Any) -> None:
        companies = Company.objects.order_by("pk")
        if company:
            companies = companies.filter(slug=company)
            if not companies:
                raise CommandError(f"There is no company with the short name {company!r}.")
        options["since"] = moment(options["since"]) if options["since"] else None
        release = self._release if quarantine else self._replay
        total = sum(release(one.pk, options) for one in companies)
        said = "quarantined deliveries let in" if quarantine else "deliveries will be read again"
        self.stdout.write(f"{total} {said}")

    def _replay(self, company_id: int, options: dict[str, Any]) -> int:
        replayed = 0
        for batch in self._batches(company_id, self._events(company_id, options), "Replaying"):
            with use_company(company_id):
                replayed += WebhookEvent.objects.filter(pk__in=batch).replay()
                announce(WebhookEvent.objects.defer("body").get(pk=batch[-1]))
        return replayed

    def _release(self, company_id: int, options: dict[str, Any]) -> int:
        released = 0
        with use_company(company_id):
            waiting = Quarantined.objects.waiting()
            if options["provider"]:
                waiting = waiting.filter(provider=options["provider"])
            if options["since"]:
                waiting = waiting.filter(received_at__gte=options["since"])
            chosen = list(waiting.order_by("received_at", "pk").values_list("pk", flat=True))
        for batch in self._batches(company_id, chosen, "Verifying"):
            with use_company(company_id):
                held = Quarantined.objects.waiting().select_for_update(of=("self",)).filter(pk__in=batch)
                released += sum(one.release() for one in held.order_by("received_at", "pk"))
        return released

    @staticmethod
    def _events(company_id: int, options: dict[str, Any]) -> list[int]:
        with use_company(company_id):
            events = WebhookEvent.objects.replayable()
            if options["state"] == "dead" and not options["call"]:
                events = events.filter(work_state=WorkState.DEAD)
            if options["state"] == "unrouted":
                events = events.filter(work_state=WorkState.DONE).exclude(unrouted_because="")
            if options["provider"]:
                events = events.filter(provider=options["provider"])
            if options["since"]:
                events = events.filter(received_at__gte=options["since"])
            if options["call"]:
                events = events.filter(call_ref=options["call"])
            return list(events.order_by("received_at", "pk").values_list("pk", flat=True))

    def _batches(self, company_id: int, chosen: list[int], verb: str) -> Iterator[list[int]]:
        batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
        console = Console(stderr=True)
        shown = not console.is_terminal or len(chosen) < BATCH
        yield from track(
            batches, description=f"{verb} {len(chosen)} of company {company_id}", console=console, disable=shown
        )
