"""One of a field's choices in what was said: by its own words, or by what people call it."""

import re
from functools import lru_cache

from analysis.answers import is_question
from analysis.backends.builtin.field_answers import LONGEST_TEXT, Asked, takes_yes
from analysis.backends.builtin.field_words import CALLED, EVERYDAY
from analysis.backends.builtin.hearing import fact
from analysis.backends.builtin.numeral_words import UNITS
from analysis.findings import Fact

WORD = re.compile(r"[^\W_]+")
_REFUSED = re.compile(
    r"(?:\bnot?|n't(?: \w+)?|\binstead of|\brather than|\bother than|\bexcept|\bbesides)(?: an?| the| any| my)?\s+$"
)


def read_choice(asked: Asked) -> Fact[str] | None:
    """One of the field's choices, by its words or what people call it; nothing that is not on the list."""
    heard, found = asked.heard, []
    is_answer = asked.is_answer and heard.is_customer
    is_about = is_answer or bool(asked.sentences())
    taken: list[tuple[int, int]] = []
    for name, is_everyday, pattern in _patterns(asked.field.choices):
        if is_everyday and not is_about:
            continue
        for match in pattern.finditer(heard.low):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if not _REFUSED.search(heard.low[max(0, match.start() - 30) : match.start()]):
                found.append((match, name))
    if not found or (heard.is_customer and not is_about and is_question(heard.low)):
        return _yes_as_choice(asked) if is_answer else None
    match, name = max(found, key=lambda each: each[0].start())
    is_one = len({each for _, each in found}) == 1
    confidence = (0.9 if is_answer else 0.75) - (0 if is_one else 0.25)
    return fact(name, heard, match.start(), match.end(), confidence=confidence)


def _yes_as_choice(asked: Asked) -> Fact[str] | None:
    """A list with "Yes" and "No" on it is answered by any yes or no."""
    heard, names = asked.heard, {name.casefold(): name for name in asked.field.choices}
    said = "yes" if heard.is_yes else "no" if heard.is_no else ""
    if said not in names or not takes_yes(asked.question) or heard.is_yes == heard.is_no:
        return None
    start, end = heard.sentences[0]
    return fact(names[said], heard, start, min(end, start + LONGEST_TEXT), confidence=0.8)


@lru_cache(maxsize=256)
def _patterns(choices: tuple[str, ...]) -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Name, whether its words are everyday ones, and pattern of each choice; those of the longest words first."""
    made = []
    for name in choices:
        spoken = [name.lower(), *CALLED.get(name.lower(), ())]
        inner = "|".join(_spoken(each) for each in sorted(spoken, key=len, reverse=True) if WORD.search(each))
        words = WORD.findall(name.lower())
        is_everyday = all(word in EVERYDAY or word.isdecimal() or len(word) == 1 for word in words)
        if inner:
            made.append((name, is_everyday, re.compile(rf"(?<![\w'])(?:{inner})(?![\w'])")))
    return tuple(sorted(made, key=lambda each: -len(each[0])))


def _spoken(name: str) -> str:
    words = [_form(word) for word in WORD.findall(name)]
    return r"[\s.-]*".join(words) + "(?:e?s)?"


def _form(word: str) -> str:
    named = next((said for said, count in UNITS.items() if word.isdecimal() and count == int(word)), "")
    digits = str(UNITS[word]) if word in UNITS else ""
    forms = {re.escape(each) for each in (word, named, digits) if each}
    return f"(?:{'|'.join(sorted(forms))})"
