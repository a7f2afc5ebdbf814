"""Who the customer is: names as people give them, and the answer to "may I have your name?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.plain_words import NEVER_A_NAME, words_of
from analysis.findings import Fact

# How people give their name. {name} stands where it is said; the first column is how sure that makes us.
INTRODUCTIONS: tuple[tuple[float, str], ...] = (
    (
        0.95,
        (
            r"\bmy (?:full |first |good )?name(?:'s| is| would be)?,? (?:actually |mr\.? |mrs\.? |ms\.? |"
            r"dr\.? )?{name}"
        ),
    ),
    (0.95, r"\bmera (?:pura |poora )?na+m,? {name}"),
    (0.95, r"मेरा नाम {name}"),
    (
        0.9,
        (
            r"\b(?:this is|it's|it is|i'm|i am|main|mai) {name}(?= (?:speaking|here|from|calling|at|with|bol|"
            r"baat|of|se bol)\b)"
        ),
    ),
    (0.9, r"\b(?:hi|hello|hey) \w+,? (?:this is|i'm|i am) {name}"),
    (0.9, r"(?:मैं|में) {name}(?= बोल| बात)"),
    (
        0.85,
        (
            r"(?:^|[.,!] ?|\b(?:hi|hello|hey|yes|yeah|haan|namaste|morning|afternoon|evening),? )"
            r"this is {name}"
        ),
    ),
    (
        0.85,
        (
            r"(?:^|[.,!?] |\b(?:hi|hello|hey|yes|haan|namaste),? ){name}(?= (?:speaking|here|bol rah[aie]|"
            r"baat kar rah[aie])\b)"
        ),
    ),
    (
        0.85,
        (
            r"\b(?:call me|you can call me|people call me|make it out to|under the name(?: of)?|the name is|"
            r"name(?: is|:)|naam) {name}"
        ),
    ),
    (0.8, r"\b(?:hi|hello|hey|namaste)(?: there)?[,.!]? (?:i'm|i am) {name}"),
    (0.75, r"(?:^|[.,!] )(?:i'm|i am) {name}(?=[.,!]|$| and\b)"),
)
# What stands before the bare name in an answer.
ANSWER_LEADS = re.compile(
    r"^(?:(?:yes|yeah|yep|sure|ok(?:ay)?|of course|certainly|it's|it is|its|this is|i'm|i am|"
    r"the name is|my name is|name is|name|that's|thats|"
    r"that would be|um|uh|oh|well|hi|hello|haan|ji|haan ji|mera naam|naam|please|full name|so|just|"
    r"mr\.?|mrs\.?|ms\.?|dr\.?)[\s,.:!-]+)*"
)
_NAME_WORD = r"(?:[^\W\d_]|[\u0900-\u0963])(?:[^\W\d_]|[\u0900-\u0963]|['’.-](?=[^\W\d_]))*"
_NAME = rf"(?P<name>{_NAME_WORD}(?:\.? {_NAME_WORD}){{0,3}}?)"
_OPEN_NAME = rf"(?P<name>{_NAME_WORD}(?:\.? {_NAME_WORD}){{0,3}})"
_PARTICLES = words_of("de da di van von der den bin al el la del dos du le")
_HONORIFICS = words_of("mr mrs ms miss dr prof sir madam shri smt mister doctor")
_TAIL_HONORIFICS = words_of("ji sir madam saab sahab bhai")
_ASKING_FOR = re.compile(
    rf"(?:is this|is that|am i (?:speaking|talking) (?:to|with)|(?:speaking|talking) (?:to|with)|"
    rf"may i (?:speak|talk) (?:to|with)|"
    rf"(?:can|could) i (?:speak|talk) (?:to|with)|kya main|you are|you're|that's) (?:mr\.? |mrs\.? |"
    rf"ms\.? |dr\.? |miss )?{_OPEN_NAME}"
)
_OWNER = re.compile(
    rf"\b(?:owner(?:'s name)?(?: here)? is|owned by|my boss(?: is|,)?|the boss is|"
    rf"owner ka naam) (?:called |named |mr\.? |mrs\.? |ms\.? |dr\.? )?{_OPEN_NAME}"
    rf"|(?P<before>{_NAME_WORD}(?: {_NAME_WORD})?),? (?:is|who is|who's) the (?:owner|proprietor|founder)"
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
    for confidence, pattern in _INTRODUCTIONS:
        for match in pattern.finditer(low):
            start, end = match.span("name")
            name = name_at(text, start, end, is_loose=confidence < 0.9)
            if name:
                found.append(Name(name[0], name[1], name[2], confidence))
    best: dict[int, Name] = {}
    for each in sorted(found, key=lambda each: (-each.confidence, -len(each.value))):
        best.setdefault(each.start, each)
    return sorted(best.values(), key=lambda each: each.start)


def read_answered_name(text: str) -> Name | None:
    """The name in an answer to "may I have your name?": a few words of which none is an everyday word."""
    low = text.lower().replace("’", "'")
    lead = ANSWER_LEADS.match(low)
    start = lead.end() if lead else 0
    stop = re.search(r"[,.!?;\n]|\b(?:and|from|here|speaking|hai|hoon|with|but|calling|or)\b", low[start:])
    end = start + stop.start() if stop else len(low)
    words = low[start:end].split()
    if not 1 <= len(words) <= 4 or any(_is_plain(word) for word in words):
        return None
    return _named(text, start, end, 0.85) if len(words) > 1 or len(words[0]) > 1 else None


def read_contact_name(statements: Sequence[Heard], *, our_names: frozenset[str]) -> Fact[str] | None:
    """The customer's name, stated last; a fuller form of the same name wins over a shorter one."""
    found: list[Fact[str]] = []
    for heard in statements:
        given = read_names(heard.text) if heard.is_customer else _asked_after(heard)
        if (
            not given
            and heard.is_customer
            and heard.asked & {"name", "business"} == {"name"}
            and "?" not in heard.text
        ):
            answer = read_answered_name(heard.text)
            given = [answer] if answer else []
        found += [
            fact(name.value, heard, name.start, name.end, confidence=name.confidence)
            for name in given
            if name.value.lower() not in our_names
        ]
    return _fullest(found)


