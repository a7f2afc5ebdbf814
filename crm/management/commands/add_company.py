"""`manage.py add_company "Lakeside Dental" --owner meera@lakeside.example`: a company and its first person."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from crm.accounts import invite, password_link
from crm.models import Company, Membership
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
        try:
            user = invite(owner)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        Membership.objects.create(company=company, user=user, role=Role.OWNER)
        self.stdout.write(f"{company} is there, owned by {user.email}.")
        if not user.has_usable_password():
            self.stdout.write(f"To choose a password: {password_link(user)}")

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
