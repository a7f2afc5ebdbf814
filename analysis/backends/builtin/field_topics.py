"""Whether words are about a company's own field: by the stems of its label, what people say for them, and its
description.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analysis.answers import is_question
from analysis.backends.builtin.field_words import ALIKE, COMMON, IDLE
from analysis.conversation import WantedField

ENOUGH = 0.5
ENOUGH_IF_COMMON = 0.75
ALIKE_COUNTS = 0.8
COMMON_WEIGHS = 0.5
# Two uncommon words of the description count as half the label, beside its head.
DESCRIPTION_COUNTS = 0.25
# Fields this close to the best one are asked about by the same question.
AS_GOOD = 0.15
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_ENDING = re.compile(r"(?:ations?|ances?|ments?|ings?|als?|ers?|ed|es|e|y)$")
_REQUEST = re.compile(r"\b(?:tell me|give me|share|let me know|i need|i'll need|may i have|bata(?:iye|o|ye))\b")
_SENTENCES = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Topic:
    """What a field is about. `words`: for each word of the label its weight, stem, and the stems that stand for it;
    `head` is the place of the word without which nothing is about it.
    """

    words: tuple[tuple[float, str, frozenset[str]], ...]
    head: int
    described: frozenset[str]

    @cached_property
    def own(self) -> frozenset[str]:
        """The stems of the label's uncommon words, of all its words when there is no uncommon one."""
        uncommon = frozenset(stem for weight, stem, _ in self.words if weight > COMMON_WEIGHS)
        return uncommon or frozenset(stem for _, stem, _ in self.words)

    @cached_property
    def _heads(self) -> frozenset[str]:
        if not self.words:
            return frozenset()
        _, stem, alike = self.words[self.head]
        return alike | {stem}

    def match(self, said: frozenset[str]) -> float:
        """How much of the topic the stems name: 0 when they do not name its head, else up to 1.5."""
        # Most words are about nothing that is wanted: the head alone tells so.
        if self._heads.isdisjoint(said):
            return 0.0
        named = [
            weight if stem in said else weight * ALIKE_COUNTS if alike & said else 0.0
            for weight, stem, alike in self.words
        ]
        more = min(2, len(self.described & said)) * DESCRIPTION_COUNTS
        share = sum(named) / sum(weight for weight, _, _ in self.words)
        is_common = all(
            weight <= COMMON_WEIGHS for (weight, _, _), is_named in zip(self.words, named, strict=True) if is_named
        )
        # "What time is it?" is not yet about the preferred time.
        return 0.0 if is_common and not more and share < ENOUGH_IF_COMMON else share + more


@lru_cache(maxsize=512)
def topic_of(field: WantedField) -> Topic:
    """The topic of a field."""
    label = (field.label or field.key.replace("_", " ")).lower()
    words = [word for word in _WORD.findall(label) if word not in IDLE] or _WORD.findall(label)
    weighed = tuple(
        (
            COMMON_WEIGHS if stem_of(word) in _COMMON_STEMS else 1.0,
            stem_of(word),
            frozenset(map(stem_of, ALIKE.get(word, ALIKE.get(singular(word), ())))),
        )
        for word in words
    )
    # "Company size" is about a size, "Number of pets" about pets: both heads come last.
    head = max(len(words) - 1, 0)
    own = {stem for _, stem, _ in weighed}
    described = frozenset(
        stem_of(word) for word in _WORD.findall(field.description.lower()) if word not in IDLE and word not in COMMON
    )
    return Topic(weighed, head, described - own)


def singular(word: str) -> str:
    """The word without its plural's ending."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@lru_cache(maxsize=4096)
def stem_of(word: str) -> str:
    """The word without its ending, so that its forms are one: "renewal" and "renew", "insured" and "insurance"."""
    word = singular(word.removesuffix("'s"))
    ending = _ENDING.search(word, 3)
    return word[: ending.start()] if ending else word


@lru_cache(maxsize=1024)
def stems_of(low: str) -> frozenset[str]:
    """The stems of all words of a lower-case text."""
    return frozenset(stem_of(word) for word in _WORD.findall(low))


@lru_cache(maxsize=512)
def questions_of(block: str) -> tuple[str, ...]:
    """The questions in what our agent said (lower case), "tell me your …" among them."""
    sentences = _SENTENCES.split(block[-600:])
    return tuple(sentence for sentence in sentences if is_question(sentence) or _REQUEST.search(sentence))


_COMMON_STEMS = frozenset(map(stem_of, COMMON))


def asked_about(block: str, fields: tuple[WantedField, ...]) -> dict[str, str]:
    """For each field that our agent's words ask for, its key and the question: each question is the best field's."""
    found: dict[str, str] = {}
    for question in questions_of(block):
        said = stems_of(question)
        scores = {field.key: topic_of(field).match(said) for field in fields}
        best = max(scores.values(), default=0.0)
        if best >= ENOUGH:
            found |= {key: question for key, score in scores.items() if score >= best - AS_GOOD and score >= ENOUGH}
    return found
