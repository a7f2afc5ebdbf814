"""The score, its reasons and what follows from it."""

from typing import Any

import pytest

from analysis.findings import Evidence, Fact, Findings, Intent
from analysis.metrics import measure
from analysis.scoring import DEFAULT_RULES, Hot, Rule, Rules, is_hot, probability_of, score
from tests.analysis.conversations import ALL, FLAT_IN_HINGLISH, REFUSAL, conversation, read

METRICS = measure(conversation("A: Hello\nC: Hello\nA: So\nC: Yes"))


def fact(value: Any) -> Fact[Any]:
    return Fact[Any](value=value, confidence=1, evidence=Evidence(turn=1, quote="yes", speaker="customer"))


@pytest.mark.parametrize("text", ALL)
@pytest.mark.row("S0.26", "S3.47")
def test_the_points_of_the_reasons_add_up_to_the_score(text: str) -> None:
    result = score(read(text), measure(conversation(text)))
    assert result.value == max(0, min(100, sum(reason.points for reason in result.reasons)))


@pytest.mark.row("S3.48")
def test_an_agreed_visit_with_a_budget_is_a_hot_lead() -> None:
    result = score(read(FLAT_IN_HINGLISH), measure(conversation(FLAT_IN_HINGLISH)))
    labels = [reason.label for reason in result.reasons]
    assert result.is_hot
    assert {"Agreed to a site visit", "Budget stated", "Interested"} <= set(labels)


def test_a_reason_names_the_turn_it_comes_from() -> None:
    result = score(read(REFUSAL), measure(conversation(REFUSAL)))
    ban = next(each for each in result.reasons if each.key == "do_not_call")
    assert (ban.label, ban.turn) == ("Asked not to be called", 1)
    assert (result.value, result.is_hot) == (0, False)


@pytest.mark.row("S0.72", "S3.49")
def test_probability_rises_with_the_score_and_is_even_at_sixty() -> None:
    chances = [probability_of(value) for value in range(0, 101, 10)]
    assert chances == sorted(chances)
    assert all(0 < chance < 1 for chance in chances)
    assert probability_of(60) == 0.5


def test_a_company_may_use_rules_of_its_own() -> None:
    rules = (Rule("any", "Picked up", 33, lambda findings, metrics: True),)
    assert score(Findings(), METRICS, rules=Rules(rules)).value == 33


def test_a_refusal_is_never_hot_whatever_the_points() -> None:
    no = Evidence(turn=1, quote="no", speaker="customer")
    said = Fact[Intent](value=Intent.NOT_INTERESTED, confidence=1, evidence=no)
    rules = (Rule("any", "Picked up", 90, lambda findings, metrics: True),)
    assert not score(Findings(intent=said), METRICS, rules=Rules(rules)).is_hot
    assert not is_hot(100, Findings(intent=said, emergency=fact(True)), hot=Hot(takes_emergencies=True))


def test_a_company_says_what_hot_is() -> None:
    interested = Findings(intent=fact(Intent.INTERESTED))
    assert is_hot(70, Findings())
    assert not is_hot(70, Findings(), hot=Hot(from_score=71))
    assert not is_hot(99, Findings(), hot=Hot(needs_interest=True))
    assert is_hot(99, interested, hot=Hot(needs_interest=True))
    assert not is_hot(99, interested, hot=Hot(needs_budget=True))
    assert is_hot(5, Findings(emergency=fact(True)), hot=Hot(takes_emergencies=True))
    assert not is_hot(5, Findings(emergency=fact(False)), hot=Hot(takes_emergencies=True))


def test_every_rule_has_its_own_key_and_words() -> None:
    assert (
        len({rule.key for rule in DEFAULT_RULES}) == len({rule.label for rule in DEFAULT_RULES}) == len(DEFAULT_RULES)
    )
