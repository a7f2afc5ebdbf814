"""What the customer means to do: interested, not interested, call back, never call again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.intent_words import (
    AGAIN,
    BARE_NO,
    CALLBACK,
    CLOSE_IT,
    CLOSING_IT,
    COMMITMENT,
    CRISP_NO,
    DO_NOT_CALL,
    ENDS_THERE,
    GIFT,
    INTERESTED,
    LOOKS_AROUND,
    MILD_REFUSAL,
    NOT_BEFORE,
    NOT_INTERESTED,
    NOT_NOW,
    ORDERS,
    PAPERS,
    REPAIR,
    SEATS,
    SERVICE,
    TELLS,
    TICKET,
    TIME_AFTER,
    TRIP,
    WARES,
)
from analysis.backends.builtin.objection_words import REFUSING
from analysis.backends.builtin.outcomes import read_booking
from analysis.backends.builtin.phrases import Found, PhraseBook, is_denied, is_otherwise, is_supposed
from analysis.backends.builtin.stances import comes_with_a_concern, with_asks
from analysis.findings import Fact, Intent

SERIOUS, FIRM = 3, 0.8
# These count only in answer to an ask of ours.
BARE, GIVES = "bare no", "gift"
# What each kind of phrase means, and how sure it is.
MEANING = {
    "refusal": (Intent.NOT_INTERESTED, 0.9),
    "mild refusal": (Intent.NOT_INTERESTED, 0.7),
    BARE: (Intent.NOT_INTERESTED, 0.65),
    GIVES: (Intent.INTERESTED, 0.8),
    "callback": (Intent.CALLBACK, 0.9),
    "interest": (Intent.INTERESTED, 0.9),
}
_CONTRARIES = {
    Intent.INTERESTED: Intent.NOT_INTERESTED,
    Intent.NOT_INTERESTED: Intent.INTERESTED,
}
_DONT = re.compile(r"\b(?:don't|do not|never)\s*$")
_BANS = PhraseBook({"ban": DO_NOT_CALL})
_WORDS = PhraseBook(
    {
        "refusal": NOT_INTERESTED,
        "mild refusal": MILD_REFUSAL,
        BARE: BARE_NO,
        GIVES: GIFT,
        "callback": CALLBACK,
        "interest": INTERESTED,
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found about the call that says how serious the customer is."""

    visit: Fact[bool] | None
    callback_at: Fact[datetime] | None
    budget: Fact[Any] | None
    timeline: Fact[Any] | None
    email: Fact[str] | None
    objections: Sequence[Fact[str]]
    wants: Mapping[str, Fact[Any]]


def read_intent(heard: Sequence[Heard], shown: Shown) -> Fact[Intent] | None:
    """What the customer wants to happen next; None when they showed nothing.

    A request not to be called again outweighs everything else, whenever it was made. A refusal counts unless they
    came round afterwards. Who agreed to a visit, or gave three signs of being serious (see `_signs`), is interested
    even when the next step is a call; else a call that was agreed is the intent, else what they said last. Firm words
    of the contrary are its conflict.
    """
    words: list[Fact[Intent]] = []
    declined = {each.evidence.turn: each for each in shown.objections if each.value in REFUSING}
    for each, is_asked in with_asks(heard):
        ban = _ban(each)
        if ban:
            return fact(Intent.DO_NOT_CALL, each, ban.start, ban.end, confidence=0.95)
        intent = _in_words(each, is_asked=is_asked) or _in_answer(each)
        no = declined.get(each.line.index)
        if intent:
            words.append(intent)
        elif no and is_asked:
            words.append(Fact(value=Intent.NOT_INTERESTED, confidence=0.6, evidence=no.evidence))
    decided = _decided(heard, words, shown, _signs(heard, shown))
    return _with_contrary(decided, words) if decided else None


def _with_contrary(decided: Fact[Intent], words: Sequence[Fact[Intent]]) -> Fact[Intent]:
    """The intent with the last firm words of the contrary that another turn holds: who said no and then yes."""
    contrary = _CONTRARIES.get(decided.value)
    others = [each for each in words if each.value is contrary and each.confidence >= FIRM]
    others = [each for each in others if each.evidence.turn != decided.evidence.turn]
    return decided.model_copy(update={"conflict": others[-1].evidence}) if others else decided


