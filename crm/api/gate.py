"""What happens to a request of the API before anything else: whose key it is, and whether it comes too often.

It stands outside the company's transaction, so that counting holds no row for long. Webhooks do not pass here: a
refused webhook may be a lost call, and the door counts failed verifications by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from crm.limits import Allowance, take_one
from crm.models import ApiKey
from crm.proxies import client_address

SCHEME = "bearer "


class ApiGate:
    """Sets `request.api_key` (None without a valid one) and `request.api_refusal`, and answers 429 over the limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not passes_here(request.path_info):
            return self.get_response(request)
        _read_key(request)
        allowance = take_one(*_bucket_of(request))
        if allowance.is_exceeded:
            response: HttpResponse = _too_many(allowance)
        else:
            response = self.get_response(request)
        response["X-RateLimit-Limit"] = str(allowance.limit)
        response["X-RateLimit-Remaining"] = str(allowance.remaining)
        response["X-RateLimit-Reset"] = str(int(allowance.ends_at))
        return response


def passes_here(path: str) -> bool:
    """Return whether the address is the API's, webhooks apart."""
    return path.startswith("/api/") and not path.startswith("/api/webhooks/")


def presents_key(request: HttpRequest) -> bool:
    """Return whether the request says that it comes with a key: then no session counts, whatever the key is worth."""
    return passes_here(request.path_info) and _authorization(request)[: len(SCHEME)].lower() == SCHEME


def _authorization(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_AUTHORIZATION", "")).lstrip()


def _read_key(request: HttpRequest) -> None:
    request.api_key, request.api_refusal = None, ""  # type: ignore[attr-defined]
    if not presents_key(request):
        return
    now = timezone.now()
    key = ApiKey.objects.presented(_authorization(request)[len(SCHEME) :].strip())
    request.api_refusal = key.refusal(at=now) if key else "This API key is not known."  # type: ignore[attr-defined]
    if key is not None and not request.api_refusal:  # type: ignore[attr-defined]
        key.used(at=now)
        request.api_key = key  # type: ignore[attr-defined]


def _bucket_of(request: HttpRequest) -> tuple[str, int]:
    """Return whom the request counts for: its key, else the person, else the address it came from."""
    if key := request.api_key:  # type: ignore[attr-defined]
        return f"key:{key.pk}", settings.API_REQUESTS_PER_MINUTE
    if not presents_key(request) and request.user.is_authenticated:
        return f"user:{request.user.pk}", settings.API_REQUESTS_PER_MINUTE
    return f"address:{_network_of(client_address(request))}", settings.API_REQUESTS_PER_MINUTE_WITHOUT_KEY


def _network_of(address: str | None) -> str:
    """Who has one address of IPv6 has the 2**64 beside it, so these are one sender."""
    if address is None or ":" not in address:
        return str(address)
    return str(ip_network((address, 64), strict=False))


def _too_many(allowance: Allowance) -> JsonResponse:
    wait = allowance.wait_seconds
    said = f"Too many requests: {allowance.limit} a minute are the most. Try again in {wait} s."
    response = JsonResponse({"error": said, "code": "throttled", "fields": {}}, status=429)
    response["Retry-After"] = str(wait)
    return response
