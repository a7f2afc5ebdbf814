"""The backend that asks a model: what it sends, what it takes from an answer, and every way to fail, over real HTTP."""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from analysis.backends import AnalysisError, get_backend
from analysis.backends.openai.backend import OpenAIBackend
from analysis.backends.openai.prompts import FOLDER
from analysis.backends.openai.schema import LEFT_TO_US, schema_for
from analysis.backends.openai.tariff import cost_of
from analysis.backends.openai.windows import tokens_of, windows_of
from analysis.checks import a_model_can_be_asked
from analysis.conversation import Conversation, Line, WantedField
from analysis.findings import Findings, Intent, Money
from analysis.grounding import ground
from config import prices
from tests.analysis.model_answers import answer, said, use_server
from tests.stubs.openai import KEY, OpenAIStub, Said, serve

SPEECH = (
    ("agent", "Hello, this is Aria from Northwind Homes. Who am I speaking to?"),
    ("customer", "Hi, Meera Nair here. We look for a two bedroom flat in Whitefield, under 80 lakh."),
    ("agent", "Lovely. Shall I call you tomorrow at eleven?"),
    ("customer", "Yes please. My mail is meera dot nair at gmail dot com."),
)
GOOD = {
    "contact_name": said("Meera Nair", 1, "Meera Nair here"),
    "email": said("meera.nair@gmail.com", 3, "meera dot nair at gmail dot com"),
    "budget": said({"minimum": None, "maximum": 8_000_000, "currency": "INR", "period": "once"}, 1, "under 80 lakh"),
    "intent": said("callback", 3, "Yes please"),
    "callback_at": said("2026-11-19T11:00", 2, "tomorrow at eleven"),
    "key_points": [said("Looks for a two bedroom flat", 1, "We look for a two bedroom flat")],
    "moods": [{"turn": 1, "score": 0.4}, {"turn": 3, "score": 0.8}],
    "summary": "Meera looks for a two bedroom flat in Whitefield under 80 lakh.",
    "custom": {"bedrooms": said(2, 1, "two bedroom flat")},
}


def conversation(*speech: tuple[str, str], **fields: Any) -> Conversation:
    lines = tuple(
        Line(index=index, speaker=speaker, text=text, start_seconds=5.0 * index)  # type: ignore[arg-type]
        for index, (speaker, text) in enumerate(speech or SPEECH)
    )
    known: dict[str, Any] = {
        "called_at": datetime(2026, 11, 18, 6, 30, tzinfo=UTC),
        "region": "IN",
        "currency": "INR",
        "time_zone": "Asia/Kolkata",
        "our_name": "Northwind Homes",
        "customer_number": "+919845012345",
        "wanted": (WantedField(key="bedrooms", kind="number", description="Bedrooms"),),
    }
    return Conversation(lines=lines, **{**known, **fields})


@pytest.fixture
def stub(settings: Any) -> Iterator[OpenAIStub]:
    with serve() as stub:
        use_server(settings, stub)
        stub.say(answer(**GOOD))
        yield stub


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def backend(waited: list[float]) -> OpenAIBackend:
    return OpenAIBackend(pause=waited.append)


# ---- a good answer --------------------------------------------------------------------------------------------


