"""E-mail addresses, written or spoken: "john dot smith at gmail dot com", "meera ninety two at the rate
yahoo dot co dot in".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.numeral_words import TENS, UNITS
from analysis.backends.builtin.plain_words import words_of
from analysis.backends.builtin.spelling import letters_alone
from analysis.findings import Fact

WRITTEN = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}(?![a-z0-9])")

SEPARATORS = {
    "dot": ".", "period": ".", "point": ".", "डॉट": ".",
    "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+",
}  # fmt: skip
ENDINGS = (
    "com", "in", "co", "org", "net", "io", "edu", "gov", "uk", "au", "us", "ai",
    "info", "biz", "ac", "ae", "de", "ca", "app", "dev",
    "realty", "store", "tech", "health", "care", "कॉम",
    "example",  # RFC 2606 keeps it for addresses that belong to nobody
)  # fmt: skip
# Words that stand before an address and are no part of it.
LEADS = words_of(
    "is it its it's email e-mail mail id address me on at to my the that thats that's be would will "
    "was so and yes sure ok okay use try a an "
    "send reach you can write name hai hain mera meri par pe ko um uh haan ji yeah please for as "
    "have got had just still then now here here's heres your his her our their new personal official that "
    "under called called, all lowercase small "
    "letters"
)

_AT = re.compile(
    r"(?:\bat\s+the\s+rate(?:\s+of)?\b|\bat\s+the\s+red\b|\bat\s+sign\b|\bat\b|@|ऐट\s+द\s+रेट|एट\s+द\s+रेट|"
    r"ऐट)"
)
_DOMAIN = re.compile(
    r"(?:[\s,]|\b(?:uh|um|er)\b)*(?:(?P<provider>g ?mail|yahoo|hotmail|outlook|icloud|rediffmail)\s+com\b|"
    r"(?P<name>(?!at\b)[a-z0-9]+(?:\s+(?!dot\b|point\b|at\b)[a-z0-9]+){0,4}?|जीमेल|"
    r"याहू)\s*(?P<rest>(?:(?:\s+(?:dot|point|डॉट)\s+|\s?\.\s?)(?:"
    + "|".join(ENDINGS)
    + r"|[a-z]{2,12}(?=\s+dot\s))(?![\w]))+))"
)
_PIECE = re.compile(r"[a-z0-9]+(?:['._-][a-z0-9]+)*|[\u0900-\u097f]+")
_DIGITS = {
    word: str(value) for word, value in UNITS.items() if word.isascii() and word not in {"do", "das", "dus", "teen"}
} | {word: str(value) for word, value in TENS.items() if word.isascii()}
_DIGITS["oh"] = "0"
_REPEATS = {"double": 2, "triple": 3}
# Said beside an address and no part of it.
_ASIDES = re.compile(
    r"\b(?:capital|(?:all )?(?:in )?(?:lower ?case|upper ?case|small letters|caps)|all small|"
    r"(?:all )?(?:as )?one word|all together|no spaces?|the (?:number|numeral|letter|digit)|that'?s|"
    r"(?:and )?then(?= [a-z]))\b"
)
_HYPHENS_BETWEEN_LETTERS = re.compile(r"(?<=\b[a-z])-(?=[a-z]\b)")
# Recognizers leave out what is between: "manju22gmailcom", "vijay 451 gmailcom".
_SQUASHED = re.compile(
    r"(?<![\w@.])(?P<local>[a-z][a-z0-9._-]*?)?(?P<digits> \d{1,6} )?(?P<at>at|@)?"
    r"(?P<provider>gmail|yahoo|hotmail|outlook|icloud|rediffmail|att|comcast)(?P<end>com|net|coin|couk)(?!\w)"
)
_ENDS = {"coin": "co.in", "couk": "co.uk"}
_HINDI_NAMES = {"जीमेल": "gmail", "याहू": "yahoo", "कॉम": "com"}


@dataclass(frozen=True, slots=True)
class Address:
    """An address in lower case and the span of the words that gave it."""

    value: str
    start: int
    end: int
    confidence: float


def read_emails(text: str) -> list[Address]:
    """All e-mail addresses in a text, written ones and spoken ones, in order of where they begin."""
    low = text.lower()
    if len(low) != len(text):
        low = text
    found = [Address(match[0].rstrip("."), match.start(), match.end(), 0.97) for match in WRITTEN.finditer(low)]
    if "dot" in low or "डॉट" in low or " at " in low or " @ " in low:
        found += _spoken(_without_asides(low), taken=[(each.start, each.end) for each in found])
    if not found and _MAY_BE_SQUASHED.search(low):
        found = list(_squashed(low))
    return sorted(found, key=lambda each: each.start)


def read_email(statements: Sequence[Heard]) -> Fact[str] | None:
    """The customer's address, stated last."""
    found: list[Fact[str]] = []
    before = ""
    for heard in statements:
        if heard.is_customer and _OTHERS_MAIL.search(heard.question[-120:]):
            continue
        given = [each for each in read_emails(heard.text) if heard.is_customer or _is_theirs(heard, each.start)]
        found += [fact(each.value, heard, each.start, each.end, confidence=each.confidence) for each in given]
        if not given and before and heard.is_customer:
            found += _over_two_turns(before, heard)
        before = heard.text if heard.is_customer else before
    return last(found, statements)


