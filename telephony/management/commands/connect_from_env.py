"""`manage.py connect_from_env`: the first account from ELEVENLABS_… and COMPANY_NAME; `up` runs it at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from telephony.first_account import CannotConnect, connect_from_environment, describe


class Command(BaseCommand):
    help = "Makes the account that the environment describes, in the company it names. Does nothing when it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = connect_from_environment()
        except CannotConnect as error:
            raise CommandError(str(error)) from error
        if account:
            self.stdout.write(describe(account))
