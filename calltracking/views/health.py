"""Whether this web process answers, and whether it can do its work."""

from __future__ import annotations

from functools import cache

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crm.deadlines import database_within
from crm.middleware import without_company_transaction

DATABASE_SECONDS = 2.0


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can answer at all; it asks nothing of database or queue."""
    return HttpResponse("ok", content_type="text/plain")


@without_company_transaction
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and has every migration of this version; 503 with the reason otherwise."""
    why = why_not_ready()
    return HttpResponse(why or "ready", content_type="text/plain", status=503 if why else 200)


def why_not_ready() -> str:
    """Return what is in the way, as a sentence that tells strangers nothing, or an empty string."""
    try:
        with database_within(DATABASE_SECONDS), transaction.atomic():
            applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "The database does not answer."
    missing = _of_this_version() - applied.keys()
    return f"Migrations are missing: {len(missing)}." if missing else ""


@cache
def _of_this_version() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    # What a squashed migration replaces is recorded under either name.
    squashed = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    return frozenset(key for key in loader.disk_migrations if key not in squashed)
