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
        from crm import hints, leases
        from crm.invitations import send
        from crm.models import Invitation
        from crm.tasks import send_invitation
        from crm.tenancy import guard_connection

        pre_migrate.connect(grant_rights, sender=self)
        connection_created.connect(guard_connection)
        leases.register(
            Invitation,
            work=send,
            hint=lambda company_id, pk: hints.send(
                lambda: send_invitation.delay(company_id=company_id, invitation_id=pk)
            ),
        )


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
