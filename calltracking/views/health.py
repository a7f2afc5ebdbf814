"""Whether this web process answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can answer at all; it asks nothing of database or queue."""
    return HttpResponse("ok", content_type="text/plain")
