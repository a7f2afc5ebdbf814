"""How contacts are found, and made once only: by number, by e-mail, by words of their name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models

from crm.tenancy import require_company

if TYPE_CHECKING:
    from datetime import datetime

    from crm.models.companies import Membership
    from crm.models.contacts import Contact


@models.CharField.register_lookup
@models.TextField.register_lookup
class Prefix(models.Lookup):
    """`name_key__prefix="mee"`: a beginning, by the leakproof `^@`, which an index serves under a policy."""

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", [*left_params, *right_params]


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, member: Membership) -> ContactQuerySet:
        """Return those the member may see: all, or their own where the company is set so."""
        return self if member.sees_all else self.filter(assignee=member.pk)

    def with_number(self, e164: str) -> ContactQuerySet:
        """Return the contacts who have the number: several may share one."""
        return self.filter(numbers__e164=e164).order_by("pk")

    def for_number(self, *, e164: str, written: str, source: str, met_at: datetime | None = None) -> list[Contact]:
        """Return everybody who has the number, creating one contact when nobody does.

        Two calls from an unknown number at once make one contact: creation waits for the other's transaction.
        `met_at` is when a contact who is new was met by it.
        """
        if found := list(self.with_number(e164)):
            return found
        wait_for_others(e164)
        if found := list(self.with_number(e164)):
            return found
        contact = self.create(source=source, latest_call_at=met_at)
        contact.numbers.create(e164=e164, written=written, is_primary=True)
        return [contact]

    def for_email(self, email: str, *, source: str) -> list[Contact]:
        """Return everybody with the e-mail (lowercase), creating one contact when nobody has it; see `for_number`."""
        wait_for_others(email)
        return list(self.filter(email=email).order_by("pk")) or [self.create(email=email, source=source)]

    def search(self, text: str, *, region: str) -> ContactQuerySet:
        """Return contacts by what begins words of their name or business, their e-mail or number, however written."""
        from crm.models.contact_words import contacts_found_by  # it stands on this module

        found: Any = contacts_found_by(text, region=region)
        return self.filter(pk__in=found)


def wait_for_others(*keys: str) -> None:
    """Hold, until this transaction ends, the right to create the contacts that numbers and e-mails stand for."""
    texts = [f"contact:{require_company()}:{key}" for key in keys]
    with connection.cursor() as cursor:
        # In one order, so that of two who wait for several none waits for the other.
        cursor.execute(
            "select pg_advisory_xact_lock(key) from"
            " (select hashtextextended(said, 0) as key from unnest(%s::text[]) as said order by 1 offset 0) as ordered",
            [texts],
        )


class OfPeopleQuerySet(models.QuerySet[Any]):
    """Rows about a contact: seen by whoever sees the contact."""

    def visible_to(self, member: Membership) -> Self:
        return self if member.sees_all else self.filter(contact__assignee=member.pk)
