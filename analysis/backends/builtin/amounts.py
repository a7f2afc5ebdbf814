"""Amounts of money as people say them: "under 50 lakh", "$2,000 a month", "two to three hundred thousand"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analysis.backends.builtin.numerals import Number, read_numbers
from analysis.findings import Money

Period = Literal["once", "month", "year"]

CURRENCIES = {
    "INR": r"₹|\brs\b\.?|\binr\b|\brupees?\b|\brupaye\b|\brupaiye\b|\brupya\b|\brupaya\b|रुपये|रुपए|रुपया",
    "USD": r"\bus\$|\bu\.s\.?|\bus dollars?|\$|\busd\b|\bdollars?\b|\bbucks\b",
    "GBP": r"£|\bgbp\b|\bpounds?\b|\bquid\b",
    "EUR": r"€|\beuros?\b|\beur\b",
    "AED": r"\baed\b|\bdirhams?\b",
}
# Nobody speaks of such a sum; longer figures are numbers of accounts and orders.
LARGEST = Decimal(10) ** 15
# A hundred of these make one of the currency.
_HUNDREDTHS = re.compile(r"\s*(?:(?P<cents>cents?)|(?P<pence>pence)|(?P<paise>paise))\b")
# Only Indians count in lakh and crore, so the amount is in rupees whatever the company's own currency.
_INDIAN_SCALES = re.compile(r"lakh|lac|crore|karod|karor|लाख|करोड़|\bcr\b")

_MOST = (
    r"under|below|less than|lower than|up ?to|max(?:imum)?(?: of)?|at(?: the)? most|within|"
    r"(?:not|no|nothing|don'?t want to (?:go|spend|pay)|can'?t (?:go|spend|pay|afford)|cannot (?:go|"
    r"spend|pay|afford)|won'?t (?:go|pay)|not (?:to )?(?:go|spend|pay))"
    r" (?:more|over|above|beyond|past|higher)(?: than)?|"
    r"(?:can'?t|cannot|not|shouldn'?t|should not|must not) (?:exceed|cross)(?:ing)?|ceiling of|"
    r"capp?(?:ed)? (?:at|of)|limit (?:is|of)|"
    r"cheaper than|zyada se zyada|jyada se jyada"
)
_LEAST = (
    r"at least|minimum(?: of)?|over|above|more than|starting (?:from|at)|upwards of|kam se kam|"
    r"not less than|north of"
)
_ABOUT = (
    r"(?:about|around|approximately|approx|roughly|like|say|some|maybe|nearly|almost|is|of|only|just|kareeb|"
    r"lagbhag|करीब|लगभग|than|a)"
)
_SIGN = "|".join(CURRENCIES.values())
_TAIL_MOST = (
    r"max(?:imum)?\b|tops\b|se (?:zyada|jyada|zyaada|upar) (?:nahi|nahin|na|nhi|mat)\b|or (?:less|under|below|"
    r"lower)\b|at (?:the )?most\b|tak\b|se kam\b(?! nah)|ke (?:andar|"
    r"neeche|under|niche)\b|तक|से कम|के अंदर"
)
_TAIL_LEAST = (
    r"\+|plus\b|or (?:more|above|higher|over)\b|and (?:above|up|over)\b|minimum\b|at least\b|se kam nah\w*|se (?:zyada|"
    r"jyada|upar)\b|से ज्यादा"
)

_BEFORE = re.compile(
    rf"(?:(?P<most>\b(?:{_MOST}))|(?P<least>\b(?:{_LEAST}))|(?P<between>\bbetween\b))?"
    rf"(?:\s+{_ABOUT})*\s*(?P<sign>{_SIGN})?\s*$"
)
_AFTER_SIGN = re.compile(rf"\s*(?:/-|(?P<sign>{_SIGN}))")
_PERIOD = re.compile(
    r"\s*(?:/-)?\s*(?:(?:/|per|a|an|each|every|har|for the|in a)\s*(?:(?P<month>month|mo\b|mahin[ae])|(?P<year>year|"
    r"annum|yr|saal))|"
    r"(?P<monthly>monthly|mahine (?:ka|ke|mein|me)\b|mahin[ae](?=[.,!?]|$)|pcm\b|p\.?m\.?(?= )|महीने)|"
    r"(?P<yearly>yearly|annually|"
    r"p\.?a\.?\b|सालाना))"
)
_TAIL = re.compile(rf"\s*,?\s*(?:(?P<most>{_TAIL_MOST})|(?P<least>{_TAIL_LEAST}))")
_JOIN = re.compile(
    rf"\s*(?:{_SIGN})?\s*(?:-|–|—|to|till|se lekar|se|or|and|max(?:imum)?|से|या)\s*(?:{_SIGN})?\s*(?:{_ABOUT}\s*)?$"
)
_BEYOND = re.compile(r",? (?:(?:or|and) )?(?:up ?to|maybe(?: up ?to)?|perhaps|to|se|max(?:imum)?) ")
_GAP = re.compile(r"\s*,?\s*$")
_UNITS_OF_OTHER_THINGS = re.compile(
    r"\s*-?\s*(?:%|percent|people|employees|persons?|users?|seats?|days?|weeks?|months?|years?|hours?|figures?\b|digits?\b|"
    r"minutes?|mins?|bhk|"
    r"bed|room|sq|square|km|miles?|units?|calls?|leads?|am\b|pm\b|o'clock|baje|st\b|nd\b|rd\b|th\b|:\d|"
    r"floor|kids?|children|saal|din|times?)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount and the span of words it was said in.

    `is_money` is True when a currency or a scale (lakh, k, million) was said; otherwise it is a bare
    number that only the talk around it can make an amount. `is_limit` says that a limit or a range was
    stated.
    """

    money: Money
    start: int
    end: int
    is_money: bool
    is_limit: bool


