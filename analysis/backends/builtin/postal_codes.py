"""Postal codes, written or spoken: ZIP "9 four 1 one 0", PIN "682 020", postcodes "l e two three g h"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.numeral_words import TENS, UNITS
from analysis.backends.builtin.plain_words import words_of
from analysis.backends.builtin.spelling import letters_alone
from analysis.findings import Fact

CUES = re.compile(r"\bzip\b|zip ?code|post ?code|postal(?: code)?|\bpin ?code\b|पिन ?कोड|पिनकोड")
# "Pin" alone asks for the secret number of a card as often.
_PIN_WITH_PLACE = re.compile(r"\bpin\b(?=[^.?!]{0,30}\b(?:area|address|property|city|location)\b)")
# What is asked for beside a code or instead of it.
_OTHERS = re.compile(
    r"account|order|card|policy|booking|\botp\b|aadha?ar|reference|ticket|tracking|phone|mobile|contact number|"
    r"confirmation|date of birth|salary|budget|price"
)

US_CODE = re.compile(r"(?<![\d$₹£€.,#-])\d{5}(?:-\d{4})?(?![\d,]|[.-]\d|\s*(?:dollars|rupees|lakh|k\b))")
INDIAN_CODE = re.compile(r"(?<![\d₹.,#+-])[1-9]\d{2} ?\d{3}(?![\d,]|[.-]\d|\s*(?:rupees|lakh|k\b))")
BRITISH_CODE = re.compile(
    r"\b(?P<out>[a-z]{1,2}\d[a-z\d]?) ?(?P<digit>\d|o)(?P<unit>[abd-hjlnp-uw-z]{2})\b(?!\w)", re.IGNORECASE
)
BRITISH_AREAS = words_of(
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G "
    "GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW "
    "OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC "
    "WD WF WN WR WS WV YO ZE"
)
_BRITISH_LETTERS = re.compile(r"(?P<out>[a-z]{1,2}[\do]{1,2}[a-z]?)(?P<digit>[\do])(?P<unit>[a-z]{2})$")
_STATE = re.compile(r"\b[A-Z]{2},? $")
_TOKEN = re.compile(r"[^\W_]+")
_REPEATS = {"double": 2, "triple": 3}
_DIGITS = {word: str(value) for word, value in (UNITS | TENS).items()} | {"oh": "0", "shunya": "0", "शून्य": "0"}
_FILLERS = frozenset({"uh", "um", "er", "and", "then", "space", "dash", "hyphen"})


@dataclass(frozen=True, slots=True)
class PostalCode:
    """A code as it is written ("LE2 3GH", "682020") and the span it was said in."""

    value: str
    start: int
    end: int


def read_postal_codes(text: str, *, region: str, is_asked: bool = False) -> list[PostalCode]:
    """All postal codes in a text as the region (ISO country) writes them, in order. Never raises.

    Six figures are as easily an amount: without a letter, a code counts beside a word for it, after a place or where
    one was asked for (`is_asked`). So does one that is spelled out.
    """
    if region == "GB":
        matches = BRITISH_CODE.finditer(text)
        found = [PostalCode(_british("".join(match.groups())), *match.span()) for match in matches]
        found = [each for each in found if _is_british(each.value)]
    else:
        pattern = US_CODE if region == "US" else INDIAN_CODE
        found = [PostalCode(match[0].replace(" ", ""), *match.span()) for match in pattern.finditer(text)]
        cue = CUES.search(text.lower())
        found = [each for each in found if is_asked or cue or _STATE.search(text[: each.start])]
    if found or not (is_asked or CUES.search(text.lower())):
        return found
    return _spelled(text, region=region)


def read_postal_code(statements: Sequence[Heard], *, region: str) -> Fact[str] | None:
    """The customer's postal code, stated last."""
    found = []
    for heard in statements:
        if not (heard.is_customer or "your" in heard.low or "right" in heard.low):
            continue
        is_asked = heard.is_customer and _asks(heard.question)
        codes = read_postal_codes(heard.text, region=region, is_asked=is_asked)
        if not codes and heard.is_customer and region != "GB":
            codes = [
                PostalCode("".join(match["code"].split()), *match.span("code"))
                for match in _AFTER_PLACE.finditer(heard.text)
                if len("".join(match["code"].split())) == (5 if region == "US" else 6)
            ]
        for code in codes:
            if _is_other(heard, code):
                continue
            confidence = 0.9 if is_asked or heard.is_customer else 0.75
            found.append(fact(code.value, heard, code.start, code.end, confidence=confidence))
    return last(found, statements)


