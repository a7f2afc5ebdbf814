"""`manage.py reset_two_factor EMAIL`: for somebody who lost phone, key and recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.models import FailedAttempts, User
from crm.models.attempts import CODES


class Command(BaseCommand):
    help = "Removes a person's second factors and ends their sessions. Make sure first that it is they who ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The e-mail they log in with.")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody logs in with that e-mail.")
        with transaction.atomic():
            removed, _ = Authenticator.objects.filter(user=user).delete()
            FailedAttempts.objects.forget(CODES, str(user.pk))
            sessions = list(UserSession.objects.filter(user=user))
            for session in sessions:
                session.end()
        self.stdout.write(
            f"{removed} factors removed, {len(sessions)} sessions ended. Their password alone lets them in."
        )
