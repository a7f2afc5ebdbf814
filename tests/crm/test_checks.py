"""What the system checks see; each says what to do about it."""

from __future__ import annotations

import base64
import os
from typing import Any

import pytest
from django.conf import settings as project
from django.core.checks import run_checks

KEY = base64.b64encode(os.urandom(32)).decode()
GOOD: dict[str, Any] = {
    "DEBUG": False,
    "IS_HTTPS": True,
    "SITE_URL": "https://ringside.example",
    "SECURE_HSTS_SECONDS": 31_536_000,
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "ENCRYPTION_KEYS": [f"2026:{KEY}"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "FAILPOINTS": [],
}


def ids(settings: Any, **changed: Any) -> set[str]:
    for name, value in {**GOOD, **changed}.items():
        setattr(settings, name, value)
    found = [check for check in run_checks(include_deployment_checks=True) if (check.id or "").startswith("ringside.")]
    assert all(check.hint for check in found)
    return {str(check.id) for check in found}


def test_what_is_set_well_is_not_complained_about(settings: Any) -> None:
    assert ids(settings) == set()


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"ENCRYPTION_KEYS": [f"a:{KEY}", f"a:{base64.b64encode(os.urandom(32)).decode()}"]}, "ringside.E001"),
        ({"ENCRYPTION_KEYS": ["a:short"]}, "ringside.E002"),
        ({"ENCRYPTION_KEYS": ["nothing but words"]}, "ringside.E002"),
        ({"ENCRYPTION_KEYS": [f"a:{KEY}"], "SECRET_KEY": KEY}, "ringside.E003"),
        ({"ENCRYPTION_KEYS": [f"a:{KEY}"], "SECRET_KEY_FALLBACKS": [KEY]}, "ringside.E003"),
        ({"IS_HTTPS": False}, "ringside.W001"),
        ({"SECURE_HSTS_SECONDS": 3600}, "ringside.W002"),
        ({"MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True}, "ringside.W003"),
        ({"ENCRYPTION_KEYS": ["a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]}, "ringside.W004"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "ringside.W005"),
        ({"FAILPOINTS": ["ingest:before_commit"]}, "ringside.W006"),
    ],
)
def test_what_hurts_later_is_said_now(settings: Any, changed: dict[str, Any], seen: str) -> None:
    assert ids(settings, **changed) == {seen}


def test_the_laptop_s_own_settings_have_no_errors() -> None:
    assert project.ENCRYPTION_KEYS
    assert [check for check in run_checks() if check.is_serious() and (check.id or "").startswith("ringside.")] == []
