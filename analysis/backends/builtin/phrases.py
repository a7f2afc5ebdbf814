"""A phrase book: what people say, written as they say it, found in a turn in time that grows with the turn alone.

A phrase is plain lower-case words. Between them may stand
    (a|b c)     one of these                    (a|b)?  word?   may be left out
    word~       the word with any ending        *       exactly one word
    ...         up to four words (between others)   ,   nothing: commas and spaces between words never matter
Short forms count for long ones: "i'd" also finds "i would" and "id", "don't" also "do not" and "dont".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

# Hindi vowel signs are no letters to `\w`; the danda between them ends a sentence.
LETTER = r"[\w\u0900-\u0963\u0966-\u097f]"
_GAP = r"[\s,]+"
_ANY_WORD = rf"{LETTER}(?:{LETTER}|['-])*"
_TOKENS = re.compile(r"[()|?]|\.\.\.|\*|[^\s()|?*,]+")
_WORDS = re.compile(rf"{LETTER}+")
_STEM = 4

# A problem of the past is still heard; a denied one is not.
_DENIED = re.compile(
    r"(?:\bno|\bnot|n'?t|\bnever|\bwithout|\bnahi+n?|\bnhi)(?:[ ,]+(?:a|an|any|really|very|the|too|that|be|so|at all|"
    r"find it|think it'?s|think that'?s|have|had|been|have any|say it'?s|seem|sound|look))?\s*$"
)
_BEFORE, _SUPPOSED_BEFORE = 24, 120
# "If it were free I'd take it" takes nothing.
_SUPPOSED = re.compile(
    r"\b(?:if|unless|suppose|agar)\b[^.?!]{0,50}\b(?:were|was|had|could|would|didn't|wasn't|cost|free|match|lower|drop|throw|give|hota|"
    r"hoti|ho)\b[^.?!]{0,60}$|\b(?:would have|would've|could have)\b[^.?!]{0,20}$"
)

_OTHERWISE = re.compile(r"\b(?:warna|varna|otherwise|or else|nahi to|nahin to)\b[ ,]*(?:\w+ ){0,2}$")

# The short forms that people say, and what else stands for them.
_SHORT_FORMS = (
    ("won't", r"(?:won'?t|will not)"),
    ("can't", r"(?:can'?t|cannot|can not)"),
    ("n't", r"(?:n'?t| not)"),
    ("i'm", r"i(?:'?m| am)"),
    ("let's", r"let(?:'?s| us)"),
    ("'re", r"(?:'?re| are)"),
    ("'ve", r"(?:'?ve| have)"),
    ("'ll", r"(?:'?ll| will)"),
    ("'d", r"(?:'?d| would| had)"),
    ("'s", r"(?:'?s| is| has)"),
)


# Written without the mark these are other words: "well", "were", "hell".
_WORDS_WITHOUT_MARK = frozenset({"we'll", "we're", "we'd", "he'll", "she'll", "he'd", "she'd", "it'll"})


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of `label` stands at `text[start:end]`."""

    label: str
    start: int
    end: int


class PhraseBook:
    """Phrases under labels. Each waits under one of its own words, so that a turn only tries those whose word it has.

    Raises ValueError for a phrase without a word that must be there.
    """

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        self._waiting: dict[str, list[_Phrase]] = {}
        for label, phrases in table.items():
            for phrase in phrases:
                self._add(label, phrase)

    def find(self, low: str) -> Sequence[Found]:
        """What is said in a text in lower case, in the order of the text; of two that overlap the longer one."""
        found = []
        tried = set()
        for key in self._waiting.keys() & _keys_of(low):
            for phrase in self._waiting[key]:
                if phrase not in tried:
                    tried.add(phrase)
                    found += [Found(phrase.label, *match.span()) for match in phrase.pattern.finditer(low)]
        return _without_overlap(found)

    def has(self, low: str) -> bool:
        """Whether anything of the book is said."""
        return bool(self.find(low))

    def _add(self, label: str, phrase: str) -> None:
        parts = _Parser(phrase).parts
        waiting = _Phrase(label, parts)
        keys = max((part.keys for part in parts if part.is_needed and part.keys), key=_rarity, default=None)
        if keys is None:
            raise ValueError(f"no word of {phrase!r} must be there")
        for key in keys:
            self._waiting.setdefault(key, []).append(waiting)


def is_denied(low: str, start: int) -> bool:
    """Whether a no stands right before this place."""
    return _DENIED.search(low[max(0, start - _BEFORE) : start]) is not None


def is_supposed(low: str, start: int) -> bool:
    """Whether what starts here is only said of a case that is not so ("if it were free …")."""
    return _SUPPOSED.search(low[max(0, start - _SUPPOSED_BEFORE) : start]) is not None