def _decided(heard: Sequence[Heard], words: Sequence[Fact[Intent]], shown: Shown, signs: int) -> Fact[Intent] | None:
    is_serious = signs >= SERIOUS
    firm = [each for each in words if not (is_serious and each.confidence < FIRM)]
    latest = firm[-1] if firm else None
    agreed = max((each.evidence.turn for each in (shown.visit, shown.callback_at) if each), default=-1)
    if _is_service_call(heard):
        return _last_of(firm, Intent.CALLBACK) if shown.callback_at else None
    if latest and latest.value is Intent.NOT_INTERESTED and latest.evidence.turn >= agreed:
        return _plainest_refusal(words)
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
    return latest or _in_booking(heard)


def _in_booking(heard: Sequence[Heard]) -> Fact[Intent] | None:
    """Who has something booked wants it: their last words before we said that it is booked. Not the repair of what
    they complained about.
    """
    booking = read_booking(heard)
    if booking is None or any(each.is_customer and REPAIR.search(each.low) for each in heard):
        return None
    earlier = [
        each for each in heard if each.is_customer and each.line.index < booking.evidence.turn and each.text.strip()
    ]
    return fact(Intent.INTERESTED, earlier[-1], 0, len(earlier[-1].text), confidence=0.7) if earlier else None


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
    """Whether our agent took up a complaint or a repair, or the customer came with a concern and not for our wares."""
    has_ticket = any(not each.is_customer and TICKET.search(each.low) for each in heard)
    return has_ticket or comes_with_a_concern(heard)


def says_ban(low: str) -> bool:
    """Whether words in lower case ask not to be called."""
    return _ban_in(low) is not None


def _only_looks_around(heard: Sequence[Heard]) -> bool:
    return any(each.is_customer and LOOKS_AROUND.search(each.low) for each in heard)


def _ban(each: Heard) -> Found | None:
    return _ban_in(each.low)


def _ban_in(low: str) -> Found | None:
    """A request not to be called; "not now, in the evening" and "not before six" are none."""
    return next((found for found in _BANS.find(low) if not _is_no_ban(low, found)), None)


def _is_no_ban(low: str, found: Found) -> bool:
    said, before = low[found.start : found.end], low[max(0, found.start - 12) : found.start]
    if is_denied(low, found.start) or NOT_NOW.search(before) or TIME_AFTER.match(low, found.end):
        return True
    if ORDERS.match(said) and TELLS.search(before):
        return AGAIN.search(said) is None
    return said.endswith(" stop") and not ENDS_THERE.match(low, found.end)


def _in_words(each: Heard, *, is_asked: bool) -> Fact[Intent] | None:
    """The last of the explicit words in one turn; a refusal hides the words of interest inside it."""
    hits: list[tuple[int, Intent, Found, float]] = []
    refusals: list[Found] = []
    for found in _WORDS.find(each.low):
        intent, confidence = MEANING[found.label]
        if found.label in (BARE, GIVES) and (not is_asked or (found.label == GIVES and "?" in each.low)):
            continue
        if intent is Intent.NOT_INTERESTED:
            if _is_service(each, found.start) or is_otherwise(each.low, found.start) or _is_of_a_trip(each.low, found):
                continue
            refusals.append(found)
        hits.append((found.start, intent, found, confidence))
    if CLOSING_IT.search(each.question):
        closing = (Found("refusal", *match.span()) for match in CLOSE_IT.finditer(each.low))
        hits += [(found.start, Intent.NOT_INTERESTED, found, 0.85) for found in closing]
    hits = [hit for hit in hits if hit[1] is not Intent.INTERESTED or _is_wished(each, hit[2], refusals)]
    hits = [
        hit for hit in hits if hit[1] is not Intent.CALLBACK or not _DONT.search(each.low[max(0, hit[0] - 12) : hit[0]])
    ]
    if not hits:
        return None
    _, intent, found, confidence = max(hits, key=lambda hit: (hit[0], hit[3]))
    return fact(intent, each, found.start, found.end, confidence=confidence)


def _is_forbidden(low: str, start: int) -> bool:
    """ "Just don't call on weekends" asks for no call."""
    return _DONT.search(low[max(0, start - 12) : start]) is not None


def _is_of_a_trip(low: str, found: Found) -> bool:
    """ "I don't want to come all that way" refuses the way and nothing else."""
    return low[found.start : found.end].endswith("want") and TRIP.match(low, found.end) is not None


def _is_wished(each: Heard, found: Found, refusals: Sequence[Found]) -> bool:
    """Whether words of interest are meant: not inside a refusal, not denied, not said of a case that is not so."""
    if any(other.start <= found.start < other.end for other in refusals):
        return False
    return not _negated(each.low, found.start) and not is_supposed(each.low, found.start)


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
