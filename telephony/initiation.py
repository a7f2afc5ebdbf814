"""A voice agent is about to answer: it asks who is calling, and is told what we know.

The question comes while the phone rings, and an error costs the call: whatever happens here, a caller who cannot be
looked up is answered like one we do not know. Nothing is written; the call itself is told of by its webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm import phones
from crm.deadlines import database_within
from crm.knowledge import NOBODY, Knowledge, knowledge_of
from crm.middleware import without_company_transaction
from crm.proxies import client_address
from crm.tenancy import use_company
from telephony.door.arrivals import Refused
from telephony.door.bodies import read_at_most
from telephony.door.refusals import is_over_limit, record
from telephony.models import ProviderAccount, WebhookAddress
from telephony.models.accounts import hash_token
from telephony.providers import UnknownProvider, get_provider
from telephony.providers.base import Asked, NotUnderstood, Provider

logger = logging.getLogger(__name__)

# For each statement: a database that takes longer is as good as away, because the caller is waiting.
PATIENCE_MS = 80
# For all of them, and kept by us: a server that hangs keeps no time-out of its own.
PATIENCE_SECONDS = 0.4
MOST_BYTES = 64 * 1024
MOST_REMEMBERED = 1_000
# The first is ours to name; the other is what people enter who know no other.
SECRET_HEADER = "X-Ringside-Secret"  # noqa: S105 - the name of a header
SECRET_HEADERS = (SECRET_HEADER, "X-Api-Key")


class NobodyListens(Exception):
    """There is no such address, or its account is switched off."""


class NotAllowed(Exception):
    """The question came without the account's secret."""


@dataclass(frozen=True)
class Remembered:
    """What is kept in memory of an address, for when the database is away. The secret only as a digest."""

    company_id: int
    zone: tzinfo
    secret_digest: bytes = field(repr=False)
    defaults: Mapping[str, Any]

    def allows(self, given: str) -> bool:
        return bool(self.secret_digest) and hmac.compare_digest(self.secret_digest, _digest(given))


_remembered: OrderedDict[str, Remembered] = OrderedDict()
_lock = Lock()


@csrf_exempt
@without_company_transaction
@require_POST
def initiation(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Answer a provider's question about a caller. 404: nobody listens there; 401: the secret is not ours."""
    try:
        known = _provider_that_asks(provider)
        reply = answer(known, token, given=_given_secret(request), asked=_asked(known, request))
    except NobodyListens:
        return _refuse(request, provider, Refused(404, "no such address to ask about callers"), said="no such address")
    except NotAllowed:
        why = f"a question about a caller without the account's secret in {SECRET_HEADER}"
        return _refuse(request, provider, Refused(401, why), said="not allowed")
    return JsonResponse(reply, headers={"Cache-Control": "no-store"})


def _refuse(request: HttpRequest, provider: str, refused: Refused, *, said: str) -> HttpResponse:
    """Answer who may not ask, on record and within the limits of the door; who may is never held up by it."""
    ip = client_address(request)
    if is_over_limit(ip):
        return JsonResponse({"error": "too many attempts that failed"}, status=429, headers={"Retry-After": "60"})
    record(provider, refused, ip=ip)
    return JsonResponse({"error": said}, status=refused.code)


def _provider_that_asks(name: str) -> Provider:
    try:
        provider = get_provider(name)
    except UnknownProvider as error:
        raise NobodyListens from error
    if not provider.asks_about_callers:
        raise NobodyListens
    return provider


def answer(provider: Provider, token: str, *, given: str, asked: Asked) -> dict[str, Any]:
    """Return the provider's form of what we know; raises `NobodyListens` or `NotAllowed`, and nothing else."""
    key = f"{provider.name}:{hash_token(token)}"
    known: Remembered | None
    try:
        with database_within(PATIENCE_SECONDS):
            known, knowledge = _look_up(provider, key, given=given, asked=asked)
    except (NobodyListens, NotAllowed):
        raise
    except Exception as error:  # whatever fails, the phone is ringing: an unknown caller is better than none
        logger.warning("a caller could not be looked up in time (%s)", type(error).__name__)
        known, knowledge = _remembered.get(key), NOBODY
        if known and not known.allows(given):
            raise NotAllowed from error
    # An address of which nothing is remembered is answered too: there is nothing of anybody's in the answer.
    defaults, zone = (known.defaults, known.zone) if known else ({}, UTC)
    return provider.render_knowledge(knowledge, defaults=defaults, at=timezone.now().astimezone(zone))


def _look_up(provider: Provider, key: str, *, given: str, asked: Asked) -> tuple[Remembered, Knowledge]:
    kept = _remembered.get(key)
    company_id = kept.company_id if kept else _company_of(provider, key)
    with use_company(company_id):
        _lose_patience()
        account = _account_at(provider, key)
        remembered = _remember(key, account)
        if not remembered.allows(given):
            raise NotAllowed
        return remembered, knowledge_of(phones.to_e164(asked.caller_number, region=account.company.region))


def _company_of(provider: Provider, key: str) -> int:
    with transaction.atomic():
        _lose_patience()
        company_id = _listening(provider, key).values_list("company_id", flat=True).first()
    if company_id is None:
        raise NobodyListens
    return company_id


def _account_at(provider: Provider, key: str) -> ProviderAccount:
    """Return the account at the address as they both stand now, whatever was remembered."""
    accounts = ProviderAccount.objects.filter(pk__in=_listening(provider, key).values("account_id"), is_active=True)
    account = accounts.select_related("company").first()
    if account is None:
        with _lock:
            _remembered.pop(key, None)
        raise NobodyListens
    return account


def _listening(provider: Provider, key: str) -> QuerySet[WebhookAddress]:
    token_hash = key.removeprefix(f"{provider.name}:")
    listening: QuerySet[WebhookAddress] = WebhookAddress.objects.listening()
    return listening.filter(provider=provider.name, token_hash=token_hash)


def _remember(key: str, account: ProviderAccount) -> Remembered:
    secret = account.initiation_secret()
    remembered = Remembered(
        company_id=account.company.pk,
        zone=account.company.zone,
        secret_digest=_digest(secret) if secret else b"",
        defaults=account.initiation_variables,
    )
    with _lock:
        _remembered[key] = remembered
        _remembered.move_to_end(key)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return remembered


def _lose_patience() -> None:
    """Let no statement of this transaction run longer than the caller can wait."""
    if connection.savepoint_ids:
        return  # inside another transaction the setting would stay until its end
    with connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = {PATIENCE_MS:d}")


def _given_secret(request: HttpRequest) -> str:
    return next((request.headers[name] for name in SECRET_HEADERS if request.headers.get(name)), "")


def _digest(secret: str) -> bytes:
    # Equal lengths, so that not even the length of the secret shows in the time it takes.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _asked(provider: Provider, request: HttpRequest) -> Asked:
    """Return what is asked; of a question that cannot be read, nothing."""
    try:
        return provider.read_initiation(_body_of(request))
    except (NotUnderstood, OSError) as error:
        logger.warning("%s asked about a caller in a way we do not read (%s)", provider.name, type(error).__name__)
        return Asked()


def _body_of(request: HttpRequest) -> bytes:
    """Return the body, as much of it as a question can be; a longer one is cut, and then cannot be read."""
    return read_at_most(request, MOST_BYTES)