@pytest.mark.row("S3.145", "B.14")
def test_an_answer_fills_the_same_findings_as_the_rules(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    talk = conversation()
    grounded = ground(backend.analyze(talk), talk)
    found = grounded.findings
    assert grounded.dropped == ()
    assert isinstance(found, Findings)
    assert found.contact_name is not None
    assert found.contact_name.value == "Meera Nair"
    assert found.contact_name.evidence.second == 5.0
    assert found.email is not None
    assert found.email.value == "meera.nair@gmail.com"
    assert found.budget is not None
    assert found.budget.value.maximum == Decimal(8_000_000)
    assert found.stated_intent is Intent.CALLBACK
    assert found.callback_at is not None
    assert found.callback_at.value == datetime(2026, 11, 19, 5, 30, tzinfo=UTC)
    assert found.custom["bedrooms"].value == 2
    assert found.sentiment is not None
    assert found.sentiment.course == ((1, 0.4), (3, 0.8))
    assert found.engagement is not None
    assert found.next_best_action is not None
    assert found.next_best_action.value.startswith("Call back on Thu 19 Nov")
    assert stub.asked[0]["model"] == "gpt-5.4-mini"
    assert backend.version == "read_call.1+gpt-5.4-mini"


def test_the_conversation_is_sent_as_data_with_numbered_turns_and_without_the_number(
    stub: OpenAIStub, backend: OpenAIBackend
) -> None:
    backend.analyze(conversation())
    data = stub.data_of()
    assert [turn["turn"] for turn in data["turns"]] == [0, 1, 2, 3]
    assert data["turns"][1] == {"turn": 1, "speaker": "customer", "text": SPEECH[1][1]}
    assert data["called_at"] == "Wednesday 2026-11-18T12:00"
    assert data["wanted"][0]["key"] == "bedrooms"
    sent = json.dumps(stub.asked)
    assert "9845012345" not in sent
    assert "Meera Nair" not in stub.asked[0]["messages"][0]["content"]
    assert stub.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.row("S3.144")
def test_without_a_key_nobody_is_asked(stub: OpenAIStub, backend: OpenAIBackend, settings: Any) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with pytest.raises(AnalysisError, match="no key is set") as caught:
        backend.analyze(conversation())
    assert caught.value.permanent
    assert caught.value.is_everybodys
    assert [warning.id for warning in a_model_can_be_asked()] == ["ringside.W007"]
    settings.ANALYSIS_BACKEND = "builtin"
    assert a_model_can_be_asked() == []


def test_the_form_is_made_of_findings_and_strict() -> None:
    schema = schema_for(conversation())
    asked = set(schema["properties"]) - {"custom", "moods", "contradictions", "summary"}
    assert asked == set(Findings.model_fields) - LEFT_TO_US

    def check(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object":
                assert part["additionalProperties"] is False
                assert part["required"] == list(part["properties"])
            for each in part.values():
                check(each)
        elif isinstance(part, list):
            for each in part:
                check(each)

    check(schema)
    assert not {"score", "second", "speaker", "do_not_call", "action"} & set(schema["properties"])


def test_what_the_company_wants_to_know_is_read_by_its_kind(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    wanted = (
        WantedField(key="visit_on", kind="date"),
        WantedField(key="type", kind="choice", choices=("2 BHK", "3 BHK")),
        WantedField(key="deposit", kind="money"),
        WantedField(key="loan", kind="yes_no"),
        WantedField(key="rooms", kind="number"),
        WantedField(key="wish", kind="text"),
    )
    speech = ("customer", "A two bedroom flat, seen next Friday. Two lakh now, the rest by a loan. With a balcony.")
    talk = conversation(speech, wanted=wanted)
    deposit = {"minimum": 200_000, "maximum": 200_000, "currency": "INR", "period": "once"}
    told = {
        "visit_on": said("2026-11-27", 0, "next Friday"),
        "type": said("2 bhk", 0, "two bedroom flat"),
        "deposit": said(deposit, 0, "Two lakh now"),
        "loan": said(True, 0, "by a loan"),
        "rooms": said(7, 0, "two bedroom flat"),
        "wish": said("a balcony", 0, "With a balcony"),
        "score": said(100, 0, "Two lakh"),
    }
    stub.say(answer(custom=told))
    found = ground(backend.analyze(talk), talk).findings.custom
    assert {key: fact.value for key, fact in found.items() if key != "deposit"} == {
        "visit_on": "2026-11-27",
        "type": "2 BHK",
        "loan": True,
        "wish": "a balcony",
    }
    assert found["deposit"].value == Money(minimum=Decimal(200_000), maximum=Decimal(200_000), currency="INR")


def test_a_prompt_that_was_used_is_never_changed() -> None:
    """A new wording is a new file under a new version: each insight says by which words it was read."""
    used = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in FOLDER.glob("*.txt")}
    assert used == {"read_call.1": "b34e998544219aeb", "repair.1": "e21dcc3826e50610"}


# ---- answers that are not of the form -------------------------------------------------------------------------


def test_a_malformed_answer_is_asked_for_once_more(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say("I am sorry, here is what I", answer(**GOOD))
    found = backend.analyze(conversation())
    assert found.contact_name is not None
    assert len(stub.asked) == 2
    assert "no JSON object" in stub.asked[1]["messages"][-1]["content"]


def test_an_answer_that_stays_malformed_is_an_error_after_one_repair(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say("no", "no again")
    with pytest.raises(AnalysisError, match="cannot be used"):
        backend.ask(conversation(), [], purse=_free())
    assert len(stub.asked) == 2


def test_of_an_answer_that_breaks_the_schema_what_is_right_is_kept(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    broken = {
        "contact_name": said("Meera Nair", 1, "Meera Nair here"),
        "intent": said("CHARGE_CARD", 1, "We look for"),
        "budget": said("a lot", 1, "under 80 lakh"),
        "phones": "none",
        "company_size": said(True, 1, "two"),
        "city": {"value": "Whitefield"},
        "emergency": "yes",
        "callback_at": said("soon", 2, "tomorrow at eleven"),
        "summary": 7,
        "moods": [{"turn": 1, "score": 44}, {"turn": "x"}, None],
    }
    stub.say(answer(**broken))
    found = backend.analyze(conversation())
    assert len(stub.asked) == 2
    assert {name for name, _ in found.facts()} == {"contact_name"}
    assert found.sentiment is not None
    assert found.sentiment.course == ((1, 1.0), (3, 0.0))
    assert found.summary == ""


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "{}", '{"tool": "delete_lead"}', "{" * 5000, '{"a": NaN'])
def test_nonsense_is_an_error_and_never_a_crash(text: str, stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say(text)
    with pytest.raises(AnalysisError):
        backend.ask(conversation(), [], purse=_free())


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"{}", b"[1]", b'{"choices": []}', b'{"choices": [{}]}'])
def test_a_server_that_is_none_is_an_error(body: bytes, stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say(Said(body=body))
    with pytest.raises(AnalysisError, match="could not be read"):
        backend.ask(conversation(), [], purse=_free())


def test_a_cut_answer_is_asked_for_again(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say(Said(answer(**GOOD)[:200], is_cut=True), answer(**GOOD))
    assert backend.analyze(conversation()).contact_name is not None


# ---- troubles -------------------------------------------------------------------------------------------------


def test_it_waits_as_long_as_it_is_asked_to(stub: OpenAIStub, backend: OpenAIBackend, waited: list[float]) -> None:
    stub.say(Said(status=429, retry_after="17"), Said(status=500), answer(**GOOD))
    assert backend.analyze(conversation()).contact_name is not None
    assert waited[0] == 17.0
    assert 3.0 <= waited[1] <= 5.0


def test_a_server_that_stays_away_is_given_up_after_four_tries(
    stub: OpenAIStub, backend: OpenAIBackend, waited: list[float]
) -> None:
    stub.say(Said(status=503))
    with pytest.raises(AnalysisError, match=r"it failed \(503\)") as caught:
        backend.analyze(conversation())
    assert not caught.value.permanent
    assert len(stub.asked) == 4
    assert waited == sorted(waited)


def test_a_slow_server_is_not_waited_for(stub: OpenAIStub, backend: OpenAIBackend, settings: Any) -> None:
    settings.OPENAI_TIMEOUT_SECONDS = 0.2
    stub.is_awake.clear()
    with pytest.raises(AnalysisError, match="did not answer within"):
        backend.ask(conversation(), [], purse=_free())


def test_nobody_there(stub: OpenAIStub, backend: OpenAIBackend, settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(AnalysisError, match="could not be reached") as caught:
        backend.ask(conversation(), [], purse=_free())
    assert caught.value.is_everybodys


def test_a_refusal_is_final_for_the_call_alone(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.say(Said(refusal="I cannot help with that."))
    with pytest.raises(AnalysisError, match="refused to read") as caught:
        backend.ask(conversation(), [], purse=_free())
    assert (caught.value.permanent, caught.value.is_everybodys) == (True, False)


@pytest.mark.parametrize(
    ("said_by_server", "why"),
    [
        (Said(status=401), "the key is not accepted"),
        (Said(status=404), "it knows no model"),
        (Said(status=429, code="insufficient_quota"), "no credit left"),
    ],
)
def test_what_a_person_has_to_mend_is_said_plainly(
    said_by_server: Said, why: str, stub: OpenAIStub, backend: OpenAIBackend
) -> None:
    stub.say(said_by_server)
    with pytest.raises(AnalysisError, match=why) as caught:
        backend.ask(conversation(), [], purse=_free())
    assert (caught.value.permanent, caught.value.is_everybodys) == (True, True)


def test_neither_key_nor_words_are_in_errors_or_logs(
    stub: OpenAIStub, backend: OpenAIBackend, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPENAI_API_KEY = "sk-a-wrong-key-of-somebody"
    said_of = []
    for name in ("openai", "httpx2", "httpcore2"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
    with caplog.at_level(logging.DEBUG):
        for trouble in (Said(), Said(status=500), Said(status=418)):
            stub.say(trouble)
            with pytest.raises(AnalysisError) as caught:
                backend.ask(conversation(), [], purse=_free())
            said_of.append(f"{caught.value} {caught.value.__cause__}")
            assert caught.value.__suppress_context__
            stub.key = "sk-a-wrong-key-of-somebody"
    everything = " ".join(said_of) + caplog.text
    assert "sk-" not in everything
    assert "Meera" not in everything
    assert "transcript said" not in everything


# ---- servers that know less -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("forms", "taken"), [(("json_object", ""), "json_object"), (("",), None)])
def test_a_server_without_schemas_is_asked_in_the_form_it_takes(
    forms: tuple[str, ...], taken: str | None, stub: OpenAIStub, backend: OpenAIBackend
) -> None:
    stub.forms = forms
    stub.say(f"```json\n{answer(**GOOD)}\n```")
    assert backend.analyze(conversation()).contact_name is not None
    assert stub.asked[-1].get("response_format", {}).get("type") == taken
    assert "max_tokens" in stub.asked[-1]
    # The prompt holds the schema for those who are not given it otherwise.
    assert '"contact_name"' in stub.asked[-1]["messages"][0]["content"]
    backend.analyze(conversation())
    assert len(stub.asked) == 2, "the form that was taken is remembered"


def test_a_server_that_takes_no_form_at_all(stub: OpenAIStub, backend: OpenAIBackend) -> None:
    stub.forms = ()
    with pytest.raises(AnalysisError, match="does not take the request") as caught:
        backend.ask(conversation(), [], purse=_free())
    assert caught.value.permanent


# ---- long conversations ---------------------------------------------------------------------------------------


def test_a_long_call_is_read_in_windows_that_hold_every_word(
    stub: OpenAIStub, backend: OpenAIBackend, settings: Any
) -> None:
    settings.OPENAI_WINDOW_TOKENS = 600
    speech = [("agent" if i % 2 == 0 else "customer", f"This is sentence {i} about flats.") for i in range(120)]
    speech[3] = ("customer", "We need two bedrooms.")
    speech[101] = ("customer", "No wait, make it three bedrooms.")
    speech[60] = ("agent", " ".join(f"word{i}" for i in range(900)))
    talk = conversation(*speech)

    def model(request: dict[str, Any]) -> str:
        turns = {turn["turn"]: turn["text"] for turn in json.loads(request["messages"][1]["content"])["turns"]}
        found = {}
        for turn, value, quote in ((3, 2, "two bedrooms"), (101, 3, "three bedrooms")):
            if turn in turns:
                found = {"bedrooms": said(value, turn, quote)}
        so_far = json.loads(request["messages"][1]["content"])["summary_so_far"]
        return answer(custom=found, summary=f"{so_far} On.".strip())

    stub.say(Said(model))
    found = ground(backend.analyze(talk), talk).findings
    assert found.custom["bedrooms"].value == 3, "the last statement counts"
    assert len(stub.asked) == len(backend.windows(talk)) > 5
    assert found.summary.startswith("On. On.")
    sent: dict[int, str] = {}
    for place in range(len(stub.asked)):
        for turn in stub.data_of(place)["turns"]:
            text = sent.setdefault(turn["turn"], "")
            sent[turn["turn"]] = text if turn["text"] in text else f"{text} {turn['text']}".strip()
    assert sent == {line.index: line.text for line in talk.lines}


def test_windows_overlap_and_keep_to_their_size() -> None:
    talk = conversation(*(("customer", "some words of a turn " * 5) for _ in range(40)))
    windows = windows_of(talk, most_tokens=600)
    for before, after in itertools.pairwise(windows):
        assert after[0].index <= before[-1].index, "each begins with lines of the one before"
        assert after[-1].index > before[-1].index
    assert all(sum(tokens_of(line.text) for line in window) <= 600 for window in windows)
    assert windows_of(conversation(("customer", "x" * 9000)), most_tokens=500)[-1][0].index == 0


# ---- money ----------------------------------------------------------------------------------------------------


@pytest.mark.row("S4.64")
def test_what_it_costs_is_told_before_and_after(stub: OpenAIStub, backend: OpenAIBackend, settings: Any) -> None:
    estimate = backend.estimate(conversation())
    assert estimate.requests == 1
    assert estimate.cost == cost_of("gpt-5.4-mini", tokens_in=estimate.tokens_in, tokens_out=estimate.tokens_out)
    assert stub.asked == []
    assert cost_of("gpt-5.4-mini", tokens_in=1_000_000, tokens_out=1_000_000) == Decimal("5.25")
    assert cost_of("gpt-5.4-mini-2026-03-17", tokens_in=1_000_000, tokens_out=0) == Decimal("0.75")
    assert cost_of("of-our-own", tokens_in=1_000_000, tokens_out=0) == 0
    settings.OPENAI_PRICES = prices.read(["of-our-own=1/2"])
    assert cost_of("of-our-own", tokens_in=1_000_000, tokens_out=0) == 1


@pytest.mark.parametrize("entry", ["", "x", "x=1", "x=1/a", "=1/2", "x=-1/2", "x=1/2/3"])
def test_a_price_that_is_none_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="OPENAI_PRICES"):
        prices.read([entry])


def test_the_registry_knows_it() -> None:
    assert get_backend("openai").name == "openai"


def _free() -> Any:
    from analysis.backends.openai.bills import OpenPurse

    return OpenPurse()
