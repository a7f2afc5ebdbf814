"""Who the customer is: by what they said, by what they confirmed, by what our agent called them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from analysis.answers import names_addressed, passes_for
from analysis.backends.builtin.given_names import GIVEN_NAMES
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.name_words import NAME, NAME_WORD, OPEN_NAME, TITLE, name_at
from analysis.backends.builtin.names import Name, read_answered_names, read_names
from analysis.backends.builtin.place_table import CITIES, LOCALITIES, STATES
from analysis.backends.builtin.plain_words import TRADES
from analysis.backends.builtin.spelling import as_spelled
from analysis.findings import Fact

# Our agent's question whose yes makes it the customer's name.
_ASKING_FOR = re.compile(
    rf"(?:is this|is that|am i (?:speaking|talking) (?:to|with)|(?:speaking|talking) (?:to|with)|"
    rf"may i (?:speak|talk) (?:to|with)|(?:can|could) i (?:speak|talk) (?:to|with)|"
    rf"(?:have i got|do i have|is it|you must be|so that's)|kya (?:main |meri baat )?|"
    rf"(?:you are|you're)) ?{TITLE}{OPEN_NAME}"
)
_ASKING_IN_HINDI = re.compile(
    rf"(?:^|[.,!?] ){TITLE}{NAME}(?: ji)?(?: bol rah[aei]|(?: ji)? se (?:meri )?baat|\s*\?)",
)
_OTHERS_NAME = re.compile(
    r"\b(?:his|her|their|(?:un|us|in)(?:ka|ki|ke)|husband|wife|company|business|firm|clinic|shop|project|street|"
    r"building)(?:'s)? (?:\w+ ){0,2}?(?:name|na+m)|\b(?:name|na+m) of|(?:sir|boss|madam|husband|wife|bhai|company|"
    r"dukaan) ka (?:shubh )?na+m|what's (?:his|her|their)"
)
_ASKS_SURNAME = re.compile(
    r"(?<!first and )(?<!and )(?:\blast name|\bsurname|\bfamily name)\b(?! and first)|and last name"
)
_BREAKS_OFF = re.compile(r"(?:\bname is|\bname's|\bthis is|\bmera naam|\bi'm called)[ .,]*$")
_MARK = re.compile(r"[.,!?;]")
_NO_IT_IS = re.compile(
    r"(?:no|nope|nahi+n?)[,.]? (?:sorry,? |actually,? )?(?:it's|its|this is|i'm|i am|that's|main|my name is) "
)
_OWNER = re.compile(
    rf"\b(?:owner(?:'s name)?(?: here)? is|owned by|my boss(?: is|,)?|the boss is|"
    rf"owner ka naam) (?:called |named |mr\.? |mrs\.? |ms\.? |dr\.? )?{OPEN_NAME}"
    rf"|(?P<before>{NAME_WORD}(?: {NAME_WORD})?),? (?:is|who is|who's) the (?:owner|proprietor|founder)"
)
# How our own agents say who they are, besides the ways of everybody: "Nandini here", "Joseph from Banyan Estates".
_OUR_AGENT = re.compile(
    rf"(?:^|[.,!?] ){NAME}(?:,? (?:here|speaking|from|bol rah[ai](?! hai))\b)|"
    rf"^[\w ]+, (?P<last>{NAME_WORD}(?: {NAME_WORD})?)[.]?$"
)
_CALLED_BY_THEM = re.compile(
    rf"\b(?:hi|hello|hey|namaste|thanks|thank you|okay|bye|haan(?= \w+ ji)) {NAME}(?: ji)?(?=[.,!?]|$)"
)
# The customer's first words: greetings, then a name alone or with what goes with a name.
_OPENING = re.compile(
    r"(?:(?:hi+|hello|hey|yes|yeah|yep|ah|oh|uh|um|er|haan|ji|good (?:morning|afternoon|evening)|namaste|"
    r"sat sri akal|salaam)(?: (?:there|ji|sir|madam|ma'am|(?P<agent>[^\W\d_]+)(?=[.,!]))){0,2}[\s,.!]+)*"
    rf"(?P<lead>(?:it's|it is|its|this is|myself|i am|i'm) )?{NAME}"
    r"(?P<after>\.|!|$| this side|,? (?:here|speaking|calling|by the way)|, (?:i'm|i am|i|we|from)\b)"
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]?")
_ASKS_FOR_A_THING = re.compile(r"\b(?:which|where|what|how many|how much)\b(?! (?:can|may) i)")
_RELATIVE = re.compile(
    r"\b(?:son|daughter|husband|wife|brother|sister|father|mother|dad|mom|cousin|boss|partner|friend|bhai|bet[ai]|"
    r"assistant|manager|head|unka naam|his name is|her name is|like|for|with|and|or|aur)[,:]? $"
)
_RECORDED = re.compile(
    r"leave (?:me )?(?:a|your) (?:message|name)|(?:after|at) the (?:tone|beep)|(?:can't|cannot|"
    r"unable to) take your call|"
    r"voice ?mail|mailbox|person you (?:are|have) (?:called|dialled|trying)|not (?:reachable|available to take)"
)


def is_recording(each: Heard) -> bool:
    """Whether a machine speaks for the customer ("leave a message after the tone")."""
    return each.is_customer and _RECORDED.search(each.low) is not None


def read_contact_name(
    heard: Sequence[Heard], statements: Sequence[Heard], *, our_names: frozenset[str], our_name: str
) -> Fact[str] | None:
    """The customer's name. What they said or confirmed outweighs what our agent called them; a full name outweighs
    a first name alone, whenever it was said; else the last one counts.
    """
    ours = our_names | ({our_name.lower().split()[0]} if our_name else set())
    told = [each for each in _told(statements) if not _is_ours(each.value, ours)]
    told += [each for each in _in_pieces(heard) if not _is_ours(each.value, ours)]
    told += [each for each in _completed(heard, told) if not _is_ours(each.value.split()[-1], ours)]
    told += [each for each in _opened(heard) if not _is_ours(each.value, ours)]
    addressed = [pair for pair in _addressed(heard) if not _is_ours(pair[0].value, ours)]
    told = [each for each in told if each.value.lower().split()[-1] not in TRADES]
    words = frozenset(word for called, _ in addressed for word in called.value.split())
    told += [each for each in _echoed(heard, words) if not _is_ours(each.value, ours)]
    called = [
        name
        for name, answer in addressed
        if answer and not is_recording(answer) and passes_for(name.value, answer.text)
    ]
    winner = _fullest(told, called) or _fullest(called, ()) or _alone(heard)
    return as_spelled(winner, heard) if winner else None


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
    return last(found, statements)


def names_of_ours(heard: Iterable[Heard]) -> frozenset[str]:
    """Names our agents gave for themselves or were called by, in small letters; never the customer's."""
    ours: set[str] = set()
    openings = 2
    for each in heard:
        if each.is_customer:
            ours.update(_names_in(each, _CALLED_BY_THEM.finditer(each.low)))
            continue
        ours.update(name.value.lower() for name in read_names(each.text))
        if openings:
            ours.update(_names_in(each, _OUR_AGENT.finditer(each.low[:160])))
            openings -= 1
    return frozenset(ours)


