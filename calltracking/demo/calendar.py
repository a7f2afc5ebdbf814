"""When the demo's calls are held: the weeks and hours of a business that people ring."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 91
# Monday to Sunday; on Sundays people look at flats.
WEEKDAYS = (10, 9, 9, 10, 11, 12, 4)
HOURS = {9: 6, 10: 12, 11: 14, 12: 10, 13: 5, 14: 6, 15: 8, 16: 10, 17: 12, 18: 11, 19: 6, 20: 2}
DAYTIMES = ((12, "morning"), (17, "afternoon"), (24, "evening"))
VISIT_HOURS = (10, 11, 12, 15, 16, 17)
# In a quarter the business grows by half.
GROWTH = 0.5


def first_day(random: Random, *, today: date) -> date:
    """Return a day of the last three months, busy weekdays and later weeks more often."""
    days = [today - timedelta(days=back) for back in range(DAYS)]
    weights = [WEEKDAYS[day.weekday()] * (1 + GROWTH * (DAYS - back) / DAYS) for back, day in enumerate(days)]
    return random.choices(days, weights=weights)[0]


def moment(random: Random, *, day: date, zone: ZoneInfo) -> datetime:
    """Return a moment of the day at which calls are held."""
    hour = random.choices(list(HOURS), weights=list(HOURS.values()))[0]
    return datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), tzinfo=zone)


def while_open(moment: datetime) -> datetime:
    """Return the moment, or the next morning when nobody calls any more."""
    return moment if moment.hour <= max(HOURS) else (moment + timedelta(days=1)).replace(hour=min(HOURS))


def visit_after(random: Random, moment: datetime) -> datetime:
    """Return when somebody comes or is visited after a call: the next days, at a full hour."""
    day = moment + timedelta(days=random.randrange(1, 6))
    return day.replace(hour=random.choice(VISIT_HOURS), minute=0, second=0)


def said_moment(then: datetime, *, now: datetime, mixes: bool) -> str:
    """Return how people name a moment of the next days: `tomorrow at 11 am`, `Saturday at 4 pm`, `kal 11 baje`."""
    days = (then.date() - now.date()).days
    hour, half = (then.hour - 1) % 12 + 1, "am" if then.hour < 12 else "pm"
    if mixes:
        part = "subah" if then.hour < 12 else "dopahar" if then.hour < 16 else "shaam"
        return f"{'aaj' if not days else 'kal' if days == 1 else f'{then:%A} ko'} {part} {hour} baje"
    clock = "noon" if then.hour == 12 else f"{hour} {half}"
    return f"{'today' if not days else 'tomorrow' if days == 1 else f'{then:%A}'} at {clock}"


def daytime(moment: datetime) -> str:
    return next(word for until, word in DAYTIMES if moment.hour < until)
