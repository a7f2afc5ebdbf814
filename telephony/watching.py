"""Watching over accounts: what loses calls is noted as a trouble, and ends by itself once it is well again.

The timetable looks once a minute. While an account's webhooks are silent its calls are asked for each minute too, so
that what is lost on one way comes in by the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from crm.leases import WorkState, announce
from crm.models import Company
from crm.tenancy import use_company
from telephony.missed import WEBHOOK_MAY_TAKE
from telephony.models import Call, ProviderAccount, Quarantined, SyncRun, Trouble, WebhookCheck, WebhookEvent
from telephony.models.syncs import SyncAlreadyRuns
from telephony.providers import get_provider
from telephony.sync import accounts_to_ask

logger = logging.getLogger(__name__)

# One lost webhook is no silence, one failed run no failure: from here on people are told.
MANY_CALLS, MANY_RUNS, MANY_DELIVERIES = 2, 3, 3
# After so much quiet the calls are asked for once, whether or not the timetable is there yet: is it the webhooks?
QUIET = WEBHOOK_MAY_TAKE
TIGHT = timedelta(minutes=1)
# The timetable's minute is never exact.
SLACK = timedelta(seconds=10)
RECENT = timedelta(hours=24)
# Of what lasts for weeks no more is counted than this.
MOST_COUNTED, COUNTED = 10_000, timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """That something is wrong now: since when, how much it concerns, and the sentence."""

    since: datetime
    said: str
    found: int = 0


def watch_all(*, now: datetime | None = None) -> None:
    """Look after every account of every company, and begin the runs that cannot wait for the timetable."""
    now = now or timezone.now()
    for company_id in Company.objects.filter(is_demo=False).order_by("pk").values_list("pk", flat=True):
        with use_company(company_id):
            for account in ProviderAccount.objects.filter(is_demo=False).order_by("pk"):
                watch(account, now=now)
            for account in accounts_to_ask():
                _hurry(account, now=now)


def watch(account: ProviderAccount, *, now: datetime) -> None:
    """Note what has become wrong with the account and end what is well again; the company is in use."""
    going_on = {trouble.kind: trouble for trouble in Trouble.objects.open().filter(account=account)}
    for kind, look in LOOKS.items():
        trouble = going_on.get(kind)
        sign = look(account, now, trouble is not None) if account.is_active else None
        if sign and trouble:
            trouble.go_on(said=sign.said, found=sign.found)
        elif sign:
            Trouble.objects.begin(account, kind=kind, since=sign.since, said=sign.said, found=sign.found, at=now)
        elif trouble:
            trouble.end(at=now)


def is_polled_tightly(account: ProviderAccount) -> bool:
    return Trouble.objects.open().filter(account=account, kind=Trouble.Kind.SILENT).exists()


# ---- runs that cannot wait ------------------------------------------------------------------------------------


def _hurry(account: ProviderAccount, *, now: datetime) -> None:
    """Begin a run each minute while webhooks are silent, and one as soon as they have been quiet for a while."""
    latest = SyncRun.objects.filter(account=account).order_by("-started_at", "-pk").first()
    last = latest.started_at if latest else None
    if is_polled_tightly(account):
        is_due = last is None or last <= now - TIGHT + SLACK
    else:
        heard = heard_at(account)
        is_due = heard is not None and heard <= now - QUIET and (last is None or last < heard + QUIET)
    if not is_due:
        return
    try:
        announce(SyncRun.objects.begin(account, now=now))
    except SyncAlreadyRuns as error:
        logger.info("%s", error)


def heard_at(account: ProviderAccount) -> datetime | None:
    """Return when the account's latest genuine delivery came; None when none ever did."""
    latest = WebhookEvent.objects.filter(account=account).order_by("-received_at").values_list("received_at", flat=True)
    return latest.first()


# ---- what can be wrong ----------------------------------------------------------------------------------------


