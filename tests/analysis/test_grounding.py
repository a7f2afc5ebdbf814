"""Nothing is shown that was not said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Evidence, Fact, Findings, Intent
from analysis.grounding import NEVER_SAID, NO_SUCH_TURN, NOT_CONFIRMED, NOT_THE_CUSTOMER, find_quote, ground
from tests.analysis.conversations import conversation

TALK = conversation("""
A: Is your budget around 80 lakh?
C: Yes, that is right. My  name is Zoë Fernández.
A: We also have a flat in Pune.
C: I don't know.
""")


def fact(value: Any, *, turn: int, quote: str) -> Fact[Any]:
    evidence = Evidence(turn=turn, quote=quote, second=99.0, speaker="customer")
    return Fact(value=value, confidence=0.9, evidence=evidence)


def test_a_quote_that_was_never_said_is_dropped() -> None:
    grounded = ground(Findings(contact_name=fact("Bob", turn=1, quote="my name is Bob")), TALK)
    assert grounded.findings.contact_name is None
    assert [(each.name, each.why) for each in grounded.dropped] == [("contact_name", NEVER_SAID)]


def test_a_quote_from_a_turn_that_does_not_exist_is_dropped() -> None:
    grounded = ground(Findings(city=fact("Pune", turn=17, quote="Pune")), TALK)
    assert [each.why for each in grounded.dropped] == [NO_SUCH_TURN]


@pytest.mark.row("B.1")
def test_a_quote_is_stored_as_it_stands_in_the_turn() -> None:
    said = fact("Zoë Fernández", turn=1, quote="my name is zoe\u0308 FERNÁNDEZ")
    kept = ground(Findings(contact_name=said), TALK).findings.contact_name
    assert kept is not None
    assert kept.evidence.quote == "My  name is Zoë Fernández"


def test_speaker_and_second_come_from_the_turn() -> None:
    kept = ground(Findings(budget=None, email=fact("x", turn=0, quote="80 lakh")), TALK).findings.email
    assert kept is not None
    assert (kept.evidence.speaker, kept.evidence.second) == ("agent", None)


def test_what_our_agent_said_is_no_fact_about_the_customer() -> None:
    grounded = ground(Findings(city=fact("Pune", turn=2, quote="Pune")), TALK)
    assert grounded.findings.city is None
    assert [each.why for each in grounded.dropped] == [NOT_CONFIRMED]


def test_a_question_that_the_customer_confirmed_counts() -> None:
    assert ground(Findings(timeline=None, state=fact("x", turn=0, quote="80 lakh")), TALK).dropped == ()


def test_a_request_not_to_be_called_needs_the_customer_even_when_they_said_yes() -> None:
    talk = conversation("A: So you do not want to be called again, right?\nC: Yes.")
    said = fact(Intent.DO_NOT_CALL, turn=0, quote="do not want to be called again")
    grounded = ground(Findings(intent=said), talk)
    assert grounded.findings.intent is None
    assert [each.why for each in grounded.dropped] == [NOT_THE_CUSTOMER]


def test_facts_in_lists_and_own_fields_are_checked_one_by_one() -> None:
    findings = Findings(
        objections=(fact("a", turn=3, quote="I don't know"), fact("b", turn=3, quote="never said")),
        custom={
            "bedrooms": fact(2, turn=3, quote="two bedrooms"),
            "sure": fact(False, turn=3, quote="don't know"),
        },
    )
    grounded = ground(findings, TALK)
    assert [each.value for each in grounded.findings.objections] == ["a"]
    assert list(grounded.findings.custom) == ["sure"]
    assert [each.name for each in grounded.dropped] == ["objections[1]", "custom.bedrooms"]


@given(text=st.text(max_size=60), quote=st.text(max_size=8))
def test_what_is_found_is_always_a_substring(text: str, quote: str) -> None:
    found = find_quote(quote, text)
    assert found is None or found in text


@given(text=st.text(min_size=1, max_size=60), data=st.data())
def test_a_part_of_the_text_is_always_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert (find_quote(quote, text) is not None) == bool(quote.strip())
