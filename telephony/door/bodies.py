"""A request's body: whole, and within bounds.

Whoever opens a request and never ends it holds one of the server's threads: a proxy that reads whole requests before it
passes them on belongs in front (docs/operations.md).
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from telephony.door.arrivals import Refused


def read_body(request: HttpRequest) -> bytes:
    """Return the raw body, at most `WEBHOOK_MAX_BYTES`; raises `Refused`.

    Under WSGI Django reads a chunked body as empty, because it has no length; it is read from the server instead.
    """
    limit = settings.WEBHOOK_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > limit:
        raise Refused(413, f"{length[:20]} bytes are too many")
    body = read_at_most(request, limit + 1)
    if len(body) > limit:
        raise Refused(413, f"more than {limit} bytes are too many")
    return body


def read_at_most(request: HttpRequest, most: int) -> bytes:
    """Return the body, or its first bytes where it is longer."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit():
        return request.read(min(int(length), most))
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    body: bytes = request.META["wsgi.input"].read(most)
    return body
