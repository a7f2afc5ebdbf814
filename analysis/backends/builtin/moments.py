"""Days and times as people say them, counted from the call: "tomorrow at 11", "kal subah"."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from analysis.backends.builtin.moment import Moment, around, joined
from analysis.backends.builtin.moment_words import (
    COUNT_WORDS,
    DAY,
    DAYPARTS,
    HALF_GROUPS,
    HINDI_SHIFTS,
    HOUR_GROUPS,
    LONE_HOUR,
    MONTHS,
    ORDINAL,
    ORDINALS,
    PART_OF_DAY,
    SMALL_COUNTS,
    SPOKEN_MINUTES,
    TIME,
    WEEKDAYS,
)
from analysis.backends.builtin.numeral_words import TENS, UNITS


def read_moments(text: str, *, called_at: datetime, day_first: bool = True, is_answer: bool = False) -> list[Moment]:
    """All days and times in a text, a day and the time said beside it as one. `called_at` is in the
    local zone.

    `day_first` reads 3/4 as the third of April. `is_answer` says that a time was asked for, so that an hour alone
    ("Eleven is better") is one. Never raises; impossible dates are left out.
    """
    small = text.lower()
    low, ordinals = _with_figures((small if len(small) == len(text) else text).replace("’", "'"))
    parts = [moment for match in DAY.finditer(low) if (moment := _day(match, called_at, day_first))]
    parts += [moment for match in TIME.finditer(low) if (moment := _clock(match))]
    if is_answer:
        taken = [(part.start, part.end) for part in parts]
        parts += [
            _lone(match)
            for match in LONE_HOUR.finditer(low)
            if 1 <= _number(match["hour"]) <= 12 and not any(a <= match.start("hour") < b for a, b in taken)
        ]
    parts += [
        Moment(None, time(_part_hour(match[0])), match.start(), match.end()) for match in PART_OF_DAY.finditer(low)
    ]
    whole = joined(sorted(parts, key=lambda part: (part.start, -part.end)), low)
    return [around(each, ordinals) for each in whole] if ordinals else whole


# "Mid January": a day to count on within that part of a month.
_DAY_IN_MONTH = {"early": 3, "beginning": 1, "start": 1, "mid": 15, "middle": 15, "late": 25, "end": 28}


def next_weekday(number: int, *, after: date) -> date:
    """The first such weekday after a day (a week later when it is that very day)."""
    return after + timedelta(days=(number - after.weekday() - 1) % 7 + 1)


def _with_figures(low: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with "twentieth" written as 20th at its own end, as long as before, and where that was done."""
    if not ORDINAL.search(low):
        return low, []
    spans: list[tuple[int, int]] = []

    def figure(match: re.Match[str]) -> str:
        number = ORDINALS[match["ordinal"].replace("-", " ")]
        spans.append(match.span())
        return f"{number}th".rjust(len(match[0]))

    return ORDINAL.sub(figure, low), spans


def _day(match: re.Match[str], called_at: datetime, day_first: bool) -> Moment | None:
    today, start, end = called_at.date(), match.start(), match.end()
    found = Moment(None, None, start, end)
    if counted := _counted_on(match, found, called_at):
        return counted
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
        half = match["count_hi"].startswith(("aadh", "adh"))
        return _counted(found, _number(match["count_hi"]), match["unit_hi"], called_at, half=half)
    if match["span"]:
        return replace(found, day=_span(match["span"], today))
    day = _calendar_day(match, today, day_first)
    return replace(found, day=day) if day else None


def _counted_on(match: re.Match[str], found: Moment, called_at: datetime) -> Moment | None:
    """ "A week from Friday", "in a fortnight", "next week Friday", "an hour and a half", "two days from now"."""
    today = called_at.date()
    if match["week_later"]:
        word = match["from_day"]
        days = {"today": 0, "now": 0, "tomorrow": 1}.get(word)
        day = next_weekday(WEEKDAYS[word], after=today) if days is None else today + timedelta(days=days)
        return replace(found, day=day + timedelta(days=7))
    if match["fortnight"]:
        return replace(found, day=today + timedelta(days=14))
    if match["next_week_day"]:
        return replace(found, day=today + timedelta(days=7 - today.weekday() + WEEKDAYS[match["next_week_day"]]))
    if match["hour_half"]:
        return replace(found, exact=called_at + timedelta(minutes=90))
    if match["count_now"]:
        half = "half" in match["count_now"]
        return _counted(found, _number(match["count_now"]), match["unit_now"], called_at, half=half)
    return None


