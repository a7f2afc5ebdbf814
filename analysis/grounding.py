"""Nothing that was not said: every fact's quote is looked up in its turn, or the fact is dropped and
counted.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from analysis.answers import is_question, names_addressed, passes_for, says_yes
from analysis.conversation import Conversation, Line
from analysis.findings import Evidence, Fact, Findings, Intent

# Facts about the call itself may rest on our own agent's words; all others are about the customer.
FROM_EITHER_SPEAKER = frozenset(
    {"topics", "keywords", "key_points", "resolution", "business_outcome", "next_best_action"}
)
# What both sides agreed on: our proposal counts when the customer's next turn says yes to it.
AGREED_WITH_US = frozenset({"callback_at", "intent", "custom.site_visit", "custom.site_visit_at"})

NO_SUCH_TURN = "the named turn does not exist"
EMPTY_QUOTE = "the quote is empty"
NEVER_SAID = "the quote is not in the named turn"
NOT_CONFIRMED = "our agent said it and the customer did not confirm it"
NOT_THE_CUSTOMER = "a request not to be called needs the customer's own words"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A fact that was refused: its name (`phones[0]`), the quote it claimed, and why in plain words."""

    name: str
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Grounded:
    """Findings in which every quote is an exact substring of its turn, and what had to go."""

    findings: Findings
    dropped: tuple[Dropped, ...]


def ground(findings: Findings, conversation: Conversation) -> Grounded:
    """Keep the facts whose quotes were said by someone who may say them. Never raises; drops and
    counts instead.

    Second and speaker are taken from the turn; the quote becomes the substring as it stands there.
    """
    dropped: list[Dropped] = []
    kept: dict[str, Fact[Any]] = {}
    for name, fact in findings.facts():
        evidence = check(name, fact, conversation)
        if isinstance(evidence, str):
            dropped.append(Dropped(name=name, quote=fact.evidence.quote, why=evidence))
        else:
            kept[name] = fact.model_copy(
                update={"evidence": evidence, "conflict": _locate_or_none(fact.conflict, conversation)}
            )
    return Grounded(findings=_rebuilt(findings, kept, conversation), dropped=tuple(dropped))


def check(name: str, fact: Fact[Any], conversation: Conversation) -> Evidence | str:
    """The fact's evidence as it stands in the conversation, or the reason why it cannot be believed."""
    line = conversation.line(fact.evidence.turn)
    if line is None:
        return NO_SUCH_TURN
    if not _normalized(fact.evidence.quote)[0].strip():
        return EMPTY_QUOTE
    quote = find_quote(fact.evidence.quote, line.text)
    if quote is None:
        return NEVER_SAID
    refusal = _may_not_say(name, fact, line, conversation)
    return refusal or Evidence(turn=line.index, quote=quote, second=line.start_seconds, speaker=line.speaker)


def find_quote(quote: str, text: str) -> str | None:
    """The part of `text` that reads like `quote` when case, spacing and Unicode form are set aside,
    or None.
    """
    if quote.strip() and quote in text:
        return quote
    wanted = _normalized(quote)[0].strip()
    haystack, origins = _normalized(text)
    place = haystack.find(wanted) if wanted else -1
    if place < 0:
        return None
    return text[origins[place][0] : origins[place + len(wanted) - 1][1]]


def _may_not_say(name: str, fact: Fact[Any], line: Line, conversation: Conversation) -> str:
    if line.speaker == "customer":
        return ""
    if fact.value == Intent.DO_NOT_CALL:
        return NOT_THE_CUSTOMER
    if _field(name) in FROM_EITHER_SPEAKER or is_confirmed(line, conversation):
        return ""
    if name in AGREED_WITH_US and is_accepted(line, conversation):
        return ""
    if name == "contact_name" and is_called(fact.evidence.quote, line, conversation):
        return ""
    return NOT_CONFIRMED


def is_confirmed(line: Line, conversation: Conversation) -> bool:
    """Whether this line is our agent's question and the very next line is the customer's yes."""
    return is_question(line.text) and is_accepted(line, conversation)


def is_accepted(line: Line, conversation: Conversation) -> bool:
    """Whether this line is our agent's and the very next line is the customer's yes."""
    if line.speaker != "agent":
        return False
    answer = conversation.line_after(line.index)
    return answer is not None and answer.speaker == "customer" and says_yes(answer.text)


def is_called(name: str, line: Line, conversation: Conversation) -> bool:
    """Whether our agent calls the customer that in this line, and the customer's next words let it stand."""
    following = (other for other in conversation.lines if other.index > line.index and other.speaker == "customer")
    answer = next(following, None)
    if answer is None or not passes_for(name, answer.text):
        return False
    return any(line.text[start:end] == name for start, end in names_addressed(line.text))


def _locate_or_none(evidence: Evidence | None, conversation: Conversation) -> Evidence | None:
    line = conversation.line(evidence.turn) if evidence else None
    quote = find_quote(evidence.quote, line.text) if evidence and line else None
    if line is None or quote is None:
        return None
    return Evidence(turn=line.index, quote=quote, second=line.start_seconds, speaker=line.speaker)


def _field(name: str) -> str:
    return name.partition("[")[0].partition(".")[0]


def _rebuilt(findings: Findings, kept: dict[str, Fact[Any]], conversation: Conversation) -> Findings:
    changes: dict[str, Any] = {}
    for name, value in findings:
        if isinstance(value, Fact):
            changes[name] = kept.get(name)
        elif isinstance(value, tuple):
            named = (f"{name}[{place}]" for place in range(len(value)))
            changes[name] = tuple(kept[each] for each in named if each in kept)
    changes["custom"] = {key: kept[f"custom.{key}"] for key in findings.custom if f"custom.{key}" in kept}
    if findings.sentiment:
        course = tuple(point for point in findings.sentiment.course if conversation.line(point[0]) is not None)
        changes["sentiment"] = findings.sentiment.model_copy(update={"course": course})
    return findings.model_copy(update=changes)


def _normalized(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text folded for comparison, and for each of its characters the range of `text` that it came from.

    Folding goes cluster by cluster (a letter with its marks), so that every folded character has an origin.
    """
    folded: list[str] = []
    origins: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for char in unicodedata.normalize("NFKC", text[start:end]).casefold():
            _append(char, (start, end), folded, origins)
        start = end
    return "".join(folded), origins


def _append(char: str, origin: tuple[int, int], folded: list[str], origins: list[tuple[int, int]]) -> None:
    if unicodedata.category(char) == "Cf":
        return
    if char.isspace():
        if folded and folded[-1] == " ":
            return
        char = " "
    folded.append(char)
    origins.append(origin)
