"""One row of a file as what it says of one person: their numbers, e-mail, typed facts, and a company's own answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm import phones
from crm.imports import values
from crm.imports.columns import OTHER_NUMBERS, OWN
from crm.imports.reading import Row
from crm.imports.values import Wrong
from crm.models import Company, Contact, ExtractionField, Membership, PhoneNumber
from crm.tenancy import require_company

TEXTS = (
    *("full_name", "business_name", "owner_name", "website", "industry", "address", "city", "state", "source", "notes"),
)
AMOUNTS = ("annual_revenue", "estimated_value", "actual_value")
MOST_NUMBERS = 20
_AS_FLOAT = re.compile(r"\d{7,15}\.0")
_CUT_SHORT = re.compile(r"[\d.,]+E\+\d+", re.IGNORECASE)
_WRITTEN = PhoneNumber._meta.get_field("written").max_length or 60


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a row says. `facts` are fields of `Contact`; what a row leaves empty is not among them."""

    pk: int | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    email: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[ExtractionField, Any] = field(default_factory=dict)


class Cards:
    """Makes cards of rows, by what the columns are. Everything here is used with the company in use."""

    def __init__(self, mapping: Sequence[str]) -> None:
        self.mapping = mapping
        self.company = Company.objects.current()

    @cached_property
    def fields(self) -> dict[str, ExtractionField]:
        return {OWN + each.key: each for each in ExtractionField.objects.all()}

    @cached_property
    def colleagues(self) -> dict[str, int]:
        people = Membership.objects.filter(company_id=require_company(), is_active=True).select_related("user")
        named = [(name.casefold(), member.pk) for member in people for name in {str(member), member.user.email}]
        # Two of one name are told apart by their e-mail alone.
        return {name: pk for name, pk in named if len({other for said, other in named if said == name}) == 1}

    def of(self, row: Row) -> Card:
        """Return what the row says; raises `Wrong` with everything that is wrong in it."""
        cells = self._cells(row)
        wrong: list[str] = []
        facts: dict[str, Any] = {}
        answers: dict[ExtractionField, Any] = {}
        for key, said in cells.items():
            try:
                if key in self.fields:
                    own = self.fields[key]
                    place = {"region": self.company.region, "currency": self.company.currency}
                    answers[own] = values.answer(own, said[0], **place)
                elif key in _READ:
                    facts[key] = _READ[key](self, said[0])
            except Wrong as error:
                wrong.append(str(error))
        numbers = self._numbers([*cells.get("number", ()), *cells.get(OTHER_NUMBERS, ())], wrong)
        name = " ".join(part for key in ("first_name", "last_name") for part in cells.get(key, ()))
        if name and not facts.get("full_name"):
            facts["full_name"] = name[:200]
        if wrong:
            raise Wrong(" ".join(wrong))
        written = "".join(cells.get("id", ()))
        pk = int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None
        return Card(pk=pk, numbers=numbers, email=facts.get("email", ""), facts=facts, answers=answers)

    def _cells(self, row: Row) -> dict[str, list[str]]:
        """Return what stands in the columns that are something; empty cells say nothing."""
        cells: dict[str, list[str]] = {}
        for key, said in zip(self.mapping, row, strict=False):
            if key and said:
                cells.setdefault(key, []).append(said)
        return cells

    def _numbers(self, said: Iterable[str], wrong: list[str]) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for cell in said:
            for written in map(_digits_alone, _apart(cell)):
                if _CUT_SHORT.fullmatch(written):
                    wrong.append(f"“{written}” lost its digits in a spreadsheet. Format the column as text there.")
                    continue
                e164 = phones.to_e164(written, region=self.company.region) if len(written) <= _WRITTEN else ""
                if e164:
                    found.setdefault(e164, written)
                else:
                    wrong.append(f"“{written[:60]}” is no phone number.")
        if len(found) > MOST_NUMBERS:
            wrong.append(f"More than {MOST_NUMBERS} numbers of one person.")
        return tuple(found.items())

    def _email(self, said: str) -> str:
        email = said.removeprefix("mailto:").lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise Wrong(f"“{said[:60]}” is no e-mail address.") from error
        return values.text_of(email, limit=254, label="E-mail")

    def _assignee(self, said: str) -> int:
        if found := self.colleagues.get(said.casefold()):
            return found
        raise Wrong(f"No one person who works here is called “{said[:60]}”.")


def _apart(cell: str) -> list[str]:
    """Return the numbers of a cell: our export puts a comma between them, other programs « ::: » or a slash."""
    for between in (" ::: ", ";", ",", "\n", " / "):
        cell = cell.replace(between, "\n")
    return [written for part in cell.split("\n") if (written := part.strip().lstrip("'"))]


def _digits_alone(written: str) -> str:
    """Programs that take a column for numbers write `9876543210.0`."""
    return written.removesuffix(".0") if _AS_FLOAT.fullmatch(written) else written


def _text(name: str) -> Callable[[Cards, str], Any]:
    known: Any = Contact._meta.get_field(name)
    limit, label = known.max_length, str(known.verbose_name).capitalize()
    return lambda cards, said: values.text_of(said, limit=limit, label=label)


def _amount(name: str) -> Callable[[Cards, str], Any]:
    known: Any = Contact._meta.get_field(name)
    return lambda cards, said: values.money(said, digits=known.max_digits)


_READ: dict[str, Callable[[Cards, str], Any]] = {
    **{name: _text(name) for name in TEXTS},
    **{name: _amount(name) for name in AMOUNTS},
    "email": Cards._email,
    "assignee": Cards._assignee,
    "company_size": lambda cards, said: values.whole(said),
    "is_decision_maker": lambda cards, said: values.yes_no(said),
    "do_not_call": lambda cards, said: values.yes_no(said),
    "lead_status": lambda cards, said: values.status(said),
    "priority": lambda cards, said: values.priority(said),
}
