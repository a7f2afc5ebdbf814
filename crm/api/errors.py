"""Every error of the API in one shape: `{"error": sentence, "code": word, "fields": {field: [sentences]}}`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "The body is too large."


class Conflict(exceptions.APIException):
    """What is asked does not fit what is there; the sentence says what."""

    status_code = 409
    default_code = "conflict"
    default_detail = "This does not fit what is there."


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for an exception the API knows, or None for one that is a fault of ours."""
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        body = {"error": "Some values cannot be used.", "code": "invalid", "fields": error.detail}
    else:
        detail = response.data.get("detail") if isinstance(response.data, dict) else response.data
        text = detail[0] if isinstance(detail, list) else detail
        body = {"error": str(text), "code": getattr(text, "code", "error"), "fields": {}}
    response.data = body
    return response
