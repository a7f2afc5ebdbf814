"""Days and times as people say them, counted from the call: "tomorrow at 11", "Thursday week", "kal
subah".
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from analysis.backends.builtin.numerals import TENS, UNITS

WEEKDAYS = {
    name: number
    for number, names in enumerate((
        "monday mon somvar somwar सोमवार",
        "tuesday tues tue mangalvar mangalwar मंगलवार",
        "wednesday wed budhvar budhwar बुधवार",
        "thursday thurs thur thu guruvar guruwar veervar गुरुवार",
        "friday fri shukravar shukrawar shukrvar शुक्रवार",
        "saturday sat shanivar shaniwar शनिवार", "sunday sun ravivar raviwar itwar itvar रविवार",
    ))
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate((
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sept sep", "october oct", "november nov", "december dec",
    ), start=1)
    for name in names.split()
}  # fmt: skip
# The hour meant when only a part of the day was said.
DAYPARTS = {
    **dict.fromkeys(("morning", "subah", "सुबह"), 10),
    **dict.fromkeys(("noon", "lunch time", "lunchtime", "midday"), 12),
    **dict.fromkeys(("afternoon", "dopahar", "dopaher", "dopehar", "दोपहर"), 15),
    **dict.fromkeys(("evening", "shaam", "sham", "शाम"), 18),
    **dict.fromkeys(("night", "raat", "रात", "tonight"), 20),
}  # fmt: skip
LATE = frozenset(
    {
        "afternoon",
        "dopahar",
        "dopaher",
        "dopehar",
        "दोपहर",
        "evening",
        "shaam",
        "sham",
        "शाम",
        "night",
        "raat",
        "रात",
        "tonight",
    }
)
WORKDAY_HOUR = 10

_SMALL = {word: value for word, value in UNITS.items() if 1 <= value <= 12} | {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "half an": 0,
}
_COUNT = (
    (r"(?P<count>\d{1,3}|")
    + "|".join(sorted((re.escape(word) for word in _SMALL), key=len, reverse=True))
    + r"|fifteen|twenty|thirty|forty five|forty)"
)
_HOUR_WORDS = "|".join(
    word
    for word, value in UNITS.items()
    if 1 <= value <= 12 and word.isascii() and word not in {"do", "das", "bara", "char"}
)
_HINDI_HOURS = "|".join(word for word, value in UNITS.items() if 1 <= value <= 12)
_WEEKDAY = "|".join(
    sorted(
        (word for word in WEEKDAYS if word not in {"sat", "sun", "mon", "wed", "fri", "thu", "tue"}),
        key=len,
        reverse=True,
    )
)
_SHORT = r"(?:mon|tue|wed|thu|fri|sat|sun)(?=[\s,.]+(?:at|\d|morning|evening|afternoon)|[.,]|$)"
_MONTH = "|".join(sorted((word for word in MONTHS if word not in {"may", "mar"}), key=len, reverse=True))

_DAY = re.compile(
    r"(?P<after>\bday after(?: tomorrow)?\b|\bparson?\b|\bparso\b|परसों)|(?P<tomorrow>\btomorrow\b|"
    r"\btmrw\b|\btomo\b|\bkal\b|कल)|"
    r"(?P<today>\btoday\b|\btonight\b|\baaj\b|आज|\bthis (?=evening|afternoon|morning))|"
    rf"(?P<which>\b(?:next|coming|this|agle|is)\s+)?\b(?P<weekday>{_WEEKDAY}|"
    rf"{_SHORT})s?\b(?P<week>\s+week\b)?|"
    rf"\b(?:the\s+)?(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}|may|mar)\b|"
    rf"\b(?P<month2>{_MONTH}|may(?=\s+\d)|mar(?=\s+\d))\s+(?:the\s+)?(?P<dom2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\b(?!\s*(?:am|pm|%|lakh))|"
    r"\b(?:the|on)\s+(?:the\s+)?(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b|"
    r"\b(?P<num1>\d{1,2})[/-](?P<num2>\d{1,2})(?:[/-](?P<year>\d{2,4}))?\b|"
    rf"\b(?:in|after)\s+(?:about\s+)?{_COUNT}\s+(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\b|"
    r"\b(?P<count_hi>\d{1,2}|ek|do|teen|char|paanch|panch)\s+(?P<unit_hi>minute|ghante|ghanta|din|hafte|"
    r"mahine)\s+(?:baad|mein|me)\b|"
    r"\b(?P<span>(?:next|agle|early next)\s+(?:week|hafte|month|mahine)|end of (?:the |this )?(?:week|"
    r"month)|(?:this |the |next )?weekend|month end)\b"
)
_TIME = re.compile(
    rf"(?P<half>\bhalf past\s+)(?P<half_hour>\d{{1,2}}|{_HOUR_WORDS})\b|"
    rf"\bquarter\s+(?P<quarter>past|to)\s+(?P<quarter_hour>\d{{1,2}}|{_HOUR_WORDS})\b|"
    rf"\b(?P<saade>saadhe|sadhe|saade|sade|साढ़े)\s+(?P<saade_hour>\d{{1,2}}|"
    rf"{_HINDI_HOURS})\b(?:\s*(?:baje|बजे))?|"
    r"\b(?P<clock_hour>\d{1,2})[:.](?P<clock_minute>[0-5]\d)(?!\d)\s*(?P<clock_half>[ap]\.?m\b\.?)?|"
    rf"\b(?P<hour>\d{{1,2}}|{_HOUR_WORDS})(?:\s+(?P<spoken>thirty|fifteen|"
    rf"forty five))?\s*(?P<half_day>[ap]\.m\.|[ap]m\b|[ap] m\b|o'?\s?clock\b|baje\b)|"
    r"(?P<hindi_hour>एक|दो|तीन|चार|पांच|पाँच|छह|सात|आठ|नौ|दस|ग्यारह|बारह|\d{1,2})\s*बजे|"
    rf"\b(?P<hi_hour>{_HINDI_HOURS})\s+baje\b|"
    rf"\b(?:at|by|around|about|after|before|till|until|post)\s+(?:about\s+|"
    rf"around\s+)?(?P<at_hour>\d{{1,2}}|{_HOUR_WORDS})(?:\s+(?P<at_spoken>thirty|fifteen|"
    rf"forty five))?(?:\s*(?P<at_half>[ap]\.m\.|[ap]\.?m\b|o'?\s?clock\b|baje\b))?"
    r"(?!\s*(?:%|lakh|crore|k\b|thousand|hundred|percent|people|days?|weeks?|months?|years?|minutes?|"
    r"mins?|hours?|\d|[a-z]+ (?:people|lakh)|st\b|nd\b|rd\b|th\b|[.,:]\d|of\b|bed|bhk|point|"
    r"dot))(?![\w])|"
    r"(?P<noon>\bnoon\b|\bmidday\b)"
)
_PART = re.compile(
    r"\b(?P<part>morning|subah|afternoon|dopahar|dopaher|dopehar|evening|shaam|sham|night|raat|tonight|"
    r"lunch ?time)\b|सुबह|दोपहर|शाम|रात"
)
_LINK = re.compile(
    r"^[\s,]*(?:(?:at|on|in|the|around|about|by|ko|ke|after|maybe|say|please|only|also|of|for|and|sometime|"
    r"any ?time|early|late|first thing)[\s,]*)*$"
)
_COUNT_WORDS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day, or both, as said; `exact` when hours or minutes from now were counted
    ("in an hour").
    """

    day: date | None
    at: time | None
    start: int
    end: int
    exact: datetime | None = None
    is_clock: bool = False

    def when(self, *, called_at: datetime) -> datetime:
        """The moment in the zone of `called_at`: the coming one when no day was said, 10:00 when
        no time was said.
        """
        if self.exact:
            return self.exact
        day = self.day or called_at.date()
        moment = datetime.combine(day, self.at or time(WORKDAY_HOUR), tzinfo=called_at.tzinfo)
        if self.day is None and moment <= called_at:
            moment += timedelta(days=1)
        return moment


