"""Numbers as people say and write them: "twelve hundred", "1.2 crore", "sava crore", "two fifty", "५०
लाख".
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from analysis.backends.builtin.plain_words import words_of


def _rows(text: str) -> dict[str, int]:
    """ "3: three teen तीन" gives three words of value 3."""
    rows = (line.partition(": ") for line in text.strip().splitlines())
    return {word: int(value) for value, _, words in rows for word in words.split()}


UNITS = _rows("""
0: zero
1: one ek एक
2: two do दो
3: three teen तीन
4: four char chaar चार
5: five panch paanch पांच पाँच
6: six chhe chhah cheh chhay छह छः
7: seven saat सात
8: eight aath आठ
9: nine nau नौ
10: ten das दस
11: eleven gyarah gyara ग्यारह
12: twelve barah bara बारह
13: thirteen
14: fourteen
15: fifteen pandrah pandra पंद्रह
16: sixteen solah सोलह
17: seventeen
18: eighteen athara atharah अठारह
19: nineteen
""")
TENS = _rows("""
20: twenty bees bis बीस
25: pachees pachis पच्चीस
30: thirty tees तीस
35: paintees paintis पैंतीस
40: forty fourty chalis chaalis chalees चालीस
45: paintalis पैंतालीस
50: fifty pachas pachaas पचास
60: sixty
70: seventy sattar सत्तर
75: pachattar pachhattar पचहत्तर
80: eighty assi अस्सी
90: ninety nabbe नब्बे
""")
HUNDREDS = frozenset({"hundred", "sau", "सौ"})
SCALES = _rows("""
1000: thousand thousands grand k hazaar hazar hajar hajaar हजार हज़ार
100000: lakh lakhs lac lacs lakhon l लाख
1000000: million millions mn mil mill m
10000000: crore crores cr crs karod karor करोड़ करोड़
1000000000: billion bn
""")
FRACTIONS = {
    **dict.fromkeys(("sava", "sawa", "सवा"), Decimal("1.25")),
    **dict.fromkeys(("dedh", "ded", "डेढ़", "डेढ़"), Decimal("1.5")),
    **dict.fromkeys(("dhai", "adhai", "dhaai", "ढाई"), Decimal("2.5")),
    **dict.fromkeys(("aadha", "adha", "half", "आधा"), Decimal("0.5")),
}
SHIFTS = {
    **dict.fromkeys(("sava", "sawa", "सवा"), Decimal("0.25")),
    **dict.fromkeys(("saade", "sade", "saadhe", "sadhe", "साढ़े", "साढ़े"), Decimal("0.5")),
    **dict.fromkeys(("paune", "pone", "पौने"), Decimal("-0.25")),
}
# Only digits may be followed by these: "a k" and "my l" are not numbers.
_AFTER_DIGITS_ONLY = frozenset({"k", "l", "m", "mn", "cr", "crs", "bn"})
# Words with another everyday meaning count only before a scale or another numeral: "do lakh", not "do you".
_AMBIGUOUS = frozenset({"do", "das", "teen", "bis", "char", "bara", "aath"})

_ENGLISH = words_of(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety"
)
_HINDI = (UNITS.keys() | TENS.keys()) - _ENGLISH

_WORD = r"(?:[^\W\d_]|[\u0900-\u0963\u0971-\u097f])+"
TOKEN = re.compile(rf"\d+(?:,\d+)*(?:\.\d+)?|{_WORD}")


@dataclass(frozen=True, slots=True)
class Number:
    """A value and where it stands. `scale` is what its leading figure was multiplied by (100000 in
    "50 lakh").
    """

    value: Decimal
    scale: Decimal
    start: int
    end: int
    has_digits: bool


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Runs of digits (with commas and a decimal point) and words, lower-cased."""
    return [Token(match[0].lower(), match.start(), match.end()) for match in TOKEN.finditer(text)]


def read_numbers(text: str) -> list[Number]:
    """All numbers in a text, in order, in figures or English and Hindi words. Never raises."""
    tokens = tokens_of(text)
    found: list[Number] = []
    place = 0
    while place < len(tokens):
        reading = _Reading(tokens, place, text)
        number = reading.run()
        if number is not None:
            found.append(number)
        place = max(place + 1, reading.place)
    return found


