"""How the readers hear a conversation: every line with what was asked just before it, and facts made
from spans.

A reader looks at statements: what the customer said, and our agent's questions that the customer confirmed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from analysis.answers import says_no, says_yes
from analysis.backends.builtin.questions import asked_for
from analysis.conversation import Conversation, Line
from analysis.findings import Evidence, Fact
from analysis.grounding import is_confirmed

T = TypeVar("T")

NEAR = 240
_SENTENCE_END = re.compile(r"[.!?।]+(?=\s|$)|\n+")


# What people say before they take something back.
CORRECTION = re.compile(
    r"no wait|wait,? no|actually|make (?:it|that)|"
    r"\bsorry\b|i mean|rather|scratch that|correction|nahi nahi|nahin? (?:ruko|wait)|matlab|let'?s say|\bno,"
)


@dataclass(frozen=True)
class Heard:
    """One line and its surroundings. `low` has the same length as `text`, so spans fit both.

    `question` is what our agent said in the block before, joined; empty on the agent's own lines.
    """

    line: Line
    text: str
    low: str
    question: str
    is_customer: bool
    is_confirmed: bool

    @cached_property
    def asked(self) -> frozenset[str]:
        """What the agent had just asked for: keys of `questions.QUESTIONS`."""
        return asked_for(self.question) if self.question else frozenset()

    @cached_property
    def is_yes(self) -> bool:
        return says_yes(self.text)

    @cached_property
    def is_no(self) -> bool:
        return says_no(self.text)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of every sentence in `text`."""
        spans = []
        place = 0
        for stop in [match.end() for match in _SENTENCE_END.finditer(self.text)] + [len(self.text)]:
            start, end = _trimmed(self.text, place, stop)
            if end > start:
                spans.append((start, end))
            place = stop
        return tuple(spans)

    def sentence_at(self, place: int) -> tuple[int, int]:
        """The sentence that holds the character at `place`, cut to 240 characters either side.

        The cut keeps the work linear for a recogniser that never ends a sentence.
        """
        which = bisect_right(self._starts, place) - 1
        start, end = self.sentences[which] if which >= 0 else (0, len(self.text))
        return max(start, place - NEAR), min(max(end, place + 1), place + NEAR)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]


def hear(conversation: Conversation) -> tuple[Heard, ...]:
    """All lines, in order, each with the agent's block before it. One pass."""
    heard: list[Heard] = []
    asking: list[str] = []
    customer_spoke = False
    for line in conversation.lines:
        low = line.text.lower().replace("’", "'")
        if len(low) != len(line.text):
            low = line.text
        is_customer = line.speaker == "customer"
        if not is_customer:
            if customer_spoke:
                asking = []
            asking.append(low)
        customer_spoke = is_customer
        question = " ".join(asking) if is_customer else ""
        confirmed = not is_customer and is_confirmed(line, conversation)
        heard.append(Heard(line, line.text, low, question, is_customer, confirmed))
    return tuple(heard)


def statements(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """The lines that can carry facts about the customer."""
    return tuple(each for each in heard if each.is_customer or each.is_confirmed)


def fact(value: T, heard: Heard, start: int, end: int, *, confidence: float) -> Fact[T]:
    """A fact whose quote is `text[start:end]`, without the white space around it."""
    start, end = _trimmed(heard.text, start, end)
    line = heard.line
    evidence = Evidence(turn=line.index, quote=line.text[start:end], second=line.start_seconds, speaker=line.speaker)
    return Fact(value=value, confidence=round(confidence, 2), evidence=evidence)


def last(facts: Sequence[Fact[T]], statements: Sequence[Heard] = ()) -> Fact[T] | None:
    """The last stated value wins. Its conflict is an earlier, different value that the customer never took back.

    Not a conflict: another value in the same turn, what follows a correction ("sorry, make it three"), the same
    value at more or less length ("Sneha", "Sneha Kulkarni").
    """
    if not facts:
        return None
    winner = facts[-1]
    if any(each.line.index == winner.evidence.turn and _is_corrected(each, winner.evidence) for each in statements):
        return winner
    other = next((each for each in reversed(facts) if _differs(each, winner)), None)
    return winner.model_copy(update={"conflict": other.evidence}) if other else winner


def _differs(one: Fact[Any], other: Fact[Any]) -> bool:
    if one.value == other.value or one.evidence.turn == other.evidence.turn or one.evidence.speaker == "agent":
        return False
    if isinstance(one.value, str) and isinstance(other.value, str):
        words, others = set(one.value.lower().split()), set(other.value.lower().split())
        return not (words <= others or others <= words)
    return True


def _is_corrected(heard: Heard, evidence: Evidence) -> bool:
    place = max(0, heard.text.find(evidence.quote))
    return CORRECTION.search(heard.low, max(0, place - NEAR), place + len(evidence.quote)) is not None


def distinct(facts: Iterable[Fact[Any]], *, at_most: int) -> tuple[Fact[Any], ...]:
    """The first fact of each value, in order."""
    seen: dict[Any, Fact[Any]] = {}
    for each in facts:
        seen.setdefault(each.value, each)
    return tuple(seen.values())[:at_most]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
