"""Phone numbers: the one place where a written number becomes E.164."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

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
    """Return the number as people read it (`+91 98765 43210`); what cannot be read comes back as it is."""
    parsed = _parse(e164, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else e164


def to_search_prefix(written: str, *, region: str) -> str:
    """Return the E.164 beginning that a partly typed number stands for, or an empty string when it is none."""
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


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None
