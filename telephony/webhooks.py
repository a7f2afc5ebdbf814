"""The door: verify the raw bytes, store them, answer. An answer's code says one thing: should the provider send again?

Nothing is parsed, published or called here; the stored row is the work, and workers and sweeper find it. When
PostgreSQL is away or slow the delivery is kept on disk and answered all the same: most providers never send again.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.deadlines import database_within
from crm.failpoints import failpoint
from crm.middleware import without_company_transaction
from crm.proxies import client_address
from telephony import spool
from telephony.door import memory
from telephony.door.addresses import public_url
from telephony.door.arrivals import Arrival, Refused
from telephony.door.bodies import read_body
from telephony.door.refusals import is_over_limit, keep_unheard, record
from telephony.models.accounts import hash_token
from telephony.providers import PROVIDERS
from telephony.providers.base import Delivery

logger = logging.getLogger(__name__)

# Above the two seconds that PostgreSQL itself keeps to, below what any provider waits.
DATABASE_SECONDS = 2.5
# A connection that is silent for so long belongs to a PostgreSQL that hangs: a new one would be as silent.
HEALTH_SECONDS = 0.8
RETRY_AFTER_SECONDS = 30
STORED = b'{"status": "stored"}'
SAID = {
    401: "the signature does not verify",
    413: "the body is too large",
    415: "this is not a type the provider sends",
}


_JSON = JSONRenderer()


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
    arrival: Arrival | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Skip what the framework does before a view: there is nobody to log in, and one form to answer in."""
        request.accepted_renderer, request.accepted_media_type = _JSON, _JSON.media_type

    @extend_schema(exclude=True)
    def get(self, request: Request, provider: str, token: str | None = None) -> HttpResponse:
        if provider not in PROVIDERS:
            return nothing_here(request._request)
        return Response({"status": "ok", "provider": provider})

    @extend_schema(exclude=True)
    def post(self, request: Request, provider: str, token: str | None = None) -> HttpResponse:
        http = request._request
        if provider not in PROVIDERS:
            raise Refused(404, "no such provider")
        headers = {name.lower(): value for name, value in http.headers.items()}
        # With no body the type is not among the headers.
        headers.setdefault("content-type", http.content_type or "")
        self.arrival = Arrival(
            provider=provider,
            token_hash=None if token is None else hash_token(token),
            delivery=Delivery(body=read_body(http), headers=headers, received_at=timezone.now(), url=public_url(http)),
            ip=client_address(http),
        )
        if not stored(self.arrival):
            spool.write(self.arrival, is_genuine=self.arrival.judge_from_memory())
        failpoint("ingest:before_answer")
        return HttpResponse(STORED, content_type="application/json")

    def handle_exception(self, error: Exception) -> HttpResponse:  # type: ignore[override]  # any answer will do
        if isinstance(error, spool.CannotSpool):
            # Not kept, so not answered as kept: the provider should send it again.
            error, said = Refused(503, str(error)), "not stored; send it again"
            self.refuse(error)
            return Response({"error": said}, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        if isinstance(error, MethodNotAllowed):
            self.refuse(Refused(405, f"the method {(self.request.method or '')[:20]} is not taken"))
            return super().handle_exception(error)
        if not isinstance(error, Refused):
            return super().handle_exception(error)
        if not self.refuse(error):
            return Response({"error": "too many attempts that failed"}, status=429, headers={"Retry-After": "60"})
        if error.code == 404:
            return nothing_here(self.request._request)
        return Response({"error": SAID[error.code]}, status=error.code)

    def refuse(self, refused: Refused) -> bool:
        """Keep the attempt on record; returns False for a sender that failed too often, and keeps less."""
        ip = client_address(self.request._request)
        if memory.database_is_away():
            logger.warning("webhook for %s refused, not on record: %s", self.kwargs["provider"][:30], refused.why)
            return True
        with database_within(DATABASE_SECONDS):
            if refused.code != 503 and is_over_limit(ip):
                keep_unheard(refused, arrival=self.arrival)
                return False
            record(self.kwargs["provider"], refused, ip=ip, arrival=self.arrival)
        return True


def stored(arrival: Arrival) -> bool:
    """Take the delivery into the inbox; returns False when that could not be done now. Raises `Refused`."""
    if not memory.may_ask_database():
        return False
    try:
        if arrival.take_express(within_seconds=DATABASE_SECONDS):
            memory.database_answered()
            return True
        with database_within(HEALTH_SECONDS) as health:
            connection.close_if_health_check_failed()
        if health.was_cut:
            raise OperationalError("the connection is silent")  # noqa: TRY301 - as PostgreSQL itself would
        with database_within(DATABASE_SECONDS):
            arrival.take()
    except Refused:
        memory.database_answered()
        raise
    except (DatabaseError, InterfaceError) as error:
        memory.database_failed()
        logger.warning("a delivery goes to the spool: %s", type(error).__name__)
        return False
    except Exception as error:  # a fault of ours must not cost a call: on disk it waits for who repairs it
        # Its text and its trace may hold what a caller said.
        logger.error("a delivery goes to the spool for a fault of ours: %s", type(error).__name__)  # noqa: TRY400
        return False
    memory.database_answered()
    return True


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer like any address that does not exist."""
    handler: Any = get_resolver().resolve_error_handler(404)
    answer: HttpResponse = handler(request, exception=None)
    return answer