def read_moments(text: str, *, called_at: datetime, day_first: bool = True) -> list[Moment]:
    """All days and times in a text, a day and the time said beside it as one. `called_at` is in the
    local zone.

    `day_first` reads 3/4 as the third of April. Never raises; impossible dates are left out.
    """
    low = text.lower().replace("’", "'")
    parts = [moment for match in _DAY.finditer(low) if (moment := _day(match, called_at, day_first))]
    parts += [moment for match in _TIME.finditer(low) if (moment := _clock(match))]
    parts += [Moment(None, time(_part_hour(match[0])), match.start(), match.end()) for match in _PART.finditer(low)]
    return _joined(sorted(parts, key=lambda part: (part.start, -part.end)), low)


def next_weekday(number: int, *, after: date) -> date:
    """The first such weekday after a day (a week later when it is that very day)."""
    return after + timedelta(days=(number - after.weekday() - 1) % 7 + 1)


def _joined(parts: list[Moment], low: str) -> list[Moment]:
    joined: list[Moment] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before and part.start < before.end and part.end <= before.end:
            continue
        if before and part.start - before.end <= 30 and _LINK.match(low[before.end : part.start]):
            both = _both(before, part)
            if both:
                joined[-1] = both
                continue
        joined.append(part)
    return joined


def _both(one: Moment, other: Moment) -> Moment | None:
    if one.exact or other.exact or (one.day and other.day and one.day != other.day):
        return None
    if one.at and other.at and one.is_clock == other.is_clock:
        return None
    clock = next((each for each in (one, other) if each.is_clock), None)
    part = next((each for each in (one, other) if each.at and not each.is_clock), None)
    at = clock.at if clock else part.at if part else None
    if clock and clock.at and part and part.at:
        at = _in_part(clock.at, part.at)
    return Moment(one.day or other.day, at, one.start, max(one.end, other.end), is_clock=clock is not None)