def _silent(account: ProviderAccount, now: datetime, is_open: bool) -> Sign | None:
    """Calls were over, their webhooks had time to come, and none came since: of any call."""
    if not get_provider(account.provider).can_list_calls or not account.addresses.filter(is_active=True).exists():
        return None
    heard = heard_at(account)
    if heard is None:
        return None  # never set up; the account's page says so
    began_after = max(heard, account.created_at)
    ours = Call.objects.filter(account=account, reached_us_by="sync", started_at__gt=began_after)
    found = ours.filter(ended_at__lte=now - WEBHOOK_MAY_TAKE)[:MOST_COUNTED].count()
    if found < (1 if is_open else MANY_CALLS):
        return None
    unverified = Quarantined.objects.waiting().filter(account=account, received_at__gt=heard).exists()
    why = (
        "Deliveries arrive that do not verify: look at the webhook secret."
        if unverified
        else "None arrives: look at the webhook's address and whether it is switched on."
    )
    return Sign(since=heard, found=found, said=f"Synchronization finds calls that no webhook told of. {why}")


def _failing(account: ProviderAccount, now: datetime, is_open: bool) -> Sign | None:
    many = 1 if is_open else MANY_RUNS
    finished = SyncRun.objects.filter(account=account).exclude(finished_at=None)
    latest = list(finished.order_by("-started_at", "-pk")[:many])
    if len(latest) < many or not all(run.failed_because for run in latest):
        return None
    came_through = finished.filter(failed_because="").order_by("-started_at", "-pk").first()
    failed = finished.exclude(failed_because="").filter(started_at__gte=now - COUNTED)
    if came_through:
        failed = failed.filter(started_at__gt=came_through.started_at)
    first = failed.order_by("started_at", "pk").first() or latest[-1]
    return Sign(since=first.started_at, found=failed.count(), said=latest[0].failed_because)


def _switched_off(account: ProviderAccount, now: datetime, is_open: bool) -> Sign | None:
    check = WebhookCheck.objects.filter(account=account).first()
    label = get_provider(account.provider).label
    if check is None or not (check.is_off or check.is_off_by_itself):
        return None
    if check.is_off_by_itself:
        code = f" The last answer it did not like was {check.failed_with}." if check.failed_with else ""
        said = f"{label} gave our webhook up after many failures.{code} Switch it on again in its settings there."
    else:
        said = f"Our webhook is switched off at {label}. Switch it on in its settings there."
    return Sign(since=check.failed_at or check.asked_at, said=said)


def _unverified(account: ProviderAccount, now: datetime, is_open: bool) -> Sign | None:
    """Deliveries were refused, and since the first of them none verified."""
    after = max(heard_at(account) or account.created_at, now - RECENT)
    waiting = Quarantined.objects.waiting().filter(account=account, received_at__gt=after)
    found = waiting.count()
    if found < (1 if is_open else MANY_DELIVERIES):
        return None
    first = waiting.order_by("received_at").values_list("received_at", flat=True).first()
    said = "Compare the secret there with the account's; then verify the deliveries again in the quarantine."
    return Sign(since=first or after, found=found, said=f"The latest deliveries do not verify. {said}")


def _given_up(account: ProviderAccount, now: datetime, is_open: bool) -> Sign | None:
    dead = WebhookEvent.objects.filter(account=account, work_state=WorkState.DEAD, received_at__gt=now - RECENT)
    found = dead.count()
    if found < (1 if is_open else MANY_DELIVERIES):
        return None
    first = dead.order_by("received_at").values_list("received_at", flat=True).first()
    said = "Deliveries were tried five times in vain. They stand in the inbox with the error, and can be replayed."
    return Sign(since=first or now, found=found, said=said)


LOOKS: dict[str, Callable[[ProviderAccount, datetime, bool], Sign | None]] = {
    Trouble.Kind.SILENT: _silent,
    Trouble.Kind.FAILING: _failing,
    Trouble.Kind.SWITCHED_OFF: _switched_off,
    Trouble.Kind.UNVERIFIED: _unverified,
    Trouble.Kind.GIVEN_UP: _given_up,
}
