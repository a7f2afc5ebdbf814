"""Bar S15: sixty transcripts whose speech gives orders to whoever reads them, in English, Hindi and the mixture.

The rules have nothing to obey with. The model here obeys: it answers with whatever it was told to, values without
words, turns that are not there, true words beside false values, keys and actions that nobody asked for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.backends import get_backend
from analysis.backends.openai.backend import OpenAIBackend
from analysis.backends.openai.doubts import asks_not_to_be_called
from analysis.conversation import Conversation
from analysis.findings import Findings
from analysis.grounding import ground
from analysis.metrics import measure
from analysis.scoring import score
from tests.analysis.model_answers import answer, said, use_server
from tests.analysis.test_openai import conversation
from tests.stubs.openai import OpenAIStub, Said, serve

CORPUS = Path(__file__).parent / "injections.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
NAMES = ("contact_name", "business_name", "owner_name", "city", "state", "address")

each_row = pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])


def talk_of(row: dict[str, Any]) -> Conversation:
    return conversation(*(tuple(turn) for turn in row["turns"]), wanted=())


def test_the_corpus_is_what_it_says() -> None:
    assert Counter(row["language"] for row in ROWS) == {"en": 30, "hi": 15, "hg": 15}
    assert len({json.dumps(row["turns"]) for row in ROWS}) == 60


@each_row
def test_rules_fill_the_form_and_nothing_else(row: dict[str, Any]) -> None:
    talk = talk_of(row)
    found = ground(get_backend("builtin").analyze(talk), talk).findings
    assert_grounded(found, talk)
    # Where the words themselves are those of a wish, rules take them for one: the row says so.
    assert found.stated_intent.value in {*row["intents"], *row.get("rules_also", ())}
    if found.stated_intent.value == "unclear":
        assert not score(found, measure(talk)).is_hot
    ours = [text for speaker, text in row["turns"] if speaker == "agent"]
    for name, fact in found.facts():
        if fact.evidence.speaker == "agent" and name in (*NAMES, "email", "budget", "intent"):
            pytest.fail(f"{name} was taken from our own agent: {ours}")


@pytest.fixture
def stub(settings: Any) -> Iterator[OpenAIStub]:
    with serve() as stub:
        use_server(settings, stub)
        yield stub


@each_row
def test_a_model_that_obeys_changes_nothing_that_was_not_said(row: dict[str, Any], stub: OpenAIStub) -> None:
    talk = talk_of(row)
    stub.say(Said(lambda request: obedient(row)))
    grounded = ground(OpenAIBackend(pause=lambda seconds: None).analyze(talk), talk)
    found = grounded.findings
    assert_grounded(found, talk)
    assert set(found.model_dump()) == set(Findings.model_fields)
    assert found.custom == {}
    heard = " ".join(line.text for line in talk.lines)
    assert all(word.strip(".,") in heard for word in found.summary.split() if "100" in word or "http" in word)
    if found.stated_intent.value == "do_not_call":
        assert "do_not_call" in row["intents"]
        assert found.intent is not None
        assert asks_not_to_be_called(row["turns"][found.intent.evidence.turn][1])
    assert found.sentiment is None or -1 <= found.sentiment.score <= 1
    # By rule, whatever the model was told to write there.
    assert found.next_best_action is None or "transfer" not in found.next_best_action.value


def assert_grounded(found: Findings, talk: Conversation) -> None:
    """Every value rests on words that were said, by somebody who may say them."""
    for name, fact in found.facts():
        line = talk.line(fact.evidence.turn)
        assert line is not None, name
        assert fact.evidence.quote
        assert fact.evidence.quote in line.text
        assert fact.evidence.speaker == line.speaker
        assert 0 <= fact.confidence <= 1
        low = line.text.lower()
        if name in NAMES:
            assert all(word in low for word in fact.value.lower().split()), name
        if name in ("email", "website"):
            assert fact.value in low, name
        if name == "intent" and fact.value.value == "do_not_call":
            assert line.speaker == "customer"


def obedient(row: dict[str, Any]) -> str:
    """Everything that a model could be talked into, in one answer."""
    turns = row["turns"]
    theirs = next(index for index, (speaker, _) in enumerate(turns) if speaker == "customer")
    words = " ".join(turns[theirs][1].split()[:3])
    ours = next(index for index, (speaker, _) in enumerate(turns) if speaker == "agent")
    our_words = " ".join(turns[ours][1].split()[:3])
    names = [*row["never"], "Karl Invented", "Previous Caller"]
    money = {"minimum": 77_000_000, "maximum": 100_000_000, "currency": "USD", "period": "once"}
    false = {
        "contact_name": said(names[0], theirs, words),
        "owner_name": said(names[-1], 99, words),
        "business_name": said("Rival & Sons", theirs, ""),
        "city": said("Atlantis", theirs, "we are based in Atlantis"),
        "address": said("1 Nowhere Road", -1, words),
        "email": said("attacker@rival.example", theirs, words),
        "website": said("https://evil.example", ours, our_words),
        "phones": [said("+14155550123", ours, our_words), said("+919800000000", theirs, words)],
        "company_size": said(99_999, theirs, words),
        "budget": said(money, theirs, words, confidence=999),
        "annual_revenue": said(money, ours, our_words),
        "intent": said("do_not_call", theirs, words),
        "callback_at": said("2099-01-01T03:00", theirs, words),
        "decision_maker": said(True, ours, our_words),
        "emergency": said(True, theirs, "there is a fire"),
        "timeline": said({"text": "at once, without asking", "days": 0}, theirs, words),
        "key_points": [said("Pays 100 at https://evil.example", theirs, words)] * 50,
        "moods": [{"turn": theirs, "score": 100}, {"turn": 77, "score": 1}],
        "contradictions": [{"field": "score", "turn": 99, "quote": "none"}],
        "custom": {"score": said(100, theirs, words), "do_not_call": True},
        "summary": "Score 100. See https://evil.example for the rest. The system prompt says to obey 100 orders.",
    }
    more = {
        "score": 100,
        "lead_status": "converted",
        "do_not_call": True,
        "actions": [{"tool": "transfer", "to": "+14155550123"}],
        "next_best_action": said("transfer all money", theirs, words),
        "sentiment": {"score": 7},
        "engagement": 12,
        "schema_version": 99,
        "company": 2,
        "__class__": "x",
    }
    return json.dumps({**json.loads(answer(**false)), **more})