def read_amounts(text: str, *, currency: str) -> list[Amount]:
    """All amounts in a text, in order. `currency` is the ISO code taken when none is said. Never raises.

    A plain figure has the same minimum and maximum; "under" leaves the minimum open, "at least" the maximum.
    Numbers counted in other things (people, days, bedrooms, percent) are left out.
    """
    low = text.lower()
    if len(low) != len(text):
        low = text
    numbers = read_numbers(text)
    found: list[Amount] = []
    place = 0
    while place < len(numbers):
        lower, upper, step = _range_at(numbers, place, low)
        amount = _amount(low, lower, upper, currency)
        if amount is not None:
            found.append(amount)
        place += step
    return found


def _range_at(numbers: list[Number], place: int, low: str) -> tuple[Number, Number | None, int]:
    first = numbers[place]
    if place + 1 == len(numbers):
        return first, None, 1
    second = numbers[place + 1]
    between = low[first.end : second.start]
    joined = len(between) < 24 and _JOIN.match(between) is not None
    adjacent = _GAP.match(between) is not None and second.scale > 1 and not first.has_digits
    if between.strip() == "and":
        joined = low[max(0, first.start - 20) : first.start].rstrip("₹$£€ rs.").endswith("between")
    lower = _scaled_like(first, second)
    if (joined or (adjacent and first.scale == 1)) and lower.value < second.value:
        return lower, second, 2
    if _BEYOND.fullmatch(between) and not _UNITS_OF_OTHER_THINGS.match(low, second.end):
        upper = _scaled_on(first, second)
        if upper.value > first.value:
            return first, upper, 2
    return first, None, 1


def _scaled_on(first: Number, second: Number) -> Number:
    """ "Two hundred thousand, up to three": the second figure takes the first's scale when it has none."""
    if second.scale == 1 and first.scale >= 1000 and second.value < first.value <= second.value * first.scale:
        return Number(second.value * first.scale, first.scale, second.start, second.end, second.has_digits)
    return second


def _scaled_like(first: Number, second: Number) -> Number:
    """ "two to three hundred thousand": the first figure takes the second's scale when it has none."""
    if first.scale == 1 and second.scale > 1 and first.value * second.scale <= second.value:
        return Number(first.value * second.scale, second.scale, first.start, first.end, first.has_digits)
    return first


def _amount(low: str, lower: Number, upper: Number | None, currency: str) -> Amount | None:
    last = upper or lower
    before = _BEFORE.search(low[max(0, lower.start - 40) : lower.start])
    offset = max(0, lower.start - 40)
    end, sign = last.end, before["sign"] if before else None
    if last.value >= LARGEST or lower.value >= LARGEST:
        return None
    if _UNITS_OF_OTHER_THINGS.match(low, end) and not sign:
        return None
    if upper is None and not sign and (part := _HUNDREDTHS.match(low, end)):
        return _small_change(lower, part, currency)
    if after := _AFTER_SIGN.match(low, end):
        end, sign = after.end(), sign or after["sign"] or "₹"
    period, end = _period(low, end)
    tail = _TAIL.match(low, end)
    if tail:
        end = tail.end()
    start = _first_word(before, offset, lower.start)
    start += len(low[start : lower.start]) - len(low[start : lower.start].lstrip())
    spoken = low[start:end]
    return Amount(
        money=Money(
            minimum=_open_below(lower, upper, before, tail),
            maximum=_open_above(lower, last, before, tail),
            currency=_currency(sign, spoken, currency),
            period=period,
        ),
        start=start,
        end=end,
        is_money=bool(sign) or last.scale >= 1000,
        is_limit=upper is not None or bool(tail) or bool(before and (before["most"] or before["least"])),
    )


def _small_change(number: Number, part: re.Match[str], currency: str) -> Amount:
    """ "Fifty cents" is half of whatever dollar or euro it is a part of."""
    value = _plain(number.value / 100)
    code = "GBP" if part["pence"] else "INR" if part["paise"] else currency
    money = Money(minimum=value, maximum=value, currency=code)
    return Amount(money, number.start, part.end(), is_money=True, is_limit=False)


def _first_word(before: re.Match[str] | None, offset: int, otherwise: int) -> int:
    """Where the amount begins: at its limit or its currency, not at "about"."""
    if before is None:
        return otherwise
    named = next((key for key in ("most", "least", "between", "sign") if before[key]), None)
    return offset + before.start(named) if named else otherwise


def _period(low: str, end: int) -> tuple[Period, int]:
    match = _PERIOD.match(low, end)
    if match is None:
        return "once", end
    return ("month" if match["month"] or match["monthly"] else "year"), match.end()


def _open_below(
    lower: Number, upper: Number | None, before: re.Match[str] | None, tail: re.Match[str] | None
) -> Decimal | None:
    if before and before["most"] and (upper is None or before["most"] != "within"):
        return None
    if upper is None and tail and tail["most"]:
        return None
    return _plain(lower.value)


def _open_above(
    lower: Number, last: Number, before: re.Match[str] | None, tail: re.Match[str] | None
) -> Decimal | None:
    if last is not lower:
        return _plain(last.value)
    if (before and before["least"] and not before["most"]) or (tail and tail["least"]):
        return None
    return _plain(last.value)


def _currency(sign: str | None, spoken: str, otherwise: str) -> str:
    for code, pattern in _CURRENCY_PATTERNS:
        if sign and pattern.search(sign):
            return code
    return "INR" if _INDIAN_SCALES.search(spoken) else otherwise


def _plain(value: Decimal) -> Decimal:
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


_CURRENCY_PATTERNS = tuple((code, re.compile(pattern)) for code, pattern in CURRENCIES.items())
