"""`manage.py erase_person ID --company SLUG --by E-MAIL --why TEXT`: for after a restore, which brings them back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.actors import Source
from crm.models import Company, Contact, Membership
from crm.privacy import erase_person
from crm.roles import ERASE_PERSON, allows
from crm.tenancy import acting, use_company


class Command(BaseCommand):
    help = "Erases a contact for good: everything about them, from their calls and from history too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contact", type=int, help="The number at the end of the contact's address.")
        parser.add_argument("--company", required=True, help="The company's short name.")
        parser.add_argument("--by", required=True, help="The e-mail of the owner or manager who has it done.")
        parser.add_argument("--why", required=True, help="It stays in history. Do not name the person.")

    def handle(self, *args: Any, contact: int, company: str, by: str, why: str, **options: Any) -> None:
        found = Company.objects.filter(slug=company).first()
        if found is None:
            raise CommandError(f"There is no company with the short name {company!r}.")
        member = Membership.objects.filter(company=found, user__email=by.strip().lower(), is_active=True).first()
        if member is None or not allows(member.role, ERASE_PERSON):
            raise CommandError("Nobody of that e-mail may erase people there.")
        if not why.strip():
            raise CommandError("Say why: it is what remains of this.")
        with acting(Source.COMMAND, member=member.pk, name="erase_person"), use_company(found):
            person = Contact.objects.filter(pk=contact).first()
            if person is None:
                raise CommandError(f"{found} has no contact {contact}.")
            erase_person(person, by=member, why=why.strip()[:200])
        self.stdout.write(f"Contact {contact} of {found} is erased. Their calls stay, as nobody's.")
