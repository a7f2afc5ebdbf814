"""The formatters: one line each, nothing of a person, nothing that was not allowed."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.logs import JsonLine, Line, request_id, without_data
from crm.models import User

FORMATS = [Line(), JsonLine()]


def record(message: str, *args: object, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    made = logging.LogRecord("crm.test", logging.WARNING, __file__, 1, message, args, info)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["Meera\r\nERROR crm forged", "a\nb", "a\rb", "a\u2028b", "a\x85b", "a\x1b[31mb"])
def test_a_name_with_a_line_break_makes_one_line(form: logging.Formatter, name: str) -> None:
    line = form.format(record("%s called", name))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "told",
    [
        "+919845011223",
        "+91 98450 11223",
        "+1 (415) 555-0132",
        "(415) 555-0132",
        "9845011223",
        "09845011223",
        "98450 11223",
        "meera.nair@example.com",
        "POST /api/webhooks/elevenlabs/Kd8sJ2_token-of-it",
        "/accounts/password/reset/key/1-abc123-def/",
        "wsec_0a9b8c7d6e5f4321",
        "sk-proj-abcdefgh12345678",
        "Authorization: Bearer abcdefghijkl.mnop",
    ],
)
def test_what_tells_of_somebody_or_opens_something_is_left_out(form: logging.Formatter, told: str) -> None:
    line = form.format(record("it says %s here", told))
    secret = told.rsplit("/", maxsplit=1)[-1] or told.split("/")[-2]
    assert secret.split(" ")[-1] not in line
    assert "here" in line


@pytest.mark.parametrize(
    "kept",
    [
        "telephony.Call 1234567 failed",
        "conv_9f8e7d6c5b4a",
        "took 12.345 s at 2026-11-20T23:05:09",
        "10.0.0.17:5432",
        "200 of 1000",
    ],
)
def test_what_an_operator_needs_stays(kept: str) -> None:
    assert without_data(kept) == kept


def test_an_error_tells_its_kind_and_its_lines_and_not_its_text(settings: Any) -> None:
    settings.DEBUG = False
    for form in FORMATS:
        line = form.format(record("it failed", error=ValueError("Key (e164)=(what Meera said) exists")))
        assert "ValueError" in line
        assert "test_logs.py" in line
        assert "Meera" not in line


def test_only_allowed_extras_are_told() -> None:
    told = json.loads(JsonLine().format(record("x", company_id=7, caller="Meera", provider="me@example.com")))
    assert told["company_id"] == 7
    assert "caller" not in told
    assert told["provider"] == "…@…"


def test_the_request_s_number_is_in_its_lines_and_its_answer(
    agent: User, client_of: Callable[[User], Client], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (client_of(agent).get("/calls/")["X-Request-ID"] for _ in range(2))
    assert first != second
    reset = request_id.set("abc")
    assert json.loads(JsonLine().format(record("x")))["request"] == "abc"
    assert Line().format(record("x")).endswith("[abc]")
    request_id.reset(reset)


def test_a_number_from_outside_is_not_taken_over() -> None:
    assert Client().get("/healthz", headers={"X-Request-ID": "mine\r\nforged"})["X-Request-ID"] != "mine"
