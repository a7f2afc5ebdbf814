"""`manage.py add_member ravi@lakeside.example --company lakeside-dental --role agent`: one more person of a company."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.accounts import invite, password_link
from crm.models import Company, Membership
from crm.roles import Role


class Command(BaseCommand):
    help = "Makes a person a member of a company, or changes their role, and prints a new person's password link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--company", required=True, metavar="SHORT-NAME", help="The company's short name (slug).")
        parser.add_argument("--role", choices=Role.values, default=Role.AGENT.value)

    @transaction.atomic
    def handle(self, *args: Any, email: str, company: str, role: str, **options: Any) -> None:
        found = Company.objects.filter(slug=company).first()
        if found is None:
            known = ", ".join(Company.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no company {company!r}; there are: {known}.")
        try:
            user = invite(email)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        self._join(found, user=user, role=role)
        self.stdout.write(f"{user.email} works in {found} as {Role(role).label.lower()}.")
        if not user.has_usable_password():
            self.stdout.write(f"To choose a password: {password_link(user)}")

    def _join(self, company: Company, *, user: Any, role: str) -> None:
        membership = Membership.objects.filter(company=company, user=user).first()
        if membership and membership.is_last_owner() and role != Role.OWNER:
            raise CommandError(f"{user.email} is the only owner of {company}; make somebody else an owner first.")
        Membership.objects.update_or_create(company=company, user=user, defaults={"role": role, "is_active": True})