def _asks(question: str) -> bool:
    recent = question[-300:]
    is_address = re.search(r"(?<!e-mail )(?<!email )(?<!mail )add?ress\b|\bcity\b", recent) is not None
    return is_address or bool(CUES.search(recent) or _PIN_WITH_PLACE.search(recent))


def _is_other(heard: Heard, code: PostalCode) -> bool:
    """Whether the words just before it name another number, or another number was all that was asked for."""
    before = heard.low[max(0, code.start - 30) : code.start]
    cue = max((match.end() for match in CUES.finditer(before)), default=-1)
    other = max((match.end() for match in _OTHERS.finditer(before)), default=-1)
    return other > cue


def _british(code: str) -> str:
    """ "E20US" as "E2 0US": the last three stand apart, and a letter O between figures is a zero."""
    letters = "".join(code.split()).upper()
    return f"{letters[:-3]} {letters[-3].replace('O', '0')}{letters[-2:]}"


def _is_british(code: str) -> bool:
    return re.split(r"\d", code, maxsplit=1)[0] in BRITISH_AREAS


def _spelled(text: str, *, region: str) -> list[PostalCode]:
    """The code that letters and figures said one by one come to, the last run that has its shape."""
    best: list[PostalCode] = []
    for run in _runs(text):
        letters = "".join(value for value, _, _ in run)
        code = _shaped(letters, region)
        if code:
            best = [PostalCode(code, run[0][1], run[-1][2])]
    return best


def _runs(text: str) -> list[list[tuple[str, int, int]]]:
    runs: list[list[tuple[str, int, int]]] = [[]]
    repeat, tens = 1, False
    low = text.lower()
    for match in _TOKEN.finditer(letters_alone(low if len(low) == len(text) else text)):
        word = match[0]
        if word in _REPEATS:
            repeat = _REPEATS[word]
            continue
        value = _DIGITS.get(word) or (word if len(word) == 1 or any(map(str.isdecimal, word)) else "")
        if value and len(word) <= 8:
            if tens and len(value) == 1 and value.isdecimal() and value != "0" and runs[-1]:
                before = runs[-1].pop()
                runs[-1].append((before[0][0] + value, before[1], match.end()))
            else:
                runs[-1].append((value * repeat, match.start(), match.end()))
            tens = word in TENS and value.endswith("0")
        elif word not in _FILLERS:
            runs.append([])
            tens = False
        repeat = 1
    return [run for run in runs if run]


def _shaped(letters: str, region: str) -> str:
    if region == "GB":
        for start in range(max(1, len(letters) - 4)):
            match = _BRITISH_LETTERS.fullmatch(letters[start:])
            if match and 5 <= len(letters) - start <= 7:
                out = match["out"]
                out = out[0] + re.sub(r"(?<=\d)o|(?<=[a-z])o(?=$)", "0", out[1:])
                code = _british(out + match["digit"] + match["unit"])
                if _is_british(code):
                    return code
        return ""
    size = 5 if region == "US" else 6
    return letters if letters.isdecimal() and len(letters) == size else ""


_AFTER_PLACE = re.compile(r"\b[A-Z][a-z]{2,}(?:,? [A-Z]{2})?,? (?:- |– )?(?P<code>\d{3} ?\d{2,3})\b(?![,.]\d)")
