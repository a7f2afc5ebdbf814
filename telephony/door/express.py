"""The way of nearly every delivery: to an address we know, of an account that has not changed since, never seen before.

One message to PostgreSQL checks all three and stores the row (`store_delivery`, in a migration); the whole way takes
nine. Whatever is unusual is left to `arrivals`, which decides: nothing is refused here.
"""

from __future__ import annotations

import time

import psycopg
from django.db import InterfaceError, OperationalError, connection
from psycopg.types.json import Jsonb

from crm.deadlines import database_within
from crm.failpoints import failpoint
from crm.leases import announce_committed
from telephony.door import memory
from telephony.models import WebhookEvent
from telephony.models.inbox import kept_headers
from telephony.providers import get_provider
from telephony.providers.base import Delivery, InvalidSignature

# A connection that breaks sooner than this was closed by a server that started again; a new one may serve.
QUICK_SECONDS = 0.5
STORE = "select public.store_delivery(%s, %s, %s, %s, %b, %s, %s::inet, %s)"


def take(known: memory.Known, delivery: Delivery, *, ip: str | None, within_seconds: float) -> int | None:
    """Store the delivery if nothing about it is unusual; returns the row's id, or None. Raises `OperationalError`."""
    failpoint("ingest:before_store")
    try:
        known.account.verify(delivery, ip=ip)
    except InvalidSignature:
        return None
    failpoint("ingest:after_verify")
    began = time.monotonic()
    try:
        with database_within(within_seconds):
            pk = _store(known, delivery, ip=ip)
    except (OperationalError, InterfaceError):
        if time.monotonic() - began > QUICK_SECONDS:
            raise
        connection.close()
        return None
    if pk is not None:
        failpoint("ingest:after_commit")
        announce_committed(WebhookEvent, company_id=known.address.company_id, pk=pk)
    return pk


def _store(known: memory.Known, delivery: Delivery, *, ip: str | None) -> int | None:
    account = known.account
    key = get_provider(account.provider).dedupe_key(delivery.body)
    told = (known.address.company_id, known.address.pk, known.account_version, key, delivery.body)
    headers = Jsonb(kept_headers(delivery.headers))
    # A statement that fails tells as much as a question before it would.
    connection.health_check_done = True  # type: ignore[attr-defined]  # missing in the stubs
    connection.ensure_connection()
    # Django's own cursor writes the values into the statement, which PostgreSQL then reads and plans each time.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        found = cursor.execute(STORE, (*told, headers, ip, delivery.received_at), prepare=True).fetchone()
    return found[0] if found else None