def _over_two_turns(before: str, heard: Heard) -> list[Fact[str]]:
    """ "Troy dot vance", then "at fastmail dot com": the address of both, by the words of the second."""
    if not _OPENS_WITH_DOMAIN.match(heard.low):
        return []
    whole = before.rstrip(" .,") + " " + heard.text
    given = [each for each in read_emails(whole) if each.start < len(before) <= each.end]
    return [fact(each.value, heard, 0, each.end - len(whole) + len(heard.text), confidence=0.8) for each in given]


def _is_theirs(heard: Heard, place: int) -> bool:
    start, end = heard.sentence_at(place)
    return "your" in heard.low[start:end] or "right" in heard.low[end - 12 :] or "correct" in heard.low[end - 12 :]


def _without_asides(low: str) -> str:
    """The text with what is said beside an address as blanks, as long as before."""
    blank = _ASIDES.sub(lambda match: " " * len(match[0]), letters_alone(low))
    return _HYPHENS_BETWEEN_LETTERS.sub(" ", blank)


def _squashed(low: str) -> Iterator[Address]:
    for match in _SQUASHED.finditer(low):
        local = (match["local"] or "") + (match["digits"] or "").strip()
        if local and (match["local"] not in LEADS or match["digits"]):
            end = _ENDS.get(match["end"], match["end"])
            yield Address(f"{local}@{match['provider']}.{end}", match.start(), match.end(), 0.6)


def _spoken(low: str, *, taken: list[tuple[int, int]]) -> list[Address]:
    found: list[Address] = []
    for at in _AT.finditer(low):
        domain = _DOMAIN.match(low, at.end())
        if domain is None or any(start <= at.start() < end for start, end in taken):
            continue
        local, start, is_sure = _local(low, at.start())
        if local:
            value = f"{local}@{_joined_domain(domain)}"
            found.append(Address(value, start, domain.end(), 0.9 if is_sure else 0.7))
    return found


def _joined_domain(domain: re.Match[str]) -> str:
    if domain["provider"]:
        return domain["provider"].replace(" ", "") + ".com"
    pieces = domain["name"].split()
    name = "".join(_HINDI_NAMES.get(piece) or _DIGITS.get(piece) or _HYPHENS.get(piece, piece) for piece in pieces)
    rest = re.sub(r"\s*(?:dot|point|डॉट|\.)\s*", ".", domain["rest"])
    return name + rest.replace("कॉम", "com").strip()


def _local(low: str, end: int) -> tuple[str, int, bool]:
    """The part before the at-sign, read backwards from `end`: its text, where it starts, whether it
    is plain.
    """
    pieces = [(match[0], match.start(), match.end()) for match in _PIECE.finditer(low, max(0, end - 90), end)]
    taken: list[str] = []
    start, words, has_sign, ends_in_unit = end, 0, False, False
    while pieces:
        word, begins, ends = pieces.pop()
        if len(taken) > 2 and "".join(reversed(taken)) == word:
            start = begins  # said and then spelled
            continue
        if (
            re.search(r"[?!;:]|[.,]\s", low[ends:start])
            and start != end
            and not _is_small(word)
            and word not in SEPARATORS
        ):
            break
        if word in SEPARATORS and taken:
            taken.append(SEPARATORS[word])
            start, has_sign = begins, True
            continue
        if not taken or taken[-1] in "._-+" or _is_small(word) or _is_small_text(taken[-1]):
            if word in LEADS and taken and taken[-1] not in "._-+" and len(word) > 1:
                break
        elif word in LEADS or words >= 3 or has_sign:
            break
        words += not _is_small(word)
        start = begins
        if word in _REPEATS and taken and len(taken[-1]) == 1:
            taken[-1] *= _REPEATS[word]
            continue
        if word in TENS and taken and ends_in_unit:
            taken[-1] = str(TENS[word] + int(taken[-1]))
            ends_in_unit = False
            continue
        ends_in_unit = word in UNITS and 1 <= UNITS[word] <= 9
        taken.append(_DIGITS.get(word, word))
    while taken and taken[-1] in "._-+":
        taken.pop()
    return "".join(reversed(taken)), start, words <= 1 or has_sign


def _is_small(word: str) -> bool:
    return len(word) == 1 or word.isdecimal() or word in _DIGITS or word in _REPEATS


def _is_small_text(text: str) -> bool:
    return len(text) == 1 or text.isdecimal() or len(set(text)) == 1


_OTHERS_MAIL = re.compile(r"\b(?:his|her|their|(?!what|it|that|let|here)[a-z]+'s) (?:e-?mail|mail id)")
_OPENS_WITH_DOMAIN = re.compile(r"\s*(?:and |it's |so )?(?:at\b|@)")
_HYPHENS = {"hyphen": "-", "dash": "-"}
_MAY_BE_SQUASHED = re.compile(r"(?:gmail|yahoo|hotmail|outlook|icloud|rediffmail|att|comcast)(?:com|net|coin|couk)\b")
