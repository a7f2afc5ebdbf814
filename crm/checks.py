"""What is set so that it works today and hurts later: system checks, each with a hint. `manage.py check --deploy`."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from crm import encryption

MADE_UP = bytes(range(32))


@register(Tags.security)
def encryption_keys_are_keys(**_: Any) -> list[CheckMessage]:
    """`ENCRYPTION_KEYS` can be read, each id stands once, and no key is Django's own."""
    entries = [entry for entry in settings.ENCRYPTION_KEYS if entry != "unused:"]
    ids = [entry.partition(":")[0] for entry in entries]
    found: list[CheckMessage] = []
    if len(set(ids)) != len(ids):
        hint = "Give each key an id of its own: the id in front of a secret says which key opens it."
        found.append(Error("ENCRYPTION_KEYS names one id twice.", hint=hint, id="ringside.E001"))
    try:
        if entries:
            encryption.first_key_id()
    except ImproperlyConfigured as error:
        hint = "openssl rand -base64 32 makes one; write it as id:key (docs/operations.md)."
        found.append(Error(f"{error}.", hint=hint, id="ringside.E002"))
    if {_bytes_of(entry) for entry in entries} & _django_keys():
        hint = "Make a key for encryption alone, so that one leak does not open both."
        found.append(Error("A key of ENCRYPTION_KEYS is SECRET_KEY too.", hint=hint, id="ringside.E003"))
    return found


@register(Tags.security, deploy=True)
def the_site_is_told_as_https(**_: Any) -> list[CheckMessage]:
    """The address people open is https, browsers insist on it, and who says so is believed with care."""
    found: list[CheckMessage] = []
    if not settings.IS_HTTPS:
        hint = "Set SITE_URL to the https address: cookies, HSTS and passkeys depend on it."
        found.append(checks.Warning("SITE_URL is not https.", hint=hint, id="ringside.W001"))
    elif settings.SECURE_HSTS_SECONDS < 31_536_000:
        hint = "Leave SECURE_HSTS_SECONDS at its default of a year, once https works."
        found.append(checks.Warning("Browsers insist on https for less than a year.", hint=hint, id="ringside.W002"))
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        hint = "With an https SITE_URL passkeys are bound to it."
        found.append(checks.Warning("Passkeys are taken from any origin.", hint=hint, id="ringside.W003"))
    return found


@register(Tags.security, deploy=True)
def nothing_is_left_from_a_laptop(**_: Any) -> list[CheckMessage]:
    """No key from an example, no mail in the log, no failpoint."""
    found: list[CheckMessage] = []
    if any(entry.endswith(":") or _bytes_of(entry) == MADE_UP for entry in settings.ENCRYPTION_KEYS):
        hint = "openssl rand -base64 32 makes one."
        found.append(checks.Warning("ENCRYPTION_KEYS holds a key of an example.", hint=hint, id="ringside.W004"))
    if settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "locmem.EmailBackend", "dummy.EmailBackend")):
        hint = "Set EMAIL_URL to a mail server: with console: each reset link stands in the log."
        found.append(checks.Warning("Mail goes nowhere, or into the log.", hint=hint, id="ringside.W005"))
    if settings.FAILPOINTS:
        hint = "Unset FAILPOINTS, TESTING and DEBUG."
        found.append(checks.Warning("This process dies on purpose at FAILPOINTS.", hint=hint, id="ringside.W006"))
    return found


def _bytes_of(entry: str) -> bytes:
    encoded = entry.partition(":")[2]
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return encoded.encode()


def _django_keys() -> set[bytes]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {key.encode() for key in keys} | {_bytes_of(f":{key}") for key in keys}
