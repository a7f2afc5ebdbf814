"""What a log line may say: where and how something failed, never a path with its token or a person's data.

The code does not log names, numbers or what was said. The formatters hold that for everything else that logs:
libraries, errors whose text quotes a row, and mistakes of ours to come.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.debug import SafeExceptionReporterFilter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What `extra=` may add to a line; anything else is left out.
ALLOWED = ("company_id", "row", "model", "provider", "account_id", "status_code", "seconds", "count", "task")
PERSONAL = (
    # An address of webhooks: what follows the provider's name is its token.
    (re.compile(r"(/api/webhooks/[\w-]+/)[\w.~%-]+"), r"\1…"),
    # One-time links of log-in.
    (re.compile(r"(/accounts/[\w/-]*?key/)[^\s\"']+"), r"\1…"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"\b(?:sk|xi|whsec|wsec|rk)[-_][\w-]{8,}"), "…"),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/-]{8,}=*"), "Bearer …"),
    # E.164, however it is written; times, ids and addresses of machines have no plus.
    (re.compile(r"\+\d[\d\s().-]{6,18}\d"), "+…"),
    (re.compile(r"(?<![\w.])\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?![\w.])"), "…"),
    (re.compile(r"(?<![\w.:/-])0?[6-9]\d{4}[\s-]?\d{5}(?![\w.:-])"), "…"),
)
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)} | {10: "\\n", 13: "\\r"}

Trace = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def without_data(text: str) -> str:
    """Return the text without what tells of a person or opens a door."""
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return text


def steps_of(stack: TracebackType | None) -> list[str]:
    """Return the lines of code an error went through; not its text, which may quote what somebody said."""
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(stack)]


class Line(logging.Formatter):
    """One line for a person: level, logger, sentence, the request. A line break in the sentence stays in the line."""

    def format(self, record: logging.LogRecord) -> str:
        said = without_data(record.getMessage()).translate(_CONTROL)
        request = f" [{request_id.get()}]" if request_id.get() else ""
        lines = [f"{record.levelname} {record.name} {said}{request}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)

    def formatException(self, ei: Trace) -> str:  # noqa: N802 - the library's name
        if settings.DEBUG:
            return super().formatException(ei)
        kind, _, stack = ei
        return "\n".join(f"  {step}" for step in (kind.__name__ if kind else "", *steps_of(stack)))


class JsonLine(logging.Formatter):
    """One JSON object a line, for a collector: its keys are these and no others."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_data(record.getMessage()),
            "process": record.process,
        }
        if request_id.get():
            told["request"] = request_id.get()
        for name in ALLOWED:
            if (value := getattr(record, name, None)) is not None:
                told[name] = value if isinstance(value, int | float) else without_data(str(value))
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            told["steps"] = steps_of(record.exc_info[2])
        return json.dumps(told)


class FailureWithoutData(logging.Filter):
    """Reduces Django's report of a failed request to the kind of error and the lines of code it went through.

    The path of a webhook holds its token, and an error's text may hold what somebody entered.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _, stack = record.exc_info
            record.msg, record.args = (
                "a request failed: %s at %s",
                (kind.__name__, " < ".join(reversed(steps_of(stack)))),
            )
        else:
            record.msg, record.args = "a request was answered %s", (getattr(record, "status_code", "with an error"),)
        record.exc_info = record.exc_text = None
        return True


class FailurePageWithoutSecrets(SafeExceptionReporterFilter):
    """What a debug page hides of the settings: keys, passwords, and addresses that hold one."""

    hidden_settings = re.compile(r"API|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|_URL$|BROKER|CACHES", re.IGNORECASE)


class RequestIdMiddleware:
    """Gives each request a number of its own: in each of its log lines, and in its answer for whoever reports it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reset = request_id.set(uuid4().hex[:16])
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(reset)
