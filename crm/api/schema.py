"""`GET /api/schema`: drawn up once per release and form, then answered from the cache.

Drawing it up takes half a second and asks no row: it depends on the code alone. Parts of the cache's key are the code
and the libraries that draw, so that no release answers with another's. When the cache is away it is drawn up again.
"""

from __future__ import annotations

import hashlib
from functools import cache as once
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

KEEP_SECONDS = 24 * 60 * 60
PACKAGES = ("config", "calltracking", "analysis", "telephony", "crm")
LIBRARIES = ("Django", "djangorestframework", "drf-spectacular", "PyYAML")
# Drawn up for the one who asks so.
VARIANTS = {"version", "lang"}


class Schema(SpectacularAPIView):
    """The schema as YAML or JSON, as the request accepts."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        if VARIANTS & request.query_params.keys():
            return self._draw_up(request, *args, **kwargs)
        key = f"schema:{code_version(settings.BASE_DIR)}:{request.accepted_renderer.media_type}"
        if kept := cache.get(key):
            content, headers = kept
            return HttpResponse(content, headers=headers)
        answer = self._draw_up(request, *args, **kwargs)
        answer.add_post_render_callback(lambda drawn: _keep(key, drawn))
        return answer

    def _draw_up(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular's


@once
def code_version(folder: Path) -> str:
    """Return what tells this code from every other: a hash of our packages' modules and the libraries' versions."""
    said = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for path in sorted(path for package in PACKAGES for path in (folder / package).rglob("*.py")):
        said.update(f"\n{path.relative_to(folder)}\n".encode())
        said.update(path.read_bytes())
    return said.hexdigest()[:32]


def _keep(key: str, drawn: HttpResponse) -> None:
    headers = {name: drawn.headers[name] for name in ("Content-Type", "Content-Disposition")}
    cache.set(key, (drawn.content, headers), KEEP_SECONDS)
