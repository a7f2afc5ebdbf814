"""Secrets at rest: AES-GCM with a key id and the row they belong to, keys from the environment.

A sealed text is `key id . nonce+ciphertext` (base64). Its context (table, column, company) is authenticated, so that a
sealed secret copied into another row does not open. The first key of ENCRYPTION_KEYS seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class UnableToUnseal(ValueError):
    """The text was not sealed for this context, or its key is not among ENCRYPTION_KEYS."""


def seal(text: str, *, context: str) -> str:
    """Return the text encrypted for the context; an empty text stays empty."""
    if not text:
        return ""
    key_id, sealed = _encrypt(text.encode(), context=context)
    return f"{key_id}.{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, context: str) -> str:
    """Return the text that was sealed for the context; raises `UnableToUnseal`."""
    if not sealed:
        return ""
    key_id, _, body = sealed.partition(".")
    try:
        return _decrypt(key_id, base64.b64decode(body, validate=True), context=context).decode()
    except (binascii.Error, ValueError) as error:
        raise UnableToUnseal(f"key {key_id[:20]!r} does not open it") from error


def key_id_of(sealed: str) -> str:
    """Return which key sealed the text."""
    return sealed.partition(".")[0]


def first_key_id() -> str:
    """Return the key that seals now: the first of ENCRYPTION_KEYS."""
    return next(iter(_keys()))


def reseal(sealed: str, *, context: str) -> str:
    """Return the same secret sealed by the first key; raises `UnableToUnseal`."""
    if not sealed or key_id_of(sealed) == first_key_id():
        return sealed
    return seal(unseal(sealed, context=context), context=context)


def seal_bytes(data: bytes, *, context: str) -> bytes:
    """Return the bytes encrypted for the context, for a file: `key id . nonce+ciphertext`, not in base64."""
    key_id, sealed = _encrypt(data, context=context)
    return key_id.encode() + b"." + sealed


def unseal_bytes(sealed: bytes, *, context: str) -> bytes:
    """Return the bytes that were sealed for the context; raises `UnableToUnseal`."""
    key_id, _, body = sealed.partition(b".")
    return _decrypt(key_id.decode(errors="replace"), body, context=context)


def _encrypt(data: bytes, *, context: str) -> tuple[str, bytes]:
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    return key_id, nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def _decrypt(key_id: str, sealed: bytes, *, context: str) -> bytes:
    try:
        return AESGCM(_keys()[key_id]).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (KeyError, InvalidTag, ValueError) as error:
        raise UnableToUnseal(f"key {key_id[:20]!r} does not open it") from error


def _keys() -> dict[str, bytes]:
    keys = {}
    for entry in settings.ENCRYPTION_KEYS:
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured("ENCRYPTION_KEYS holds a key that is not base64") from error
        if not key_id or "." in key_id or len(key) != 32:
            raise ImproperlyConfigured("ENCRYPTION_KEYS must be id:base64 of 32 bytes, separated by commas")
        keys[key_id] = key
    return keys
