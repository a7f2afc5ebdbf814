"""One value of a model's reply, read strictly: what is not exactly of its kind is malformed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from analysis.backends.builtin.phones import read_phones
from analysis.findings import Money, Timeline

LONGEST_TEXT = 200


MOST_DAYS = 3650


LARGEST = Decimal(10) ** 15


class Malformed(ValueError):
    """The answer is not of the form; the message says what is wrong with it, in words of ours alone."""


def read_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Malformed("a text is no text")
    return " ".join(value.split())[:LONGEST_TEXT].strip()


def read_word(value: Any, words: type[StrEnum]) -> StrEnum:
    try:
        return words(value)
    except ValueError as error:
        raise Malformed("a word is none of those asked for") from error


def read_choice(value: Any, choices: Sequence[str]) -> str:
    found = next((each for each in choices if isinstance(value, str) and each.casefold() == value.casefold()), None)
    if found is None:
        raise Malformed("a choice is none of those asked for")
    return found


def read_yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Malformed("a yes or no is neither")
    return value


def read_count(value: Any) -> int:
    if not is_whole(value) or not 0 <= value <= LARGEST:
        raise Malformed("a number is no whole number")
    return int(value)


def read_number(value: Any) -> int | float:
    if not is_number(value) or abs(value) > LARGEST:
        raise Malformed("a number is no number")
    return int(value) if value == int(value) else float(value)


def read_money(value: Any, *, currency: str) -> Money:
    if not isinstance(value, dict):
        raise Malformed("an amount is no amount")
    bounds = [_bound(value.get(name)) for name in ("minimum", "maximum")]
    said = value.get("currency")
    period = value.get("period") if value.get("period") in ("once", "month", "year") else "once"
    code = said.upper() if isinstance(said, str) and len(said) == 3 and said.isascii() and said.isalpha() else currency
    if bounds == [None, None] or (None not in bounds and bounds[0] > bounds[1]):  # type: ignore[operator]
        raise Malformed("an amount has no bounds, or they are the wrong way round")
    return Money(minimum=bounds[0], maximum=bounds[1], currency=code, period=period)


def _bound(value: Any) -> Decimal | None:
    if value is None:
        return None
    if not is_number(value) or not 0 <= value <= LARGEST:
        raise Malformed("an amount is no amount")
    figure = Decimal(str(value))
    return figure.quantize(Decimal(1)) if figure == figure.to_integral_value() else figure


def read_timeline(value: Any) -> Timeline:
    if not isinstance(value, dict):
        raise Malformed("a time is no time")
    days = value.get("days")
    known = days if is_whole(days) and 0 <= days <= MOST_DAYS else None
    return Timeline(text=read_text(value.get("text")), days=known)


def read_moment(value: Any, *, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(read_text(value))
    except ValueError as error:
        raise Malformed("a moment is no moment") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def read_date(value: Any) -> str:
    try:
        return date.fromisoformat(read_text(value)[:10]).isoformat()
    except ValueError as error:
        raise Malformed("a date is no date") from error


def read_phone(value: Any, *, region: str) -> str:
    found = read_phones(read_text(value), region=region)
    if not found:
        raise Malformed("a phone number is none")
    return found[0].value


def read_address(value: Any, *, has_at: bool) -> str:
    address = read_text(value).lower()
    if " " in address or "." not in address or (has_at and address.count("@") != 1):
        raise Malformed("an address is none")
    return address


def is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**16


def is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def read_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
