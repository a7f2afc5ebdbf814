"""Whom a campaign contacts, many at once: a pasted list or a file, or contacts that a filter finds.

Numbers come in any written form and are kept once in a campaign; what is there already stays as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crm import phones
from crm.models import Campaign, Company, PhoneNumber, Recipient
from crm.models.contact_queries import ContactQuerySet
from crm.spreadsheets import uncell

MANY = 1000
MOST_AT_ONCE = 20_000
# A first line that names columns is none of them.
HEADINGS = ("number", "phone", "phone number", "mobile", "tel", "telephone")
WRITTEN_LENGTH = Recipient._meta.get_field("written").max_length or 60
ID_LENGTH = Recipient._meta.get_field("external_id").max_length or 128


class TooManyRecipients(ValueError):
    """More than `MOST_AT_ONCE` were to be added in one go."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A number to be contacted: as it was written, whose it is where that is known, and its id at the provider."""

    e164: str
    written: str
    external_id: str = ""
    contact_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A line that names no recipient: its place from 1 on, what it says, and why it was left out."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Added:
    """How many recipients are new, and how many the campaign had."""

    new: int
    known: int


def read_list(text: str) -> tuple[list[Wanted], list[Refused]]:
    """Return whom the lines name, each number once, and the lines that name nobody.

    A line is a number, and after a comma, a semicolon or a tab its id at the provider where there is one.
    Raises `TooManyRecipients`.
    """
    region = Company.objects.current().region
    wanted: dict[str, Wanted] = {}
    refused: list[Refused] = []
    for place, (written, external_id) in _lines(text):
        if len(wanted) + len(refused) >= MOST_AT_ONCE:
            raise TooManyRecipients
        e164 = phones.to_e164(written, region=region) if len(written) <= WRITTEN_LENGTH else ""
        if e164 and len(external_id) <= ID_LENGTH:
            wanted.setdefault(e164, Wanted(e164=e164, written=written, external_id=external_id))
        elif place > 1 or written.lower() not in HEADINGS:
            why = "The id is too long." if e164 else "This is no phone number."
            refused.append(Refused(line=place, text=written[:WRITTEN_LENGTH], why=why))
    return list(wanted.values()), refused


def add_numbers(campaign: Campaign, wanted: Sequence[Wanted]) -> Added:
    """Add those whom the campaign does not have; a number that is one contact's alone is that contact's.

    An id that another recipient has already is left out, and so is the second of two.
    """
    new = 0
    for start in range(0, len(wanted), MANY):
        some = wanted[start : start + MANY]
        its = Recipient.objects.filter(campaign=campaign)
        known = set(its.filter(e164__in=[one.e164 for one in some]).values_list("e164", flat=True))
        ids = {one.external_id for one in some} - {""}
        taken = set(its.filter(external_id__in=ids).values_list("external_id", flat=True))
        missing = [one for one in some if one.e164 not in known]
        owners = _owners([one.e164 for one in missing if one.contact_id is None])
        rows = []
        for one in missing:
            external_id = "" if one.external_id in taken else one.external_id
            taken.add(external_id)
            rows.append(
                Recipient(
                    campaign=campaign,
                    e164=one.e164,
                    written=one.written,
                    external_id=external_id,
                    contact_id=one.contact_id or owners.get(one.e164),
                )
            )
        Recipient.objects.bulk_create(rows, ignore_conflicts=True)
        new += len(rows)
    return Added(new=new, known=len(wanted) - new)


def add_contacts(campaign: Campaign, contacts: ContactQuerySet) -> Added:
    """Add the contacts by their main number, but for those who asked not to be called. Raises `TooManyRecipients`."""
    numbers = PhoneNumber.objects.filter(contact__in=callable_ones(contacts).order_by().values("pk")).exclude(e164="")
    # The main number first, else the first that was entered: `setdefault` keeps it.
    mains: dict[int, Wanted] = {}
    found = numbers.order_by("contact_id", "-is_primary", "pk").values_list("contact_id", "e164", "written")
    for contact_id, e164, written in found.iterator(chunk_size=MANY):
        mains.setdefault(contact_id, Wanted(e164=e164, written=written or e164, contact_id=contact_id))
        if len(mains) > MOST_AT_ONCE:
            raise TooManyRecipients
    shared = {one.e164: one for one in mains.values()}
    return add_numbers(campaign, list(shared.values()))


def callable_ones(contacts: ContactQuerySet) -> ContactQuerySet:
    """Return those who may be contacted."""
    return contacts.filter(do_not_call=False)


def _lines(text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    # A spreadsheet's own file begins with a mark that is no letter.
    lines = text.lstrip("\ufeff").replace("\x00", "").splitlines()
    sign = next((sign for sign in ("\t", ";", ",") if any(sign in line for line in lines[:20])), ",")
    for place, row in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=sign), start=1):
        cells = [uncell(value.strip()) for value in row] + ["", ""]
        if any(cells):
            yield place, (cells[0], cells[1])


def _owners(numbers: Iterable[str]) -> dict[str, int]:
    """Return whose each number is, where it is one contact's alone."""
    owners: dict[str, set[int]] = {}
    for e164, contact_id in PhoneNumber.objects.filter(e164__in=list(numbers)).values_list("e164", "contact_id"):
        owners.setdefault(e164, set()).add(contact_id)
    return {e164: next(iter(whose)) for e164, whose in owners.items() if len(whose) == 1}
