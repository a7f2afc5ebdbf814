"""Where the customer is, or wants to be: cities and localities from a table, said beside a word of place."""

import re
from collections.abc import Sequence

from analysis.backends.builtin import more_places, place_table
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.name_words import is_plain, writes_capitals
from analysis.backends.builtin.place_table import STATES
from analysis.backends.builtin.plain_words import words_of
from analysis.findings import Fact

# Words that make a place name the customer's own place.
OWN_PLACE = re.compile(
    r"\b(?:i|we) (?:run|own|have|operate|manage) [^.?!]{2,60} in $|"
    r"based (?:in|out of|at)|located (?:in|at)|\blive (?:in|at|near)|\bliving in|\bi'?m (?:in|from|"
    r"at)\b|\bi am (?:in|from)\b|we'?re (?:in|from|at)\b|"
    r"we are (?:in|from|at|based)\b|(?:office|clinic|shop|store|branch|factory|warehouse|practice|"
    r"business|company|restaurant|plant|hospital|school|firm) "
    r"(?:is )?(?:in|at|near)|\bhere in\b|\bout of\b|calling from|(?:regards|hello|greetings) from|"
    r"\bmein (?:rehta|rehti|rehte|hoon|hai)\b|"
    r"\bse (?:hoon|bol)|\bmein (?:office|dukan|rahta)|near me in|रहता|रहती"
)
CITIES = more_places.TOWNS_LIKE_NAMES | more_places.TOWNS | place_table.CITIES
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0963])+(?:'[a-z]+)?|\d{1,3}(?!\d)")
# "Paisa aa gaya hai": went, in Hindi, and a town in Bihar.
_ALSO_WORDS = {"gaya"}
_BEFORE_PLACE = re.compile(r"\b(?:in|from|near|at|to|of) $")
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|oh|zero|double)"
)
_ADDRESS = re.compile(
    r"\b(?:(?:flat|house|h|plot|door|shop|room|no|number)\.?\s*(?:no\.?|"
    r"number)?\s*[#:]?\s*)?(?:(?:[a-z]-?(?=\d))?\d{1,5}[a-z]?(?:[/-]\d{1,4})?|"
    rf"{_NUMBER_WORD}(?:[ -](?:and )?{_NUMBER_WORD}){{0,5}}),?\s+"
    r"(?:[a-z0-9.'-]+\s+){0,4}?"
    r"(?:st|street|ave|avenue|rd|road|lane|ln|drive|dr|blvd|boulevard|court|ct|way|place|cross|main|"
    r"nagar|marg|colony|layout|sector|"
    r"park|square|terrace|close|crescent|highway|hwy|parkway|circle|apartments?|residency|towers?|"
    r"heights|circus|mews|gardens|grove|hill|row|villas?|enclave|vihar|chowk|bazaa?r|society|chs|complex|green|walk|"
    r"block|phase)\b\.?(?:(?<=sector|.phase|.block)\s+\d{1,3}[a-z]?)?"
    r"(?:,?\s+(?:apt|apartment|unit|suite|flat|floor)\s*#?\s*\w{1,5})?",
)
_POST_CODE = re.compile(r"\b(?:\d{6}|\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")


def find_places(low: str, table: dict[str, str]) -> list[tuple[str, int, int]]:
    """Names of a table in a lower-case text: (key, start, end), the longest name at each place."""
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(low)]
    found, place = [], 0
    while place < len(words):
        if words[place][0] in _OPENING_WORDS:
            for size in (4, 3, 2, 1):
                name = " ".join(word for word, _, _ in words[place : place + size])
                if place + size <= len(words) and name in table and _is_place(name, low, words[place][1]):
                    found.append((name, words[place][1], words[place + size - 1][2]))
                    place += size - 1
                    break
        place += 1
    return found


def _is_place(name: str, low: str, start: int) -> bool:
    return name not in _ALSO_WORDS or _BEFORE_PLACE.search(low, max(0, start - 12), start) is not None


def read_city(statements: Sequence[Heard]) -> Fact[str] | None:
    """The city the customer is in (or, less surely, where they want property), by its usual name."""
    found: list[Fact[str]] = []
    wanted: list[Fact[str]] = []
    for heard in statements:
        for key, start, end in find_places(heard.low, _AREAS):
            confidence = _confidence(heard, start) if key in CITIES else 0
            if confidence:
                city = CITIES[key].partition("|")[0]
                group = wanted if confidence < 0.6 else found
                group.append(fact(city, heard, start, end, confidence=confidence))
    return last(found, statements) or last(wanted, statements)