def _weekday(match: re.Match[str], today: date) -> date:
    day = next_weekday(WEEKDAYS[match["weekday"]], after=today)
    if match["week"] and "next" in match["week"]:
        return today + timedelta(days=7 - today.weekday() + WEEKDAYS[match["weekday"]])
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
        return next_weekday(4, after=next_weekday(6, after=today) if "next" in words else today)
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    if "end" in words or "last" in words:
        if "next" in words:
            first_of_next = (first_of_next + timedelta(days=32)).replace(day=1)
        return first_of_next - timedelta(days=1)
    return next_weekday(0, after=today) if "week" in words or "hafte" in words else first_of_next


def _calendar_day(match: re.Match[str], today: date, day_first: bool) -> date | None:
    year, month, day = today.year, today.month, 0
    if match["iso"]:
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            return None
    if match["part_of_month"]:
        month = MONTHS[match["month3"]]
        day = _DAY_IN_MONTH[match["part_of_month"].split()[0]]
    elif match["dom"] or match["dom2"]:
        day, month = int(match["dom"] or match["dom2"]), MONTHS[match["month"] or match["month2"]]
    elif match["ordinal"] or match["tareekh"]:
        day = int(match["ordinal"] or match["tareekh"])
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
    hour_word = next((groups[key] for key in HOUR_GROUPS if groups[key]), None)
    hour = 12 if groups["noon"] else 0 if groups["midnight"] else _number(hour_word or "")
    minute = int(groups["clock_minute"] or groups["mil_minute"] or 0) or SPOKEN_MINUTES.get(
        groups["spoken"] or groups["at_spoken"] or groups["bare_spoken"] or "", 0
    )
    if groups["half"]:
        minute = 30
    if groups["saade"]:
        minute, hour = HINDI_SHIFTS[groups["saade"]](hour)
    if groups["dedh"]:
        minute, hour = 30, 1 if groups["dedh"] in ("dedh", "डेढ़") else 2
    if groups["quarter"]:
        minute, hour = (15, hour) if groups["quarter"] in ("past", "after") else (45, hour - 1)
    if groups["past"]:
        said = _number(groups["past_minutes"])
        # "Five to six" is a stretch of hours; "twenty to six" can only be a time.
        if groups["past"] == "to" and (said == 5 or hour >= said):
            return None
        minute, hour = (said, hour) if groups["past"] == "past" else (60 - said, hour - 1)
    half = next((groups[key] for key in HALF_GROUPS if groups[key]), "").replace(".", "").replace(" ", "")
    if not 0 <= hour <= 23:
        return None
    is_plain = not (groups["midnight"] or groups["mil_hour"])
    hour = _meant_hour(hour, half) if is_plain else hour
    return Moment(None, time(hour, minute), match.start(), match.end(), is_clock=True)


def _lone(match: re.Match[str]) -> Moment:
    hour = _meant_hour(_number(match["hour"]), "")
    return Moment(None, time(hour), match.start("hour"), match.end("hour"), is_clock=True)


def _meant_hour(hour: int, half: str) -> int:
    """Without am or pm, people mean the day's working side: 8 to 12 in the morning, 1 to 7 after noon."""
    if half == "pm":
        return hour if hour >= 12 else hour + 12
    if half == "am":
        return 0 if hour == 12 else hour
    return hour + 12 if 1 <= hour <= 7 else hour


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return COUNT_WORDS.get(word, SMALL_COUNTS.get(word, UNITS.get(word, TENS.get(word, 0))))


def _part_hour(word: str) -> int:
    return DAYPARTS.get(word, 12)
