"""Two readings side by side, and whether a transcript has its speakers the wrong way round."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.conversation import Conversation, Line
from analysis.differences import Change, differences
from analysis.findings import Evidence, Fact, Findings, Intent, Sentiment
from analysis.speakers import look_swapped


def fact(value: Any, *, turn: int = 1) -> Fact[Any]:
    evidence = Evidence(turn=turn, quote="words", second=None, speaker="customer")
    return Fact[Any](value=value, confidence=0.8, evidence=evidence)


@pytest.mark.row("B.9")
def test_what_appeared_vanished_and_changed_is_told_field_by_field() -> None:
    before = Findings(
        summary="Short.",
        city=fact("Pune"),
        intent=fact(Intent.UNCLEAR),
        objections=(fact("Price"), fact("Time")),
        custom={"bedrooms": fact(2)},
        sentiment=Sentiment(score=0.1, label="neutral"),
    )
    after = Findings(
        summary="Short.",
        email=fact("asha@example.com", turn=4),
        intent=fact(Intent.INTERESTED),
        objections=(fact("Time", turn=9), fact("Place")),
        custom={"bedrooms": fact(3)},
        sentiment=Sentiment(score=0.5, label="positive"),
    )

    told = {(one.name, one.change): (one.before, one.after) for one in differences(before, after)}

    assert told == {
        ("sentiment", Change.CHANGED): ("neutral", "positive"),
        ("city", Change.VANISHED): ("Pune", None),
        ("email", Change.APPEARED): (None, "asha@example.com"),
        ("intent", Change.CHANGED): (Intent.UNCLEAR, Intent.INTERESTED),
        ("custom.bedrooms", Change.CHANGED): (2, 3),
        ("objections", Change.VANISHED): ("Price", None),
        ("objections", Change.APPEARED): (None, "Place"),
    }


def test_the_same_value_from_other_words_is_no_difference() -> None:
    assert differences(Findings(city=fact("Pune", turn=1)), Findings(city=fact("Pune", turn=7))) == ()


def test_no_and_nothing_differ() -> None:
    [found] = differences(Findings(decision_maker=fact(False)), Findings())

    assert (found.change, found.before, found.after) == (Change.VANISHED, False, None)


def conversation(*said: tuple[Any, str], our_name: str = "Northwind Homes") -> Conversation:
    lines = tuple(Line(index=index, speaker=who, text=text) for index, (who, text) in enumerate(said))
    return Conversation(
        lines=lines,
        called_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        region="IN",
        currency="INR",
        time_zone="Asia/Kolkata",
        our_name=our_name,
    )


@pytest.mark.row("B.11")
@pytest.mark.parametrize(
    "said",
    [
        "Hello, this is Aria from Northwind Homes. How can I help?",
        "thank you for calling northwind homes",
        "Good morning, how may I help you today?",
        "I'm calling from Northwind Homes about your enquiry.",
        "Namaste, main Northwind Homes se bol rahi hoon.",
    ],
)
def test_a_customer_who_opens_as_we_do_suggests_that_they_are_swapped(said: str) -> None:
    swapped = look_swapped(conversation(("customer", said), ("agent", "Yes, I want a flat.")))

    assert swapped is not None
    assert swapped.index == 0
    assert look_swapped(conversation(("agent", said), ("customer", "Yes, I want a flat."))) is None


@pytest.mark.parametrize(
    "said",
    [
        "Hi, is this Northwind Homes?",
        "I saw your advertisement, my name is Meera.",
        "This is Meera, I am calling from Pune.",
        "Can you help me?",
        "",
    ],
)
def test_a_customer_who_speaks_as_a_customer_suggests_nothing(said: str) -> None:
    assert look_swapped(conversation(("customer", said), ("agent", "Yes."))) is None
    assert look_swapped(conversation(("customer", said), ("agent", "Yes."), our_name="")) is None
