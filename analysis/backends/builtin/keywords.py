"""The words that mark a call: what was talked about, in the words of those who talked (topics are our labels for it).

A word or a pair of words counts by how often it was said, the customer's twice, longer ones and pairs a little more;
everyday words, names, numbers and addresses count nothing. No language statistics are needed: what a call repeats and
no call always says is what marks it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.keyword_words import EVERYDAY
from analysis.backends.builtin.phrases import LETTER
from analysis.findings import Fact

AT_MOST, SHORTEST, LONG = 8, 3, 7
CUSTOMERS, OURS = 2.0, 1.0
LEAST = 2.0
PAIR, LONG_WORD = 1.6, 1.2
# A word said three times or more is surer than one that was dropped once.
OFTEN = 3

_NO_WORD = re.compile(r"[\d_']")
_WORD = re.compile(rf"(?<![\w@.'-]){LETTER}(?:{LETTER}|['’-](?={LETTER}))*(?!@)")


@dataclass(slots=True)
class _Term:
    weight: float = 0.0
    times: int = 0
    places: list[tuple[Heard, int, int]] = field(default_factory=list)


def read_keywords(heard: Sequence[Heard], *, names: Iterable[str]) -> tuple[Fact[str], ...]:
    """Up to eight words or pairs of words in small letters, the most marking first, each where it was said first (by
    the customer, when they said it). `names` are never among them.
    """
    skipped = {part for name in names for part in name.lower().split()}
    terms: dict[str, _Term] = {}
    for each in heard:
        for key, start, end in _terms_of(each, skipped):
            term = terms.setdefault(key, _Term())
            term.weight += CUSTOMERS if each.is_customer else OURS
            term.times += 1
            term.places.append((each, start, end))
    ranked = sorted(terms.items(), key=lambda item: (-_weight(item[0], item[1]), item[1].places[0][0].line.index))
    chosen: list[str] = []
    for key, term in ranked:
        if len(chosen) < AT_MOST and term.weight >= LEAST and not _is_told(key, chosen):
            chosen.append(key)
    return tuple(_as_fact(terms[key]) for key in chosen)


def _terms_of(each: Heard, skipped: set[str]) -> Iterator[tuple[str, int, int]]:
    """The words of a turn that can mark it, and the pairs of such words that stand side by side."""
    before: tuple[str, int, int] | None = None
    for match in _WORD.finditer(each.low):
        word = match[0].replace("’", "'").removesuffix("'s")
        if (
            len(word) < SHORTEST
            or word in EVERYDAY
            or _stem(word) in EVERYDAY
            or word in skipped
            or _NO_WORD.search(word)
        ):
            before = None
            continue
        key = _stem(word)
        yield key, *match.span()
        if before and each.low[before[2] : match.start()] == " ":
            yield f"{before[0]} {key}", before[1], match.end()
        before = (key, *match.span())


def _stem(word: str) -> str:
    """One form for one and many."""
    if word.endswith("ies") and len(word) > LONG - 2:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > SHORTEST else word


def _weight(key: str, term: _Term) -> float:
    """A pair counts only when it was said again: else any two words that meet would be one."""
    if " " in key:
        return term.weight * PAIR if term.times > 1 else 0.0
    return term.weight * (LONG_WORD if len(key) >= LONG else 1.0)


def _is_told(key: str, chosen: Sequence[str]) -> bool:
    words = set(key.split())
    return any(words & set(other.split()) for other in chosen)


def _as_fact(term: _Term) -> Fact[str]:
    each, start, end = next((place for place in term.places if place[0].is_customer), term.places[0])
    return fact(each.low[start:end], each, start, end, confidence=0.8 if term.times >= OFTEN else 0.6)
