"""Phone numbers: the one place where a written number becomes E.164, and where it is decided who reads it in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# Whether numbers are hidden from whoever looks now; programs without a person read them in full.
_hidden: ContextVar[bool] = ContextVar("numbers_hidden", default=False)
HIDDEN_DIGIT = "•"
# What stays readable at the end: enough to tell two callers apart, too little to call one.
READABLE_DIGITS = 3
# A number without its country's code is looked for from this length on.
SHORTEST_ALONE = 9

# "+44 (0)20 …": the trunk zero is written for those who dial from inside; it is no part of the number.
_TRUNK_ZERO = re.compile(r"^(\s*(?:\+|00)\d{1,3}[\s.-]*)\(0\)")


def to_e164(written: str | None, *, region: str) -> str:
    """Return the number in E.164 (`+919876543210`), or an empty string when it is none.

    `region` (ISO 3166, such as `IN`) is how national forms are read. Extensions are dropped: they lead to a desk
    behind the same number. Digits that carry their country code without a plus are recognized too, but only when
    they are no valid national number of the region.
    """
    text = _TRUNK_ZERO.sub(r"\1", (written or "").strip())
    if not text:
        return ""
    national = _parse(text, region)
    if national and phonenumbers.is_valid_number(national):
        return phonenumbers.format_number(national, PhoneNumberFormat.E164)
    digits = re.sub(r"\D", "", text)
    international = _parse(f"+{digits}", None) if not text.startswith("+") else None
    if international and phonenumbers.is_valid_number(international):
        return phonenumbers.format_number(international, PhoneNumberFormat.E164)
    # Possible but not in the tables (new ranges, test numbers): kept, so that its owner is found again.
    possible = national if national and phonenumbers.is_possible_number(national) else None
    return phonenumbers.format_number(possible, PhoneNumberFormat.E164) if possible else ""


def to_display(e164: str) -> str:
    """Return the number as people read it (`+91 98765 43210`); what cannot be read comes back as it is.

    To somebody who may not see numbers in full: `+91 ••••• ••210`.
    """
    parsed = _parse(e164, None)
    text = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else e164
    return _hide(text, keep=f"+{parsed.country_code}" if parsed else "") if _hidden.get() else text


def as_told(number: str) -> str:
    """Return the number for a program's eyes, E.164 or as it was written; hidden like `to_display`."""
    return to_display(number) if _hidden.get() else number


@contextmanager
def hidden(are_hidden: bool) -> Iterator[None]:
    """Inside: numbers are hidden from whoever looks, or are not. The middleware opens it around each request."""
    reset = _hidden.set(are_hidden)
    try:
        yield
    finally:
        _hidden.reset(reset)


def hide_from_now_on(are_hidden: bool) -> None:
    """Decide anew for the rest of the request: for who is known only later than the middleware, such as an API key."""
    _hidden.set(are_hidden)


def are_hidden() -> bool:
    """Return whether whoever looks now may not see numbers in full."""
    return _hidden.get()


def hidden_in(chunks: Iterable[bytes], *, are_hidden: bool) -> Iterator[bytes]:
    """Yield what a streaming answer yields, each piece made under the same decision as the request."""
    pieces = iter(chunks)
    while True:
        with hidden(are_hidden):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def spellings_of(e164: str) -> set[str]:
    """Return the forms in which a text that we cannot read may hold the number, hidden from nobody.

    None is so short that it would stand in other numbers.
    """
    parsed, digits = _parse(e164, None), e164.removeprefix("+")
    if parsed is None:
        return {digits}
    national = phonenumbers.national_significant_number(parsed)
    formats = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
    written = {phonenumbers.format_number(parsed, each) for each in formats}
    bare = {national} if len(national) >= SHORTEST_ALONE else set()
    return {digits, f"0{national}", *written, *bare}


def to_search_prefix(written: str, *, region: str) -> str:
    """Return the E.164 beginning that a partly typed number stands for, or an empty string when it is none.

    Empty for whoever may not see numbers in full: searching on, digit by digit, would tell them the rest.
    """
    if _hidden.get():
        return ""
    complete = to_e164(written, region=region)
    parsed = _parse(complete, None)
    digits = re.sub(r"\D", "", written)
    # A beginning with its trunk zero ("098765") is possible as a number of its own; only a valid one is complete.
    if (parsed and phonenumbers.is_valid_number(parsed)) or re.search(r"[^\d\s+().-]", written) or len(digits) < 3:
        return complete
    if written.strip().startswith("+"):
        return f"+{digits}"
    country = phonenumbers.country_code_for_region(region)
    return f"+{country}{digits.lstrip('0')}" if country else f"+{digits}"


def _hide(text: str, *, keep: str) -> str:
    """Return the text with its digits hidden, but for those of `keep` at its start and the last three."""
    body = text.removeprefix(keep)
    start = text[: len(text) - len(body)]
    digits = sum(character.isdigit() for character in body)
    # Of a short number, an extension or a service, the last three would be nearly all.
    hide = digits - READABLE_DIGITS if digits > 2 * READABLE_DIGITS else digits
    shown = []
    for character in body:
        is_hidden = character.isdigit() and hide > 0
        hide -= is_hidden
        shown.append(HIDDEN_DIGIT if is_hidden else character)
    return start + "".join(shown)


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None
