"""The address of a delivery, as whoever sent it called it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def public_url(request: HttpRequest) -> str:
    """Return the address under SITE_URL, which is what we told people to paste, with the query as it came.

    Some providers sign it. What a proxy changed on the way (scheme, host, port) is in no header that could be
    believed, and what a stranger writes into Host or X-Forwarded-… decides nothing.
    """
    query = request.META.get("QUERY_STRING", "")
    return f"{settings.SITE_URL}{request.path_info}{'?' if query else ''}{query}"