def is_otherwise(low: str, start: int) -> bool:
    """Whether what starts here is only said of what happens otherwise ("send the papers, warna nahi lena")."""
    return _OTHERWISE.search(low[max(0, start - _BEFORE) : start]) is not None


class _Phrase:
    """A phrase that is compiled when its word is first heard: a start-up compiles none of a thousand."""

    def __init__(self, label: str, parts: Sequence[_Part]) -> None:
        self.label = label
        self._parts = parts

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!{LETTER}){_joined(self._parts)}(?!{LETTER})")


@lru_cache(maxsize=1024)
def _keys_of(low: str) -> frozenset[str]:
    """The words of a text and their stems: under these its phrases wait."""
    words = set(_WORDS.findall(low))
    return frozenset(words | {f"{word[:_STEM]}~" for word in words if len(word) >= _STEM})


class _Part(NamedTuple):
    """One place of a phrase: its pattern, the words that show that it may be there, whether it must be."""

    pattern: str
    keys: frozenset[str]
    is_needed: bool = True
    is_gap: bool = False


class _Parser:
    def __init__(self, phrase: str) -> None:
        self._phrase = phrase
        self._tokens = _TOKENS.findall(phrase)
        self._place = 0
        self.parts = self._sequence()
        if self._place < len(self._tokens):
            raise ValueError(f"a bracket too many in {phrase!r}")

    def _sequence(self) -> list[_Part]:
        parts: list[_Part] = []
        while self._place < len(self._tokens) and self._tokens[self._place] not in "|)":
            said = self._tokens[self._place]
            self._place += 1
            part = self._group() if said == "(" else _word(said)
            if self._place < len(self._tokens) and self._tokens[self._place] == "?":
                self._place += 1
                part = _Part(part.pattern, part.keys, is_needed=False)
            parts.append(part)
        if parts and parts[-1].is_gap:
            raise ValueError(f"nothing follows the gap in {self._phrase!r}")
        return parts

    def _group(self) -> _Part:
        choices = [self._sequence()]
        while self._place < len(self._tokens) and self._tokens[self._place] == "|":
            self._place += 1
            choices.append(self._sequence())
        if self._place >= len(self._tokens):
            raise ValueError(f"a bracket too few in {self._phrase!r}")
        self._place += 1
        needed = [[part.keys for part in choice if part.is_needed and part.keys] for choice in choices]
        rarest = (each[0] if len(each) == 1 else max(each, key=_rarity) for each in needed)
        keys = frozenset().union(*rarest) if all(needed) else frozenset()
        return _Part(f"(?:{'|'.join(_joined(choice) for choice in choices)})", keys)


@cache
def _word(said: str) -> _Part:
    if said == "...":
        return _Part(rf"(?:{_ANY_WORD}{_GAP}){{0,4}}?", frozenset(), is_needed=False, is_gap=True)
    if said == "*":
        return _Part(_ANY_WORD, frozenset())
    if said.endswith("~"):
        stem = said[:-1]
        return _Part(rf"{re.escape(stem)}{LETTER}*", frozenset({f"{stem[:_STEM]}~"} if len(stem) >= _STEM else ()))
    for short, pattern in _SHORT_FORMS:
        if said.endswith(short):
            ending = pattern.replace("'?", "'") if said in _WORDS_WITHOUT_MARK else pattern
            return _Part(re.escape(said.removesuffix(short)) + ending, frozenset())
    return _Part(re.escape(said), frozenset({said.partition("'")[0].partition("-")[0]}))


def _joined(parts: Sequence[_Part]) -> str:
    """The parts one after the other, with the space that belongs to a part left out together with it."""
    pattern = ""
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        if part.is_gap:
            pattern += part.pattern
        elif part.is_needed:
            pattern += part.pattern + ("" if is_last or _only_optional(parts[place + 1 :]) else _GAP)
        elif _only_optional(parts[place:]):
            pattern += f"(?:{_GAP}{part.pattern})?"
        else:
            pattern += f"(?:{part.pattern}{_GAP})?"
    return pattern


def _only_optional(parts: Sequence[_Part]) -> bool:
    return all(not part.is_needed and not part.is_gap for part in parts)


@cache
def _rarity(keys: frozenset[str]) -> float:
    """How seldom one of these words is met, by how short the shortest is and how many they are."""
    return min(len(key.rstrip("~")) for key in keys) - len(keys) / 10


def _without_overlap(found: Sequence[Found]) -> Sequence[Found]:
    kept: list[Found] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end, each.label)):
        if not kept or each.start >= kept[-1].end or each.label != kept[-1].label:
            kept.append(each)
    return kept
