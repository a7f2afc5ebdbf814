"""The door: find the account, verify the raw bytes, store them, answer.

An answer's code says one thing: should the provider send this again? Nothing is parsed, published or called here; the
stored row is the work, and workers and sweeper find it.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.leases import WorkState, announce
from crm.middleware import without_company_transaction
from crm.tenancy import use_company
from telephony.models import ProviderAccount, WebhookAddress, WebhookEvent
from telephony.models.accounts import hash_token
from telephony.providers import UnknownProvider, get_provider
from telephony.providers.base import Delivery, InvalidSignature

logger = logging.getLogger(__name__)


class NoSuchAddress(Exception):
    """Nothing of ours listens there."""


class BodyTooLarge(Exception):
    """The body is longer than we take."""


def find_address(provider: str, token: str | None) -> WebhookAddress:
    """Return the active address for a token, or for the bare URL of a provider.

    The bare URL works for a provider that signs and has exactly one active account that is no demo. Raises
    `NoSuchAddress`.
    """
    known = WebhookAddress.objects.filter(provider=provider, is_active=True)
    if token is not None:
        found = list(known.filter(token_hash=hash_token(token)))
    elif get_provider(provider).signs_webhooks:
        found = list(known.filter(is_demo=False).order_by("account_id", "-pk").distinct("account_id")[:2])
    else:
        found = []
    if len(found) != 1:
        raise NoSuchAddress(provider)
    return found[0]


def receive(address: WebhookAddress, delivery: Delivery, *, ip: str | None) -> int:
    """Verify the delivery for the address's account and store it; returns the row's id, the same for a repeat.

    One transaction. Raises `InvalidSignature` or `NoSuchAddress`; nothing is stored then.
    """
    provider = get_provider(address.provider)
    with use_company(address.company_id):
        account = ProviderAccount.objects.filter(pk=address.account_id, is_active=True).first()
        if account is None:
            raise NoSuchAddress(address.provider)
        provider.verify(delivery, secrets=account.webhook_secrets())
        event = WebhookEvent.objects.store(delivery, account=account, provider=provider, ip=ip)
        if event.work_state == WorkState.DUE:
            announce(event)
    return event.pk


def read_body(request: HttpRequest) -> bytes:
    """Return the raw body, at most `WEBHOOK_MAX_BYTES`; raises `BodyTooLarge`.

    Under WSGI Django reads a chunked body as empty, because it has no length; it is read from the server instead.
    """
    limit = settings.WEBHOOK_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit():
        if int(length) > limit:
            raise BodyTooLarge
        return request.read(int(length))
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    body: bytes = request.META["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    return body


class RawParser(BaseParser):
    """Accepts any type and reads nothing: the door takes the bytes itself."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


# The address names the company, whoever's session the request may carry.
@method_decorator(without_company_transaction, name="dispatch")
class WebhookView(APIView):
    """A provider's deliveries. `GET` answers whether the door is open."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (RawParser,)

    @extend_schema(exclude=True)
    def get(self, request: Request, provider: str, token: str | None = None) -> Response:
        try:
            get_provider(provider)
        except UnknownProvider:
            return Response({"error": "no such address"}, status=404)
        return Response({"status": "ok", "provider": provider})

    @extend_schema(exclude=True)
    def post(self, request: Request, provider: str, token: str | None = None) -> Response:
        http = request._request
        try:
            known = get_provider(provider)
            address = find_address(provider, token)
            if (http.content_type or "") not in known.content_types:
                raise UnsupportedMediaType(http.content_type or "none")
            delivery = Delivery(
                body=read_body(http),
                headers={name.lower(): value for name, value in http.headers.items()},
                received_at=timezone.now(),
            )
            receive(address, delivery, ip=http.META.get("REMOTE_ADDR") or None)
        except (UnknownProvider, NoSuchAddress):
            return Response({"error": "no such address"}, status=404)
        except BodyTooLarge:
            return Response({"error": "the body is too large"}, status=413)
        except InvalidSignature as error:
            logger.warning("webhook for %s refused: %s", provider, error)
            return Response({"error": "the signature does not verify"}, status=401)
        except OperationalError:
            # Not stored, so not answered as stored: the provider should send it again.
            return Response({"error": "not stored; send it again"}, status=503, headers={"Retry-After": "30"})
        return Response({"status": "stored"})