def _names_in(each: Heard, matches: Iterable[re.Match[str]]) -> Iterator[str]:
    called = names_addressed(each.text) if not each.is_customer else ()
    for match in matches:
        start, end = next(match.span(group) for group in ("name", "last") if match.groupdict().get(group))
        name = name_at(each.text, start, end, is_loose=True)
        if name and each.is_customer and each.low[name[2] : end].strip() not in ("", "ji"):
            continue
        if name and "?" not in each.text[name[2] : name[2] + 2] and name[1:] not in called:
            yield name[0].lower()


def _told(statements: Sequence[Heard]) -> Iterator[Fact[str]]:
    for each in statements:
        if is_recording(each):
            continue
        given = read_names(each.text) if each.is_customer else _asked_after(each)
        asked = each.asked & {"name", "business"} == {"name"} and not _OTHERS_NAME.search(each.question)
        if not given and each.is_customer and asked and "?" not in each.text.rstrip("?"):
            given = read_answered_names(each.text)
        if not given and each.is_customer and each.is_no and _ASKING_FOR.search(each.question[-120:]):
            given = _instead(each)
        for name in given:
            yield fact(name.value, each, name.start, name.end, confidence=name.confidence)


def _instead(each: Heard) -> list[Name]:
    """ "Is this Karen Holt?" "No, it's Caryn Hult."."""
    match = _NO_IT_IS.match(each.low)
    stop = _MARK.search(each.low, match.end()) if match else None
    end = stop.start() if stop else len(each.low)
    name = name_at(each.text, match.end(), min(end, match.end() + 60), is_loose=True) if match else None
    return [Name(*name, 0.85)] if name and match and name[1] - match.end() <= 4 else []


def _completed(heard: Sequence[Heard], told: Sequence[Fact[str]]) -> Iterator[Fact[str]]:
    """A first name and the last name given later, when it was asked for ("Rahul." … "And your last name?" "Bansal")."""
    for each in heard:
        if not each.is_customer or not _ASKS_SURNAME.search(each.question[-120:]):
            continue
        before = [name.value for name in told if name.evidence.turn < each.line.index and " " not in name.value]
        for name in read_answered_names(each.text)[:1] if before else ():
            if " " not in name.value and name.value != before[-1]:
                yield fact(f"{before[-1]} {name.value}", each, name.start, name.end, confidence=0.85)


