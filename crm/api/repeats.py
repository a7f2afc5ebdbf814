"""`Idempotency-Key`: a request that may be sent again, because its answer got lost, and is done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.callers import caller_name
from crm.models import RepeatableAnswer
from crm.tenancy import require_company

HEADER = "Idempotency-Key"
LONGEST = 255
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Any text of up to 255 characters that you make for this request. The same request with the same key "
    "is answered from memory for 24 hours, with `Idempotency-Replayed: true`; another one is refused with 422.",
)


class KeyUsedAlready(APIException):
    status_code = 422
    default_code = "idempotency_key_used"
    default_detail = "This Idempotency-Key was used for another request. Make a new one for each request."


def answer_once(request: Request, act: Callable[[], Response]) -> Response:
    """Return what the request was answered before, or act and keep the answer if it succeeds.

    Of two at once the second waits for the first one's commit. The answer is kept in the transaction of what was done:
    either both are there or neither. A refusal is not kept, because nothing was done.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        with transaction.atomic():
            return act()
    if len(key) > LONGEST or not key.isprintable():
        raise ValidationError({HEADER: [f"Up to {LONGEST} printable characters."]})
    with transaction.atomic():
        return _once(request, key, act)


def _once(request: Request, key: str, act: Callable[[], Response]) -> Response:
    caller, fingerprint = caller_name(request), _fingerprint(request)
    _wait_for_others(f"{caller}:{key}")
    known = RepeatableAnswer.objects.filter(caller=caller, key=key).first()
    if known and known.answered_at > timezone.now() - RepeatableAnswer.KEPT:
        if known.fingerprint != fingerprint:
            raise KeyUsedAlready
        return Response(known.body, status=known.status, headers={"Idempotency-Replayed": "true"})
    response = act()
    if response.status_code < 400:
        told = {"fingerprint": fingerprint, "status": response.status_code, "body": _as_sent(response.data)}
        RepeatableAnswer.objects.update_or_create(
            caller=caller, key=key, defaults={**told, "answered_at": timezone.now()}
        )
    return response


def _fingerprint(request: Request) -> str:
    """Two requests are the same when they say the same; spaces and the order of names do not count."""
    said = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _as_sent(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data))


def _wait_for_others(name: str) -> None:
    with connection.cursor() as cursor:
        text = f"idempotency:{require_company()}:{name}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [text])
