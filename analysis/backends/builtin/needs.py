"""What B2B buyers and people at home with something broken say: keys of the presets that no finding answers."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from analysis.backends.builtin.hearing import CORRECTION, Heard, fact, last
from analysis.backends.builtin.moment_words import DAY
from analysis.backends.builtin.moments import read_moments
from analysis.findings import Fact

APPLIANCES = {
    "Refrigerator": r"fridges?|refrigerators?|deep freezers?|freezers?",
    "Washing machine": r"washing machines?|washers?|front loader|top loader",
    "Dishwasher": r"dish ?washers?",
    "Dryer": r"(?:tumble |clothes )?dr[yi]ers?",
    "Air conditioner": r"air[ -]?con(?:ditioner|ditioning|ditioners)?s?|a\.?c\.?s?|split a\.?c\.?|hvac|cooling unit",
    "Water heater": r"water heaters?|geysers?|boilers?",
    "Furnace": r"furnaces?|heating system|central heating|heaters?",
    "Water purifier": r"water purifiers?|r\.?o\.?(?: system| purifier)|water filters?",
    "Television": r"tvs?|televisions?|t\.v\.",
    "Microwave": r"microwaves?(?: oven)?",
    "Oven": r"ovens?|cook ?tops?|stoves?|hobs?|cookers?",
    "Chimney": r"(?:kitchen )?chimneys?|range hood",
    "Inverter": r"inverters?|ups\b|generators?",
    "Fan": r"(?:ceiling |exhaust )?fans?",
    "Toilet": r"toilets?|commode|flush(?: tank)?|wc",
    "Sink": r"(?:kitchen )?sinks?|wash ?basins?",
    "Tap": r"taps?|faucets?|showers?",
    "Pipe": r"pipes?|drains?|sewer(?: line)?",
    "Wiring": r"wiring|switch ?board|sockets?|fuse(?: box)?|circuit breakers?|mcb",
    "Roof": r"roofs?|gutters?",
    "Lock": r"locks?|door lock",
}
_FAULT = re.compile(
    r"\b(?:leak\w*|drip\w*|broken|broke|burst|block(?:ed|age)|clog\w*|not (?:working|cooling|heating|draining|"
    r"starting|"
    r"turning on|spinning|flushing|opening|charging)|(?:isn'?t|aren'?t|stopped|quit) "
    r"(?:working|cooling|heating|draining|starting|spinning|running)|won'?t (?:start|turn|drain|open|close|spin|"
    r"cool|heat|"
    r"flush|light|ignite|come on|fire up|heat up|stop|switch)|"
    r"doesn'?t (?:work|start|cool|heat|drain|spin|turn|open|close|flush)|"
    r"no (?:hot water|power|heat|"
    r"cooling|water|electricity)|tripp\w+|spark\w*|smell\w*|nois[ey]\w*|making (?:a |an |"
    r"some )?(?:\w+ )?(?:noise|sound)|"
    r"overflow\w*|flood\w*|crack\w*|rust\w*|shak\w+|vibrat\w+|overheat\w*|frozen|jammed|stuck|dead|"
    r"kharab|band (?:ho|hai|pad)|chal nah?in? rah\w*|kaam nah?in? kar\w*|paani (?:tapak|nikal|leak)\w*)\b|खराब|बंद"
)
_REPAIR = re.compile(
    r"\b(?:repair\w*|fix\w*|install\w*|servic\w*|replac\w*|problem|issue|trouble|check|clean\w*|look at|"
    r"theek|thik|banwa\w*)\b"
)
_COMES = re.compile(
    r"\b(?:come|coming|send|visit|someone|somebody|technician|plumber|electrician|engineer|available|free|home|"
    r"schedul\w+|"
    r"book\w*|slot|works|suits?|prefer\w*|appointment|better|best|convenient|aa (?:jao|sakt\w+|jaiye)|bhej\w*|"
    r"aana|baad)\b"
)
_BOOKS = re.compile(r"\b(?:schedul\w+|book|arrange|set up|send (?:some(?:one|body)|a \w+|the \w+))\b")
_TOOL = re.compile(
    r"\b(?:(?:we|i)(?:'re| are|'m| am)? (?:currently |now |still |just |already |mostly |all )?"
    r"(?:use|using|on|run|running|work with|working with|rely on|have been using|been using|with)|"
    r"(?:our|the) (?:current |existing |present )?(?:tool|system|software|vendor|provider|crm|platform|supplier) is|"
    r"(?:everything|it'?s all|all) (?:is )?(?:in|on))\s+(?:called |just |still |mostly |only )?"
)
_TOOL_ENDS = re.compile(
    r"[.?!,;]|\s(?:and|but|for|to|right now|at the moment|because|since|which|so|today|currently|these days|"
    r"but it|as|"
    r"from|in order)\b"
)
_NO_TOOL = re.compile(
    r"\b(?:by hand|on paper|pen and paper|manually|nothing(?: at (?:all|the moment)| right now| yet)?|"
    r"(?:excel |google )?(?:spread)?sheets?|excel)\b"
)
_ASKS_TOOL = re.compile(
    r"\b(?:tool|system|software|vendor|provider|crm|platform|supplier|(?:using|use) (?:now|today|currently|right now|"
    r"at the moment)|currently us(?:e|ing)|how do you (?:\w+ ){0,4}(?:today|now|currently))\b"
)
# What no system is called: "we are on a call", "with my wife".
_NO_SYSTEM = re.compile(
    r"(?:the |a |an |my |our |your |this |that )?(?:call|phone|way|road|line|holiday|leave|budget|board|"
    r"same page|track|"
    r"nightmare|mess|disaster|joke|pain|headache|bit|lot|problem|"
    r"wife|husband|team|it|you|them|him|her|us|time|other|go|move|market|lookout|fence|same)\b"
)
_PROCESS = re.compile(
    r"\b(?:approv\w+|sign(?:s|ed|ing)?[ -]?off|board|procurement|committee|legal|finance (?:team|head)|cfo|ceo|cto|"
    r"purchase (?:order|team|department)|tender|three quotes|trial (?:first|before)|pilot|final (?:call|say|"
    r"decision)|"
    r"decid(?:e|es|ed) (?:together|by)|run it by|check with|has to agree|partner)\b"
)
_ASKS_PROCESS = re.compile(
    r"decision|decid|approv|sign off|process|who else|involved|procurement|next step on your side"
)
_WITHIN = re.compile(r"\b(?:we|our|us|my (?:boss|manager|partner|director|team|co-?founder)|the board)\b")
_OWNS = re.compile(
    r"\b(?:i|we) (?:\w+ )?own (?:it|the|this|our|my)?|\bmy own (?:house|home|flat|place|apartment)|home ?owner|"
    r"\b(?:i'?m|i am|we are|we'?re) the owners?\b|apna (?:ghar|makaan)|khud ka"
)
_RENTS = re.compile(
    r"\b(?:i|we)(?:'m|'re| am| are)? (?:\w+ )?(?:rent(?:ing)?|leas(?:e|ing))\b|\btenants?\b|\bland ?lord\b|"
    r"kiraye|kiraya|"
    r"\b(?:don'?t|do not) own"
)


def read_appliance(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """What is to be repaired or installed, by its usual name; beside a fault it counts more than alone."""
    found, surest = [], 0.0
    for heard in statements:
        if not heard.is_customer and "your" not in heard.low:
            continue
        hits = [(match, name) for name, pattern in _APPLIANCES for match in pattern.finditer(heard.low)]
        if not hits:
            continue
        is_broken = _FAULT.search(heard.low) is not None
        if not is_broken and "problem" not in heard.asked and not _REPAIR.search(heard.low):
            continue
        confidence = 0.9 if is_broken else 0.75
        match, name = max(hits, key=lambda hit: (hit[0].end() - hit[0].start(), -hit[0].start()))
        found.append(fact(name, heard, match.start(), match.end(), confidence=confidence))
        surest = max(surest, confidence)
    return last([each for each in found if each.confidence == surest], statements)


def read_problem(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """What is wrong, in their words: the first sentence that tells of a fault, a later one when they correct it."""
    found = None
    for heard in statements:
        match = _FAULT.search(heard.low)
        if match is None or (not heard.is_customer and "your" not in heard.low):
            continue
        if found is None or CORRECTION.search(heard.low):
            start, end = heard.sentence_at(match.start())
            start = start + len(_GREETING.match(heard.low[start:end])[0])  # type: ignore[index]  # it may be empty
            found = fact(heard.text[start:end].strip().rstrip(".!, "), heard, start, end, confidence=0.8)
    return found


def read_preferred_time(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """When somebody should come, in ISO 8601; a day alone when no time was said."""
    found = []
    for heard in statements:
        is_offered = heard.question.endswith("?") and (
            DAY.search(heard.question) is not None or _BOOKS.search(heard.question) is not None
        )
        is_asked = heard.is_customer and ("when" in heard.asked or is_offered) and not _WAS.search(heard.question)
        if not is_asked and not _COMES.search(heard.low):
            continue
        for moment in read_moments(heard.text, called_at=called_at, day_first=day_first, is_answer=is_asked):
            start, end = heard.sentence_at(moment.start)
            if not (moment.day or moment.exact or moment.is_clock) or _PAST.search(heard.low[start:end]):
                continue
            if _NOT_THEN.search(heard.low[start : moment.start]):
                continue
            when = moment.when(called_at=called_at)
            value = when.isoformat() if moment.exact or moment.at else when.date().isoformat()
            found.append(fact(value, heard, moment.start, moment.end, confidence=0.9 if is_asked else 0.75))
    return last(found, statements)


def read_current_tool(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """What they use today, as they name it."""
    found = []
    for heard in statements:
        if not heard.is_customer:
            continue
        is_asked = _ASKS_TOOL.search(heard.question) is not None
        if match := _TOOL.search(heard.low):
            stop = _TOOL_ENDS.search(heard.low, match.end())
            start, end = match.end(), min(stop.start() if stop else len(heard.low), match.end() + 60)
            name = heard.text[start:end].strip()
            is_named = name[:1].isupper() or name.lower().startswith(("a ", "an ", "excel", "google", "spread"))
            if name and (is_asked or is_named) and not _NO_SYSTEM.match(name.lower()):
                found.append(fact(name, heard, start, end, confidence=0.9 if is_asked else 0.75))
                continue
        if is_asked and (match := _NO_TOOL.search(heard.low)):
            text = heard.text[match.start() : match.end()]
            found.append(fact(text, heard, match.start(), match.end(), confidence=0.75))
    return last(found, statements)


def read_decision_process(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """Who has to agree and what comes before it, in their words."""
    found = []
    for heard in statements:
        match = _PROCESS.search(heard.low) if heard.is_customer else None
        if match is None:
            continue
        start, end = heard.sentence_at(match.start())
        is_asked = _ASKS_PROCESS.search(heard.question) is not None
        if not is_asked and not _WITHIN.search(heard.low[start:end]):
            continue
        confidence = 0.85 if is_asked else 0.7
        found.append(fact(heard.text[start:end].strip().rstrip(".!, "), heard, start, end, confidence=confidence))
    return found[-1] if found else None


def read_home_owner(statements: Sequence[Heard], called_at: datetime, day_first: bool) -> Fact[Any] | None:
    """Whether they own the home, as against renting it."""
    found = []
    for heard in statements:
        rents, owns = _RENTS.search(heard.low), _OWNS.search(heard.low)
        match = rents or owns
        if match and (heard.is_customer or "you" in heard.low):
            found.append(fact(rents is None, heard, match.start(), match.end(), confidence=0.85))
    return last(found, statements)


_APPLIANCES = tuple((name, re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])")) for name, pattern in APPLIANCES.items())
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|yes|yeah|so|well|um+|uh+|okay|ok|good (?:morning|afternoon|evening)|namaste|haan|ji|sir)\b"
    r"[\s,.!-]*)*"
)
_NOT_THEN = re.compile(r"\b(?:not|can'?t|cannot|won'?t|except|but not|before)\b[^,;.]{0,20}$")
_PAST = re.compile(
    r"\b(?:yesterday|ago|since|last (?:week|month|night|year)|bought|installed|started|happened|kal se)\b"
)
_WAS = re.compile(r"\b(?:did|was|were|visited|happened|started|noticed|bought)\b")
NEEDS: dict[str, Callable[[Sequence[Heard], datetime, bool], Fact[Any] | None]] = {
    "appliance": read_appliance,
    "problem": read_problem,
    "preferred_time": read_preferred_time,
    "current_tool": read_current_tool,
    "decision_process": read_decision_process,
    "home_owner": read_home_owner,
}
