"""The exact typed shape of what a call meant. Every backend fills this and nothing else; it round-trips
through JSON.

A value that a person said is a `Fact`: the value, how sure we are, and the turn and words it came from.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from analysis.conversation import Speaker

SCHEMA_VERSION = 1

T = TypeVar("T")
Share = Annotated[float, Field(ge=0, le=1)]
Mood = Annotated[float, Field(ge=-1, le=1)]


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Frozen):
    """Where a value came from. After grounding, `quote` is an exact substring of the turn."""

    turn: int
    quote: str
    second: float | None = None
    speaker: Speaker


class Fact(Frozen, Generic[T]):
    """One value with its evidence. `conflict` is something else that was said and does not agree
    with the value.
    """

    value: T
    confidence: Share
    evidence: Evidence
    conflict: Evidence | None = None


class Money(Frozen):
    """An amount or a range. "Under 50 lakh" has no minimum; "at least 2,000 a month" has no maximum."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str
    period: Literal["once", "month", "year"] = "once"


class Timeline(Frozen):
    """When they want it: their words, and the latest day as days after the call (0 = at once), if it
    can be counted.
    """

    text: str
    days: int | None = None


class Sentiment(Frozen):
    """The customer's mood. `course` has one (turn, score) for every customer turn, in order."""

    score: Mood
    label: Literal["positive", "neutral", "negative", "mixed"]
    course: tuple[tuple[int, Mood], ...] = ()


class Intent(StrEnum):
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    CALLBACK = "callback"
    DO_NOT_CALL = "do_not_call"
    UNCLEAR = "unclear"


class Resolution(StrEnum):
    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    ESCALATED = "escalated"


class BusinessOutcome(StrEnum):
    BOOKING = "booking"
    LEAD_GENERATED = "lead_generated"
    FOLLOW_UP_REQUIRED = "follow_up_required"


# A date in a company's own field is an ISO 8601 string: JSON has no dates, and the round trip must be exact.
CustomValue = bool | int | float | str | Money | tuple[str, ...]


class Findings(Frozen):
    """What a call meant. Empty means "not said", never "no"."""

    schema_version: int = SCHEMA_VERSION

    contact_name: Fact[str] | None = None
    business_name: Fact[str] | None = None
    owner_name: Fact[str] | None = None
    city: Fact[str] | None = None
    state: Fact[str] | None = None
    address: Fact[str] | None = None
    postal_code: Fact[str] | None = None
    industry: Fact[str] | None = None
    email: Fact[str] | None = None
    website: Fact[str] | None = None
    phones: tuple[Fact[str], ...] = ()
    company_size: Fact[int] | None = None
    annual_revenue: Fact[Money] | None = None
    decision_maker: Fact[bool] | None = None

    summary: str = ""
    key_points: tuple[Fact[str], ...] = ()
    topics: tuple[Fact[str], ...] = ()
    keywords: tuple[Fact[str], ...] = ()
    sentiment: Sentiment | None = None
    engagement: Share | None = None
    intent: Fact[Intent] | None = None
    callback_at: Fact[AwareDatetime] | None = None
    objections: tuple[Fact[str], ...] = ()
    positive_signals: tuple[Fact[str], ...] = ()
    pain_points: tuple[Fact[str], ...] = ()
    budget: Fact[Money] | None = None
    timeline: Fact[Timeline] | None = None
    next_best_action: Fact[str] | None = None
    emergency: Fact[bool] | None = None
    resolution: Fact[Resolution] | None = None
    business_outcome: Fact[BusinessOutcome] | None = None

    custom: dict[str, Fact[CustomValue]] = Field(default_factory=dict)

    @property
    def stated_intent(self) -> Intent:
        """The intent, `unclear` when the customer did not show one."""
        return self.intent.value if self.intent else Intent.UNCLEAR

    def facts(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Every fact with its name, in the order of the page.

        Names are field names; one of a list is `phones[0]`, a company's own field is `custom.bedrooms`.
        """
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Fact):
                yield name, value
            elif isinstance(value, tuple):
                yield from ((f"{name}[{place}]", fact) for place, fact in enumerate(value))
        for key, fact in self.custom.items():
            yield f"custom.{key}", fact
