"""The answer to one field in one turn, by the field's kind: after a question about it, or in the customer's own words
about it. Each reader returns a fact of its kind, or None when the turn does not answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar, cast

from analysis.answers import is_question
from analysis.backends.builtin.amounts import read_amounts
from analysis.backends.builtin.field_topics import ENOUGH, Topic, stem_of, stems_of, topic_of
from analysis.backends.builtin.hearing import CORRECTION, Heard, fact
from analysis.backends.builtin.moment import Moment
from analysis.backends.builtin.moments import read_moments
from analysis.backends.builtin.numerals import Number, read_numbers
from analysis.backends.builtin.timelines import read_timeline
from analysis.conversation import WantedField
from analysis.findings import Fact, Money

T = TypeVar("T")

LONGEST_ANSWER = 240
LONGEST_TEXT = 160
# A bare figure below it is more likely a count of something than money.
SMALLEST_AMOUNT = 50
_WORD = re.compile(r"[^\W_]+")
_NO_ANSWER = re.compile(
    r"\s*(?:(?:um+|uh+|oh|well|hmm+|so|actually|honestly|sorry)[\s,.]+)*"
    r"(?:i (?:really )?(?:don'?t|do not) (?:know|remember|recall|have that|want to say|understand)|not sure|"
    r"i'?m not sure|"
    r"not yet|no idea|can'?t say|cannot say|it depends|why\b|what do you mean|who\b|pardon|come again|say that again|"
    r"excuse me|"
    r"(?:i )?(?:would|'d)? ?rather not|none of your|pata nah?in|maloom nah?in|nah?in pata|let me (?:check|see|think))"
)
_OPENING = re.compile(
    r"(?:(?:um+|uh+|oh|ah|well|hmm+|so|ok|okay|yes|yeah|yep|yup|sure|right|actually|basically|honestly|haan|han|ji|"
    r"accha|like|maybe|probably|mostly|mainly|currently|right now|at the moment|(?:it|that|this)(?:'s| is| was|"
    r" would be)|"
    r"they(?:'re| are)|there(?:'s| is)|we(?:'re| are)(?: (?:using|on|with))?|we (?:use|have|run|work with)|"
    r"i(?:'m| am)(?: (?:using|on|with))?|i (?:use|have|think|guess|would say)|i'd say)\b[\s,.]*)+"
)
_ONLY_YES = re.compile(
    r"[\s,.!]*(?:yes|yeah|no|nope|sure|okay|ok|haan|ji|nah?in|thanks?|thank you|please|fine)?[\s,.!]*$"
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|none|nor|n't|don'?t|doesn'?t|didn'?t|isn'?t|aren'?t|haven'?t|hasn'?t|won'?t|"
    r"nah?in|mat)\b"
    r"[^.?!,;]{0,40}$"
)
_NEGATED_AFTER = re.compile(
    r"[^.?!,;]{0,20}\b(?:nah?in?|mat)\b|[^.?!,;]{0,30}\b(?:expired|ran out|is over|has ended)\b"
)
_ASSERTED = re.compile(
    r"(?:\b(?:have|has|had|got|own|owns|there(?:'s| is| are)|with|under|still|already|need|needs|want|wants|use|uses|"
    r"is|are|am|my|our)|'m|'s|'ve|'re)\b(?: (?!of\b|for\b|about\b|to\b)[\w'-]+){0,3}\s+$"
)
_ASSERTED_AFTER = re.compile(r"[^.?!,;]{0,12}\b(?:hai|hain|chahiye|chalega)\b")
_IF = re.compile(r"\b(?:if|whether|agar|wonder|unless|suppose)\b")
_WH = re.compile(r"\b(?:what|which|when|where|who|how|why|kitn[aei]|kab|kaun)\b")
_EITHER = re.compile(r"\bor\b(?! not)")
_NONE = re.compile(r"\s*(?:none|nobody|no one|no,? (?:none|nothing)|zero|nil|koi nah?in|not any)\b")
_RANGE = re.compile(r"\s*(?:-|–|to|or|ya|se)\s*")
_COPULA = re.compile(
    r"\s*(?:\w+ ){0,2}?(?:is|are|was|will be|would be|:|=|hai)\s+(?:actually |currently |now |probably |about )?"
)


@dataclass(frozen=True)
class Asked:
    """One turn in the light of one field. `question` is our agent's question about it, empty when there was none."""

    field: WantedField
    heard: Heard
    question: str

    @property
    def topic(self) -> Topic:
        return topic_of(self.field)

    @property
    def is_answer(self) -> bool:
        """Whether the turn answers a question about the field, and does not shrug or ask back."""
        return bool(self.question) and not _NO_ANSWER.match(self.heard.low)

    def sentences(self) -> list[tuple[int, int]]:
        """The sentences that speak of the field by themselves."""
        said = stems_of(self.heard.low)
        if self.topic.own.isdisjoint(said) or self.topic.match(said) < ENOUGH:
            return []
        found = []
        for start, end in self.heard.sentences:
            said = stems_of(self.heard.low[start:end])
            is_told = self.heard.is_customer or is_question(self.heard.low[start:end])
            if is_told and self.topic.match(said) >= ENOUGH and self.topic.own & said:
                found.append((start, min(end, start + 2 * LONGEST_ANSWER)))
        return found

    def head_in(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a sentence names the field: the last of its own words there."""
        own, low = self.topic.own, self.heard.low
        named = [match.span() for match in _WORD.finditer(low, start, end) if stem_of(match[0]) in own]
        return named[-1] if named else None


# ---- numbers and money ----------------------------------------------------------------------------------------


def read_number(asked: Asked, *, currency: str) -> Fact[Any] | None:
    """A count or a figure: "twelve", "12 trucks"; of "two or three" the larger, of a correction what it ends at."""
    heard = asked.heard
    if asked.is_answer and heard.is_customer and len(heard.low) <= LONGEST_ANSWER:
        if _NONE.match(heard.low) and "how many" in asked.question:
            return fact(0, heard, 0, min(len(heard.text), LONGEST_TEXT), confidence=0.6)
        if numbers := _figures(heard, currency):
            own = [each for each in numbers if _counts(asked, each)]
            # What comes after "no wait" is seldom counted again: "two cats, no wait, three".
            is_corrected = CORRECTION.search(heard.low) is not None
            counted = own if own and not is_corrected else numbers
            return _number_fact(_chosen(counted, heard), heard, 0.9 if own else 0.85)
    spoken = asked.sentences()
    if not spoken:
        return None
    numbers = [each for each in _figures(heard, currency) if any(start <= each.start < end for start, end in spoken)]
    own = [each for each in numbers if _counts(asked, each) or _is_said_to_be(asked, each.start)]
    return _number_fact(_chosen(own, heard), heard, 0.8) if own else None


def read_money(asked: Asked, *, currency: str) -> Fact[Money] | None:
    """An amount or a range of money."""
    heard = asked.heard
    spoken = asked.sentences()
    is_answer = asked.is_answer and heard.is_customer and len(heard.low) <= LONGEST_ANSWER
    if not is_answer and not spoken:
        return None
    amounts = read_amounts(heard.text, currency=currency)
    if is_answer:
        amounts = [
            each
            for each in amounts
            if each.is_money or (each.money.maximum or each.money.minimum or 0) >= SMALLEST_AMOUNT
        ]
    else:
        amounts = [each for each in amounts if each.is_money and any(a <= each.start < b for a, b in spoken)]
    if not amounts:
        return None
    amount = _chosen(amounts, heard)
    return fact(amount.money, heard, amount.start, amount.end, confidence=0.85 if is_answer else 0.8)


def _most(money: Money) -> Decimal:
    return money.maximum or money.minimum or Decimal(0)


def _figures(heard: Heard, currency: str) -> list[Number]:
    numbers = read_numbers(heard.text)
    if not numbers:
        return []
    money = [each for each in read_amounts(heard.text, currency=currency) if each.is_money]
    return [
        each
        for each in numbers
        # Nine digits in a row are a number to ring, not to count.
        if len(heard.text[each.start : each.end].replace(",", "")) < 9 or not each.has_digits
        if not any(amount.start <= each.start < amount.end and each.scale < 1000 for amount in money)
    ]


def _counts(asked: Asked, number: Number) -> bool:
    """Whether the number is of what the field is about: "12 trucks", "three big dogs"."""
    after = _WORD.findall(asked.heard.low[number.end : number.end + 40])[:3]
    stands_for = {stem for _, _, alike in asked.topic.words for stem in alike}
    return any(stem_of(word) in asked.topic.own | (stands_for if asked.question else set()) for word in after)


def _is_said_to_be(asked: Asked, place: int) -> bool:
    start, end = asked.heard.sentence_at(place)
    head = asked.head_in(start, min(end, place))
    return head is not None and _COPULA.fullmatch(asked.heard.low[head[1] : place]) is not None


def _chosen(found: Sequence[T], heard: Heard) -> T:
    """The first one said, or that after a correction; of "two or three" the other."""
    first: Any = found[0]
    for before, after in pairwise(found):
        between = heard.low[before.end : after.start]  # type: ignore[attr-defined]  # all have a span
        if CORRECTION.search(between) or (before is first and _RANGE.fullmatch(between)):
            first = after
    return cast("T", first)


def _number_fact(number: Number, heard: Heard, confidence: float) -> Fact[Any]:
    value = number.value
    plain = int(value) if value == value.to_integral_value() else float(value)
    return fact(plain, heard, number.start, number.end, confidence=confidence)


# ---- dates ----------------------------------------------------------------------------------------------------


def read_date(asked: Asked, *, called_at: datetime, day_first: bool) -> Fact[str] | None:
    """A day, with its time when one was said, in ISO 8601: "next Friday at four", "in March" (its last day)."""
    heard = asked.heard
    spoken = asked.sentences()
    is_answer = asked.is_answer and heard.is_customer and len(heard.low) <= LONGEST_ANSWER
    if not is_answer and not spoken:
        return None
    moments = read_moments(heard.text, called_at=called_at, day_first=day_first)
    moments = [each for each in moments if each.day or each.exact]
    if not is_answer:
        moments = [each for each in moments if any(a <= each.start < b for a, b in spoken)]
    # As if they had been asked when: "end of next month", "in two months".
    timeline = read_timeline([replace(heard, question="by when")], called_at=called_at) if heard.is_customer else None
    moment = _chosen(moments, heard) if moments else None
    if moment and not (timeline and heard.low[moment.start : moment.end] in timeline.evidence.quote.lower()[1:]):
        return fact(_iso(moment, called_at), heard, moment.start, moment.end, confidence=0.85 if is_answer else 0.75)
    if timeline is None or timeline.value.days is None:
        return None
    day = called_at.date() + timedelta(days=timeline.value.days)
    return Fact(value=day.isoformat(), confidence=0.7, evidence=timeline.evidence)


def _iso(moment: Moment, called_at: datetime) -> str:
    when = moment.when(called_at=called_at)
    return when.isoformat() if moment.exact or moment.at else when.date().isoformat()


# ---- yes and no -----------------------------------------------------------------------------------------------


def read_yes_no(asked: Asked) -> Fact[bool] | None:
    """Yes or no: the answer to a question that takes one, or the customer's own word about it."""
    heard = asked.heard
    if asked.is_answer and heard.is_customer and takes_yes(asked.question) and heard.is_yes != heard.is_no:
        start, end = heard.sentences[0]
        return fact(heard.is_yes, heard, start, min(end, start + LONGEST_TEXT), confidence=0.85)
    for start, end in reversed(asked.sentences()):
        sentence, head = heard.low[start:end], asked.head_in(start, end)
        is_open = is_question(sentence) if heard.is_customer else not takes_yes(sentence)
        is_named = asked.topic.own <= stems_of(sentence)
        if head is None or is_open or not is_named or _IF.search(sentence):
            continue
        before, after = heard.low[start : head[0]], heard.low[head[1] : end]
        if _NEGATED.search(before) or _NEGATED_AFTER.match(after):
            return fact(False, heard, start, end, confidence=0.75)
        if _ASSERTED.search(before) or _ASSERTED_AFTER.match(after):
            return fact(True, heard, start, end, confidence=0.7)
    return None


def takes_yes(question: str) -> bool:
    """Whether a yes means yes: no "what", no "this or that", and not asked the other way round."""
    return not (_WH.search(question) or _EITHER.search(question) or re.search(r"n't|\bnot\b|\bno\b", question))


# ---- text -----------------------------------------------------------------------------------------------------


def read_text(asked: Asked) -> Fact[str] | None:
    """Their own words: the first sentence of an answer without its opening, or what they say the thing is."""
    heard = asked.heard
    # To "do you have one?" a plain no says what it is not.
    is_words = asked.is_answer and heard.is_customer and not (heard.is_no and takes_yes(asked.question))
    if is_words and (found := _answer_in_words(heard)):
        return found
    for start, end in reversed(asked.sentences()):
        head = asked.head_in(start, end)
        copula = _COPULA.match(heard.low, head[1], end) if head else None
        if copula is None or is_question(heard.low[start:end]) or _IF.search(heard.low[start : copula.end()]):
            continue
        if words := _words(heard, copula.end(), end, confidence=0.75):
            return words
    return None


def _answer_in_words(heard: Heard) -> Fact[str] | None:
    for start, end in heard.sentences[:2]:
        if is_question(heard.low[start:end]):
            return None
        if _ONLY_YES.fullmatch(heard.low, start, end):
            continue
        opening = _OPENING.match(heard.low, start, end)
        if found := _words(heard, opening.end() if opening else start, end, confidence=0.7):
            return found
    return None


def _words(heard: Heard, start: int, end: int, *, confidence: float) -> Fact[str] | None:
    end = min(end, start + LONGEST_TEXT)
    if end < len(heard.text) and end == start + LONGEST_TEXT:
        end = max(heard.text.rfind(" ", start, end), start)
    text = heard.text[start:end].strip().rstrip(".!,;। ")
    if len(text) < 2 or _ONLY_YES.fullmatch(text.lower()):
        return None
    place = heard.text.index(text, start)
    return fact(text, heard, place, place + len(text), confidence=confidence)
