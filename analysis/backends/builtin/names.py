"""Names as people give their own: "this is Meera Iyer", "main Pooja bol rahi hoon", and the answer to "your name?"."""

import re
from dataclasses import dataclass

from analysis.backends.builtin.given_names import GIVEN_NAMES
from analysis.backends.builtin.name_words import (
    HONORIFICS,
    NAME,
    NAME_WORD,
    OPEN_NAME,
    TAIL_HONORIFICS,
    as_written,
    is_plain,
    name_at,
)

# How people give their name. {name} stands where it is said, {bounded} where more words must follow it; the first
# column is how sure that makes us.
INTRODUCTIONS: tuple[tuple[float, str], ...] = (
    (
        0.95,
        r"\bmy (?:full |first |good )?name(?:'s| is| would be)?,? (?:actually |mr\.? |mrs\.? |ms\.? |dr\.? )?{name}",
    ),
    (
        0.97,
        r"\bfirst name(?:'s| is| was|:)?,? (?P<first>{word})[,.]? (?:(?:that's )?(?:[a-z][ ,.-]{1,2}){2,}[a-z][,.]? )?"
        r"(?:and )?(?:my |the )?(?:last name|surname|family name|second name)(?:'s| is| was|:)?,? {name}",
    ),
    (
        0.97,
        r"\bname(?:'s| is|:)?,? (?P<first>{word})[,.]? (?:and )?(?:my |the )?(?:surname|last name)(?:'s| is|"
        r":)?,? {name}",
    ),
    (0.95, r"\bmera (?:pura |poora |shubh )?na+m,? {name}"),
    (0.95, r"मेरा नाम {name}"),
    (
        0.9,
        r"\b(?:this is|it's|it is|its|i'm|i am|myself|(?<!kya )main|(?<!kya )mai) {bounded}"
        r"(?= (?:speaking|here|from|calling|at|with|this side|bol|baat|of|se bol)\b)",
    ),
    (0.9, r"\b(?:hi|hello|hey) \w+,? (?:this is|i'm|i am) {name}"),
    (0.9, r"(?:मैं|में) {bounded}(?= बोल| बात)"),
    (
        0.85,
        r"(?:^|[.,!?] ?|\b(?:hi|hello|hey|yes|yeah|haan|namaste|morning|afternoon|evening),? )"
        r"(?:this is|that is me,?|that's me,?|myself) {name}",
    ),
    (
        0.85,
        r"(?:\b(?:hi|hello|hey|yes|haan|ji|namaste),? |^|[.,!?] ){bounded}"
        r"(?:,| ji)? (?:speaking|here|this side|(?:bol|baat kar) rah[ai](?! hai))\b",
    ),
    (0.85, r"(?:^|[.,!?] |\b(?:haan|ji|mera),? ){bounded} (?:mera )?na+m (?:hai|he|h)\b"),
    (
        0.85,
        r"\b(?:call me|you can call me|people call me|make it out to|under the name(?: of)?|the name is|"
        r"name(?: is|:)|naam) {name}",
    ),
    (0.9, r"\byou(?:'re| are) (?:speaking|talking) (?:to|with) {name}"),
    (0.9, r"\byou(?:'ve| have) got {bounded}(?= (?:here|speaking|on)\b)"),
    (0.85, r"\b(?:the name's|i go by|my ?self|myself) {name}"),
    (0.8, r"\bmera naam (?:likh|note) (?:lo|lijiye|karo|kar lo|kijiye),? {name}"),
    (0.8, r"^(?:that's |it's |it is )?(?:me|mine|myself),? {name}"),
    (0.8, r"\baddress it to {name}"),
    (0.85, r"\b(?:i'm|i am|this is|it's) (?:his|her|their|the|an?) \w+(?: \w+)?, {name}"),
    (0.75, r"^(?:you can |just )?ask for {name}"),
    (0.75, r"(?:^|[.!?] ){bounded},? by the way\b"),
    (0.8, r"\b(?:hi|hello|hey|namaste)(?: there)?[,.!]? (?:i'm|i am) {name}"),
    (0.75, r"(?:^|[.,!?] )(?:i'm|i am) {bounded}(?=[.,!]|$| and\b)"),
)
# These words open so much else that the name must be one that people often have.
OPENINGS_OF_ANYTHING: tuple[tuple[float, str], ...] = (
    (0.7, r"(?:^|[.,!?] )main {name}"),
    (0.7, r"\b(?:it's|its|it is|this is|i'm|i am|that's) {name}"),
)
# "Her name is …", "unka naam …", "the company name is …": the name of somebody or something else.
SOMEONE_ELSES = re.compile(
    r"(?:\b(?:his|her|their|its|company|business|firm|clinic|shop|project|building|brand|domain|user|file|last|your|aapk[aie]|"
    r"(?:un|us|in|is)?k[aie])|'s)\s*$"
)
# What stands before the bare name in an answer.
ANSWER_LEADS = re.compile(
    r"^(?:(?:yes|yeah|yep|sure|ok(?:ay)?|of course|certainly|it's|it is|its|this is|i'm|i am|"
    r"the name is|my name is|name is|name|that's|thats|"
    r"that would be|um|uh|er|oh|well|hi|hello|haan|ji|haan ji|mera naam|naam|please|full name|so|just|"
    r"sorry|apologies|right|yup|alright|hey|"
    r"mr\.?|mrs\.?|ms\.?|dr\.?)[\s,.:!-]+)*"
)
# "Dwayne, D-W-A-Y-N-E, Castellano."
_SPELLED_BETWEEN = re.compile(
    r"(?P<first>[^\W\d_]{2,})[,.]? (?:that's )?(?:[a-z][ ,.-]{1,2}){2,}[a-z][,.]? (?P<last>[^\W\d_]{3,})\b"
)
_ANSWER_ENDS = re.compile(
    r"[,.!?;\n]|\s\+?\(?\d|\b[a-z](?:[ -][a-z]\b){2,}|\b[a-z](?: [a-z])* double [a-z]\b|\bspel|\bthat'?s\b|\bbut\b|"
    r"\b(?:and|"
    r"from|here|speaking|hai|hoon|naam|mera|with|but|calling|or|this side|bol)\b"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written ("Meera Iyer") and the span it was said in."""

    value: str
    start: int
    end: int
    confidence: float


def read_names(text: str) -> list[Name]:
    """The speaker's own name wherever a sentence gives it. Never raises."""
    low = text.lower().replace("’", "'")
    if len(low) != len(text) or not _MAY_INTRODUCE.search(low):
        return []
    found = []
    for confidence, pattern, is_bounded in _INTRODUCTIONS:
        for match in pattern.finditer(low):
            start, end = match.span("name")
            if pattern in _OF_ANYTHING and low[start:end].split()[0] not in GIVEN_NAMES:
                continue
            if SOMEONE_ELSES.search(low, max(0, match.start() - 12), match.start()):
                continue
            name = name_at(text, start, end, is_loose=confidence < 0.95)
            if name and (name[2] == end or not is_bounded or low[name[2] : end].strip() in TAIL_HONORIFICS):
                found.append(_with_first(match, text, name, confidence))
    best: dict[int, Name] = {}
    for each in sorted(found, key=lambda each: (-len(each.value.split()), -each.confidence)):
        best.setdefault(each.start, each)
    fuller = [_again_in_full(text, each) for each in best.values()]
    best |= {each.start: each for each in fuller if each}
    return sorted(best.values(), key=lambda each: each.start)


def _with_first(match: re.Match[str], text: str, name: tuple[str, int, int], confidence: float) -> Name:
    """The name found, with the first name before it where the two were said one after the other."""
    value, start, end = name
    if not match.groupdict().get("first"):
        return Name(value, start, end, confidence)
    first, begins = match["first"], match.start("first")
    return Name(f"{as_written(text[begins : begins + len(first)])} {value.split()[0]}", begins, end, confidence)


def _again_in_full(text: str, name: Name) -> Name | None:
    """ "Mera naam Farzana hai, Farzana Ansari": the same name said again with more."""
    if " " in name.value:
        return None
    again = text.find(text[name.start : name.end] + " ", name.end, name.end + 20 + len(name.value))
    fuller = name_at(text, again, min(len(text), again + 40), is_loose=True) if again >= 0 else None
    return Name(*fuller, name.confidence) if fuller and " " in fuller[0] else None


def read_answered_names(text: str) -> list[Name]:
    """The names in an answer to "may I have your name?": the first words and, when they are one name, what repeats
    it in full ("Sneha. Sneha Kulkarni.").
    """
    first = _answer_at(text, 0)
    if first is None:
        return []
    again = text.find(first.value + " ", first.end, first.end + 12 + len(first.value))
    fuller = _answer_at(text, again) if again >= 0 else None
    return [first, fuller] if fuller else [first]


def _answer_at(text: str, place: int) -> Name | None:
    low = text.lower().replace("’", "'")
    if len(low) != len(text):
        return None
    lead = ANSWER_LEADS.match(low[place : place + 120])
    start = place + (lead.end() if lead else 0)
    if between := _SPELLED_BETWEEN.match(low, start):
        first, last = between.span("first"), between.span("last")
        if between["first"] == between["last"]:
            again = name_at(text, last[0], len(text), is_loose=False)
            return Name(*again, 0.85) if again else None
        value = f"{as_written(text[slice(*first)])} {as_written(text[slice(*last)])}"
        return None if is_plain(between["last"]) else Name(value, first[0], last[1], 0.85)
    stop = _ANSWER_ENDS.search(low, start, start + 80)
    end = stop.start() if stop else min(len(low), start + 80)
    words = low[start:end].split()
    if not 1 <= len(words) <= 4 or any(is_plain(word) for word in words) or words[0] in HONORIFICS:
        return None
    return _named(text, start, end) if len(words) > 1 or len(words[0]) > 1 else None


def _named(text: str, start: int, end: int) -> Name | None:
    while end > start and not text[end - 1].isalnum() and not "\u0900" <= text[end - 1] <= "\u0963":
        end -= 1
    if end <= start:
        return None
    return Name(as_written(text[start:end]), start, end, 0.85)


_MAY_INTRODUCE = re.compile(
    r"\bname|\bna+m\b|नाम|मैं|में|"
    r"\b(?:i'm|i am|this is|it's|it is|its|main|mai|myself|speaking|here|this side|bol|baat|call me|that is me|"
    r"you've got|you have got|i go by|my self|mine|me|address it|ask for|"
    r"that's me|by the way)\b| na+m\b"
)
_INTRODUCTIONS = tuple(
    (
        confidence,
        re.compile(pattern.replace("{name}", OPEN_NAME).replace("{bounded}", NAME).replace("{word}", NAME_WORD)),
        "{bounded}" in pattern,
    )
    for confidence, pattern in (*INTRODUCTIONS, *OPENINGS_OF_ANYTHING)
)
_OF_ANYTHING = frozenset(pattern for _, pattern, _ in _INTRODUCTIONS[-len(OPENINGS_OF_ANYTHING) :])
