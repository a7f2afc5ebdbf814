"""Who is at the other end of a request: its address, believed only as far as our own proxies vouch for it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the sender's IP address, None when there is none to be had.

    Each of our `TRUSTED_PROXIES` appends who spoke to it to X-Forwarded-For; so the entry that many from the right was
    written by the outermost of them, and everything left of it is whatever the sender claims.
    """
    proxies: int = settings.TRUSTED_PROXIES
    said = request.META.get("REMOTE_ADDR", "")
    if proxies:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        # A shorter chain did not come through all of our proxies: then only the connection itself is believed.
        said = forwarded[-proxies] if len(forwarded) >= proxies else said
    return _read(said.strip()) or _read(request.META.get("REMOTE_ADDR", ""))


def _read(said: str) -> str | None:
    """Some proxies write the port too; IPv4 inside IPv6 is IPv4."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        address = ipaddress.ip_address(said.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
