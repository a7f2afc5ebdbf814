"""What the customer means to do: interested, not interested, call back, never call again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.backends.builtin.callers import is_recording
from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.intent_words import (
    CALLBACK,
    CLOSE_IT,
    CLOSING_IT,
    COMMITMENT,
    CRISP_NO,
    DO_NOT_CALL,
    INTERESTED,
    LOOKS_AROUND,
    MILD_REFUSAL,
    NOT_BEFORE,
    NOT_INTERESTED,
    NOT_NOW,
    PAPERS,
    SEATS,
    SERVICE,
    TICKET,
    WARES,
)
from analysis.findings import Fact, Intent

SERIOUS, FIRM = 3, 0.8


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found about the call that says how serious the customer is."""

    visit: Fact[bool] | None
    callback_at: Fact[datetime] | None
    budget: Fact[Any] | None
    timeline: Fact[Any] | None
    email: Fact[str] | None
    wants: Mapping[str, Fact[Any]]


def read_intent(heard: Sequence[Heard], shown: Shown) -> Fact[Intent] | None:
    """What the customer wants to happen next; None when they showed nothing.

    A request not to be called again outweighs everything else, whenever it was made. A refusal counts unless they
    came round afterwards. Who agreed to a visit, or gave three signs of being serious (see `_signs`), is interested
    even when the next step is a call; else a call that was agreed is the intent, else what they said last.
    """
    words: list[Fact[Intent]] = []
    for each in heard:
        if not each.is_customer or is_recording(each):
            continue
        ban = _ban(each)
        if ban:
            return _with(Intent.DO_NOT_CALL, each, ban, 0.95)
        intent = _in_words(each) or _in_answer(each)
        if intent:
            words.append(intent)
    signs = _signs(heard, shown)
    return _decided(heard, words, shown, signs)


def _decided(heard: Sequence[Heard], words: Sequence[Fact[Intent]], shown: Shown, signs: int) -> Fact[Intent] | None:
    is_serious = signs >= SERIOUS
    firm = [each for each in words if not (is_serious and each.confidence < FIRM)]
    latest = firm[-1] if firm else None
    agreed = max((each.evidence.turn for each in (shown.visit, shown.callback_at) if each), default=-1)
    if latest and latest.value is Intent.NOT_INTERESTED and latest.evidence.turn >= agreed:
        return _plainest_refusal(words)
    if _is_service_call(heard):
        return _last_of(firm, Intent.CALLBACK) if shown.callback_at else None
    wish = _last_of(firm, Intent.INTERESTED)
    if shown.visit or is_serious:
        return wish or _meaning(Intent.INTERESTED, shown.visit or shown.budget or shown.email or shown.timeline)
    if shown.callback_at:
        return _last_of(firm, Intent.CALLBACK) or _meaning(Intent.CALLBACK, shown.callback_at)
    if (
        latest
        and latest.value is Intent.INTERESTED
        and _only_looks_around(heard)
        and not (shown.budget or shown.timeline)
    ):
        return None
    return latest


def _signs(heard: Sequence[Heard], shown: Shown) -> int:
    """Signs of being serious: a visit agreed and words of commitment count twice; a budget, a date, an address for
    the papers, the papers asked for, and a number of rooms or seats once each.
    """
    theirs = [each.low for each in heard if each.is_customer]
    budget = shown.budget is not None and shown.budget.confidence >= FIRM
    return (
        2 * (shown.visit is not None)
        + 2 * any(COMMITMENT.search(low) for low in theirs)
        + budget
        + (shown.timeline is not None and shown.timeline.value.days is not None)
        + (shown.email is not None)
        + any(PAPERS.search(low) for low in theirs)
        + ("bedrooms" in shown.wants or any(SEATS.search(low) for low in theirs))
    )


def _plainest_refusal(words: Sequence[Fact[Intent]]) -> Fact[Intent]:
    """The last of the surest refusals: "we've gone with Pune" tells more than the "yes, close it" after it."""
    refusals = [each for each in words if each.value is Intent.NOT_INTERESTED]
    surest = max(each.confidence for each in refusals)
    return [each for each in refusals if each.confidence == surest][-1]


