"""The way in for providers, past everything that is there for people: sessions, log-in, messages, CSRF, a company.

None of it has a say at the door, where the token and the signature decide, and together it costs a third of the time a
delivery takes. The headers of every answer and the redirect to https stand before it (config/settings.py).
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

DOOR = "/api/webhooks/"


class StraightToTheDoor:
    """Answers what is posted to the door; whatever else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path_info.startswith(DOOR):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        # Answers of the framework are rendered by whoever called the view.
        answer: HttpResponse = response.render() if hasattr(response, "render") else response
        return answer
