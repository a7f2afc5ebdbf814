"""When the customer wants it: "within a month", "by March", "immediately", "next quarter", "agle mahine"."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from analysis.backends.builtin.hearing import CORRECTION, Heard, fact, last
from analysis.backends.builtin.moment_words import MONTHS, WEEKDAYS
from analysis.backends.builtin.moments import next_weekday
from analysis.backends.builtin.numeral_words import TENS, UNITS
from analysis.findings import Fact, Timeline

_TENS = tuple(word for word, value in TENS.items() if value % 10 == 0)
_COUNT = (
    (r"(?:\d{1,3}|an?|couple of|few|half an?|")
    + "|".join(w for w in (*UNITS, *_TENS) if w not in {"do", "das"})
    + r"|do|das)"
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted((word for word in WEEKDAYS if len(word) > 3), key=len, reverse=True))
_UNIT = r"(?P<unit>days?|weeks?|months?|years?|quarters?|din|haft[ae]|mahin[ae]|saal)"

# Most of these count only beside a word of need, or as the answer to a question about time.
_PHRASES = re.compile(
    rf"(?P<counted>\b(?:with ?in|in|over|under|inside|next|the next|less than|about|around|maybe|"
    rf"probably|at least|another)\s+(?:the\s+)?(?:next\s+|about\s+|around\s+|a\s+)*"
    rf"(?P<low>{_COUNT})(?:\s*(?:-|–|to|"
    rf"or)\s*(?P<high>{_COUNT}))?\s+(?:more\s+)?{_UNIT}(?:'s? time)?(?!\s+(?:ago|old|back|warranty|"
    rf"free)))\b|"
    rf"(?P<hindi>\b(?P<hindi_low>{_COUNT})(?:\s*(?:-|se|"
    rf"ya)?\s*(?P<hindi_high>{_COUNT}))?\s+(?P<hindi_unit>din|haft[ae]|mahin[ae]|saal)\s+(?:mein|me|"
    rf"ke andar|tak|baad))\b|"
    rf"(?P<deadline>\b(?:by|before|until|till|around|sometime in|early|mid|late|in|from|"
    rf"for|end of)\s+(?:the\s+)?(?:end of\s+|early\s+|mid\s+|beginning of\s+|start of\s+|"
    rf"late\s+)?(?P<month>{_MONTH})\b(?:\s+end)?)|"
    rf"(?P<by_day>\b(?:by|before|until|till)\s+(?:next\s+|this\s+|coming\s+)?(?P<weekday>{_WEEKDAY}|"
    rf"tomorrow|tonight)\b)|"
    r"(?P<span>\b(?:by\s+|before\s+|within\s+|in\s+)?(?:the\s+)?(?:end of (?:the |this |next )?(?:week|"
    r"month|quarter|year)|(?:first|1st|beginning|start) of (?:the )?next month|"
    r"(?:end of |start of )?q[1-4]\b|"
    r"(?:this|next|agle|is|coming)\s+(?:week|month|quarter|year|hafte|mahine|saal|"
    r"summer|winter|spring)|"
    r"year end|month end|the new year|diwali|christmas|holi)\b)|"
    r"(?P<now>\b(?:immediately|immediate|right away|straight away|straightaway|as soon as possible|asap|"
    r"a\.s\.a\.p|at the earliest|earliest possible|urgently|turant|jald ?se ?jald|"
    r"jaldi se jaldi|right now|ready to move(?: in)?|as early as possible|(?:i |we )?need it (?:now|"
    r"today|yesterday))\b|तुरंत|जल्दी)|"
    rf"(?P<bare>\b(?P<bare_low>{_COUNT})(?:\s*(?:-|–|to|or)\s*(?P<bare_high>{_COUNT}))?\s+"
    r"(?P<bare_unit>days?|weeks?|months?|years?)\b(?! (?:ago|old|back|se\b|already)))|"
    r"(?P<unhurried>\b(?:no (?:rush|hurry|urgency)|not in (?:a|any) (?:rush|hurry)|just (?:exploring|"
    r"looking around|browsing|researching)|not (?:urgent|immediate)|koi jaldi nahi)\b)"
)
_NEED = re.compile(
    r"\b(?:need|want|looking|plan|planning|move|moving|shift|shifting|start|starting|buy|buying|"
    r"purchase|get it|go live|launch|implement|decide|deciding|decision|"
    r"possession|in place|up and running|ready|done|finish|complete|install|hope|hoping|switch|replace|"
    r"before|timeline|deadline|chahiye|karna|lena|kharid|expires?|fixed|"
    r"delivered|sign|close|close on)\b|चाहिए"
)
_CALLING = re.compile(
    r"\bcall|ring me|phone (?:me|kar)|\btalk|\bspeak|baat|get back|free\b|available|visit|view|meet|"
    r"come (?:by|over|see)|appointment|slot|\blast\b|\bsince\b|\bago\b|"

                      r"refund|deduct|debit|born|birthday|balance|paid|donat")  # fmt: skip
_DAYS_IN = {"d": 1, "w": 7, "h": 7, "m": 30, "q": 91, "y": 365, "s": 365}


def read_timeline(statements: Sequence[Heard], *, called_at: datetime) -> Fact[Timeline] | None:
    """When they want it, in their words and as days after the call; the turn that says it last wins.

    Within one turn the first counts, unless they correct themselves ("in June, no wait, July").
    """
    found = []
    for heard in statements:
        said_at = -1
        for match in _PHRASES.finditer(heard.low):
            confidence = _confidence(heard, match)
            if said_at >= 0 and not CORRECTION.search(heard.low, max(said_at, match.start() - 80), match.start()):
                continue
            if confidence:
                said_at = match.end()
                timeline = Timeline(text=heard.text[match.start() : match.end()].strip(), days=_days(match, called_at))
                found.append(fact(timeline, heard, match.start(), match.end(), confidence=confidence))
    return last(found, statements)


def _confidence(heard: Heard, match: re.Match[str]) -> float:
    start, end = heard.sentence_at(match.start())
    sentence = heard.low[start:end]
    is_asked = "timeline" in heard.asked
    if not heard.is_customer:
        return 0.75 if "you" in sentence and _NEED.search(sentence) and not _CALLING.search(sentence) else 0
    if _CALLING.search(sentence) and not is_asked:
        return 0
    if is_asked:
        return 0.9
    if match["bare"]:
        return 0
    if match["unhurried"]:
        return 0.7
    near = heard.low[max(start, match.start() - 70) : min(end, match.end() + 30)]
    return 0.8 if _NEED.search(near) else 0


def _days(match: re.Match[str], called_at: datetime) -> int | None:
    today = called_at.date()
    if match["now"]:
        return 0
    if match["counted"]:
        return _counted(match["high"] or match["low"], match["unit"])
    if match["bare"]:
        return _counted(match["bare_high"] or match["bare_low"], match["bare_unit"])
    if match["hindi"]:
        return _counted(match["hindi_high"] or match["hindi_low"], match["hindi_unit"])
    if match["month"]:
        return _until_month(MONTHS[match["month"]], match["deadline"], today)
    if match["weekday"]:
        day = match["weekday"]
        return {"tomorrow": 1, "tonight": 0}.get(day) or (
            (next_weekday(WEEKDAYS[day], after=today) - today).days if day in WEEKDAYS else 0
        )
    return _until_span(match["span"], today) if match["span"] else None


def _counted(count: str, unit: str) -> int | None:
    words = {"couple of": 2, "few": 3, "a": 1, "an": 1}
    number = int(count) if count.isdecimal() else words.get(count, UNITS.get(count, TENS.get(count)))
    if count.startswith("half"):
        return _DAYS_IN[unit[0]] // 2
    return None if number is None else number * _DAYS_IN[unit[0]]


def _until_month(month: int, said: str, today: date) -> int:
    """ "By March" ends when March begins to be late: its last day; "before March" the day before it."""
    year = today.year + (month < today.month)
    first = date(year, month, 1)
    if said.startswith("before"):
        return max(0, (first - today).days - 1)
    return ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1) - today).days


def _until_span(said: str, today: date) -> int | None:
    is_next = any(word in said for word in ("next", "agle", "coming"))
    if "week" in said or "hafte" in said:
        return 6 - today.weekday() + (7 if is_next else 0)
    if said.endswith("next month") and re.search(r"first|1st|beginning|start", said):
        return (_month_end(today, 1) - today).days + 1
    if "month" in said or "mahine" in said:
        return (_month_end(today, 2 if is_next else 1) - today).days
    if quarter := re.search(r"\bq([1-4])$", said):
        first = int(quarter[1]) * 3 - 2
        year = today.year + (first + 2 < today.month)
        is_start = "start" in said or (said.startswith("before") and "end" not in said)
        end = date(year, first, 1) if is_start else _month_end(date(year, first + 2, 1), 1)
        return max(0, (end - today).days)
    if "quarter" in said:
        months = 3 - (today.month - 1) % 3 + (3 if is_next else 0)
        return (_month_end(today, months) - today).days
    if "year" in said or "saal" in said:
        last_day = date(today.year + (1 if is_next and "new" not in said else 0), 12, 31)
        return (last_day - today).days
    return (date(today.year, 12, 25) - today).days if "christmas" in said and today < date(today.year, 12, 25) else None


def _month_end(today: date, months: int) -> date:
    month = today.month - 1 + months
    return date(today.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