def _in_pieces(heard: Sequence[Heard]) -> Iterator[Fact[str]]:
    """A name that a recognizer cut over turns: "my name is", "linda", "thompson"."""
    for place, each in enumerate(heard):
        if not each.is_customer or not _BREAKS_OFF.search(each.low):
            continue
        words: list[str] = []
        for following in heard[place + 1 : place + 3]:
            names = read_answered_names(following.text) if following.is_customer else []
            if not names or names[0].end - names[0].start < len(following.text.strip(" .,")) - 3:
                break
            words.append(names[0].value)
            yield fact(" ".join(words), following, names[0].start, names[0].end, confidence=0.85)
            if " " in words[-1]:
                break


def _alone(heard: Sequence[Heard]) -> Fact[str] | None:
    """Where our side was not written down: a turn that is a usual name and nothing else."""
    if any(not each.is_customer for each in heard):
        return None
    for each in heard:
        words = each.low.strip(" .,!").split()
        if 1 <= len(words) <= 3 and words[0] in GIVEN_NAMES and all(map(str.isalpha, words)):
            name = name_at(each.text, 0, len(each.text), is_loose=False)
            if name and len(name[0].split()) == len(words):
                return fact(name[0], each, name[1], name[2], confidence=0.6)
    return None


def _asked_after(heard: Heard) -> list[Name]:
    """A name in our agent's question that the customer confirmed ("Am I speaking with Meera?" "Yes")."""
    found = []
    for pattern in (_ASKING_FOR, _ASKING_IN_HINDI):
        for match in pattern.finditer(heard.low):
            name = name_at(heard.text, *match.span("name"), is_loose=True)
            is_sure = pattern is _ASKING_FOR or (name is not None and heard.text[name[1]].isupper())
            if name and is_sure and not _is_place(name[0]):
                found.append(Name(*name, 0.85))
    return found


def _opened(heard: Sequence[Heard]) -> Iterator[Fact[str]]:
    """A full name that stands by itself in the customer's first two turns ("Good morning. Naveen Gowda, I'm …")."""
    for each in [each for each in heard if each.is_customer][:2]:
        if is_recording(each) or _ASKS_FOR_A_THING.search(each.question[-120:]):
            continue
        for sentence in _SENTENCE.finditer(each.low):
            match = _OPENING.match(each.low[: sentence.end()], _first_letter(each.low, sentence.start()))
            name = name_at(each.text, *match.span("name"), is_loose=True) if match else None
            if not match or not name or name[2] < match.end("name") or _is_place(name[0]):
                continue
            if each.text[name[1]].isupper() and (" " in name[0] or match["lead"]):
                yield fact(name[0], each, name[1], name[2], confidence=0.7)


def _addressed(heard: Sequence[Heard]) -> Iterator[tuple[Fact[str], Heard | None]]:
    """What our agent called the customer, each with the customer's next words."""
    for place, each in enumerate(heard):
        if each.is_customer:
            continue
        for start, end in names_addressed(each.text):
            name = name_at(each.text, start, end, is_loose=True)
            if name and name[1:] == (start, end) and not _is_place(name[0]):
                answer = next((other for other in heard[place + 1 :] if other.is_customer), None)
                yield fact(name[0], each, start, end, confidence=0.6), answer


def _echoed(heard: Sequence[Heard], words: frozenset[str]) -> Iterator[Fact[str]]:
    """The customer's own words for the name that our agent uses ("Naveen Gowda." "Good morning, Mr. Gowda.")."""
    for each in heard if words else ():
        if not each.is_customer or is_recording(each) or _OTHERS_NAME.search(each.question):
            continue
        if not any(word in each.text for word in words):
            continue
        for match in _CAPITALIZED.finditer(each.text):
            name = name_at(each.text, *match.span(), is_loose=True)
            is_theirs = name is not None and set(name[0].split()) & words and passes_for(name[0], each.text)
            if name and is_theirs and not _RELATIVE.search(each.low[: name[1]][-24:]):
                yield fact(name[0], each, name[1], name[2], confidence=0.8)


def _fullest(found: Sequence[Fact[str]], called: Sequence[Fact[str]]) -> Fact[str] | None:
    """The last full name, else the last name; a longer form of the same name that was used is taken instead.

    Another name counts as a conflict only when it is no form of this one.
    """
    full = [each for each in found if " " in each.value]
    if not found:
        return None
    winner = (full or found)[-1]
    words = set(winner.value.lower().split())
    for each in (*found, *called):
        if words < set(each.value.lower().split()):
            winner, words = each, set(each.value.lower().split())
    other = next((each for each in reversed(found) if not words & set(each.value.lower().split())), None)
    is_rival = other is not None and (" " in other.value or " " not in winner.value)
    return winner.model_copy(update={"conflict": other.evidence}) if other and is_rival else winner


def _is_ours(name: str, ours: frozenset[str] | set[str]) -> bool:
    low = name.lower()
    return low in ours or low.split()[0] in ours


def _is_place(name: str) -> bool:
    low = name.lower()
    return any(low in table or low.split()[0] in table for table in (CITIES, LOCALITIES, STATES))


def _first_letter(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


_CAPITALIZED = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2}")