def _in_part(clock: time, part: time) -> time:
    if part.hour >= 15 and clock.hour < 12:
        return clock.replace(hour=clock.hour + 12)
    if part.hour == WORKDAY_HOUR and clock.hour >= 12 and clock.hour != 12:
        return clock.replace(hour=clock.hour - 12)
    return clock


def _day(match: re.Match[str], called_at: datetime, day_first: bool) -> Moment | None:
    today, start, end = called_at.date(), match.start(), match.end()
    found = Moment(None, None, start, end)
    if match["after"]:
        return replace(found, day=today + timedelta(days=2))
    if match["tomorrow"]:
        return replace(found, day=today + timedelta(days=1))
    if match["today"]:
        return replace(found, day=today, at=time(20) if "tonight" in match[0] else None)
    if match["weekday"]:
        return replace(found, day=_weekday(match, today))
    if match["count"]:
        return _counted(found, _number(match["count"]), match["unit"], called_at, half="half" in match["count"])
    if match["count_hi"]:
        return _counted(found, _number(match["count_hi"]), match["unit_hi"], called_at, half=False)
    if match["span"]:
        return replace(found, day=_span(match["span"], today))
    day = _calendar_day(match, today, day_first)
    return replace(found, day=day) if day else None


def _weekday(match: re.Match[str], today: date) -> date:
    day = next_weekday(WEEKDAYS[match["weekday"]], after=today)
    if match["week"] or ((match["which"] or "").strip() == "next" and (day - today).days < 7 - today.weekday()):
        day += timedelta(days=7)
    return day


def _counted(found: Moment, count: int, unit: str, called_at: datetime, *, half: bool) -> Moment:
    if unit.startswith("min"):
        return replace(found, exact=called_at + timedelta(minutes=count))
    if unit.startswith(("h", "ghant")) and not unit.startswith("haft"):
        return replace(found, exact=called_at + (timedelta(minutes=30) if half else timedelta(hours=count)))
    days = count * (30 if unit.startswith(("month", "mah")) else 7 if unit.startswith(("week", "haft")) else 1)
    return replace(found, day=called_at.date() + timedelta(days=days))


def _span(words: str, today: date) -> date:
    if "weekend" in words:
        saturday = next_weekday(5, after=today)
        return saturday + timedelta(days=7) if "next" in words and today.weekday() < 5 else saturday
    if "end" in words and "week" in words:
        return next_weekday(4, after=today)
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    if "end" in words:
        return first_of_next - timedelta(days=1)
    return next_weekday(0, after=today) if "week" in words or "hafte" in words else first_of_next


def _calendar_day(match: re.Match[str], today: date, day_first: bool) -> date | None:
    year, month, day = today.year, today.month, 0
    if match["dom"] or match["dom2"]:
        day, month = int(match["dom"] or match["dom2"]), MONTHS[match["month"] or match["month2"]]
    elif match["ordinal"]:
        day = int(match["ordinal"])
        if day < today.day:
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    elif match["num1"]:
        one, two = int(match["num1"]), int(match["num2"])
        day, month = (one, two) if day_first else (two, one)
        year = _full_year(match["year"], year)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.replace(year=year + 1) if found < today and not match["year"] and (month, day) != (2, 29) else found


def _full_year(said: str | None, year: int) -> int:
    return year if said is None else int(said) + (2000 if len(said) == 2 else 0)


def _clock(match: re.Match[str]) -> Moment | None:
    groups = match.groupdict()
    hour_word = next((groups[key] for key in _HOUR_GROUPS if groups[key]), None)
    hour = 12 if groups["noon"] else _number(hour_word or "")
    minute = int(groups["clock_minute"] or 0) or _SPOKEN_MINUTES.get(groups["spoken"] or groups["at_spoken"] or "", 0)
    if groups["half"] or groups["saade"]:
        minute = 30
    if groups["quarter"]:
        minute, hour = (15, hour) if groups["quarter"] == "past" else (45, hour - 1)
    half = (groups["half_day"] or groups["clock_half"] or groups["at_half"] or "").replace(".", "").replace(" ", "")
    if not 0 <= hour <= 23:
        return None
    return Moment(None, time(_meant_hour(hour, half), minute), match.start(), match.end(), is_clock=True)


def _meant_hour(hour: int, half: str) -> int:
    """Without am or pm, people mean the day's working side: 8 to 12 in the morning, 1 to 7 after noon."""
    if half == "pm":
        return hour if hour >= 12 else hour + 12
    if half == "am":
        return 0 if hour == 12 else hour
    return hour + 12 if 1 <= hour <= 7 else hour


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _COUNT_WORDS.get(word, _SMALL.get(word, UNITS.get(word, TENS.get(word, 0))))


def _part_hour(word: str) -> int:
    return DAYPARTS.get(word, 12)


_HOUR_GROUPS = (
    "half_hour",
    "quarter_hour",
    "saade_hour",
    "clock_hour",
    "hour",
    "hindi_hour",
    "hi_hour",
    "at_hour",
)
_SPOKEN_MINUTES = {"thirty": 30, "fifteen": 15, "forty five": 45}
