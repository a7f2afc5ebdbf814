"""What a cell says, as a typed value: numbers, amounts, days and words in the ways people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from crm.models import ExtractionField, LeadStatus
from crm.models.custom_fields import LARGEST, LONGEST_TEXT, PERIODS
from crm.models.lead_status import Priority
from crm.presets import FieldKind

YES = {"yes", "y", "true", "t", "1", "x", "on"}
NO = {"no", "n", "false", "f", "0", "off"}
# Amounts in words, as they are written where people count in lakhs and where they do not.
TIMES = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 10**5),
    **dict.fromkeys(("m", "mn", "million"), 10**6),
    **dict.fromkeys(("cr", "crore", "crores"), 10**7),
}
_AMOUNT = re.compile(rf"(?:[a-z]{{2,3}}\.?)?(-?[\d.,]*\d[\d.,]*)({'|'.join(TIMES)})?(?:[a-z]{{3}}|/-)?")
SYMBOLS = {"₹": "INR", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
# Day first but where the month is; both with what may follow as a time.
_DAYS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d", "%d/%m/%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", ", %H:%M", " %I:%M %p")
MONTH_FIRST = ("US", "PH", "CA")


class Wrong(ValueError):
    """The cell does not say what its column is; the message says so to whoever sent the file."""


def number(text: str) -> Decimal:
    """Return the amount that is written: `12,00,000`, `₹ 1.5 cr`, `1.234,50 EUR`. Raises `Wrong`."""
    bare = "".join(sign for sign in text if unicodedata.category(sign) != "Sc" and not sign.isspace()).lower()
    found = _AMOUNT.fullmatch(bare)
    try:
        amount = Decimal(_digits(found[1])) if found else None
    except InvalidOperation:
        amount = None
    if found is None or amount is None:
        raise Wrong(f"{_quoted(text)} is no number.")
    amount *= TIMES.get(found[2] or "", 1)
    if abs(amount) > LARGEST:
        raise Wrong(f"{_quoted(text)} is too large.")
    return amount


def _digits(written: str) -> str:
    """Return the number with a point before its fraction and nothing else between the digits."""
    marks = [sign for sign in written if sign in ".,"]
    if len(set(marks)) == 2:
        fraction = marks[-1]
        return written.replace("," if fraction == "." else ".", "").replace(fraction, ".")
    if not marks:
        return written
    mark = marks[0]
    is_grouping = re.fullmatch(rf"-?\d{{1,3}}(\{mark}\d{{2,3}})*\{mark}\d{{3}}", written) is not None
    # One point is a fraction, even of three digits: so programs write it.
    if is_grouping and (mark == "," or len(marks) > 1):
        return written.replace(mark, "")
    return written.replace(",", ".")


def whole(text: str) -> int:
    """Return the whole number from zero on. Raises `Wrong`."""
    amount = number(text)
    if amount != amount.to_integral_value() or not 0 <= amount < 2**31:
        raise Wrong(f"{_quoted(text)} is no whole number.")
    return int(amount)


def money(text: str, *, digits: int) -> Decimal:
    """Return the amount in hundredths, from zero on, of at most so many digits. Raises `Wrong`."""
    amount = number(text).quantize(Decimal("0.01"))
    if amount < 0:
        raise Wrong(f"{_quoted(text)} is below zero.")
    if amount >= 10 ** (digits - 2):
        raise Wrong(f"{_quoted(text)} is too large.")
    return amount


def yes_no(text: str) -> bool:
    """Return what a tick says. Raises `Wrong`."""
    said = text.casefold()
    if said in YES | NO:
        return said in YES
    raise Wrong(f"{_quoted(text)} is neither yes nor no.")


def status(text: str) -> str:
    """Return the lead status, by its name here or in exports. Raises `Wrong`."""
    names = {word.casefold(): value for value, label in LeadStatus.choices for word in (value, str(label))}
    if found := names.get(text.casefold()):
        return str(found)
    raise Wrong(f"{_quoted(text)} is no status. There are {', '.join(str(label) for label in LeadStatus.labels)}.")


def priority(text: str) -> int:
    """Return the priority: `4`, `Warm` or `4 · Warm`. Raises `Wrong`."""
    for value, label in Priority.choices:
        if text.casefold() in (str(value), str(label).casefold(), str(label).rpartition(" ")[2].casefold()):
            return int(value)
    raise Wrong(f"{_quoted(text)} is no priority. They go from 1 to 5.")


def day(text: str, *, region: str) -> str:
    """Return the day, with the time where one is written, in ISO 8601; times are of the active zone. Raises `Wrong`."""
    try:
        found = datetime.fromisoformat(text)
        is_day = len(text) <= len("2026-05-24")
    except ValueError:
        found, is_day = _written_day(text, region=region)
    if is_day:
        return found.date().isoformat()
    return (timezone.make_aware(found) if timezone.is_naive(found) else found).isoformat()


def _written_day(text: str, *, region: str) -> tuple[datetime, bool]:
    month_first = [shape.replace("%d/%m", "%m/%d").replace("%d-%m", "%m-%d") for shape in _DAYS]
    shapes = month_first if region in MONTH_FIRST else _DAYS
    for shape in shapes:
        for ending in _TIMES:
            try:
                return datetime.strptime(text, shape + ending), not ending  # noqa: DTZ007 - the caller gives it a zone
            except ValueError:
                continue
    raise Wrong(f"{_quoted(text)} is no day. Write it as 2026-05-24.")


def text_of(said: str, *, limit: int | None, label: str) -> str:
    """Return the text if it is short enough. Raises `Wrong`."""
    if limit and len(said) > limit:
        raise Wrong(f"{label} is longer than {limit} characters.")
    return said


# ---- a company's own fields -----------------------------------------------------------------------------------


def answer(field: ExtractionField, text: str, *, region: str, currency: str) -> Any:
    """Return the answer as `Contact.custom` keeps it. Raises `Wrong`."""
    value = field.typed(_ANSWERS[FieldKind(field.kind)](text, {"region": region, "currency": currency}))
    if value is None:
        raise Wrong(f"{_quoted(text)} does not fit {field.label}.")
    return value


def _text(text: str, known: Mapping[str, str]) -> str:
    return text_of(text, limit=LONGEST_TEXT, label="An answer")


def _money(text: str, known: Mapping[str, str]) -> dict[str, Any]:
    """Read what `crm.custom_words.say` writes, and what people do: `₹50,00,000 to ₹80,00,000 a month`, `up to 5000`."""
    said = re.sub(r"\s+", " ", text.strip().casefold())
    period = "once"
    for key, words in PERIODS.items():
        for ending in (words, f"per {key}", f"/{key}"):
            if words and said.endswith(ending):
                said, period = said.removesuffix(ending).strip(), key
    symbol = next((code for sign, code in SYMBOLS.items() if sign in text), "")
    code = re.search(r"\b(INR|USD|EUR|GBP|JPY|AED|SGD|AUD|CAD)\b", text.upper())
    least, most = _ends(said)
    currency = symbol if symbol and symbol != "USD" else code[1] if code else symbol or known["currency"]
    return {"minimum": least, "maximum": most, "currency": currency, "period": period}


def _ends(said: str) -> tuple[float | None, float | None]:
    if said.startswith("up to "):
        return None, float(number(said.removeprefix("up to ")))
    if said.startswith("from ") and " to " not in said:
        return float(number(said.removeprefix("from "))), None
    low, between, high = re.sub(r"\s*[–—]\s*|(?<=\d)\s*-\s*(?=\D?\d)", " to ", said.removeprefix("from ")).partition(
        " to "
    )
    ends = [float(number(end)) for end in (low, high if between else low)]
    if ends[0] > ends[1]:
        raise Wrong(f"{_quoted(said)} ends below where it begins.")
    return ends[0], ends[1]


_ANSWERS: dict[FieldKind, Callable[[str, Mapping[str, str]], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: lambda text, known: float(number(text)),
    FieldKind.MONEY: _money,
    FieldKind.DATE: lambda text, known: day(text, region=known["region"]),
    FieldKind.YES_NO: lambda text, known: yes_no(text),
    FieldKind.CHOICE: lambda text, known: text,
}


def _quoted(text: str) -> str:
    return f"“{text[:60]}”"
