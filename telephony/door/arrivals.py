"""A delivery at the door: its address found, verified, and stored in the inbox in one transaction."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.db import connection
from django.db.models import Func, TextField

from crm.failpoints import failpoint
from crm.leases import WorkState, announce
from crm.tenancy import use_company
from telephony.door import express, memory
from telephony.models import ProviderAccount, WebhookAddress, WebhookEvent
from telephony.models.accounts import hash_token
from telephony.providers import get_provider
from telephony.providers.base import Delivery, InvalidSignature

logger = logging.getLogger(__name__)

HURRY = "set local statement_timeout = 2000; set local lock_timeout = 2000"
# More than this of one account in a second is worth a line in the log; it is never refused.
MOST_PER_SECOND = 50


class RowVersion(Func):
    """What PostgreSQL changes with every change of an account's row."""

    template = '"telephony_provideraccount"."xmin"::text'


class NoSuchAddress(Exception):
    """Nothing of ours listens there."""


class Refused(Exception):
    """The sender is answered `code`; `why` says what to check. `address` where it reached one of ours."""

    def __init__(self, code: int, why: str, address: WebhookAddress | None = None) -> None:
        super().__init__(why)
        self.code, self.why, self.address = code, why, address


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A delivery, where it came to and from whom. `token_hash` is None at the bare address of a provider."""

    provider: str
    token_hash: str | None
    delivery: Delivery
    ip: str | None

    def take(self) -> int:
        """Store the delivery for the account it is for; returns the inbox row's id, the same for a repeat.

        Raises `Refused`.
        """
        try:
            address = find_address_by_hash(self.provider, self.token_hash)
        except NoSuchAddress as error:
            memory.forget(self.provider, self.token_hash)
            raise Refused(404, "no such address") from error
        try:
            return receive(address, self.delivery, ip=self.ip, learnt_as=self.token_hash)
        except NoSuchAddress as error:
            memory.forget(self.provider, self.token_hash)
            raise Refused(404, "its account is switched off") from error
        except InvalidSignature as error:
            raise self.refused(str(error), address) from error

    def take_express(self, *, within_seconds: float) -> bool:
        """Store the delivery the short way, where its address is known; returns False where that did not do.

        Raises `OperationalError` when PostgreSQL does not answer in time.
        """
        # What the bare address means changes with every other account.
        known = None if self.token_hash is None else memory.recall(self.provider, self.token_hash)
        if known is None or express.take(known, self.delivery, ip=self.ip, within_seconds=within_seconds) is None:
            return False
        memory.confirm(known, token_hash=self.token_hash)
        _count(known.account.pk)
        return True

    def judge_from_memory(self) -> bool:
        """Return whether the delivery is known to be genuine without asking PostgreSQL; False when nobody can tell.

        Raises `Refused` for what is known not to be.
        """
        known = memory.recall(self.provider, self.token_hash)
        if known is None:
            return False
        try:
            known.account.verify(self.delivery, ip=self.ip)
        except InvalidSignature as error:
            if known.is_fresh:
                raise self.refused(str(error), known.address) from error
            # The secret may have been changed since we learnt it: whoever drains the spool knows.
            return False
        return True

    def refused(self, why: str, address: WebhookAddress) -> Refused:
        """Return how a delivery that is not genuine is answered: a wrong type is the likelier cause."""
        kind = self.delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in get_provider(self.provider).content_types:
            return Refused(415, f"the content type {kind[:60] or 'none'} is not what the provider sends", address)
        return Refused(401, why, address)


def find_address(provider: str, token: str | None) -> WebhookAddress:
    """Return the active address for a token, or for the bare URL of a provider. Raises `NoSuchAddress`."""
    return find_address_by_hash(provider, None if token is None else hash_token(token))


def find_address_by_hash(provider: str, token_hash: str | None) -> WebhookAddress:
    """Return the active address for a token's hash; for None that of the bare URL.

    The bare URL works for a provider that signs and has exactly one active account that is no demo. Raises
    `NoSuchAddress`.
    """
    known = WebhookAddress.objects.listening().filter(provider=provider)
    if token_hash is not None:
        found = list(known.filter(token_hash=token_hash))
    elif get_provider(provider).signs_webhooks:
        found = list(known.filter(is_demo=False).order_by("account_id", "-pk").distinct("account_id")[:2])
    else:
        found = []
    if len(found) != 1:
        raise NoSuchAddress(provider)
    return found[0]


def receive(address: WebhookAddress, delivery: Delivery, *, ip: str | None, learnt_as: str | None = None) -> int:
    """Verify the delivery for the address's account and store it; returns the row's id, the same for a repeat.

    One transaction. Raises `InvalidSignature` or `NoSuchAddress`; nothing is stored then.
    """
    failpoint("ingest:before_store")
    with use_company(address.company_id):
        _hurry()
        versioned = ProviderAccount.objects.annotate(version=RowVersion(output_field=TextField()))
        account = versioned.filter(pk=address.account_id, is_active=True).first()
        if account is None:
            raise NoSuchAddress(address.provider)
        memory.learn(address, account, version=account.version, token_hash=learnt_as)
        account.verify(delivery, ip=ip)
        failpoint("ingest:after_verify")
        event = WebhookEvent.objects.store(delivery, account=account, provider=get_provider(address.provider), ip=ip)
        if event.work_state == WorkState.DUE:
            announce(event)
        failpoint("ingest:before_commit")
    failpoint("ingest:after_commit")
    _count(address.account_id)
    return event.pk


def _hurry() -> None:
    """Let no statement of this transaction wait longer than a provider does."""
    # Inside another transaction the setting would stay until its end.
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute(HURRY)


_pace: dict[int, tuple[int, int]] = {}


def _count(account_id: int) -> None:
    second = int(time.monotonic())
    since, deliveries = _pace.get(account_id, (second, 0))
    deliveries = deliveries + 1 if since == second else 1
    _pace[account_id] = (second, deliveries)
    if deliveries == MOST_PER_SECOND + 1:
        logger.warning("account %s sends more than %s deliveries a second", account_id, MOST_PER_SECOND)
