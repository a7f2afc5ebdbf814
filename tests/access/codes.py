"""An authenticator app for tests: its codes at any time, made by the same arithmetic as phones make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from crm.models import User

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = 30


def code(*, key: str = KEY, steps_from_now: int = 0) -> str:
    """Return the six digits of RFC 6238 for the step that is now, or another."""
    counter = int(time.time()) // STEP + steps_from_now
    digest = hmac.new(base64.b32decode(key), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def give_app(user: User, *, key: str = KEY) -> Authenticator:
    """Set up an authenticator app for the person."""
    return TOTP.activate(user, key).instance


def give_recovery_codes(user: User) -> list[str]:
    return list(RecoveryCodes.activate(user).get_unused_codes())
