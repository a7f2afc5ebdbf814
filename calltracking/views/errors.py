"""What a person reads when something is not there, not theirs, or broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

# The API's words for what Django itself answers.
CODES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "error"}


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = "This request could not be read. Go back, and try again."
    return _answer(request, 400, "That did not arrive whole", said)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = "Your role does not allow this. An owner or manager of the company can change your role."
    return _answer(request, 403, "This is not open to you", said)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = "There is nothing at this address. It may have been moved, or it belongs to another company."
    return _answer(request, 404, "Nothing here", said)


def broken(request: HttpRequest) -> HttpResponse:
    said = "Something went wrong on our side. Nothing you entered before was lost. Try again in a moment."
    return _answer(request, 500, "That did not work", said)


def _answer(request: HttpRequest, status: int, title: str, said: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"error": said, "code": CODES[status], "fields": {}}, status=status)
    return render(request, "calltracking/error.html", {"title": title, "said": said}, status=status)
