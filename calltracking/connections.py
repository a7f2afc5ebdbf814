"""Whether calls reach us: each provider account's addresses, secrets, last signs of life and failures, in words.

The page and `manage.py check_setup` say the same; red is what loses calls, or will.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery

from calltracking.backlog import BAD, GOOD, INFO, PLAIN, WARN, Fact
from calltracking.connection_facts import facts_of
from crm.leases import WorkState
from crm.models import Company
from crm.wording import day_and_time
from telephony.door.arrivals import NoSuchAddress, find_address
from telephony.initiation import SECRET_HEADER
from telephony.models import (
    ProviderAccount,
    Quarantined,
    SyncRun,
    Trouble,
    WebhookAddress,
    WebhookCheck,
    WebhookEvent,
)
from telephony.providers import get_provider

WORST_FIRST = (BAD, WARN, GOOD, INFO, PLAIN)
RECENT = timedelta(hours=24)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Paste:
    """Something to be entered at the provider: where, and what."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One account, as it stands now."""

    account: ProviderAccount
    pastes: tuple[Paste, ...]
    facts: tuple[Fact, ...]
    can_test: bool

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever heard of it."""
        return self.account.heard_at is None  # type: ignore[attr-defined]  # annotated

    @property
    def tone(self) -> str:
        return PLAIN if not self.account.is_active else min((f.tone for f in self.facts), key=WORST_FIRST.index)

    @property
    def word(self) -> str:
        if not self.account.is_active:
            return "Switched off"
        if self.tone == GOOD and any(fact.name == "Webhooks" and fact.tone == PLAIN for fact in self.facts):
            return "Waiting for the first call"
        return {BAD: "Needs you", WARN: "Have a look", GOOD: "Working"}.get(self.tone, "Waiting for the first call")


def connections(company: Company, *, now: datetime) -> list[Connection]:
    """Return every account of the company in use, with how it stands; the queries do not grow with the accounts."""
    accounts = list(_accounts(now))
    addresses = _by_account(WebhookAddress.objects.filter(company_id=company.pk, is_active=True).order_by("-pk"))
    latest = SyncRun.objects.order_by("account_id", "-started_at", "-pk").distinct("account_id")
    runs = {run.account_id: run for run in latest.exclude(finished_at=None)}
    checks = {check.account_id: check for check in WebhookCheck.objects.all()}
    troubles: dict[int, list[Trouble]] = {}
    for trouble in Trouble.objects.open().select_related("acknowledged_by__user").order_by("begun_at", "pk"):
        troubles.setdefault(trouble.account_id, []).append(trouble)
    bare = {_heard_at_bare_address(provider) for provider in {account.provider for account in accounts}}
    return [
        Connection(
            account=account,
            pastes=_pastes(account, addresses=addresses.get(account.pk, []), is_bare=account.pk in bare),
            facts=facts_of(
                account,
                company=company,
                has_address=account.pk in addresses,
                run=runs.get(account.pk),
                check=checks.get(account.pk),
                troubles=troubles.get(account.pk, []),
                now=now,
            ),
            can_test=_can_test(account),
        )
        for account in accounts
    ]


def is_red(facts: Iterable[Fact]) -> bool:
    return any(fact.tone == BAD for fact in facts)


def reach() -> Fact | None:
    """Return what is wrong with the address that providers are given, or None."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if host not in LOCAL_HOSTS:
        return None
    said = "Providers cannot reach it. Set SITE_URL to the address people open, or to that of a tunnel to this machine."
    return Fact(name="Address", word=f"{settings.SITE_URL} is this machine only", tone=WARN, detail=said)


# ---- an account -----------------------------------------------------------------------------------------------


def _accounts(now: datetime) -> QuerySet[Any]:
    def count_of_its(rows: QuerySet[Any]) -> Subquery:
        its = rows.filter(account=OuterRef("pk")).order_by().values("account")
        return Subquery(its.annotate(n=Count("pk")).values("n"))

    newest = WebhookEvent.objects.filter(account=OuterRef("pk")).order_by("-received_at")
    dead = WebhookEvent.objects.filter(work_state=WorkState.DEAD, received_at__gte=now - RECENT)
    return ProviderAccount.objects.annotate(
        heard_at=Subquery(newest.values("received_at")[:1]),
        dead=count_of_its(dead),
        quarantined=count_of_its(Quarantined.objects.waiting()),
    ).order_by("-is_active", "provider", "label", "pk")


def _by_account(addresses: Iterable[WebhookAddress]) -> dict[int, list[WebhookAddress]]:
    grouped: dict[int, list[WebhookAddress]] = {}
    for address in addresses:
        grouped.setdefault(address.account_id, []).append(address)
    return grouped


def _can_test(account: ProviderAccount) -> bool:
    return bool(account.api_key_sealed) and get_provider(account.provider).can_list_calls and not account.is_demo


def _pastes(account: ProviderAccount, *, addresses: list[WebhookAddress], is_bare: bool) -> tuple[Paste, ...]:
    provider = get_provider(account.provider)
    base = f"{settings.SITE_URL}/api/webhooks/{account.provider}"
    opened = [f"{address.hint}…, {day_and_time(address.created_at)}" for address in addresses]
    note = f"Open now: {'; '.join(opened)}." if opened else "None is open yet."
    if is_bare:
        note += f" As the only account here it is also heard at {base}."
    where = f"{provider.where_to_paste} " if provider.where_to_paste else ""
    pastes = [Paste(label="Webhook URL", text=f"{base}/<token>", note=f"{where}{note}")]
    if provider.asks_about_callers:
        pastes.append(
            Paste(
                label="Initiation webhook URL",
                text=f"{base}/<token>/initiation",
                note="The same token. The agent is told who calls while the phone rings.",
            )
        )
        pastes.append(
            Paste(label="Its request header", text=SECRET_HEADER, note="With the account's initiation secret as value.")
        )
    return tuple(pastes)


def _heard_at_bare_address(provider: str) -> int:
    """Return the account that is heard without a token, the only one of its provider here; 0 for none."""
    try:
        return find_address(provider, None).account_id
    except NoSuchAddress:
        return 0
