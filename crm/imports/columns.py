"""What a column of a file can be, and by which titles it is recognized, those of our own exports among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm import phones
from crm.models import ExtractionField

OWN = "own:"
OTHER_NUMBERS = "other_numbers"
# By these a contact is found again; without one of them nobody can be.
KEYS = ("number", OTHER_NUMBERS, "email", "id")


@dataclass(frozen=True)
class Target:
    """Something a column can be: its key, what the page calls it, and titles it goes by, written in any way."""

    key: str
    label: str
    names: tuple[str, ...] = ()


TARGETS = (
    Target("full_name", "Name", ("full name", "contact name", "contact person", "customer", "customer name", "person")),
    Target("first_name", "First name", ("given name", "forename")),
    Target("last_name", "Last name", ("surname", "family name")),
    Target(
        "number",
        "Number",
        (
            *("phone", "phone number", "phone no", "mobile", "mobile number", "mobile no", "mobile phone", "cell"),
            *("cell phone", "tel", "telephone", "contact number", "contact no", "primary phone", "main number"),
            *("phone 1", "phone 1 value", "whatsapp", "whatsapp number", "customer number"),
        ),
    ),
    Target(
        OTHER_NUMBERS,
        "Other numbers",
        (
            *("phone 2", "phone 3", "phone 2 value", "phone 3 value", "second phone", "secondary phone", "other phone"),
            *("alternate number", "alternate phone", "alternative number", "work phone", "home phone", "office phone"),
            *("business phone", "landline"),
        ),
    ),
    Target("email", "E-mail", ("email", "email address", "e-mail address", "mail", "email id", "e-mail 1 value")),
    Target(
        "business_name",
        "Business",
        ("company", "company name", "organization", "organisation", "organization name", "account", "account name"),
    ),
    Target("owner_name", "Owner", ("owner name", "business owner", "proprietor")),
    Target("website", "Website", ("web", "web site", "url", "homepage", "site")),
    Target("industry", "Industry", ("sector", "branch", "business type", "category")),
    Target("address", "Address", ("street", "street address", "address 1", "address line 1", "mailing address")),
    Target("city", "City", ("town", "place", "mailing city", "locality")),
    Target("state", "State", ("province", "region", "mailing state", "state/province")),
    Target("company_size", "Employees", ("number of employees", "no of employees", "employee count", "headcount")),
    Target("annual_revenue", "Revenue", ("turnover", "yearly revenue")),
    Target("is_decision_maker", "Decides", ("decision maker", "is a decision maker")),
    Target("source", "Source", ("lead source", "origin", "how we came to know them")),
    Target("lead_status", "Status", ("lead stage", "stage")),
    Target("priority", "Priority", ("lead priority",)),
    Target("assignee", "Assignee", ("assigned to", "assigned", "lead owner", "contact owner", "sales rep")),
    Target("estimated_value", "Estimated value", ("deal value", "expected value", "value")),
    Target("actual_value", "Actual value", ("won value", "sale value")),
    Target("do_not_call", "Do not call", ("dnc", "do not contact", "dnd")),
    Target("notes", "Notes", ("note", "comment", "comments", "remark", "remarks", "description")),
    Target("id", "Contact, its id here", ("contact", "contact id", "id")),
)
# What our own export says beside: calls and scoring make it, so no file does.
MADE_HERE = {
    *("leadscore", "score", "conversionprobability", "chanceofaconversion", "ishot", "hot", "feeling", "mood"),
    *("latestcallat", "lastcall", "createdat", "added", "followupat", "nextstepdue", "followup", "nextstep"),
}


def targets() -> list[Target]:
    """Return everything a column can be, the fields of the company in use included."""
    own = [Target(OWN + field.key, field.label, (f"field_{field.key}", field.key)) for field in _fields()]
    return [*TARGETS, *own]


def recognize(titles: Sequence[str]) -> list[str]:
    """Return what each column is by its title, empty where it is nothing we know.

    Each thing is taken once, by the first column that names it; further numbers are other numbers.
    """
    by_name = _by_name(targets())
    found: list[str] = []
    for title in titles:
        key = by_name.get(plain(title), "")
        if key == "number" and key in found:
            key = OTHER_NUMBERS
        found.append(key if key == OTHER_NUMBERS or key not in found else "")
    return found


def recognize_by_rows(rows: Sequence[Sequence[str]], *, width: int, region: str) -> list[str]:
    """Return what the columns of a file without titles seem to be: numbers, e-mail, and the first text as the name."""
    found: list[str] = []
    for place in range(width):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        key = _seems(cells, region=region)
        if key == "number" and key in found:
            key = OTHER_NUMBERS
        found.append(key if key == OTHER_NUMBERS or key not in found else "")
    return found


def has_titles(first: Sequence[str], *, region: str) -> bool:
    """Return whether the first row seems to name the columns: none of its cells is a number or an e-mail."""
    cells = [cell.strip() for cell in first if cell.strip()]
    return any(recognize(first)) or not any(_seems([cell], region=region) in ("number", "email") for cell in cells)


def checked(mapping: Iterable[str], *, width: int) -> list[str]:
    """Return the mapping as wide as the file, with nothing unknown in it and each thing once."""
    known = {target.key for target in targets()}
    found: list[str] = []
    for key in [*mapping, *[""] * width][:width]:
        is_free = key == OTHER_NUMBERS or key not in found
        found.append(key if key in known and is_free else "")
    return found


def can_find(mapping: Iterable[str]) -> bool:
    """Return whether rows with these columns can be told whose they are."""
    return any(key in KEYS for key in mapping)


def plain(title: str) -> str:
    """Return the letters and digits of a title, lowercase: `E-mail 1` and `email_1` are the same."""
    return re.sub(r"[\W_]+", "", title.casefold())


def _by_name(known: Iterable[Target]) -> dict[str, str]:
    named: dict[str, str] = {}
    for target in known:
        for name in (target.label, target.key.removeprefix(OWN), *target.names):
            # Our own come first: a company's field called «City» is told by `field_city`, as in exports.
            if plain(name) not in MADE_HERE:
                named.setdefault(plain(name), target.key)
    return named


def _seems(cells: Sequence[str], *, region: str) -> str:
    if not cells:
        return ""
    if all("@" in cell for cell in cells):
        return "email"
    if all(sum(sign.isdigit() for sign in cell) >= 7 and phones.to_e164(cell, region=region) for cell in cells):
        return "number"
    return "" if any(sign.isdigit() for cell in cells for sign in cell) else "full_name"


def _fields() -> list[ExtractionField]:
    return list(ExtractionField.objects.order_by("position", "pk"))
