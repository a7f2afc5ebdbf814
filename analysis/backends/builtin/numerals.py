"""Numbers as people say and write them: "twelve hundred", "1.2 crore", "sava crore", "two fifty", "५०
लाख".
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from analysis.backends.builtin.numeral_words import FRACTIONS, HUNDREDS, SCALES, SHIFTS, TENS, UNITS
from analysis.backends.builtin.plain_words import words_of

# Only digits may be followed by these: "a k" and "my l" are not numbers.
_AFTER_DIGITS_ONLY = frozenset({"k", "l", "m", "mn", "cr", "crs", "bn"})
# Words with another everyday meaning count only before a scale or another numeral: "do lakh", not "do you".
_AMBIGUOUS = frozenset({"do", "das", "dus", "teen", "bis", "char", "bara", "aath", "saath"})

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
        value = self.total + (self.current or 0) * self._unsaid_scale()
        return Number(value, self.scale, self.tokens[self.first].start, self.last_end, self.has_digits)

    def _unsaid_scale(self) -> int:
        """Who says "one crore twenty" means lakhs, "one lakh twenty" thousands, "a million two" hundred thousands."""
        if self.last_scale == 1_000_000 and self.kind == "unit":
            return 100_000
        steps = {10_000_000: 100_000, 100_000: 1_000}
        is_short = self.current is not None and self.current < 100 and self.kind != "digits"
        return steps.get(self.last_scale or 0, 1) if is_short else 1

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
        if self.current is not None or self._opens_another():
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
        skip = 1
        while self._peek(skip) in ("a", "an", "of"):
            skip += 1
        if self._peek(skip) not in SCALES and self._peek(skip) not in HUNDREDS:
            return False
        self.place += skip - 1
        self.current, self.kind = FRACTIONS[word], "shift"
        return True

    def _take_unit(self, value: int) -> bool:
        if self._is_parted():
            return False
        if self.current is None:
            self.current = Decimal(value)
        elif (self.kind == "tens" and 1 <= value <= 9) or self.kind == "hundred":
            self.current += value
        else:
            return False
        self.kind = "unit" if value < 10 else "teen"
        return True

    def _take_tens(self, value: int) -> bool:
        if self._is_parted():
            return False
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
        if word in _AFTER_DIGITS_ONLY and not self._touches_digits(token) and not self._is_spoken_k(token):
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
        if word == "couple" and self._starts():
            return self._take_couple()
        if word == "and" and not self._starts() and self._peek(1) in ("a", "half"):
            return self._take_and_a_half()
        if word == "and" and self.kind in ("hundred", "scale"):
            following = self._peek(1)
            is_next_number = self._peek(2) in HUNDREDS or self._peek(3) in HUNDREDS or self._is_end_of_range()
            return (following in UNITS or following in TENS) and not is_next_number
        if word == "point" and self.current is not None and self._peek(1) in UNITS:
            return self._take_decimals()
        return False

    def _take_and_a_half(self) -> bool:
        skip = 1 if self._peek(1) == "half" else 2
        if self._peek(skip) == "half" and self.kind == "scale" and self.last_scale:
            self.place += skip
            self.total += self.last_scale // 2
            return True
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

    def _take_couple(self) -> bool:
        """ "A couple of grand" is two thousand; a couple of anything but a scale is no number."""
        skip = 2 if self._peek(1) == "of" else 1
        if self._peek(skip) not in HUNDREDS and self._peek(skip) not in SCALES:
            return False
        self.place += skip - 1
        self.current, self.kind = Decimal(2), "unit"
        return True

    def _is_end_of_range(self) -> bool:
        """ "Fifteen hundred and two grand", "between five hundred and two thousand": the second is a figure of its
        own.
        """
        if self.kind != "hundred" or self._peek(2) not in SCALES:
            return False
        return (self.current or 0) >= 1000 or self.text[: self.tokens[self.first].start].rstrip().endswith("between")

    def _opens_another(self) -> bool:
        """ "3k-4k": figures with a scale that is no smaller than the one before begin another number."""
        return self.last_scale is not None and SCALES.get(self._peek(1), 0) >= self.last_scale

    def _is_spoken_k(self, token: Token) -> bool:
        """ "A hundred and fifty k": after words, only k is said so."""
        is_spoken = token.text == "k" and self.kind in ("tens", "teen", "unit", "hundred")
        return is_spoken and (self.current or 0) >= 10 and token.start - self.last_end <= 1

    def _is_parted(self) -> bool:
        """ "Six fifty, seven hundred": a mark between them parts two figures."""
        between = self.text[self.last_end : self.tokens[self.place].start]
        return self.current is not None and self.kind != "hundred" and any(mark in between for mark in ",.;?!")

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
        if following == "se" and self._peek(2) in _HINDI:
            return self._peek(3) in SCALES or self._peek(3) in HUNDREDS
        known = following in _HINDI
        return known and (self._peek(2) in SCALES or self._peek(2) in HUNDREDS)

    def _touches_digits(self, token: Token) -> bool:
        return self.kind == "digits" and token.start - self.last_end <= 1
