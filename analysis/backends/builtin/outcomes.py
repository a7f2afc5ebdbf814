"""How the call ended: emergency or not, resolved or not, what came of it, and what to do next."""

import re
from collections.abc import Sequence
from typing import Any

from analysis.backends.builtin.hearing import Heard, fact
from analysis.findings import BusinessOutcome, Fact, Findings, Intent, Resolution

EMERGENCY = re.compile(
    r"\bemergency\b|gas leak|smell(?:s|ing)? (?:of )?gas|burst(?:ing)? (?:pipe|main)|pipe (?:has |"
    r"just )?burst|flood(?:ing|ed)\b|water everywhere|on fire\b|\bsparks?(?:ing)?\b|"
    r"smoke (?:is )?coming|"
    r"no heat(?:ing)?\b|carbon monoxide|electric(?:al)? shock|short circuit|stuck in the (?:lift|"
    r"elevator)|ambulance|aag lag|life and death|immediate danger|इमरजेंसी|आग लग"
)
_NO_EMERGENCY = re.compile(r"(?:not|no|isn'?t|n't)(?: really)?(?: an?| any)?\s*$")
RESOLVED = re.compile(
    r"(?:has|have) (?:now )?been (?:successfully |successfuly )?(?:issued|transferred|processed|"
    r"scheduled|submitted|renewed|resolved|fixed|updated|booked|refunded|completed|sent|activated|"
    r"replaced)|"
    r"(?:is|are) (?:now )?(?:scheduled|reserved|resolved|fixed|done|booked|all set|confirmed)|"
    r"successfully|all(?: that)?s? (?:changes )?done|"
    r"(?:seems? to have |that |it )(?:helped|worked|fixed)|works now|working now|was able to log|"
    r"problem solved|issue (?:is )?(?:resolved|fixed)|ho gaya (?:hai)?(?:,| ab|$)|sorted"
)
UNRESOLVED = re.compile(
    r"(?:i'?m sorry|unfortunately)[^.?!]{0,60}(?:cannot|can'?t|unable|unsuccessful|no \w+ available|"
    r"not available|no apartments)|cannot assist|was unsuccessful|still not (?:working|fixed|resolved)|"
    r"(?:didn'?t|did not|doesn'?t) (?:help|work|solve)|nothing (?:i|we) can do|not resolved"
)
ESCALATED = re.compile(
    r"(?:connect|transfer|put|forward|pass)(?:ing|ed)? (?:you|this|it|your call|"
    r"karo)?[^.?!]{0,25}(?:senior|supervisor|manager|specialist|another department|team)|escalat|"
    r"rais(?:e|ed|ing) (?:a |the )?(?:complaint|ticket|dispute)|dispute (?:raise|for)|"
    r"(?:open|rais|creat|log)(?:ed|ing)? (?:a|the) (?:[\w-]+ ){0,2}(?:ticket|case)|write a report|"
    r"technician will|team will (?:get back|contact|call|"
    r"look)|senior \w* ?se jod|सीनियर"
)
BOOKED = re.compile(
    r"(?:viewing|visit|tour|appointment|booking|flight|table|room|demo|meeting|slot|reservation|rsvp|"
    r"ride|reservation)\b[^.?!]{0,30}(?:is|has been|are|'s) (?:now |all |successfully |"
    r"successfuly )*(?:scheduled|booked|confirmed|reserved|fixed|done|set)|"
    r"(?:booked|scheduled|reserved|confirmed) (?:you|your|it|that|the)\b|(?:has|"
    r"have) been (?:successfully |successfuly )?(?:scheduled|booked|reserved)|see you (?:on|there|then|"
    r"at)|book kar (?:diya|di)|i'?(?:ll| will) (?:book|put) you (?:in|down|for)"
)
FOLLOW_UP = re.compile(
    r"(?:i|we)(?:'ll| will) (?:get back|call (?:you|back)|follow up|send (?:you|it|the|over|across)|"
    r"email (?:you|it)|share|keep you (?:posted|updated)|revert|check and)|will contact you|be in touch|"
    r"revert back|team will|update (?:you|denge)|aapko (?:call|bata|update)"
)

NEXT_ACTIONS = {
    Intent.DO_NOT_CALL: "Do not call again",
    Intent.NOT_INTERESTED: "Close as not interested",
    Intent.CALLBACK: "Call back and agree a time",
    Intent.INTERESTED: "Follow up while they are interested",
}


def read_emergency(heard: Sequence[Heard]) -> Fact[bool] | None:
    """True when the customer reports danger or damage going on."""
    for each in heard:
        match = EMERGENCY.search(each.low) if each.is_customer else None
        if match and not _NO_EMERGENCY.search(each.low[max(0, match.start() - 16) : match.start()]):
            return fact(True, each, match.start(), match.end(), confidence=0.85)
    return None


def read_resolution(heard: Sequence[Heard]) -> Fact[Resolution] | None:
    """What became of the customer's concern, by what was said last."""
    result = None
    for each in heard:
        for value, pattern in _RESOLUTIONS:
            match = pattern.search(each.low)
            if match and not (each.text.rstrip().endswith("?") and value is Resolution.RESOLVED):
                result = fact(value, each, match.start(), match.end(), confidence=0.7)
    return result


def read_business_outcome(heard: Sequence[Heard], findings: dict[str, Any]) -> Fact[BusinessOutcome] | None:
    """A booking that was confirmed, else a follow-up that was agreed, else a lead; None when nothing
    came of it.
    """
    for each in reversed(heard):
        match = None if each.is_customer else BOOKED.search(each.low)
        if match and not each.text.rstrip().endswith("?"):
            return fact(BusinessOutcome.BOOKING, each, match.start(), match.end(), confidence=0.85)
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
        match = FOLLOW_UP.search(each.low) if not each.is_customer else None
        if match and not (intent and intent.value in (Intent.NOT_INTERESTED, Intent.DO_NOT_CALL)):
            return fact(BusinessOutcome.FOLLOW_UP_REQUIRED, each, match.start(), match.end(), confidence=0.6)
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
    return None


def _derived(value: Any, source: Fact[Any]) -> Fact[Any]:
    return Fact(value=value, confidence=source.confidence, evidence=source.evidence)


_RESOLUTIONS = (
    (Resolution.UNRESOLVED, UNRESOLVED),
    (Resolution.RESOLVED, RESOLVED),
    (Resolution.ESCALATED, ESCALATED),
)
