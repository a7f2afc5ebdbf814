"""Objections, signs of buying, pains and topics: what the phrase books find, where it counts."""

import re
from collections.abc import Iterator, Sequence

from analysis.backends.builtin.ask_words import ASKS, OBJECTIONS_TO_AN_ASK
from analysis.backends.builtin.callers import is_recording
from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.objection_words import DECLINED, OBJECTIONS
from analysis.backends.builtin.phrases import Found, PhraseBook, is_denied, is_otherwise, is_supposed
from analysis.backends.builtin.stance_words import CONCERN, PAIN_POINTS, POSITIVE_SIGNALS, TOPICS
from analysis.findings import Fact

AT_MOST, TOPICS_AT_MOST = 12, 5
# An ask is still open for so many turns of the customer's: who presses on gets an answer to it.
ASK_LASTS = 2
# A want of will in the very answer to an ask, in whatever words: "I don't carry cash", "we're not rich".
_UNWILLING = re.compile(
    r"(?<!\w)(?:i|we)(?:'?m| am|'?re| are)?\s+(?:(?:really|just|honestly|kind of|simply|actually) )*(?:"
    r"(?:do|ca|could|wo|would)\s?n[o']?t\s+(?!know|remember|recall|mind|have (?:my|the|any|an?|it|that|one|to)\b|"
    r"think (?:so|it|there)|see (?:it|that|any)\b|understand|hear|find|wait|get (?:it|the|my|that|any)|believe|feel|"
    r"agree|need any|blame|imagine|stop)\w+(?: \w+){0,2}|"
    r"not (?!sure\b|from|at home|yet|that i|bad|too bad|aware|familiar|asking|complaining|saying|kidding|"
    r"doing (?:too )?bad)\w+(?: \w+)?)"
)

# A concern stands in the first of the customer's turns; who came with one objects to a price, not to an offer.
OPENING = 3
TO_HELP = frozenset({"Too expensive", "Dislikes the approach"})
# Objections that come as a question.
ASKED_TOO = frozenset(
    {"Does not trust it", "Wants details first", "Does not want to share details", "Declined", "Too expensive"}
)

_ASKS_US = re.compile(r"(?:\w+,? ){0,2}(?:(?:would|do|did|are|have|were|why|what|how) (?:\w+ ){0,3}you)\b[^.!]*\?")
_CALL = re.compile(r"\b(?:call|phone|ring|fon|baat)\b")

_OBJECTIONS, _OBJECTIONS_TO_AN_ASK = PhraseBook(OBJECTIONS), PhraseBook(OBJECTIONS_TO_AN_ASK)
_POSITIVE_SIGNALS, _PAIN_POINTS = PhraseBook(POSITIVE_SIGNALS), PhraseBook(PAIN_POINTS)
_ASKS = PhraseBook({"ask": ASKS})
_TOPICS = PhraseBook(TOPICS)


def read_objections(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """Why the customer hesitates: every turn in which they do, each reason once a turn, in order.

    A plain no counts when we had asked for something, and only where the turn gives no reason.
    """
    found: list[Fact[str]] = []
    is_help = comes_with_a_concern(heard)
    for each, is_asked in with_asks(heard):
        unwilling = _UNWILLING.search(each.low) if is_asked and _ASKS.has(each.question) and not each.is_yes else None
        hits = [Found(DECLINED, *unwilling.span())] if unwilling and "?" not in each.low else []
        hits += [hit for hit in _OBJECTIONS.find(each.low) if not is_denied(each.low, hit.start)]
        if is_asked:
            hits += [hit for hit in _OBJECTIONS_TO_AN_ASK.find(each.low) if not is_denied(each.low, hit.start)]
        hits = [hit for hit in hits if not _is_no_objection(each, hit) and (not is_help or hit.label in TO_HELP)]
        reasons = [hit for hit in hits if hit.label != DECLINED] or hits
        found += _facts(each, reasons, confidence=0.8)
    return tuple(found[:AT_MOST])


def read_positive_signals(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What sounded like buying, each sign once. What would only be under a condition is none."""
    return _once_each(heard, _POSITIVE_SIGNALS)


def read_pain_points(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What hurts them today, each pain once."""
    return _once_each(heard, _PAIN_POINTS)


def read_topics(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What it was about, most mentioned first; the customer's words are the evidence when they used any."""
    hits: dict[str, list[Fact[str]]] = {}
    for each in heard:
        for told in _facts(each, _TOPICS.find(each.low), confidence=0.8):
            hits.setdefault(told.value, []).append(told)
    ranked = sorted(hits.values(), key=lambda facts: -sum(2 if f.evidence.speaker == "customer" else 1 for f in facts))
    chosen = [min(facts, key=lambda f: (f.evidence.speaker != "customer", f.evidence.turn)) for facts in ranked]
    return tuple(chosen[:TOPICS_AT_MOST])


def comes_with_a_concern(heard: Sequence[Heard]) -> bool:
    """Whether the customer came for help with what they have, and not for our wares."""
    first = [each for each, is_asked in with_asks(heard) if not is_asked][:OPENING]
    return any(CONCERN.search(each.low) for each in first)


def with_asks(heard: Sequence[Heard]) -> Iterator[tuple[Heard, bool]]:
    """The customer's turns, without recorded greetings, each with whether it answers an ask of ours that is
    still open: our agent asked for something, or offered it.
    """
    since = ASK_LASTS + 1
    for each in heard:
        if not each.is_customer:
            since = 0 if _ASKS.has(each.low) else since
        elif not is_recording(each):
            yield each, since <= ASK_LASTS and "anything_else" not in each.asked
            since += 1


def _is_no_objection(each: Heard, hit: Found) -> bool:
    """What they ask us about ourselves ("would you rather give clothes?"), a better time for a call, a condition."""
    if is_otherwise(each.low, hit.start):
        return True
    start, end = each.sentence_at(hit.start)
    if hit.label == "Not now":
        return _CALL.search(each.low[start:end]) is not None
    return hit.label not in ASKED_TOO and _ASKS_US.match(each.low[start:end]) is not None


def _once_each(heard: Sequence[Heard], book: PhraseBook) -> tuple[Fact[str], ...]:
    found: dict[str, Fact[str]] = {}
    for each in heard:
        if each.is_customer and not is_recording(each):
            hits = [hit for hit in book.find(each.low) if not _is_undone(each.low, hit.start)]
            for told in _facts(each, hits, confidence=0.75):
                found.setdefault(told.value, told)
    return tuple(found.values())[: AT_MOST // 2]


def _is_undone(low: str, start: int) -> bool:
    return is_denied(low, start) or is_supposed(low, start)


def _facts(each: Heard, hits: Sequence[Found], *, confidence: float) -> list[Fact[str]]:
    """One fact a label, in the order of the turn; of words that overlap the longest count."""
    best: dict[str, Found] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.label)):
        if not any(hit.start < other.end and other.start < hit.end for other in best.values()):
            best.setdefault(hit.label, hit)
    chosen = sorted(best.values(), key=lambda hit: hit.start)
    return [fact(hit.label, each, hit.start, hit.end, confidence=confidence) for hit in chosen]