def read_owner_name(statements: Sequence[Heard]) -> Fact[str] | None:
    """The owner's name, if someone named the owner."""
    found = []
    for heard in statements:
        if "own" not in heard.low and "boss" not in heard.low and "founder" not in heard.low:
            continue
        for match in _OWNER.finditer(heard.low):
            start, end = match.span("name") if match["name"] else match.span("before")
            name = name_at(heard.text, start, end, is_loose=True)
            if name:
                found.append(fact(name[0], heard, name[1], name[2], confidence=0.8))
    return last(found)


def name_at(text: str, start: int, end: int, *, is_loose: bool) -> tuple[str, int, int] | None:
    """The name among the words of a span: its words up to the first everyday word, with where they stand.

    `is_loose` asks for a capital letter, unless the whole turn is in small letters (recognisers write so).
    """
    words = [
        (match[0], start + match.start(), start + match.end()) for match in _WORDS.finditer(text[start:end])
    ]
    while words and words[0][0].lower().strip(".") in _HONORIFICS:
        words.pop(0)
    around = text[max(0, start - 200) : end + 100]
    has_capitals = any(char.isupper() for char in around) and around != around.upper()
    kept: list[tuple[str, int, int]] = []
    for word, begins, ends in words:
        low = word.lower()
        is_name = not _is_plain(low) or (low in _PARTICLES and kept)
        small = has_capitals and word[0].islower() and low not in _PARTICLES and word[0].isascii()
        if not is_name or (small and (is_loose or (kept and kept[0][0][0].isupper()))):
            break
        kept.append((word, begins, ends))
        if len(kept) == (4 if has_capitals else 2):
            break
    while kept and kept[-1][0].lower() in _TAIL_HONORIFICS | _PARTICLES:
        kept.pop()
    if not kept or (len(kept) == 1 and len(kept[0][0]) < 2):
        return None
    return _as_written(" ".join(word for word, _, _ in kept)), kept[0][1], kept[-1][2]


def _asked_after(heard: Heard) -> list[Name]:
    """A name in our agent's question that the customer confirmed ("Am I speaking with Meera?" "Yes")."""
    found = []
    for match in _ASKING_FOR.finditer(heard.low):
        name = name_at(heard.text, *match.span("name"), is_loose=True)
        if name:
            found.append(Name(*name, 0.85))
    return found


def _fullest(found: list[Fact[str]]) -> Fact[str] | None:
    winner = last(found)
    if winner is None:
        return None
    for each in reversed(found):
        if each.value != winner.value and winner.value.lower() in each.value.lower().split():
            return each
    return winner


def _named(text: str, start: int, end: int, confidence: float) -> Name | None:
    while end > start and not text[end - 1].isalnum() and not "\u0900" <= text[end - 1] <= "\u0963":
        end -= 1
    if end <= start:
        return None
    return Name(_as_written(text[start:end]), start, end, confidence)


def _as_written(name: str) -> str:
    """Title case for names that came in small or in capital letters only; others stay as they are."""
    if name == name.lower() or (name == name.upper() and len(name) > 3):
        return " ".join(word if word in _PARTICLES else _capitalized(word) for word in name.lower().split())
    return " ".join(word[:1].upper() + word[1:] if word not in _PARTICLES else word for word in name.split())


def _capitalized(word: str) -> str:
    return "-".join(piece[:1].upper() + piece[1:] for piece in word.split("-"))


def _is_plain(word: str) -> bool:
    bare = word.strip(".'")
    return (
        bare in NEVER_A_NAME
        or any(char.isdecimal() for char in bare)
        or ("'" in bare and bare.split("'")[0] in NEVER_A_NAME)
    )


_WORDS = re.compile(_NAME_WORD)
_MAY_INTRODUCE = re.compile(
    r"\bname|\bna+m\b|नाम|मैं|में|\b(?:i'm|i am|this is|it's|it is|main|mai|speaking|here|bol|baat|call me)\b"
)
_INTRODUCTIONS = tuple(
    (confidence, re.compile(pattern.replace("{name}", _NAME if "(?=" in pattern else _OPEN_NAME)))
    for confidence, pattern in INTRODUCTIONS
)
