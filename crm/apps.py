"""The bottom floor: who we talk to, and tenancy."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_migrate


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "CRM"

    def ready(self) -> None:
        from crm.tenancy import guard_connection, tell_connection

        pre_migrate.connect(grant_rights, sender=self)
        connection_created.connect(guard_connection)
        connection_created.connect(tell_connection)


def grant_rights(*, using: str, **_: Any) -> None:
    """Give the application's role its rights on tables to come: rows, never TRUNCATE, never ownership."""
    from django.conf import settings

    from crm.constraints import application_role  # settings must be loaded

    role, search = application_role(), settings.SEARCH_ROLE
    with connections[using].cursor() as cursor:
        for statement in (
            f'grant usage on schema public to "{role}", "{search}"',
            # It may own functions, which needs the right to create; it cannot log in.
            f'grant create on schema public to "{search}"',
            f'alter default privileges in schema public grant select, insert, update, delete on tables to "{role}"',
            f'alter default privileges in schema public grant usage, select on sequences to "{role}"',
        ):
            cursor.execute(statement)
