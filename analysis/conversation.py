"""A conversation as the analysis reads it: plain values, no database row, no provider's word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Speaker = Literal["customer", "agent"]
FieldKind = Literal["text", "number", "money", "date", "yes_no", "choice"]


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as it was said. `index` is the turn's own number; seconds count from the start of the call."""

    index: int
    speaker: Speaker
    text: str
    start_seconds: float | None = None
    end_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class WantedField:
    """Something this company wants to know from its calls; the answer lands in `Findings.custom[key]`.

    `label` is what people call it ("Monthly rent"); without one the key's words stand for it.
    """

    key: str
    kind: FieldKind
    description: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything an analysis may know about one call.

    `called_at` is aware; `region` is an ISO country code ("IN"), `currency` an ISO code ("INR"),
    `time_zone` an IANA name ("Asia/Kolkata"). `our_name` is the company that uses Ringside: never the
    customer's business. Raises ValueError for a naive `called_at`.
    """

    lines: tuple[Line, ...]
    called_at: datetime
    region: str
    currency: str
    time_zone: str
    our_name: str = ""
    customer_number: str = ""
    duration_seconds: float | None = None
    wanted: tuple[WantedField, ...] = ()
    preset: str = ""

    def __post_init__(self) -> None:
        if self.called_at.tzinfo is None:
            raise ValueError("called_at must be an aware datetime")

    @property
    def local_time(self) -> datetime:
        """When the call was made, as the company's clocks showed it: what "tomorrow at 11" counts from."""
        return self.called_at.astimezone(ZoneInfo(self.time_zone))

    def line(self, index: int) -> Line | None:
        """The line with that number, or None."""
        if 0 <= index < len(self.lines) and self.lines[index].index == index:
            return self.lines[index]
        return next((line for line in self.lines if line.index == index), None)

    def line_after(self, index: int) -> Line | None:
        """The line directly after the one with that number, or None."""
        places = (place for place, line in enumerate(self.lines) if line.index == index)
        place = next(places, None)
        if place is None or place + 1 >= len(self.lines):
            return None
        return self.lines[place + 1]
