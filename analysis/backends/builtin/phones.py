"""Phone numbers in figures and in words: "98201 23456", "double nine eight two oh", "nau aath do"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from analysis.backends.builtin.hearing import Heard, distinct, fact
from analysis.backends.builtin.numeral_words import TENS, UNITS
from analysis.backends.builtin.numerals import tokens_of
from analysis.backends.builtin.plain_words import words_of
from analysis.findings import Fact

WRITTEN = re.compile(r"(?<![\w@.])\+?\(?\d(?:(?:[\s()\-/]{0,2}|\.)\d){6,14}(?![\w@])")
DIGIT_WORDS = {word: str(value) for word, value in UNITS.items() if value < 10} | {
    "oh": "0", "o": "0", "nought": "0", "sifar": "0", "plus": "+",
}  # fmt: skip
PAIR_WORDS = {word: str(value) for word, value in UNITS.items() if value >= 10} | {
    word: str(value) for word, value in TENS.items()
}
REPEATS = {"double": 2, "triple": 3, "dabal": 2, "डबल": 2, "ट्रिपल": 3}
CUES = re.compile(
    r"phone|mobile|cell\b|whatsapp|contact|call me|reach me|ring me|my number|number is|landline|"
    r"office number|नंबर|मोबाइल|number hai|another number"
)
OTHER_NUMBERS = re.compile(
    r"account|order|card|policy|booking|\bpin\b|\botp\b|aadha?ar|\bpan\b|reference|ticket|tracking|"
    r"invoice|transaction|\bid\b|zip|postcode|pin ?code|upi"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as E.164, the span it was said in, and whether the numbering plan knows it."""

    value: str
    start: int
    end: int
    is_valid: bool


def read_phones(text: str, *, region: str) -> list[Phone]:
    """All phone numbers in a text. `region` (ISO country) reads national numbers. Never raises."""
    written = [(match[0], match.start(), match.end()) for match in WRITTEN.finditer(text)]
    spans: list[tuple[str, int, int]] = []
    for span in sorted([*written, *_spoken(text)], key=lambda span: -sum(map(str.isdecimal, span[0]))):
        if not any(start < span[2] and span[1] < end for _, start, end in spans):
            spans.append(span)
    found = (_phone(digits, start, end, region) for digits, start, end in sorted(spans, key=lambda span: span[1]))
    return [phone for phone in found if phone]


def read_customer_phones(statements: Sequence[Heard], *, region: str) -> tuple[Fact[str], ...]:
    """The numbers the customer gave, each once, in E.164. Account and order numbers are left out."""
    found: list[Fact[str]] = []
    for heard in statements:
        if not _may_hold(heard):
            continue
        for phone in read_phones(heard.text, region=region):
            confidence = _confidence(heard, phone)
            if confidence:
                if found and _takes_back(heard, phone, found[-1]):
                    found.pop()
                found.append(fact(phone.value, heard, phone.start, phone.end, confidence=confidence))
    found += _in_pieces(statements, region=region)
    return distinct(found, at_most=5)


def _in_pieces(statements: Sequence[Heard], *, region: str) -> Iterator[Fact[str]]:
    """A number given a few figures a turn ("seven oh three", "five five five" …), once it is whole."""
    digits = ""
    for heard in statements:
        if not heard.is_customer:
            continue
        piece = _nothing_but_digits(heard.low)
        if not piece or len(piece) >= 7 or not (digits or "phone" in heard.asked):
            digits = ""
            continue
        digits += piece
        phone = _phone(digits, 0, len(heard.text), region) if len(digits) >= 10 else None
        if phone and phone.is_valid:
            yield fact(phone.value, heard, 0, len(heard.text), confidence=0.85)
            digits = ""


def _nothing_but_digits(low: str) -> str:
    """The figures of a turn that is nothing else, or an empty string."""
    digits, repeat = "", 1
    for token in tokens_of(low):
        value = _digits_of(token.text, digits)
        if token.text in REPEATS:
            repeat = REPEATS[token.text]
        elif value is not None:
            digits, repeat = digits + value * repeat, 1
        elif token.text not in _FILLERS:
            return ""
    return digits


def _takes_back(heard: Heard, phone: Phone, before: Fact[str]) -> bool:
    """Whether the words before a number correct the one given before it ("sorry, it's …", "no, …")."""
    start = 0
    if before.evidence.turn == heard.line.index:
        start = heard.text.find(before.evidence.quote) + len(before.evidence.quote)
    said = heard.low[max(start, phone.start - 60) : phone.start]
    if not _CORRECTION.search(said):
        return False
    return _is_like(phone.value, before.value) or before.evidence.turn == heard.line.index


