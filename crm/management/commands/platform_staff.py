"""`manage.py platform_staff ravi@ringside.example`: lets a person look into companies for a stated reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.accounts import invite, password_link


class Command(BaseCommand):
    help = "Makes a person platform staff, or ends that, and prints a new person's password link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="They are it no longer: out at their next request.")

    @transaction.atomic
    def handle(self, *args: Any, email: str, end: bool, **options: Any) -> None:
        try:
            user = invite(email)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        user.is_platform_staff = not end
        user.save(update_fields=["is_platform_staff"])
        if end:
            self.stdout.write(f"{user.email} is no platform staff any more.")
            return
        self.stdout.write(f"{user.email} is platform staff: companies are at /staff/.")
        if not user.has_usable_password():
            self.stdout.write(f"To choose a password: {password_link(user)}")
