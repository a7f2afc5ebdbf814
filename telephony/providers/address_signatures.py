"""Signatures over the address a delivery was sent to and the values of its form: base64 of an HMAC, without a time.

The text is the address, then each name and its value, sorted and written together. Of a JSON body the address carries
the hash, and is signed alone. Source: Twilio, «Webhooks security», and the validator of their Python SDK, which is why
the address is tried with its port and without.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

from telephony.providers.base import InvalidSignature

DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
PORTS = {"https": 443, "http": 80}
HASH_OF_BODY = "bodySHA256"
# A call's form has some 40 fields; whoever is not verified yet shall not have megabytes of them sorted.
LONGEST_FORM = 256 * 1024

_HEADER = re.compile(r"[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=", re.ASCII)


def form_pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the names and values of a form, in its order, the empty ones too: they are signed like the others."""
    split = (part.partition(b"=") for part in body.split(b"&") if part)
    return [(_unescaped(name), _unescaped(value)) for name, _, value in split]


def sign_address(body: bytes, *, url: str, secret: str, digest: str = "HMAC_SHA1") -> str:
    """Return the signature of the body sent to the address, as the provider would make it."""
    return _mac(_signed_text(url, body), secret=secret, digest=digest)


def verify_address(body: bytes, *, header: str, url: str, secrets: Sequence[str], digest: str = "HMAC_SHA1") -> None:
    """Raise `InvalidSignature` unless one secret made the header for these values, sent to this address.

    Constant time; every secret is tried whatever the first one says. Nothing tells when it was signed: a repeat is
    for the inbox to know.
    """
    if not _HEADER.fullmatch(header):
        raise InvalidSignature("The signature header is missing or malformed.")
    if not secrets:
        raise InvalidSignature("The account has no secret; enter the one the provider shows.")
    if not url:
        raise InvalidSignature("The address it was sent to was not kept, and its signature cannot be verified without.")
    _refuse_unbound(body, url=url)
    genuine = False
    for address in _with_and_without_port(url):
        text = _signed_text(address, body)
        for secret in secrets:
            genuine |= hmac.compare_digest(_mac(text, secret=secret, digest=digest).encode(), header.encode())
    if not genuine:
        raise InvalidSignature(
            "The signature does not match; check the account's secret, and that the address at the provider begins "
            "with the one under which Ringside is reached (SITE_URL)."
        )


def _refuse_unbound(body: bytes, *, url: str) -> None:
    """Raise `InvalidSignature` for a body that the signature would say nothing about."""
    said = _hash_in(url)
    if said and not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), said.lower().encode()):
        raise InvalidSignature("The body does not match the hash in its address.")
    if not said and body.lstrip()[:1] in (b"{", b"["):
        raise InvalidSignature(f"A JSON body is signed by its hash in the address, and there is no {HASH_OF_BODY}.")
    if not said and len(body) > LONGEST_FORM:
        raise InvalidSignature(f"A form of {len(body)} bytes is longer than any that a call brings.")


def _signed_text(url: str, body: bytes) -> bytes:
    pairs = [] if _hash_in(url) else sorted(set(form_pairs(body)))
    return url.encode() + b"".join(name + value for name, value in pairs)


def _hash_in(url: str) -> str:
    return parse_qs(urlsplit(url).query).get(HASH_OF_BODY, [""])[0]


def _with_and_without_port(url: str) -> Iterator[str]:
    """Yield the address without a port, and with its own or its scheme's."""
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme, 443)
    host = parts.netloc.removesuffix(f":{parts.port}")
    rest = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    yield f"{parts.scheme}://{host}{rest}"
    yield f"{parts.scheme}://{host}:{port}{rest}"


def _unescaped(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _mac(text: bytes, *, secret: str, digest: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text, DIGESTS[digest]).digest()).decode()
