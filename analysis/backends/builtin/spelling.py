"""Names spelled letter by letter: what is spelled outweighs what a recognizer heard ("Karen", "C-A-R-Y-N")."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from analysis.backends.builtin.hearing import Heard, fact
from analysis.findings import Fact

_LETTER = r"(?:double [a-z]|[a-z](?: (?:as in|for) [a-z]+)?)"
_SPELLED = re.compile(rf"(?<![\w']){_LETTER}(?:(?:[ .-]|, ){_LETTER}(?![\w'])){{2,}}")
_PIECE = re.compile(r"(?P<double>double )?\b(?P<letter>[a-z])\b(?: (?:as in|for) [a-z]+)?")
_AS_IN = re.compile(r"(?<=\b(?P<letter>[a-z])) (?:as in|for|like(?: in)?) (?P=letter)[a-z]+\b")
# How much of a word the letters must share with it to be its spelling.
LIKENESS = 0.6


def letters_alone(low: str) -> str:
    """The text with "as in john" after a j, "for bravo" after a b as blanks, as long as before."""
    return _AS_IN.sub(lambda match: " " * len(match[0]), low)


def read_spelled(text: str) -> list[tuple[str, int, int]]:
    """Words that are spelled in a text, each with its span: ("caryn", 5, 14) for "it's c a r y n". Never raises."""
    low = text.lower()
    if len(low) != len(text):
        return []
    found = [(_joined(match[0]), match.start(), match.end()) for match in _SPELLED.finditer(low)]
    return [each for each in found if len(each[0]) >= 3]


def as_spelled(name: Fact[str], heard: Sequence[Heard]) -> Fact[str]:
    """The name with each word as the customer spelled it, if they did."""
    words = name.value.split()
    for each in heard:
        if not each.is_customer or each.line.index < name.evidence.turn - 2:
            continue
        for letters, start, end in read_spelled(each.text):
            for place, word in enumerate(words):
                if _is_spelling(letters, word.lower()):
                    words[place] = letters.capitalize()
                    value = " ".join(words)
                    name = fact(value, each, start, end, confidence=0.9).model_copy(update={"conflict": name.conflict})
    return name


def _joined(spelled: str) -> str:
    return "".join(match["letter"] * (2 if match["double"] else 1) for match in _PIECE.finditer(spelled))


def _is_spelling(letters: str, word: str) -> bool:
    """Whether these letters spell that word in another way than it stands."""
    if letters == word or abs(len(letters) - len(word)) > 2 or len(letters) < len(word) - 1:
        return False
    return SequenceMatcher(None, letters, word).ratio() >= LIKENESS
