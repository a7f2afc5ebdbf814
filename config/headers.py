"""The headers of every answer: pages, admin, API, errors and static files alike.

The policy is strict: our own files alone, nothing inline, nothing evaluated. Two kinds of page need more, and get it
only where they are: the theme's, and the API's documentation (config/policies.py).
"""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

from config import policies

WITHOUT_THEME = ("/accounts/", "/api/", "/static/", "/healthz", "/readyz")


class HeadersMiddleware(CSPMiddleware):
    """First of all middleware, so that no answer leaves without its headers."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            answer = super().process_response(request, response)
        else:
            answer = response
            answer.headers[HEADER] = _policy_of_data()
        for name, value in policies.HEADERS.items():
            answer.headers[name] = value
        return answer

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.update is None and not report_only:
            parts.update = loosened(request, response)
        return parts


@cache
def _policy_of_data() -> str:
    """Return the strict policy, for answers in which nothing can be loosened: the same for all, so made once."""
    return build_policy(policies.EVERYWHERE)


def loosened(request: HttpRequest, response: HttpResponseBase) -> dict[str, list[str]] | None:
    """Return what this answer may do beyond the policy of all; None for nothing."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return None
    match = getattr(request, "resolver_match", None)
    if match is not None and match.url_name == "api-docs":
        return policies.DOCUMENTATION
    is_plain = response.status_code != 200 or request.path.startswith(WITHOUT_THEME)  # error pages have no theme
    return None if is_plain else policies.THEME