def _is_like(one: str, other: str) -> bool:
    """Whether two numbers are one number but for a slip: as long, and the same in all but four places."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 4


def _may_hold(heard: Heard) -> bool:
    if not _MAY_COUNT.search(heard.low):
        return False
    figures = sum(char.isdecimal() for char in heard.text)
    return figures >= 7 or (figures + sum(1 for token in heard.low.split() if token.strip(",.-") in _ALL_WORDS)) >= 5


def _confidence(heard: Heard, phone: Phone) -> float:
    before = heard.low[max(0, phone.start - 45) : phone.start]
    cue = max((match.start() for match in CUES.finditer(before)), default=-1)
    other = max((match.end() for match in OTHER_NUMBERS.finditer(before)), default=-1)
    if other >= 0 and other + 2 >= cue:
        return 0
    if not heard.is_customer and ("your" not in heard.low) and not _READS_BACK.search(heard.low):
        return 0
    is_asked = "phone" in heard.asked and "not_a_phone" not in heard.asked
    if cue >= 0 or is_asked:
        return 0.95 if phone.is_valid else 0.6
    return 0.7 if phone.is_valid and "not_a_phone" not in heard.asked else 0


def _phone(digits: str, start: int, end: int, region: str) -> Phone | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(value, start, end, phonenumbers.is_valid_number(number))


def _spoken(text: str) -> list[tuple[str, int, int]]:
    """Runs of digit words (and figures between them) of at least seven digits."""
    runs: list[tuple[str, int, int]] = []
    digits, start, end, repeat, words, ends_in_tens, ends_in_unit = "", 0, 0, 1, 0, False, False
    for token in [*tokens_of(text), None]:
        value = _digits_of(token.text, digits) if token else None
        if token and digits and token.text.isdecimal() and _ENDS_SENTENCE.fullmatch(text, end, token.start):
            runs += [(digits, start, end)] if len(digits.lstrip("+")) >= 7 and words > 1 else []
            digits, repeat, words = "", 1, 0
        if token and token.text == "hundred" and digits and token.start - end <= 2 and ends_in_unit:
            digits, end, ends_in_unit = digits + "00", token.end, False
            continue
        if token and token.text in REPEATS:
            repeat, start = REPEATS[token.text], start if digits else token.start
            continue
        if token and value is not None and (not digits or token.start - end <= 24):
            if not digits and repeat == 1:
                start = token.start
            if ends_in_tens and token.text in UNITS and len(value) == 1 and value != "0":
                digits = digits[:-1]
            ends_in_tens = token.text in TENS and value.endswith("0")
            ends_in_unit = token.text in UNITS and value != "0"
            digits, words = digits + value * repeat, words + 1
            end, repeat = token.end, 1
            continue
        if token and digits and token.text in ("and", "then", "uh", "um", "aur", "hyphen", "dash", "phir"):
            continue
        if len(digits.lstrip("+")) >= 7 and words > 1:
            runs.append((digits, start, end))
        digits, repeat, words, ends_in_tens = "", 1, 0, False
    return runs


def _digits_of(word: str, so_far: str) -> str | None:
    if word.isdecimal():
        return "".join(str(int(char)) for char in word)
    if word in DIGIT_WORDS:
        digit = DIGIT_WORDS[word]
        return None if digit == "+" and so_far else digit
    return PAIR_WORDS.get(word)


_ENDS_SENTENCE = re.compile(r"[.!?] +")
_READS_BACK = re.compile(r"^(?!.*\b(?:our|my|us|me)\b).*(?:\bright\b|\bcorrect\b|\bso\b|got it|\bthat'?s\b)")
_FILLERS = words_of("okay ok yes yeah uh um then and its it's is haan ji aur area code number")
_CORRECTION = re.compile(
    r"\bsorry\b|\bno\b|\bwait\b|\bactually\b|i mean|correction|\bnahi+n?\b|wrong|scratch that|make that|let me repeat"
)
_ALL_WORDS = frozenset(DIGIT_WORDS) | frozenset(PAIR_WORDS) | frozenset(REPEATS)
_MAY_COUNT = re.compile(
    r"\d|\b(?:double|triple|zero|oh|one|nine|eight|seven|six|nau|aath|saat|shunya)\b|[०-९]|नौ|आठ|सात|शून्य"
)
