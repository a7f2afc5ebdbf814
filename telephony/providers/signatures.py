"""Signatures with a timestamp, the way several providers make them: `t=<unix>,v0=<hex HMAC-SHA256>`."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from telephony.providers.base import InvalidSignature

OLDEST = timedelta(minutes=30)
NEWEST = timedelta(minutes=5)

_HEADER = re.compile(r"t=(?P<t>\d{1,12}),(?P<rest>.+)", re.ASCII)
_DIGEST = re.compile(r"v0=([0-9a-f]{64})", re.ASCII)


def sign_timestamped(body: bytes, *, secret: str, at: datetime) -> str:
    """Return the header that verifies the body with the secret, as the provider would send it."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v0={_mac(body, secret=secret, stamp=stamp)}"


def verify_timestamped(body: bytes, *, header: str, secrets: Sequence[str], now: datetime) -> None:
    """Raise `InvalidSignature` unless one secret made one of the header's digests of exactly these bytes, recently.

    At most 30 minutes old and 5 minutes ahead. Constant time; every secret is tried whatever the first one says.
    """
    match = _HEADER.fullmatch(header)
    digests = _DIGEST.findall(match["rest"]) if match else []
    if match is None or not digests:
        raise InvalidSignature("The signature header is missing or malformed.")
    if not secrets:
        raise InvalidSignature("The account has no webhook secret; enter the one the provider shows.")
    genuine = False
    for secret in secrets:
        expected = _mac(body, secret=secret, stamp=match["t"]).encode()
        for digest in digests:
            genuine |= hmac.compare_digest(expected, digest.encode())
    if not genuine:
        raise InvalidSignature("The signature does not match; check the account's webhook secret.")
    age = now.timestamp() - int(match["t"])
    if age > OLDEST.total_seconds() or -age > NEWEST.total_seconds():
        raise InvalidSignature("The signature is too old or from the future; check the clocks.")


def _mac(body: bytes, *, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
