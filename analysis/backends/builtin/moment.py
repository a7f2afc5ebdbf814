"""A moment that was named, and how words beside each other name one moment together."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from analysis.backends.builtin.moment_words import (
    LINK,
    WORKDAY_HOUR,
)


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


def around(moment: Moment, spans: list[tuple[int, int]]) -> Moment:
    """The moment with the whole of every word it begins or ends in."""
    start = next((a for a, b in spans if a <= moment.start < b), moment.start)
    end = next((b for a, b in spans if a < moment.end <= b), moment.end)
    return replace(moment, start=start, end=end)


def joined(parts: list[Moment], low: str) -> list[Moment]:
    joined: list[Moment] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before and part.start < before.end and part.end <= before.end:
            continue
        if before and part.start - before.end <= 30 and LINK.match(low[before.end : part.start]):
            both = _both(before, part)
            if both:
                joined[-1] = both
                continue
        joined.append(part)
    return joined


def _both(one: Moment, other: Moment) -> Moment | None:
    if one.exact or other.exact:
        return None
    if one.day and other.day and one.day != other.day:
        # "Friday the 20th": the weekday of a later week.
        if one.at or other.at or (one.day - other.day).days % 7:
            return None
        return replace(other, day=max(one.day, other.day), start=one.start, end=max(one.end, other.end))
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
