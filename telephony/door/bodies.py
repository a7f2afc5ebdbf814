"""A request's body: whole, within bounds, and only from who goes on sending it.

A server's threads are few, and whoever opens a request and never ends it would hold one. So a thread of its own reads,
and the server's waits only while something comes: once the sender is answered, the server hangs up.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from telephony.door.arrivals import Refused

# In each half second this much has to come, or the end: 128 KiB a second, a hundredth of a provider's line.
SILENT_SECONDS = 0.5
PIECE = 64 * 1024


def read_body(request: HttpRequest) -> bytes:
    """Return the raw body, at most `WEBHOOK_MAX_BYTES`; raises `Refused`.

    Under WSGI Django reads a chunked body as empty, because it has no length; it is read from the server instead.
    """
    limit = settings.WEBHOOK_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > limit:
        raise Refused(413, f"{length[:20]} bytes are too many")
    try:
        body = read_steadily(request, most=limit + 1)
    except TimeoutError as error:
        raise Refused(408, "its body did not arrive in time") from error
    if len(body) > limit:
        raise Refused(413, f"more than {limit} bytes are too many")
    return body


def read_steadily(request: HttpRequest, *, most: int) -> bytes:
    """Return the body, or its first bytes where it is longer; raises `TimeoutError`, or what reading raised."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit():
        return _collect(request.read, most=min(int(length), most))
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    return _collect(request.META["wsgi.input"].read, most=most)


def _collect(read: Callable[[int], bytes], *, most: int) -> bytes:
    pieces: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
    threading.Thread(target=_feed, args=(read, most, pieces), name="body", daemon=True).start()
    body = bytearray()
    while len(body) < most:
        try:
            piece = pieces.get(timeout=SILENT_SECONDS)
        except queue.Empty as error:
            raise TimeoutError("the body does not come") from error
        if isinstance(piece, Exception):
            raise piece
        if not piece:
            break
        body += piece
    return bytes(body)


def _feed(read: Callable[[int], bytes], most: int, pieces: queue.SimpleQueue[bytes | Exception]) -> None:
    try:
        while most > 0:
            piece = read(min(PIECE, most))
            pieces.put(piece)
            if not piece:
                return
            most -= len(piece)
    except Exception as error:  # it is the waiting thread's to handle
        pieces.put(error)
