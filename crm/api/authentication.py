"""`Authorization: Bearer rs_…`: a request with a key acts as the key, and never as a session."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from crm.api.gate import presents_key
from crm.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    """Takes over what the gate found. It stands first: its header is what a 401 is answered with."""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        asked = request._request
        if not presents_key(asked):
            return None
        key: ApiKey | None = getattr(asked, "api_key", None)
        if key is None:
            raise AuthenticationFailed(getattr(asked, "api_refusal", "") or "This API key is not known.")
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Ringside"'


class KeyInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped library
    """How the documentation page says it, and where one enters the key there."""

    target_class = "crm.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of the company, made under API keys."}
