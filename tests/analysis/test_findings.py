"""The shape that every backend fills."""

import pytest
from pydantic import ValidationError

from analysis.backends import get_backend
from analysis.findings import CustomValue, Evidence, Fact, Findings, Intent
from tests.analysis.conversations import ALL, conversation, read


@pytest.mark.parametrize("text", ALL)
def test_findings_come_back_from_json_as_they_went(text: str) -> None:
    findings = read(text)
    assert Findings.model_validate_json(findings.model_dump_json()) == findings


def test_own_fields_keep_their_types_through_json() -> None:
    at = Evidence(turn=0, quote="x", speaker="customer")
    values: dict[str, CustomValue] = {"yes": True, "count": 2, "share": 2.5, "word": "2", "many": ("a", "b")}
    facts = {key: Fact[CustomValue](value=value, confidence=1, evidence=at) for key, value in values.items()}
    findings = Findings(custom=facts)
    back = Findings.model_validate_json(findings.model_dump_json())
    assert {key: fact.value for key, fact in back.custom.items()} == values
    assert [type(fact.value) for fact in back.custom.values()] == [bool, int, float, str, tuple]


def test_words_outside_the_schema_are_refused() -> None:
    with pytest.raises(ValidationError):
        Findings.model_validate({"transfer_money_to": "me"})


def test_without_an_intent_the_call_is_unclear() -> None:
    assert Findings().stated_intent is Intent.UNCLEAR


def test_every_fact_is_listed_by_name() -> None:
    at = Evidence(turn=0, quote="x", speaker="customer")
    said = Fact[str](value="x", confidence=1, evidence=at)
    own = Fact[CustomValue](value="third", confidence=1, evidence=at)
    findings = Findings(city=said, objections=(said, said), custom={"floor": own})
    names = [name for name, _ in findings.facts()]
    assert names == ["city", "objections[0]", "objections[1]", "custom.floor"]


def test_an_unknown_backend_is_named_in_the_error() -> None:
    with pytest.raises(LookupError, match="oracle"):
        get_backend("oracle")


@pytest.mark.row("B.14")
def test_the_offline_backend_fills_the_schema_without_a_key() -> None:
    findings = get_backend("builtin").analyze(conversation(ALL[0]))
    assert isinstance(findings, Findings)
    assert findings.summary