def _last_of(words: Sequence[Fact[Intent]], intent: Intent) -> Fact[Intent] | None:
    return next((each for each in reversed(words) if each.value is intent), None)


def _meaning(intent: Intent, source: Fact[Any] | None) -> Fact[Intent] | None:
    """An intent that rests on another fact: who agrees a time for a call wants that call."""
    return Fact(value=intent, confidence=min(source.confidence, 0.8), evidence=source.evidence) if source else None


def _is_service_call(heard: Sequence[Heard]) -> bool:
    """Whether our agent took up a complaint or a repair."""
    return any(not each.is_customer and TICKET.search(each.low) for each in heard)


def _only_looks_around(heard: Sequence[Heard]) -> bool:
    return any(each.is_customer and LOOKS_AROUND.search(each.low) for each in heard)


def _ban(each: Heard) -> re.Match[str] | None:
    """A request not to be called; "not now, in the evening" is none."""
    match = DO_NOT_CALL.search(each.low)
    if match and NOT_NOW.search(each.low[max(0, match.start() - 12) : match.start()]):
        return None
    return match


def _in_words(each: Heard) -> Fact[Intent] | None:
    """The last of the explicit words in one turn; a refusal hides the words of interest inside it."""
    hits: list[tuple[int, Intent, re.Match[str]]] = []
    refusals = [match for match in NOT_INTERESTED.finditer(each.low) if not _is_service(each, match.start())]
    mild = [match for match in MILD_REFUSAL.finditer(each.low) if not _is_service(each, match.start())]
    closing = list(CLOSE_IT.finditer(each.low)) if CLOSING_IT.search(each.question) else []
    hits += [(match.start(), Intent.NOT_INTERESTED, match) for match in closing]
    hits += [(match.start(), Intent.NOT_INTERESTED, match) for match in (*refusals, *mild)]
    hits += [(match.start(), Intent.CALLBACK, match) for match in CALLBACK.finditer(each.low)]
    for match in INTERESTED.finditer(each.low):
        hidden = any(other.start() <= match.start() < other.end() for other in (*refusals, *mild))
        if not hidden and not _negated(each.low, match.start()):
            hits.append((match.start(), Intent.INTERESTED, match))
    if not hits:
        return None
    _, intent, match = max(hits, key=lambda hit: hit[0])
    return _with(intent, each, match, 0.7 if match in mild else 0.85 if match in closing else 0.9)


def _in_answer(each: Heard) -> Fact[Intent] | None:
    """A yes or a no to an offer; the no to "anything else?" means nothing."""
    if "offer" not in each.asked or _is_about_closing(each):
        return None
    is_call = "call" in each.asked and "visit" not in each.asked
    if not is_call and not WARES.search(each.question):
        return None
    if CRISP_NO.match(each.low) and not is_call:
        return fact(Intent.NOT_INTERESTED, each, 0, len(each.text), confidence=0.6)
    if each.is_yes:
        return fact(Intent.CALLBACK if is_call else Intent.INTERESTED, each, 0, len(each.text), confidence=0.75)
    return None


def _is_service(each: Heard, start: int) -> bool:
    """Words of refusal about an order or an account, or in reply to "anything else?", refuse nothing
    of ours.
    """
    first, end = each.sentence_at(start)
    is_mild = each.low.startswith(("don", "do n", "does"), start)
    return _is_about_closing(each) or (is_mild and SERVICE.search(each.low[first:end]) is not None)


def _is_about_closing(each: Heard) -> bool:
    return "anything_else" in each.asked


def _negated(low: str, start: int) -> bool:
    return NOT_BEFORE.search(low[max(0, start - 20) : start]) is not None


def _with(intent: Intent, each: Heard, match: re.Match[str], confidence: float) -> Fact[Intent]:
    return fact(intent, each, match.start(), match.end(), confidence=confidence)