def read_state(statements: Sequence[Heard]) -> Fact[str] | None:
    """The state, when it was said. It is never concluded from the city."""
    found = []
    for heard in statements:
        for key, start, end in find_places(heard.low, STATES):
            if _confidence(heard, start) >= 0.6 or "address" in heard.asked:
                found.append(fact(STATES[key], heard, start, end, confidence=0.8))
    return last(found, statements)


def read_address(statements: Sequence[Heard]) -> Fact[str] | None:
    """A street address as it was said: house number, street, and what follows up to a post code."""
    found = []
    for heard in statements:
        is_asked = "address" in heard.asked or "address" in heard.low or "city" in heard.asked
        is_home = _AT_HOME.search(heard.low) is not None
        if not is_asked and not is_home and not _HERE_IT_IS.search(heard.low):
            continue
        for match in _ADDRESS.finditer(heard.low):
            is_placed = is_asked or _HERE_IT_IS.search(heard.low, max(0, match.start() - 12), match.start() + 1)
            if not is_placed and not (is_home and any(char.isdecimal() for char in match[0])):
                continue
            _, stop = heard.sentence_at(match.start())
            code = _POST_CODE.search(heard.text, match.end(), max(stop, match.end()))
            end = code.end() if code and code.start() - match.end() < 45 else match.end()
            found.append(fact(heard.text[match.start() : end], heard, match.start(), end, confidence=0.85))
    return last(found, statements)


def read_locations(statements: Sequence[Heard]) -> Fact[tuple[str, ...]] | None:
    """The areas the customer would like to be in, all of those named in the last turn that names any."""
    found = []
    for heard in statements:
        if not _WANTING.search(heard.low) and not _asks_where(heard) and not _MAY_LIST.search(heard.low):
            continue
        known = [
            (_AREAS[key].partition("|")[0], start, end)
            for key, start, end in find_places(heard.low, _AREAS)
            if _is_wanted(heard, start)
        ]
        places = sorted(known + _in_no_table(heard, known), key=lambda each: each[1])
        if places:
            names = tuple(dict.fromkeys(name for name, _, _ in places))
            confidence = 0.85 if known else 0.7
            found.append(fact(names, heard, places[0][1], places[-1][2], confidence=confidence))
    return last(found, statements)