class _Reading:
    """Reads one number, token by token, from a place on; `place` is where it stopped."""

    def __init__(self, tokens: list[Token], place: int, text: str) -> None:
        self.tokens, self.place, self.text = tokens, place, text
        self.first = place
        self.last_end = 0
        self.total = Decimal(0)
        self.current: Decimal | None = None
        self.kind = ""
        self.scale = Decimal(1)
        self.last_scale: int | None = None
        self.has_digits = False

    def run(self) -> Number | None:
        while self.place < len(self.tokens) and self._take(self.tokens[self.place]):
            self.last_end = self.tokens[self.place].end
            self.place += 1
        if self.current is None and self.last_scale is None:
            return None
        value = self.total + (self.current or 0)
        return Number(value, self.scale, self.tokens[self.first].start, self.last_end, self.has_digits)

    def _take(self, token: Token) -> bool:
        word = token.text
        if word[0].isdecimal():
            return self._take_digits(word)
        if word in _AMBIGUOUS and not self._numeral_follows():
            return False
        if word in SHIFTS and self._starts() and self._value_follows(1):
            return self._take_shift(SHIFTS[word])
        if word in FRACTIONS and self._starts():
            return self._take_fraction(word)
        if word in UNITS:
            return self._take_unit(UNITS[word])
        if word in TENS:
            return self._take_tens(TENS[word])
        if word in HUNDREDS:
            return self._take_hundred()
        if word in SCALES:
            return self._take_scale(word, token)
        return self._take_joint(word)

    def _take_digits(self, word: str) -> bool:
        if self.current is not None:
            return False
        self.current, self.kind, self.has_digits = Decimal(word.replace(",", "")), "digits", True
        return True

    def _take_shift(self, shift: Decimal) -> bool:
        self.place += 1
        word = self.tokens[self.place].text
        base = Decimal(word) if word[0].isdecimal() else Decimal(UNITS.get(word, TENS.get(word, 0)))
        self.current, self.kind = base + shift, "shift"
        return True

    def _take_fraction(self, word: str) -> bool:
        following = self._peek(1)
        skip = 2 if following in ("a", "an") else 1
        if self._peek(skip) not in SCALES and self._peek(skip) not in HUNDREDS:
            return False
        self.place += skip - 1
        self.current, self.kind = FRACTIONS[word], "shift"
        return True

    def _take_unit(self, value: int) -> bool:
        if self.current is None:
            self.current = Decimal(value)
        elif (self.kind == "tens" and 1 <= value <= 9) or self.kind == "hundred":
            self.current += value
        else:
            return False
        self.kind = "unit" if value < 10 else "teen"
        return True

    def _take_tens(self, value: int) -> bool:
        if self.current is None:
            self.current = Decimal(value)
        elif self.kind == "hundred":
            self.current += value
        elif self.kind == "unit" and 1 <= self.current <= 9:
            self.current = self.current * 100 + value
            self.scale = Decimal(100) if self.last_scale is None else self.scale
        else:
            return False
        self.kind = "tens" if value % 10 == 0 else "teen"
        return True

    def _take_hundred(self) -> bool:
        if self.current is not None and (self.kind == "hundred" or self.current >= 100):
            return False
        self.current = (1 if self.current is None else self.current) * Decimal(100)
        if self.last_scale is None:
            self.scale = Decimal(100)
        self.kind = "hundred"
        return True

    def _take_scale(self, word: str, token: Token) -> bool:
        size = SCALES[word]
        if self.last_scale is not None and size >= self.last_scale:
            return False
        if word in _AFTER_DIGITS_ONLY and not self._touches_digits(token):
            return False
        if self.current is None and self.last_scale is not None:
            return False
        self.total += (1 if self.current is None else self.current) * size
        if self.last_scale is None:
            self.scale *= size
        self.current, self.kind, self.last_scale = None, "scale", size
        return True

    def _take_joint(self, word: str) -> bool:
        if word in ("a", "an") and self._starts():
            following = self._peek(1)
            return following in HUNDREDS or (following in SCALES and following not in _AFTER_DIGITS_ONLY)
        if word == "and" and not self._starts() and self._peek(1) in ("a", "half"):
            return self._take_and_a_half()
        if word == "and" and self.kind in ("hundred", "scale"):
            following = self._peek(1)
            is_next_number = self._peek(2) in HUNDREDS or self._peek(3) in HUNDREDS
            return (following in UNITS or following in TENS) and not is_next_number
        if word == "point" and self.current is not None and self._peek(1) in UNITS:
            return self._take_decimals()
        return False

    def _take_and_a_half(self) -> bool:
        skip = 1 if self._peek(1) == "half" else 2
        if self._peek(skip) != "half" or self.current is None:
            return False
        self.place += skip
        self.current, self.kind = self.current + Decimal("0.5"), "shift"
        return True

    def _take_decimals(self) -> bool:
        digits = ""
        while (following := self._peek(1)) in UNITS and UNITS[following] < 10:
            digits += str(UNITS[following])
            self.place += 1
        self.current = (self.current or Decimal(0)) + Decimal(f"0.{digits or 0}")
        self.kind = "shift"
        return True

    def _starts(self) -> bool:
        return self.place == self.first

    def _peek(self, ahead: int) -> str:
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def _value_follows(self, ahead: int) -> bool:
        word = self._peek(ahead)
        return bool(word) and (word[0].isdecimal() or word in UNITS or word in TENS)

    def _numeral_follows(self) -> bool:
        """Whether "do", "das" … stand before a scale, or between numerals."""
        following = self._peek(1)
        if following in HUNDREDS or (following in SCALES and following not in _AFTER_DIGITS_ONLY):
            return True
        known = following in _HINDI
        return known and (self._peek(2) in SCALES or self._peek(2) in HUNDREDS)

    def _touches_digits(self, token: Token) -> bool:
        return self.kind == "digits" and token.start - self.last_end <= 1
