"""`manage.py add_company "Lakeside Dental" --owner meera@lakeside.example`: a company and its first person."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from crm.models import Company, Membership, User
from crm.roles import Role


class Command(BaseCommand):
    help = "Creates a company with its owner and prints the link with which the owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="E-MAIL")
        parser.add_argument("--region", default="IN", help="How national phone numbers are read, such as IN or US.")
        parser.add_argument("--time-zone", default="Asia/Kolkata")
        parser.add_argument("--currency", default="INR")

    @transaction.atomic
    def handle(self, *args: Any, name: str, owner: str, **options: Any) -> None:
        company = self._company(name, options)
        user = self._person(owner)
        Membership.objects.create(company=company, user=user, role=Role.OWNER)
        self.stdout.write(f"{company} is there, owned by {user.email}.")
        if not user.has_usable_password():
            self.stdout.write(f"To choose a password: {self._password_link(user)}")

    def _company(self, name: str, options: dict[str, Any]) -> Company:
        slug = slugify(name)
        if not slug or Company.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a company with the short name {slug!r} already; choose another name.")
        fields = {key: options[key] for key in ("region", "time_zone", "currency")}
        try:
            Company(name=name, slug=slug, **fields).full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        return Company.objects.found(name=name, slug=slug, **fields)

    def _person(self, email: str) -> User:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is no e-mail address.") from error
        return User.objects.filter(email=email).first() or User.objects.create_user(email)

    def _password_link(self, user: User) -> str:
        key = default_token_generator.make_token(user)
        parts = {"uidb36": user_pk_to_url_str(user), "key": key}
        return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=parts)}"