def _in_no_table(heard: Heard, known: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Areas that no table holds, in an answer to where: written with capitals, alone or beside other places."""
    if not heard.is_customer or "address" in heard.asked or not _asks_where(heard) or not writes_capitals(heard.text):
        return []
    found = []
    for match in _NAMED_AREA.finditer(heard.text):
        start, end = match.span("area")
        words = match["area"].lower().split()
        is_taken = any(start < until and begins < end for _, begins, until in known)
        if not is_taken and not any(is_plain(word) or word in NO_AREAS for word in words) and _is_wanted(heard, start):
            found.append((match["area"], start, end))
    return found


# What has a capital letter and is no place.
NO_AREAS = words_of(
    "january february march april may june july august september october november december diwali christmas "
    "prefer preferably somewhere anywhere ideally mostly mainly close near around either between bhk inr usd whatsapp "
    "hdfc sbi metro emi gst pg rera nri sqft ok tv ac badhiya accha achha theek bilkul shukriya dhanyavaad"
)
_AREA_WORD = r"(?:[A-Z][a-z'’-]+|[A-Z]{2,4}\b)"
_NAMED_AREA = re.compile(
    r"(?:^|[.!?,/] ?|\b(?:[Ii]n|[Aa]round|[Nn]ear|at|by|or|and|[Ee]ither|like|maybe|towards|prefer(?:ably)?|[Bb]etween|"
    r"close to|also|ya|aur) )"
    rf"(?P<area>{_AREA_WORD}(?: {_AREA_WORD}){{0,2}})(?=[.,!?/]|$| (?:or|and|is|would|side|area|ya|aur|mein|ke)\b)"
)
# "Please. It's 880 Juniper Lane": the number right behind it.
_HERE_IT_IS = re.compile(r"(?:\b(?:it's|it is|that's|i'm at|i'm on|we're at|we're on)|[.!?]) (?=\d)|^(?=\d)")
_AT_HOME = re.compile(r"\b(?:live|located|based|office|deliver|come to|send|ships? to|shipped to)\b|we're at|i'm at")


def _confidence(heard: Heard, start: int) -> float:
    before = heard.low[max(0, start - 80) : start]
    after = heard.low[start : start + 45]
    if not heard.is_customer:
        return 0.75 if re.search(r"\byou\b", before) and OWN_PLACE.search(before + after) else 0
    if OWN_PLACE.search(before) or re.search(
        r"\bse (?:hoon|bol)|\bse(?:[.,!?]|$)|mein (?:reh|rah|office|hai|hoon)", after
    ):
        return 0.9
    if "city" in heard.asked or "address" in heard.asked or _ASKS_CITY.search(heard.question[-80:]):
        return 0.9
    if _CODE_AFTER.match(after[after.find(" ") :] if " " in after else "") or _ADDRESS.search(before):
        return 0.8
    return 0.5 if _is_wanted(heard, start) else 0


def _is_wanted(heard: Heard, start: int) -> bool:
    if "address" in heard.asked:
        return False
    first, stop = heard.sentence_at(start)
    sentence = heard.low[first:stop]
    before = heard.low[max(0, start - 16) : start]
    if _LEAVING.search(sentence) or _ALREADY_THERE.search(before) or _NOT_THERE.search(before):
        return False
    return _WANTING.search(sentence) is not None or _asks_where(heard) or _names_areas_alone(heard, sentence)


def _names_areas_alone(heard: Heard, sentence: str) -> bool:
    """Whether a sentence is nothing but two areas or more ("Hinjewadi phase 2 ya Wakad"); where they live is none."""
    if not heard.is_customer or _LIVING.search(heard.question) or _ASKS_CITY.search(heard.question):
        return False
    areas = [each for each in find_places(sentence, _AREAS) if each[0] not in CITIES]
    rest = sentence
    for _, start, end in areas:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return len(areas) > 1 and not _BESIDE_AREAS.sub("", rest).strip(" .,!/&-")


def _asks_where(heard: Heard) -> bool:
    """Whether the question was where they want it, in one of the many short ways of asking."""
    if not heard.is_customer:
        return False
    if "locations" in heard.asked:
        return True
    question = heard.question[-160:]
    return _WHERE.search(question) is not None and not _LIVING.search(question)


_WANTING = re.compile(
    r"\bbhk\b|bed ?room|\bbeds?\b (?:in|at|near|around)|"
    r"\bseats?\b|\bdesks?\b|\bflat\b|apartment|\bplot\b|\bvilla\b|property|\bhouse\b|"
    r"\bhome\b in|penthouse|"
    r"studio|office space|\bghar\b|makaan|makan|"
    r"looking (?:for|in|at|around)|\bbuy\b|\brent\b|prefer|interested in|shift(?:ing)? to|mov(?:e|"
    r"ing) to|locality|dekh rah|chahiye"
)
# Where they live, work or have sold is not where they would like to be.
_LEAVING = re.compile(
    r"\b(?:sold|selling|live|lives|living|stay|staying|rent pe|rent par|rehte|rehta|rehti|work(?:s|ing)? in|"
    r"calling from|"
    r"already bought|bought)\b"
)
_ALREADY_THERE = re.compile(r"\bfrom $|\b(?:we're|we are|i'm|i am) (?:currently |now )?(?:in|at) $")
_MAY_LIST = re.compile(r"\b(?:or|and|ya|aur)\b|,")
_NOT_THERE = re.compile(r"\b(?:not|except|anything but|nahi|nahin) (?:in |at |near |around )?$")
# Words beside the names of areas in a list of them.
_BESIDE_AREAS = re.compile(
    r"\b(?:or|and|ya|aur|phase|sector|side|road|east|west|maybe|either|mein|ke paas|near|\d{1,3})\b"
)
_WHERE = re.compile(
    r"\b(?:area|location|locality|neighbou?rhood|side)s?\b[^.?!]{0,40}(?:\?|$)|"
    r"\b(?:looking|enquir|inquir|interested|search|want|prefer|dekh)\w*\b[^.?!]{0,30}"
    r"\b(?:flat|apartment|property|villa|plot|house|home|space|office)\b[^.?!]{0,30}\b(?:in|near|around|at|mein|me)\b|"
    r"\b(?:kahan|kidhar|kis (?:area|jagah|side))\b[^.?!]{0,40}\b(?:chahiye|dekh|lena|pasand|plan)"
)
_LIVING = re.compile(r"\b(?:are you|do you (?:live|stay)|is your|rehte|you (?:located|based)|calling from|ghar hai)\b")
_ASKS_CITY = re.compile(r"\b(?:city|town)\b")
_CODE_AFTER = re.compile(r"[\w ,.-]{0,20}?\b(?:\d{5}|\d{3} ?\d{3})\b")
_AREAS = more_places.LOCALITIES | place_table.LOCALITIES | CITIES
_OPENING_WORDS = frozenset(name.split()[0] for name in (*_AREAS, *STATES))
