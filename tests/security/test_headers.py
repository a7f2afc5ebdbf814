"""Every answer carries its headers, whatever it is; the policy is loosened where the theme needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config import policies
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.models import Call

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": policies.NO_FEATURES,
}
PLAIN = {
    "log-in": ("/accounts/login/", 200),
    "reset": ("/accounts/password/reset/", 200),
    "nothing here": ("/nowhere/", 404),
    "webhook": ("/api/webhooks/elevenlabs", 200),
    "refused webhook": ("/api/webhooks/elevenlabs/no-such-token", 200),
    "API without log-in": ("/api/telephony/calls", 401),
    "alive": ("/healthz", 200),
    "ready": ("/readyz", 200),
    "static file": ("/static/calltracking/ringside.css", 200),
    "no static file": ("/static/none.css", 404),
    "away to log-in": ("/calls/", 302),
}
THEMED = ["/", "/calls/", "/companies/", "/connections/", "/admin/", "/admin/crm/lead/", "/admin/crm/company/"]


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def carries_all(answer: Any) -> None:
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = policy_of(answer)
    for closed in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[closed] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "'unsafe-inline'" not in policy["script-src"]
    assert not [s for sources in policy.values() for s in sources if s == "*" or s.startswith("http")]


@pytest.mark.parametrize("name", PLAIN)
def test_every_answer_carries_them(name: str) -> None:
    path, code = PLAIN[name]
    answer = Client().get(path)
    answer.close()
    assert answer.status_code == code
    carries_all(answer)
    policy = policy_of(answer)
    assert policy["script-src"] == policy["style-src"] == ["'self'"]


@pytest.mark.parametrize("path", THEMED)
def test_the_theme_s_pages_may_evaluate_and_style_and_nothing_more(
    path: str, owner: User, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(owner).get(path, follow=True)
    assert answer.status_code == 200
    carries_all(answer)
    assert policy_of(answer)["script-src"] == ["'self'", "'unsafe-eval'"]
    assert policy_of(answer)["style-src"] == ["'self'", "'unsafe-inline'"]


def test_the_api_s_documentation_carries_a_nonce_of_its_own(owner: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(owner)
    first, second = client.get("/api/docs"), client.get("/api/docs")
    for answer in (first, second):
        carries_all(answer)
        [nonce] = [s[7:-1] for s in policy_of(answer)["script-src"] if s.startswith("'nonce-")]
        assert f'nonce="{nonce}"' in answer.content.decode()
        assert "'unsafe-eval'" not in policy_of(answer)["script-src"]
    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]


def test_errors_carry_them_too(
    owner: User, viewer: User, company: Company, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = client_of(viewer).get("/connections/")
    assert refused.status_code == 403
    carries_all(refused)
    monkeypatch.setattr("calltracking.views.home.by_day", lambda *_, **__: 1 / 0)
    client = client_of(owner)
    client.raise_request_exception = False
    broken = client.get("/")
    assert broken.status_code == 500
    carries_all(broken)
    with use_company(company):
        missing = Call.objects.order_by("-pk").first().pk + 1000
    unknown = client.get(f"/calls/{missing}/")
    assert unknown.status_code == 404
    carries_all(unknown)
    assert policy_of(unknown)["script-src"] == ["'self'"]


def test_a_wrong_host_is_refused_with_them() -> None:
    answer = Client(SERVER_NAME="evil.example").get("/accounts/login/")
    assert answer.status_code == 400
    carries_all(answer)


def test_https_is_insisted_on_where_there_is_https(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = Client().get("/accounts/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_no_page_of_ours_has_anything_inline() -> None:
    """What the strict policy would refuse is not written in the first place."""
    inline = re.compile(
        r"<script(?![^>]*\b(?:src|nonce|type=\"application/json\"))[^>]*>|\son[a-z]+=\"|\sstyle=\"|<style"
    )
    # A mail brings its style with it: its reader's program knows no sheet of ours.
    templates = (file for file in Path("templates").rglob("*.html") if file.parent.name != "mail")
    assert [str(file) for file in templates if inline.search(file.read_text())] == []
