"""What the customer wants in a property: bedrooms, kind, areas, financing, visit. They land in
`Findings.custom`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analysis.backends.builtin.appointments import read_visit
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.numeral_words import UNITS
from analysis.backends.builtin.numerals import read_numbers
from analysis.backends.builtin.places import read_locations
from analysis.findings import Fact

PROPERTY_TYPES = {
    "Apartment": r"\bflats?\b(?! (?:no|\d))|\bapartments?\b(?! ?\d)|\bcondos?\b|फ्लैट",
    "Villa": r"\bvillas?\b|bungalow|row house",
    "House": (
        r"\bindependent house\b|"
        r"(?<!tent )(?<!publishing )(?<!full )(?<!in[ -])(?<!open )\bhouse\b(?! (?:loan|of\b))|"
        r"\bmakaa?n\b(?! (?:bik|bech|ka pais))|town ?house"
    ),
    "Plot": r"\bplots?\b|\b(?:some|of|the|any|buy|a piece of|agricultural|farm) land\b|\bzameen\b",
    "Penthouse": "penthouse",
    "Studio": r"\bstudio (?:flat|apartment)\b|\ba studio\b",
    "Office": r"office space|commercial (?:space|property)|\bshop space\b|co-?working",
}
FINANCING = {
    "Loan needed": (
        "(?:need|want|require|take|taking|apply|applying|get|getting|looking|go|going|"
        r"help)\b[^.?!]{0,30}\b(?:home loan|housing loan|loan|mortgage|financing|emi)\b|\bon (?:loan|"
        r"emi)\b|loan (?:chahiye|lena|lunga|lungi)|with a (?:home )?loan|through (?:a )?(?:bank )?loan|"
        "finance it"
    ),
    "Loan pre-approved": (
        "pre-?approved|loan (?:is |has been |already )?(?:approved|sanctioned)|approved for a (?:loan|mortgage)"
    ),
    "No loan needed": (
        "(?:no|don'?t need(?: a| any)?|without(?: a)?|not (?:need|taking)(?: a| any)?) (?:home )?(?:loan|"
        "mortgage|financ)|(?:pay|paying|payment|buy|buying)(?: it)?(?: in| all)? cash|cash (?:buyer|"
        "payment|purchase)|self[- ]?funded|own funds|(?:got|have)(?: the)? funds|loan nahi"
    ),
}
_BEDROOMS = re.compile(r"\s*-?\s*(?:bhk|b\.?h\.?k\.?\b|bed ?rooms?|bed\b|beds\b|br\b|bhks|बीएचके|kamr[ae])")
_BATHS = re.compile(r"\s*-?\s*(?:full |half )?(?:bath|loo|toilet|balcon|parking|car|floor|acre|people|of us|kid)")
# "Three minimum, four would be a bonus" wants three.
_BONUS = re.compile(r" (?:would|might|could|is|'d) (?:be )?(?:a |an )?(?:bonus|plus|luxury|dream|nice|ideal|great)")
_BEDROOM_WORDS = re.compile(r"bhk|b h k|bed|\bbr\b|kamr|बीएचके")
_HINDI_COUNT = r"(?P<count>do|teen|char|chaar|panch|paanch)"
_HINDI_BEDROOMS = re.compile(rf"\b{_HINDI_COUNT} ?-?(?:bhk|b h k|bed|kamr[ae])\w*")
_HINDI_ANSWER = re.compile(
    rf"\b{_HINDI_COUNT} ?-?(?:bhk|b h k|bed|kamr[ae])\w*|^(?:haan,? )?(?P<alone>(?:do|teen|char|chaar))(?=[.,!]|$)"
)
_FOR_ANOTHER = re.compile(
    r"\b(?:she|he|they|cousin|friend|brother|sister) (?:is |are )?(?:also )?(?:wants?|needs?|looking)\b"
)
_SEATS = re.compile(r"\b(?:seats?|desks?|workstations?|licen[cs]es)\b")
_OF_SEATS = re.compile(r"\s*-?(?:ready |hot |office |fixed |big )?(?:seat(?:s|er)?|desks?|workstations?|licen[cs]es)\b")
_ASKS_SEATS = re.compile(
    r"how many (?:\w+ ){0,4}(?:seats|desks|workstations|licen[cs]es?)\b|how many users|kitn[ei] seat"
)
_HAVE = re.compile(
    r"(?:currently|right now|already|we have|i have|my (?:current|present)|now living|living in|abhi)"
    r"\s+(?:\w+\s+){0,3}$"
)
# What they have, sell or leave is not what they want.
_OWNED = re.compile(
    r"\b(?:my|our|mera|mere|hamara|apna|purana|old|current|present|existing|selling|sold|rented|leaving)\s+"
    r"(?:\w+\s+){0,2}$"
)


def read_wants(
    heard: Sequence[Heard], statements: Sequence[Heard], *, called_at: datetime, day_first: bool
) -> dict[str, Fact[Any]]:
    """`bedrooms` and `seats` int, `property_type` str, `locations` list, `financing` str, `site_visit` true,
    `site_visit_at` ISO.
    """
    visit = read_visit(heard, called_at=called_at, day_first=day_first)
    wants: dict[str, Fact[Any] | None] = {
        "bedrooms": read_bedrooms(statements),
        "seats": read_seats(statements),
        "property_type": _without_conflict(_of_table(statements, _PROPERTY_TYPES)),
        "locations": read_locations(statements),
        "financing": _of_table(statements, _FINANCING, asked="financing"),
        "site_visit": visit[0] if visit else None,
        "site_visit_at": visit[1] if visit else None,
    }
    return {key: value for key, value in wants.items() if value is not None}


def read_bedrooms(statements: Sequence[Heard]) -> Fact[int] | None:
    """How many bedrooms they want; of "2 or 3 BHK" the larger, and what they have now does not count."""
    found = []
    for heard in statements:
        is_asked = "bedrooms" in heard.asked
        if not is_asked and not _BEDROOM_WORDS.search(heard.low):
            continue
        if not heard.is_customer and not re.search(r"\byou\b", heard.low):
            continue
        if _FOR_ANOTHER.search(heard.low):
            continue
        found += _hindi_bedrooms(heard, is_asked=is_asked)
        spaced = heard.low.replace("b h k", "bhk  ")
        for number in read_numbers(spaced):
            match = _BEDROOMS.match(spaced, number.end)
            if not match and not (is_asked and len(heard.low) <= 60):
                continue
            if _BATHS.match(spaced, number.end) or (not match and _BONUS.match(spaced, number.end)):
                continue
            if number.value != number.value.to_integral_value() or not 1 <= number.value <= 20:
                continue
            if _HAVE.search(heard.low[max(0, number.start - 60) : number.start]):
                continue
            end = match.end() if match else number.end
            found.append(fact(int(number.value), heard, number.start, end, confidence=0.95 if match else 0.8))
    return last(found, statements)


def read_seats(statements: Sequence[Heard]) -> Fact[int] | None:
    """How many seats or desks they want, as they say it or as they confirm it."""
    found = []
    for heard in statements:
        if not _SEATS.search(heard.low) and not (heard.is_customer and _ASKS_SEATS.search(heard.question)):
            continue
        for number in read_numbers(heard.text):
            match = _OF_SEATS.match(heard.low, number.end)
            is_answer = not match and heard.is_customer and _ASKS_SEATS.search(heard.question)
            if not match and not (is_answer and len(heard.low) <= 60):
                continue
            if number.value == number.value.to_integral_value() and 2 <= number.value <= 5000:
                end = match.end() if match else number.end
                found.append(fact(int(number.value), heard, number.start, end, confidence=0.85))
    return last(found, statements)


def _hindi_bedrooms(heard: Heard, *, is_asked: bool) -> list[Fact[int]]:
    """ "Do BHK", "chaar bedroom", and "Teen." to the question how many: words that elsewhere mean other things."""
    pattern = _HINDI_ANSWER if is_asked and heard.is_customer else _HINDI_BEDROOMS
    matches = list(pattern.finditer(heard.low))
    counts = [(match, match["count"] or match.groupdict().get("alone") or "") for match in matches]
    return [fact(UNITS[count], heard, match.start(), match.end(), confidence=0.9) for match, count in counts]


def _without_conflict(found: Fact[str] | None) -> Fact[str] | None:
    """People say flat, house and home of the same thing; the last word is no contradiction."""
    return found.model_copy(update={"conflict": None}) if found else None


def _of_table(
    statements: Sequence[Heard], table: tuple[tuple[str, re.Pattern[str]], ...], *, asked: str = ""
) -> Fact[str] | None:
    found = []
    everything = "\n".join(each.low for each in statements)
    table = tuple(row for row in table if row[1].search(everything))
    for heard in statements if table or asked else ():
        hits = [
            (match.start(), value, match)
            for value, pattern in table
            for match in pattern.finditer(heard.low)
            if not _OWNED.search(heard.low, max(0, match.start() - 40), match.start())
        ]
        if hits and (heard.is_customer or "you" in heard.low):
            _, value, match = max(hits, key=lambda hit: hit[0])
            found.append(fact(value, heard, match.start(), match.end(), confidence=0.85))
        elif asked and asked in heard.asked and heard.is_customer and (heard.is_yes or heard.is_no):
            value = "Loan needed" if heard.is_yes else "No loan needed"
            found.append(fact(value, heard, 0, len(heard.text), confidence=0.6))
    return last(found, statements)


_PROPERTY_TYPES = tuple((value, re.compile(pattern)) for value, pattern in PROPERTY_TYPES.items())
_FINANCING = tuple((value, re.compile(pattern)) for value, pattern in FINANCING.items())
