"""The words for days and times, and the patterns made of them: tables for `moments`."""

import re

from analysis.backends.builtin.numeral_words import UNITS

WEEKDAYS = {
    name: number
    for number, names in enumerate((
        "monday mon somvar somwar सोमवार",
        "tuesday tues tue mangalvar mangalwar मंगलवार",
        "wednesday wed budhvar budhwar बुधवार",
        "thursday thurs thur thu guruvar guruwar veervar गुरुवार",
        "friday fri shukravar shukrawar shukrvar शुक्रवार",
        "saturday sat shanivar shaniwar shanivaar shaniwaar शनिवार",
        "sunday sun ravivar ravivaar raviwar itwar itvar रविवार",
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
_WEEKDAY = "|".join(
    sorted(
        (word for word in WEEKDAYS if word not in {"sat", "sun", "mon", "wed", "fri", "thu", "tue"}),
        key=len,
        reverse=True,
    )
)
_SHORT = r"(?:mon|tue|wed|thu|fri|sat|sun)(?=[\s,.]+(?:at|\d|morning|evening|afternoon)|[.,]|$)"
_MONTH = "|".join(sorted((word for word in MONTHS if word not in {"may", "mar"}), key=len, reverse=True))

DAY = re.compile(
    r"(?P<after>\bday after(?: tomorrow)?\b|\bparson?\b|\bparso\b|परसों)|(?P<tomorrow>\btomorrow\b|"
    r"\btmrw\b|\btomo\b|\bkal\b|कल)|"
    r"(?P<today>\btoday\b|\btonight\b|\baaj\b|आज|\bthis (?=evening|afternoon|morning))|"
    rf"(?P<which>\b(?:next|coming|this|agle|is)\s+)?\b(?P<weekday>{_WEEKDAY}|"
    rf"{_SHORT})s?\b(?P<week>\s+(?:next\s+)?week\b)?|"
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
TIME = re.compile(
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
    rf"\b(?P<bare_hour>\d{{1,2}}|{_HOUR_WORDS})\s+(?P<bare_spoken>thirty|fifteen|forty five)\b(?! (?:lakh|"
    rf"thousand|people))|"
    rf"\b(?P<part_hour>\d{{1,2}}|{_HOUR_WORDS})(?=,? (?:in the |this )(?:morning|afternoon|evening)|,? sharp\b)|"
    r"(?P<noon>\bnoon\b|\bmidday\b)"
)
# An hour that stands alone is a time only where one was asked for: "Eleven is better.", "Thursday morning, ten."
LONE_HOUR = re.compile(
    rf"(?:^|[.,!?;] |\b(?:say|maybe|make it|no|or|ko|morning|afternoon|evening|{_WEEKDAY}) )"
    rf"(?P<hour>\d{{1,2}}|{_HOUR_WORDS}|char|das|dus|baarah)(?=[.,!?;]|$| (?:is|would|works|please|sounds|hi|"
    rf"then|should)\b)"
)
PART_OF_DAY = re.compile(
    r"\b(?P<part>morning|subah|afternoon|dopahar|dopaher|dopehar|evening|shaam|sham|night|raat|tonight|"
    r"lunch ?time)\b|सुबह|दोपहर|शाम|रात"
)
LINK = re.compile(
    r"^[\s,]*(?:(?:at|on|in|the|around|about|by|ko|ke|after|maybe|say|please|only|also|of|for|and|sometime|"
    r"any ?time|early|late|first thing)[\s,]*)*$"
)
COUNT_WORDS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45}
