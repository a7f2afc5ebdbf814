"""The words for days and times, and the patterns made of them: tables for `moments`."""

import re
from collections.abc import Callable

from analysis.backends.builtin.numeral_words import UNITS

WEEKDAYS = {
    name: number
    for number, names in enumerate((
        "monday mon somvar somwar somvaar somwaar सोमवार",
        "tuesday tues tue mangalvar mangalwar mangalvaar mangalwaar मंगलवार",
        "wednesday wed budhvar budhwar budhvaar budhwaar बुधवार",
        "thursday thurs thur thu guruvar guruwar guruvaar guruwaar veervar गुरुवार",
        "friday fri shukravar shukrawar shukravaar shukrawaar shukrvar शुक्रवार",
        "saturday sat shanivar shaniwar shanivaar shaniwaar शनिवार",
        "sunday sun ravivar ravivaar raviwar raviwaar itwar itvar itwaar itvaar रविवार",
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
    **dict.fromkeys(("before lunch",), 11),
    **dict.fromkeys(("after lunch",), 14),
    **dict.fromkeys(("noon", "lunch time", "lunchtime", "midday"), 12),
    **dict.fromkeys(("afternoon", "dopahar", "dopaher", "dopehar", "दोपहर"), 15),
    **dict.fromkeys(("evening", "shaam", "sham", "शाम"), 18),
    **dict.fromkeys(("night", "raat", "रात", "tonight"), 20),
}  # fmt: skip
WORKDAY_HOUR = 10

SMALL_COUNTS = {word: value for word, value in UNITS.items() if 1 <= value <= 12} | {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "half an": 0,
}
_COUNT = (
    (r"(?P<count>\d{1,3}|")
    + "|".join(sorted((re.escape(word) for word in SMALL_COUNTS), key=len, reverse=True))
    + r"|fifteen|twenty|thirty|forty five|forty)"
)
_HOUR_WORDS = "|".join(
    word
    for word, value in UNITS.items()
    if 1 <= value <= 12 and word.isascii() and word not in {"do", "das", "dus", "bara", "char"}
)
_HINDI_HOURS = "|".join(word for word, value in UNITS.items() if 1 <= value <= 12)
_ONES = tuple(
    word
    for row in (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth",
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    )
    for word in row.split()
)
ORDINALS = {
    **{word: number for number, word in enumerate(_ONES, start=1)},
    **{f"twenty {word}": 20 + number for number, word in enumerate(_ONES[:9], start=1)},
    "thirtieth": 30,
    "thirty first": 31,
}
# "The first time", "the second floor": these count something else than days.
ORDINAL = re.compile(
    rf"\b(?P<ordinal>twenty[ -](?:{'|'.join(_ONES[:9])})|thirty[ -]first|thirtieth|{'|'.join(reversed(_ONES))})\b"
    r"(?! (?:thing|time|floor|name|one|two|three|person|step|option|class|half|part|phase|visit|call|of all|choice|"
    r"party|place|child|year|month|week|quarter|avenue|street|ave|st|cross|main|hand))"
)
_WEEKDAY = "|".join(
    sorted(
        (word for word in WEEKDAYS if word not in {"sat", "sun", "mon", "wed", "fri", "thu", "tue"}),
        key=len,
        reverse=True,
    )
)
_SHORT = r"(?:mon|tue|wed|thu|fri|sat|sun)(?=[\s,.]+(?:at|\d|morning|evening|afternoon)|[.,]|$)"
_MONTH = "|".join(sorted((word for word in MONTHS if word not in {"may", "mar"}), key=len, reverse=True))

_PART_OF_MONTH = (
    rf"\b(?P<part_of_month>early|beginning of|start of|mid|middle of|late|end of)[ -](?P<month3>{_MONTH}|may)\b"
)
PART_OF_MONTH = re.compile(_PART_OF_MONTH)
DAY = re.compile(
    rf"(?P<week_later>\b(?:a )?week (?:from|after|on) (?:next )?(?P<from_day>today|tomorrow|now|{_WEEKDAY})\b)|"
    rf"(?P<fortnight>\b(?:a |one )?fortnight\b)|"
    rf"\b(?:next|agle) (?:week|hafte),? (?:on )?(?P<next_week_day>{_WEEKDAY})\b|"
    r"\b(?P<iso>20\d\d-\d\d-\d\d)\b|"
    r"(?P<hour_half>\b(?:in |after )?(?:an|one) hour and a half\b(?: from now)?)|"
    rf"\b{_COUNT.replace('?P<count>', '?P<count_now>')}\s+"
    r"(?P<unit_now>minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\s+from\s+(?:now|today)\b|"
    r"(?P<after>\bday after(?: tomorrow)?\b|\bparson?\b|\bparso\b|परसों)|(?P<tomorrow>\btomorrow\b|"
    r"\btmrw\b|\btomo\b|\bkal\b|कल)|"
    r"(?P<today>\btoday\b|\btonight\b|\baaj\b|आज|\bthis (?=evening|afternoon|morning))|"
    rf"(?P<which>\b(?:next|coming|this|agle|is)\s+)?\b(?P<weekday>{_WEEKDAY}|"
    rf"{_SHORT})s?\b(?P<week>\s+(?:next\s+)?week\b)?|"
    rf"\b(?:the\s+)?(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}|may|mar)\b|"
    rf"\b(?P<month2>{_MONTH}|may(?=\s+\d)|mar(?=\s+\d))\s+(?:the\s+)?(?P<dom2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\b(?!\s*(?:am|pm|%|lakh))|"
    r"\b(?:the|on)\s+(?:the\s+)?(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b|"
    r"\b(?P<tareekh>\d{1,2})\s+(?:tareekh|tarikh|taarikh|तारीख)|"
    r"\b(?P<num1>\d{1,2})[/-](?P<num2>\d{1,2})(?:[/-](?P<year>\d{2,4}))?\b|"
    rf"\b(?:in|after)\s+(?:about\s+)?{_COUNT}\s+(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\b|"
    r"\b(?P<count_hi>\d{1,2}|aadhe|adhe|aadha|ek|do|teen|char|paanch|panch)\s+(?P<unit_hi>minute|ghante|ghanta|din|hafte|"
    r"mahine)\s+(?:baad|mein|me)\b|"
    rf"{_PART_OF_MONTH}|"
    r"\b(?P<span>(?:next|agle|early next)\s+(?:week|hafte|month|mahine)|(?:the )?(?:end|last day) of (?:the |this |"
    r"next )?(?:week|"
    r"month)|(?:this |the |next )?weekend|month end)\b"
)
TIME = re.compile(
    rf"(?P<half>\bhalf (?:past\s+)?)(?P<half_hour>\d{{1,2}}|{_HOUR_WORDS})\b(?!\s*(?:million|lakh|crore|hundred|"
    rf"thousand))|"
    rf"\b(?P<past_minutes>five|ten|twenty five|twenty|5|10|20|25)\s+(?:minutes\s+)?(?P<past>past|to)\s+"
    rf"(?P<past_hour>\d{{1,2}}|{_HOUR_WORDS})\b(?!\s*(?:lakh|crore|thousand|hundred|grand|k\b|people|days|weeks|"
    rf"months|years|percent|pm\b|am\b|baje|\d))|"
    rf"\bbetween\s+(?P<between_hour>\d{{1,2}}|{_HOUR_WORDS})\s+(?:and|to)\s+(?:\d{{1,2}}|{_HOUR_WORDS})"
    rf"(?=\s*(?:[ap]\.?m\b|o'?\s?clock|baje|tomorrow|today|on\b|in the))(?:\s*(?P<between_half>[ap]\.?m\b))?|"
    rf"\b(?P<range_hour>\d{{1,2}}|{_HOUR_WORDS})\s*(?:to|-|se)\s*(?:\d{{1,2}}|{_HOUR_WORDS})\s*"
    rf"(?P<range_half>[ap]\.m\.|[ap]\.?m\b|[ap] m\b|o'?\s?clock\b|baje\b)|"
    rf"\b(?P<mil_hour>[01]\d|2[0-3])(?P<mil_minute>[0-5]\d)\s*(?:hours|hrs)\b|"
    rf"\b(?P<ish_hour>\d{{1,2}}|{_HOUR_WORDS})[ -]?ish\b|"
    rf"\bquarter\s+(?P<quarter>past|after|to|till|of|before)\s+(?P<quarter_hour>\d{{1,2}}|{_HOUR_WORDS})\b|"
    rf"\b(?P<saade>saadhe|sadhe|saade|sade|साढ़े|sava|savva|sawa|सवा|paune|pone|पौने)\s+(?P<saade_hour>\d{{1,2}}|"
    rf"{_HINDI_HOURS})\b(?!\s*(?:lakh|crore|karod|hazar|hazaar|sau\b|लाख|करोड़))(?:\s*(?:baje|बजे))?|"
    r"\b(?P<dedh>dedh|dhai|adhai|डेढ़|ढाई)\s+(?:baje|बजे)|"
    r"\b(?P<clock_hour>\d{1,2})[:.](?P<clock_minute>[0-5]\d)(?!\d)\s*(?P<clock_half>[ap]\.?m\b\.?)?|"
    rf"\b(?P<hour>\d{{1,2}}|{_HOUR_WORDS})(?:\s+(?P<spoken>thirty|fifteen|"
    rf"forty five|forty|twenty five|twenty|ten|fifty))?\s*(?P<half_day>[ap]\.m\.|[ap]m\b|[ap] m\b|o'?\s?clock\b|"
    rf"baje\b)|"
    r"(?P<hindi_hour>एक|दो|तीन|चार|पांच|पाँच|छह|सात|आठ|नौ|दस|ग्यारह|बारह|\d{1,2})\s*बजे|"
    rf"\b(?P<hi_hour>{_HINDI_HOURS})\s+baje\b|"
    rf"\b(?:at|by|around|about|after|before|till|until|post)\s+(?:about\s+|"
    rf"around\s+)?(?P<at_hour>\d{{1,2}}|{_HOUR_WORDS})(?:\s+(?P<at_spoken>thirty|fifteen|"
    rf"forty five))?(?:\s*(?P<at_half>[ap]\.m\.|[ap]\.?m\b|o'?\s?clock\b|baje\b))?"
    r"(?!\s*(?:%|lakh|crore|k\b|thousand|hundred|percent|people|days?|weeks?|months?|years?|minutes?|"
    r"mins?|hours?|\d|[a-z]+ (?:people|lakh)|st\b|nd\b|rd\b|th\b|[.,:]\d|of\b|bed|bhk|point|"
    r"dot))(?![\w])|"
    rf"\b(?P<bare_hour>\d{{1,2}}|{_HOUR_WORDS})\s+(?P<bare_spoken>thirty|fifteen|forty five)\b(?! (?:lakh|"
    rf"thousand|people))|"
    rf"\b(?P<part_hour>\d{{1,2}}|{_HOUR_WORDS})(?=,? (?:in the |this )(?:morning|afternoon|evening)|,? sharp\b)|"
    r"(?P<noon>\bnoon\b|\bmidday\b)|(?P<midnight>\bmidnight\b)"
)
# An hour that stands alone is a time only where one was asked for: "Eleven is better.", "Thursday morning, ten."
LONE_HOUR = re.compile(
    rf"(?:^|[.,!?;] |\b(?:say|maybe|make it|no|or|ko|morning|afternoon|evening|{_WEEKDAY}) )"
    rf"(?P<hour>\d{{1,2}}|{_HOUR_WORDS}|char|das|dus|baarah)"
    r"(?=[.,!?;]|$|'s (?:fine|good|great|perfect|ok)| (?:is|would|works|"
    rf"please|sounds|hi|then|should)\b)"
)
PART_OF_DAY = re.compile(
    r"\b(?P<part>after lunch|before lunch|morning|subah|afternoon|dopahar|dopaher|dopehar|evening|shaam|sham|night|"
    r"raat|tonight|"
    r"lunch ?time)\b|सुबह|दोपहर|शाम|रात"
)
LINK = re.compile(
    r"^[\s,]*(?:(?:at|on|in|the|around|about|by|ko|ke|after|maybe|say|please|only|also|of|for|and|sometime|"
    r"any ?time|early|late|first thing)[\s,]*)*$"
)
COUNT_WORDS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45}
# Half past, a quarter past, a quarter to.
HINDI_SHIFTS: dict[str, Callable[[int], tuple[int, int]]] = {
    **{word: lambda hour: (30, hour) for word in ("saadhe", "sadhe", "saade", "sade", "साढ़े")},
    **{word: lambda hour: (15, hour) for word in ("sava", "savva", "sawa", "सवा")},
    **{word: lambda hour: (45, hour - 1) for word in ("paune", "pone", "पौने")},
}
HOUR_GROUPS = (
    "half_hour",
    "quarter_hour",
    "saade_hour",
    "clock_hour",
    "hour",
    "hindi_hour",
    "hi_hour",
    "at_hour",
    "bare_hour",
    "part_hour",
    "past_hour",
    "between_hour",
    "range_hour",
    "mil_hour",
    "ish_hour",
)
HALF_GROUPS = ("half_day", "clock_half", "at_half", "between_half", "range_half")
SPOKEN_MINUTES = {
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "twenty five": 25,
    "thirty": 30,
    "forty": 40,
    "forty five": 45,
    "fifty": 50,
}
