"""The bottom floor: who we talk to, and tenancy."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "CRM"

    def ready(self) -> None:
        from allauth.account.signals import password_reset
        from allauth.mfa.models import Authenticator

        from crm import checks, leases, privacy, rotation, two_factor  # noqa: F401 - the checks register themselves
        from crm.accounts import let_in_again
        from crm.imports import files, working
        from crm.invitations import send
        from crm.models import (
            Contact,
            ContactImport,
            ContactValue,
            ContactWord,
            FollowUp,
            ImportedContact,
            Interaction,
            Invitation,
            LeadStatusChange,
            PhoneNumber,
            Recipient,
            RepeatableAnswer,
        )
        from crm.tasks import publish_imports, send_invitations
        from crm.tenancy import guard_connection, tell_connection

        password_reset.connect(let_in_again)
        rotation.register(Authenticator, "data", context=lambda row: two_factor.CONTEXT, keys=two_factor.SEALED)
        rotation.register(Invitation, "token_sealed", context=lambda row: row.context)
        privacy.register(
            "crm",
            models=(
                *(Contact, ContactValue, ContactWord, PhoneNumber, LeadStatusChange),
                *(Interaction, FollowUp, Recipient, RepeatableAnswer, ContactImport, ImportedContact),
            ),
            export=privacy.told_of_contact,
            erase=privacy.erase_contact,
        )
        pre_migrate.connect(grant_rights, sender=self)
        post_migrate.connect(withhold_rights, sender=self)
        connection_created.connect(guard_connection)
        connection_created.connect(tell_connection)
        rotation.register_files("imports", files.SHELF.sealed_files)
        leases.register(ContactImport, work=working.work, hint=publish_imports)
        leases.register(Invitation, work=send, hint=lambda rows: send_invitations.delay(rows=rows))


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


def withhold_rights(*, using: str, **_: Any) -> None:
    """Which migrations ran is the owner's to say: the application's role may only read it."""
    from crm.constraints import application_role  # settings must be loaded

    table = "public.django_migrations"
    owned = "select 1 from pg_class where oid = to_regclass(%s) and pg_get_userbyid(relowner) = current_user"
    with connections[using].cursor() as cursor:
        cursor.execute(owned, [table])
        if cursor.fetchone():
            cursor.execute(f'revoke insert, update, delete on {table} from "{application_role()}"')
