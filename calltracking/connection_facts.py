"""How one provider account stands, fact by fact: webhooks, synchronization, secrets, failures, alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from calltracking.backlog import BAD, GOOD, PLAIN, WARN, Fact, sentence
from crm.admin.cells import count_of
from crm.business_days import time_on_business_days
from crm.encryption import UnableToUnseal
from crm.models import Company
from crm.wording import ago, day_and_time
from telephony.models import (
    ProviderAccount,
    SyncRun,
    Trouble,
    WebhookCheck,
)
from telephony.providers import get_provider

# Of time on business days: a quiet weekend says nothing.
SILENT_AFTER = timedelta(hours=24)


UNVERIFIED = "Without it every delivery is refused"


WITHOUT = {
    "API key": "Calls that no webhook told us of are not found",
    "initiation secret": "Agents are not told who calls",
}


def facts_of(
    account: Any,
    *,
    company: Company,
    has_address: bool,
    run: SyncRun | None,
    check: WebhookCheck | None,
    troubles: list[Trouble],
    now: datetime,
) -> tuple[Fact, ...]:
    """Return what there is to say of the account, as `connections` annotates it; its open troubles come last."""
    missed = any(trouble.kind == Trouble.Kind.SILENT for trouble in troubles)
    missed |= bool(run and run.missed and (account.heard_at is None or account.heard_at < run.started_at))
    facts = [_webhooks(account, company=company, has_address=has_address, missed=missed, now=now)]
    if get_provider(account.provider).can_list_calls and not account.is_demo:
        facts.append(_synchronized(account, run=run))
    if check and get_provider(account.provider).tells_webhooks and not account.is_demo:
        facts.append(_there(account, check))
    return (*facts, _secrets(account), _failures(account), *map(_alarm, troubles))


def _webhooks(account: Any, *, company: Company, has_address: bool, missed: bool, now: datetime) -> Fact:
    name, heard_at = "Webhooks", account.heard_at
    url = f"{reverse('admin:telephony_webhookevent_changelist')}?provider={account.provider}"
    if not has_address:
        said = "Open one, and paste it at the provider."
        return Fact(name=name, word="No address is open", tone=BAD if not heard_at else WARN, detail=said)
    if missed:
        said = "Synchronization found calls that no webhook told us of. Look at the address and the secret there."
        return Fact(name=name, word="Not arriving", tone=BAD, detail=said)
    if heard_at is None:
        return Fact(name=name, word="Waiting for the first call", tone=PLAIN, detail="Nothing has arrived yet.")
    if account.is_demo:
        return Fact(
            name=name, word=f"Last {ago(heard_at)}", tone=GOOD, detail="A demo account, never calls out.", url=url
        )
    if time_on_business_days(company, start=heard_at, end=now) > SILENT_AFTER:
        said = "No call on a whole working day, or the provider does not reach us. Make a test call."
        return Fact(name=name, word=f"Silent, last {ago(heard_at)}", tone=WARN, detail=said, url=url)
    return Fact(name=name, word=f"Last {ago(heard_at)}", tone=GOOD, detail=day_and_time(heard_at), url=url)


def _synchronized(account: ProviderAccount, *, run: SyncRun | None) -> Fact:
    name, url = "Synchronization", reverse("admin:telephony_syncrun_changelist")
    if run is None or run.finished_at is None:
        has_key = bool(account.api_key_sealed)
        said = "It runs every 15 minutes." if has_key else "It needs the API key."
        return Fact(name=name, word="Not yet", tone=PLAIN, detail=said)
    if run.failed_because:
        return Fact(name=name, word=f"Failed {ago(run.finished_at)}", tone=BAD, detail=run.failed_because, url=url)
    counts = f"{count_of(run.seen, 'call')} listed, {run.new:,} new, {run.changed:,} changed"
    missed = f"{run.missed:,} missed by webhooks" if run.missed else "none missed by webhooks"
    unread = f", {run.failed:,} could not be read" if run.failed else ""
    return Fact(
        name=name,
        word=f"Last {ago(run.finished_at)}",
        tone=WARN if run.missed or run.failed else GOOD,
        detail=f"{counts}, {missed}{unread}",
        url=url,
    )


def _there(account: ProviderAccount, check: WebhookCheck) -> Fact:
    """What the provider says of our webhook, and how it repeats what failed."""
    provider = get_provider(account.provider)
    name, failed = f"At {provider.label}", ""
    if check.failed_at:
        failed = f" It failed last {ago(check.failed_at)}{f' with {check.failed_with}' if check.failed_with else ''}."
    if check.is_off_by_itself or check.is_off:
        word = "Gave our webhook up" if check.is_off_by_itself else "Our webhook is switched off"
        return Fact(name=name, word=word, tone=BAD, detail=f"Switch it on again in its settings there.{failed}")
    if check.could_not:
        return Fact(name=name, word="Does not tell how the webhook is set up", tone=PLAIN, detail=check.could_not)
    if not check.found:
        said = "None of the webhooks there has an address of ours. One that forwards to us may be fine."
        return Fact(name=name, word="Our webhook is not listed", tone=WARN, detail=said)
    if check.sends_again is None:
        return Fact(name=name, word="Switched on", tone=GOOD, detail=f"{provider.about_retries}{failed}")
    if check.sends_again:
        return Fact(name=name, word="Switched on, with retries", tone=GOOD, detail=f"{provider.about_retries}{failed}")
    said = f"{provider.about_retries} Without them what fails once comes in by synchronization alone."
    return Fact(name=name, word="Retries are off", tone=WARN, detail=f"{said}{failed}")


def _alarm(trouble: Trouble) -> Fact:
    known = f" {trouble.acknowledged_by or 'Somebody'} knows of it." if trouble.acknowledged_at else ""
    tight = " Calls are asked for every minute." if trouble.kind == Trouble.Kind.SILENT else ""
    return Fact(
        name=trouble.get_kind_display(),
        word=f"Since {day_and_time(trouble.since)}",
        tone=BAD,
        detail=f"{trouble.said}{tight}{known}",
        url=reverse("sync-health"),
    )


def _secrets(account: ProviderAccount) -> Fact:
    name, provider = "Secrets", get_provider(account.provider)
    signed_with = provider.signed_with
    kept: list[tuple[str, str, bool]] = [(signed_with, account.webhook_secret_sealed, provider.signs_webhooks)]
    if not account.is_demo:
        kept += [
            ("API key", account.api_key_sealed, provider.can_list_calls),
            ("initiation secret", account.initiation_secret_sealed, provider.asks_about_callers),
        ]
    there = [what for what, sealed, is_wanted in kept if is_wanted and sealed]
    missing = [what for what, sealed, is_wanted in kept if is_wanted and not sealed]
    try:
        account.webhook_secrets(), account.api_key(), account.initiation_secret()
    except UnableToUnseal:
        said = "ENCRYPTION_KEYS lacks the key they were sealed with. Put it back, or enter them anew."
        return Fact(name=name, word="Cannot be opened", tone=BAD, detail=said)
    if not missing:
        return Fact(name=name, word="All set", tone=GOOD, detail=sentence(there))
    # The first is what every delivery is verified with; without the others something is only left out.
    tone = BAD if signed_with in missing else WARN if "API key" in missing else PLAIN
    detail = f"{WITHOUT.get(missing[0], UNVERIFIED)}."
    return Fact(name=name, word=sentence([*missing[:-1], f"{missing[-1]} not set"]), tone=tone, detail=detail)


def _failures(account: Any) -> Fact:
    dead, quarantined = account.dead or 0, account.quarantined or 0
    if not dead and not quarantined:
        return Fact(name="Failures", word="None", tone=GOOD, detail="in 24 hours")
    parts = [f"{count_of(dead, 'delivery', plural='deliveries')} given up in 24 hours"] if dead else []
    if quarantined:
        parts.append(f"{count_of(quarantined, 'delivery', plural='deliveries')} that did not verify")
    return Fact(
        name="Failures",
        word=f"{dead + quarantined:,} to look at",
        tone=BAD if dead else WARN,
        detail=sentence(parts),
        url=f"{reverse('admin:telephony_webhookevent_changelist')}?state=dead"
        if dead
        else reverse("admin:telephony_quarantined_changelist"),
    )
