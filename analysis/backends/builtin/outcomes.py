"""How the call ended: emergency or not, resolved or not, what came of it, and what to do next."""

import re
from collections.abc import Sequence
from typing import Any

from analysis.backends.builtin.callers import is_recording
from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.outcome_words import (
    BOOKED,
    EMERGENCY,
    ESCALATED,
    FOLLOW_UP,
    REFUSED_BY_US,
    RESOLVED,
    UNRESOLVED,
)
from analysis.backends.builtin.phrases import PhraseBook, is_denied
from analysis.findings import BusinessOutcome, Fact, Findings, Intent, Resolution

NEXT_ACTIONS = {
    Intent.DO_NOT_CALL: "Do not call again",
    Intent.NOT_INTERESTED: "Close as not interested",
    Intent.CALLBACK: "Call back and agree a time",
    Intent.INTERESTED: "Follow up while they are interested",
}


def read_emergency(heard: Sequence[Heard]) -> Fact[bool] | None:
    """True when the customer reports danger or damage going on, or says yes to our question about it."""
    for each in heard:
        for found in _EMERGENCY.find(each.low) if each.is_customer and not is_recording(each) else ():
            if not is_denied(each.low, found.start) and not _is_asked(each, found.start):
                return fact(True, each, found.start, found.end, confidence=0.85)
        if each.is_customer and _ADMITS.search(each.low) and not each.is_no and _EMERGENCY.has(_last_asked(each)):
            return fact(True, each, 0, len(each.text), confidence=0.8)
    return None


def read_resolution(heard: Sequence[Heard]) -> Fact[Resolution] | None:
    """What became of the customer's concern, by what was said last; in one turn the first of `Resolution`'s
    contraries counts least: "I can't reverse it, but I've raised a dispute" is passed on.
    """
    result = None
    for each in heard:
        hits = {found.label: found for found in reversed(_RESOLUTIONS.find(each.low))}
        refused = () if each.is_customer else _REFUSED_BY_US.find(each.low)
        hits |= {found.label: found for found in refused[:1]}
        for value in _WEIGHT:
            found = hits.get(value)
            if found and not (value == Resolution.RESOLVED and (_asks(each) or is_denied(each.low, found.start))):
                result = fact(Resolution(value), each, found.start, found.end, confidence=0.7)
    return result


def read_booking(heard: Sequence[Heard]) -> Fact[BusinessOutcome] | None:
    """Our agent's last words that something is booked; a question about it is none."""
    for each in reversed(heard):
        found = None if each.is_customer or _asks(each) else next(iter(_BOOKED.find(each.low)), None)
        if found and not is_denied(each.low, found.start):
            return fact(BusinessOutcome.BOOKING, each, found.start, found.end, confidence=0.85)
    return None


def read_business_outcome(heard: Sequence[Heard], findings: dict[str, Any]) -> Fact[BusinessOutcome] | None:
    """A booking that was confirmed, else a follow-up that was agreed, else a lead; None when nothing
    came of it.
    """
    booking = read_booking(heard)
    if booking:
        return booking
    visit = findings["custom"].get("site_visit")
    if visit:
        return _derived(BusinessOutcome.BOOKING, visit)
    if findings["callback_at"]:
        return _derived(BusinessOutcome.FOLLOW_UP_REQUIRED, findings["callback_at"])
    intent: Fact[Intent] | None = findings["intent"]
    if intent and intent.value is Intent.CALLBACK:
        return _derived(BusinessOutcome.FOLLOW_UP_REQUIRED, intent)
    if intent and intent.value is Intent.INTERESTED:
        return _derived(BusinessOutcome.LEAD_GENERATED, intent)
    for each in reversed(heard):
        found = next(iter(_FOLLOW_UP.find(each.low)), None) if not each.is_customer else None
        if found and not (intent and intent.value in (Intent.NOT_INTERESTED, Intent.DO_NOT_CALL)):
            return fact(BusinessOutcome.FOLLOW_UP_REQUIRED, each, found.start, found.end, confidence=0.6)
    return None


def next_best_action(findings: Findings) -> Fact[str] | None:
    """What a person should do next: chosen by rule from what was found, never taken from the words
    themselves.
    """
    intent = findings.intent
    if intent and intent.value is Intent.DO_NOT_CALL:
        return _derived(NEXT_ACTIONS[Intent.DO_NOT_CALL], intent)
    if findings.emergency:
        return _derived("Send help now: the customer reports an emergency", findings.emergency)
    if findings.callback_at:
        return _derived(f"Call back on {findings.callback_at.value:%a %d %b at %H:%M}", findings.callback_at)
    visit, visit_at = findings.custom.get("site_visit"), findings.custom.get("site_visit_at")
    if visit:
        return _derived("Confirm the visit" if visit_at else "Agree a time for the visit", visit_at or visit)
    if findings.resolution and findings.resolution.value is not Resolution.RESOLVED and findings.pain_points:
        return _derived("Check that the problem is solved", findings.pain_points[0])
    if intent and intent.value is Intent.INTERESTED:
        details = next((each for each in findings.positive_signals if each.value == "Asks for details"), None)
        return (
            _derived("Send the details they asked for", details)
            if details
            else _derived(NEXT_ACTIONS[intent.value], intent)
        )
    if intent:
        return _derived(NEXT_ACTIONS[intent.value], intent)
    if findings.pain_points and not findings.resolution:
        return _derived("Check that the problem is solved", findings.pain_points[0])
    if findings.objections:
        objection = findings.objections[-1]
        return _derived(f"Answer their objection: {objection.value.lower()}", objection)
    return None


def _derived(value: Any, source: Fact[Any]) -> Fact[Any]:
    return Fact(value=value, confidence=source.confidence, evidence=source.evidence)


def _is_asked(each: Heard, place: int) -> bool:
    """Whether what stands there is part of a question: "do you mend burst pipes?", not "it burst, can you come?"."""
    start, end = each.sentence_at(place)
    return each.low[start:end].rstrip().endswith("?") and _OPENS_A_QUESTION.search(each.low[start:place]) is not None


def _last_asked(each: Heard) -> str:
    """The last sentence of our agent's before it, when it asks."""
    last = re.split(r"[.!]\s|\?\s(?=.)", each.question.strip())[-1]
    return last if last.endswith("?") else ""


def _asks(each: Heard) -> bool:
    return each.text.rstrip().endswith("?")


_OPENS_A_QUESTION = re.compile(
    r"\b(?:do|does|did|can|could|would|will|should|is|are|was|were|what|how|when|if|kya)\b[^,;.!]*$"
)
# "A little, yes.", "Yes, there is.", "Haan, thodi."
_ADMITS = re.compile(
    r"^(?:(?:a little|a bit|slightly|i think|kind of|maybe|thod[ai]),? )?(?:yes|yeah|yep|haan|ji haan)\b"
)
_EMERGENCY, _BOOKED = PhraseBook({"emergency": EMERGENCY}), PhraseBook({"booked": BOOKED})
_FOLLOW_UP = PhraseBook({"follow-up": FOLLOW_UP})
_REFUSED_BY_US = PhraseBook({Resolution.UNRESOLVED: REFUSED_BY_US})
_WEIGHT = (Resolution.UNRESOLVED, Resolution.RESOLVED, Resolution.ESCALATED)
_RESOLUTIONS = PhraseBook(dict(zip(_WEIGHT, (UNRESOLVED, RESOLVED, ESCALATED), strict=True)))
