"""`manage.py check_setup [--company SLUG]`: whether calls reach us, in a terminal; exits 1 when something is red."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from calltracking.backlog import BAD, GOOD, WARN, Fact, durability, queue
from calltracking.connections import Connection, connections, is_red, reach
from crm.models import Company
from crm.tenancy import use_company
from telephony.credentials import try_key

COLORS = {BAD: "red", WARN: "yellow", GOOD: "green"}
# Colors are for terminals; the word tells it everywhere.
WORDS = {BAD: "RED", WARN: "look", GOOD: "ok"}


class Command(BaseCommand):
    help = "Shows, for each provider account, what to paste where, what is set and when it was last heard of."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", metavar="SLUG", help="Only this company; without it, all of them.")
        parser.add_argument("--no-test", action="store_true", help="Do not ask the providers whether the keys work.")

    def handle(self, *args: Any, company: str | None, no_test: bool, **options: Any) -> None:
        companies = Company.objects.order_by("name", "pk")
        if company and not companies.filter(slug=company).exists():
            raise CommandError(f"There is no company with the short name {company!r}.")
        console = Console(file=cast("IO[str]", self.stdout._out), highlight=False, soft_wrap=True)
        self._print(console, "", [*filter(None, [reach()]), durability()])
        chosen = companies.filter(slug=company) if company else companies
        reds = [self._check(console, one, is_testing=not no_test) for one in chosen]
        if any(reds):
            sys.exit(1)

    def _check(self, console: Console, company: Company, *, is_testing: bool) -> bool:
        """Print how the company's connections stand; returns whether something is red."""
        now = timezone.now()
        with timezone.override(company.zone), use_company(company):
            found, waiting = connections(company, now=now), queue(now=now)
        console.print(f"\n[bold]{escape(company.name)}[/bold]")
        if not found:
            console.print("  No provider is connected. Add an account under Providers.")
        red = False
        for connection in found:
            facts = [*connection.facts, *([_verdict(connection)] if is_testing and _is_tested(connection) else [])]
            self._print(console, f"{connection.account} · {connection.word}", facts, pastes=connection)
            red |= connection.account.is_active and is_red(facts)
        self._print(console, "What waits to be done", waiting)
        return red or is_red(waiting)

    def _print(self, console: Console, title: str, facts: Iterable[Fact], *, pastes: Connection | None = None) -> None:
        table = Table(title=escape(title) or None, title_justify="left", show_header=False, box=None, padding=(0, 2))
        for fact in facts:
            color = COLORS.get(fact.tone, "default")
            state = f"[{color}]{WORDS.get(fact.tone, '')}[/{color}]"
            table.add_row(escape(fact.name), state, escape(" · ".join(filter(None, (fact.word, fact.detail)))))
        console.print(table)
        # Outside the table: what is to be copied is neither cut nor wrapped.
        for paste in pastes.pastes if pastes else ():
            console.print(f"  {escape(paste.label)}: {escape(paste.text)}")


def _is_tested(connection: Connection) -> bool:
    return connection.can_test and connection.account.is_active


def _verdict(connection: Connection) -> Fact:
    verdict = try_key(connection.account)
    return Fact(name="API key", word=verdict.said, tone=GOOD if verdict.is_good else BAD)
