"""What was refused: on record, within bounds; and kept aside where our own secret may be the wrong one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.db.models import BigIntegerField, Count, Func, Sum
from django.utils import timezone

from crm.tenancy import use_company
from telephony.door.arrivals import Arrival, Refused
from telephony.models import Quarantined, Refusal
from telephony.models.inbox import KEPT_HEADERS

logger = logging.getLogger(__name__)

# Failed attempts of one sender in a minute that are answered for what they are.
MOST_A_MINUTE = 100
# What one account's quarantine takes: a stranger who found an address must not fill the disk.
MOST_QUARANTINED_A_DAY = 1_000
MOST_QUARANTINED_BYTES = 1024 * 1024
MOST_QUARANTINED_BYTES_A_DAY = 256 * 1024 * 1024
# What signatures are made of arrives in headers named like this; none of them is a credential.
SIGNED_WITH = ("signature", "timestamp")


def is_over_limit(ip: str | None) -> bool:
    """Return whether the sender failed too often in the last minute to be heard. A silent database limits nobody."""
    if ip is None:
        return False
    try:
        return Refusal.objects.count_of_last_minute(ip) >= MOST_A_MINUTE
    except (DatabaseError, InterfaceError):
        return False


def record(provider: str, refused: Refused, *, ip: str | None, arrival: Arrival | None = None) -> None:
    """Keep the attempt on record; what came to one of our accounts without verifying goes to its quarantine."""
    logger.warning("webhook for %s refused: %s", provider[:30], refused.why)
    try:
        lost = _quarantine(arrival, refused) if arrival else ""
        why = f"{refused.why[:140]}; not kept: {lost}" if lost else refused.why[:200]
        Refusal.objects.create(provider=provider[:30], ip=ip, code=refused.code, why=why)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("the refusal is not on record: %s", type(error).__name__)


def keep_unheard(refused: Refused, *, arrival: Arrival | None) -> None:
    """Keep what a sender over its limit brought to one of our accounts: it may be a provider, and our secret wrong."""
    try:
        if arrival:
            _quarantine(arrival, refused)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("an unheard delivery is not in quarantine: %s", type(error).__name__)


def _quarantine(arrival: Arrival, refused: Refused) -> str:
    """Put it into the quarantine of the account it was for, if it was for one; returns why it could not be kept."""
    address, delivery = refused.address, arrival.delivery
    if address is None:
        return ""
    if len(delivery.body) > MOST_QUARANTINED_BYTES:
        return f"{len(delivery.body)} bytes are too many"
    with use_company(address.company_id):
        if _is_full(address.account_id, more=len(delivery.body)):
            return "the quarantine is full"
        row = Quarantined(
            account_id=address.account_id,
            provider=address.provider,
            body=delivery.body,
            headers=kept_headers(delivery.headers),
            ip=arrival.ip,
            why=refused.why[:300],
            received_at=delivery.received_at,
        )
        row.keep_url(delivery.url)
        row.save()
    return ""


def _is_full(account_id: int, *, more: int) -> bool:
    since = timezone.now() - timedelta(days=1)
    today = Quarantined.objects.filter(account_id=account_id, received_at__gt=since)
    kept = today.aggregate(
        rows=Count("pk"), size=Sum(Func("body", function="octet_length", output_field=BigIntegerField()))
    )
    return kept["rows"] >= MOST_QUARANTINED_A_DAY or (kept["size"] or 0) + more > MOST_QUARANTINED_BYTES_A_DAY


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what a later verification needs, and no credentials."""
    return {
        name[:100]: value.replace("\x00", "")[:2_000]
        for name, value in headers.items()
        if name in KEPT_HEADERS or any(part in name for part in SIGNED_WITH)
    }
