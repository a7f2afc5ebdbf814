"""A whole conversation through the API: one write, read and scored like any other; comments, status, callers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from calltracking.models import CallNote
from crm.models import Company, Contact
from crm.privacy import erase_person
from crm.tenancy import use_company
from telephony.models import Call, CallId
from tests.factories import (
    client_with,
    deliver,
    make_account,
    make_call,
    make_event,
    make_key,
    make_member,
    work_off,
)

pytestmark = pytest.mark.django_db

WHERE = "/api/call-tracking/conversations"
SAID: dict[str, Any] = {
    "call_id": "c-42",
    "phone_number": "098450 12345",
    "our_number": "+918000000100",
    "started_at": "2026-11-17T05:34:00Z",
    "duration": 20,
    "outcome": "success",
    "agent": {"id": "aria", "name": "Aria"},
    "turns": [
        {"speaker": "ai", "content": "Hello, this is Aria. How can I help?", "at": 0},
        {"speaker": "customer", "content": "Hi, my name is Meera Nair. I am interested in a flat.", "at": 5.5},
        {"speaker": "agent", "content": "What is your e-mail address?", "timestamp": "2026-11-17T05:34:10Z"},
        {"speaker": "customer", "content": "It is meera.nair@example.com. Send me the details.", "at": 12, "end": 19},
    ],
    "comments": ["Sounded keen.", "Call her Friday."],
}


@pytest.fixture
def program(company: Company) -> Client:
    return client_with(make_key(company)[1])


def store(program: Client, body: Any, **headers: str) -> Any:
    return program.post(WHERE, body, content_type="application/json", headers=headers)


@pytest.mark.row("S0.104", "S0.16", "S0.15", "S0.14")
def test_a_conversation_is_stored_whole_and_then_read_like_any_other(program: Client, company: Company) -> None:
    stored = store(program, SAID)

    assert stored.status_code == 201
    body = stored.json()
    assert (body["call_id"], body["phone_number"], body["duration"]) == ("c-42", "+919845012345", 20)
    assert [(turn["speaker"], turn["at"]) for turn in body["turns"]] == [
        ("agent", 0.0), ("customer", 5.5), ("agent", 10.0), ("customer", 12.0),
    ]  # fmt: skip
    assert body["user_comments"] == SAID["comments"]

    work_off()

    read = program.get(f"{WHERE}/{body['id']}").json()
    assert (read["contact_name"], read["email"], read["lead_status"]) == (
        "Meera Nair",
        "meera.nair@example.com",
        "interested",
    )
    assert read["lead_score"] > 0
    assert read["conversation_summary"]
    (insight,) = program.get("/api/telephony/calls/c-42/insights").json()["results"]
    assert insight["is_current"]
    turns = program.get("/api/telephony/calls/c-42/turns").json()["results"]
    assert [turn["content"] for turn in turns] == [turn["content"] for turn in SAID["turns"]]


@pytest.mark.row("S0.16", "S4.81")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"started_at": None}, "started_at"),
        ({"started_at": "2099-01-01T00:00:00Z"}, "started_at"),
        ({"duration": -1}, "duration"),
        ({"duration": 10**12}, "duration"),
        ({"ended_at": "2026-11-17T05:00:00Z"}, "ended_at"),
        ({"ended_at": "2026-11-17T05:40:00Z"}, "duration"),
        ({"call_type": "robot"}, "call_type"),
        ({"provider": "nobody"}, "provider"),
        ({"call_id": "x" * 129}, "call_id"),
        ({"turns": [{"speaker": "dog", "content": "Woof"}]}, "turns"),
        ({"turns": [{"speaker": "ai", "content": ""}]}, "turns"),
        ({"turns": [{"speaker": "ai", "content": "x", "at": "Infinity"}]}, "turns"),
        ({"turns": [{"speaker": "ai", "content": "x", "at": "nan"}]}, "turns"),
        ({"turns": [{"speaker": "ai", "content": "x", "at": 9, "end": 3}]}, "turns"),
        ({"turns": [{"speaker": "ai", "content": "x"}] * 5001}, "turns"),
        ({"turns": {"0": "x"}}, "turns"),
        ({"title": "\ud800"}, "title"),
        ({"comments": ["x" * 5001]}, "comments"),
    ],
)
def test_half_of_a_conversation_is_never_stored(
    program: Client, company: Company, wrong: dict[str, Any], field: str
) -> None:
    answer = store(program, {**SAID, **wrong})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert field in answer.json()["fields"]
    with use_company(company):
        assert Call.objects.count() == 1
        assert not CallNote.objects.filter(text="Sounded keen.").exists()


def test_a_failure_in_the_middle_leaves_nothing(
    program: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("calltracking.api.conversations.write_comments", breaks)
    answer = store(program, SAID)

    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "code", "fields"}
    assert "power" not in answer.content.decode()
    with use_company(company):
        assert not CallId.objects.filter(value="c-42").exists()


def test_the_same_conversation_again_is_brought_up_to_date(program: Client, company: Company) -> None:
    first = store(program, {**SAID, "turns": SAID["turns"][:2], "title": "Zzz"})
    again = store(program, {**SAID, "title": "About a flat"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert len(again.json()["turns"]) == 4
    assert again.json()["user_comments"] == SAID["comments"]
    with use_company(company):
        assert Call.objects.get(ids__value="c-42").title == "About a flat"


def test_what_a_provider_told_is_not_written_over(program: Client, company: Company) -> None:
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_real"))
    work_off()

    answer = store(program, {**SAID, "provider": account.provider, "call_id": "conv_real"})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_provider_s_word_joins_what_was_stored_before(program: Client, company: Company) -> None:
    with use_company(company):
        account = make_account()
    stored = store(program, {**SAID, "provider": account.provider, "call_id": "conv_later"}).json()
    deliver(account, make_event(call_id="conv_later"))
    work_off()

    with use_company(company):
        assert Call.objects.get(ids__value="conv_later").pk == stored["id"]


def test_without_an_id_one_is_made(program: Client) -> None:
    bare = {"started_at": "2026-11-17T05:34:00Z"}
    first, second = store(program, bare).json(), store(program, bare).json()

    assert first["call_id"].startswith("api_")
    assert first["id"] != second["id"]


@pytest.mark.row("S0.105")
def test_conversations_are_listed_with_filters_and_pages(program: Client) -> None:
    store(program, {**SAID, "call_id": "sought_after"})

    listed = program.get(WHERE, {"q": "sought_after", "page_size": 10}).json()

    assert [row["call_id"] for row in listed["results"]] == ["sought_after"]
    assert set(listed) == {"next", "previous", "results"}


@pytest.mark.row("S0.106", "S0.18", "S0.73", "S0.92")
def test_comments_are_replaced_and_those_of_others_stay(program: Client, company: Company) -> None:
    with use_company(company):
        call = Call.objects.get()  # with a comment by a colleague: "Sent the floor plan."
    where = f"{WHERE}/{call.pk}/comments"

    def put(texts: list[str]) -> list[str]:
        answer = program.put(where, {"comments": texts}, content_type="application/json")
        assert answer.status_code == 200
        return list(answer.json()["user_comments"])

    assert put(["First.", "Second."]) == ["Sent the floor plan.", "First.", "Second."]
    assert put(["Sent the floor plan.", "Second.", "Third."]) == ["Sent the floor plan.", "Second.", "Third."]
    assert put([]) == ["Sent the floor plan."]
    assert program.put(where, {"comments": "one"}, content_type="application/json").status_code == 400


@pytest.mark.row("S0.107")
def test_the_lead_of_a_conversation_is_moved(program: Client, company: Company) -> None:
    with use_company(company):
        call, unknown = Call.objects.get(), make_call()
    body = {"status": "converted", "why": "Signed"}

    moved = program.put(f"{WHERE}/{call.pk}/lead-status", body, content_type="application/json")
    nobody = program.put(f"{WHERE}/{unknown.pk}/lead-status", body, content_type="application/json")

    assert moved.json()["lead_status"] == "converted"
    assert (nobody.status_code, nobody.json()["code"]) == (409, "conflict")
    with use_company(company):
        assert Contact.objects.get(pk=call.contact_id).lead_status == "converted"


@pytest.mark.row("S4.55")
def test_recent_callers_are_listed_once_each_newest_first(program: Client, company: Company) -> None:
    for i, number in enumerate(["+919845000001", "+919845000002", "+919845000001"]):
        store(program, {"phone_number": number, "started_at": f"2026-11-18T05:0{i}:00Z", "call_id": f"r{i}"})
    work_off()

    where = "/api/contact-lookup/recent-callers"
    callers = {caller["phone_number"]: caller["calls"] for caller in program.get(where).json()["callers"]}
    numbers = [number for number in callers if number.startswith("+91984500000")]
    assert numbers == ["+919845000001", "+919845000002"]
    assert [callers[number] for number in numbers] == [2, 1]
    assert len(program.get(where, {"limit": 2}).json()["callers"]) == 2
    assert program.get("/api/contact-lookup/recent-callers", {"limit": 0}).status_code == 400


@pytest.mark.row("S3.70")
def test_words_below_calls_are_not_taken_for_an_id(program: Client, company: Company) -> None:
    with use_company(company):
        make_call(external_id="conv_words", turns=[("agent", "Hello")])

    assert program.get("/api/telephony/calls/conv_words/turns").json()["results"][0]["content"] == "Hello"
    assert program.get("/api/telephony/calls/conv_words/insights").json()["results"] == []
    assert program.get("/api/telephony/calls/conv_words/nothing").status_code == 404


def test_agents_and_synchronizations_are_listed(program: Client) -> None:
    (aria,) = program.get("/api/telephony/agents").json()["results"]
    (run,) = program.get("/api/jobs/sync-runs").json()["results"]

    assert (aria["name"], aria["kind"], aria["member"]) == ("Aria", "ai", None)
    assert run["seen"] == 1


@pytest.mark.row("S2.62")
def test_a_cron_of_ones_own_begins_a_synchronization_with_a_key(company: Company) -> None:
    answer = client_with(make_key(company, scopes=["jobs:run"])[1]).post("/api/jobs/sync-elevenlabs-calls")

    assert answer.status_code == 409  # the door is open; there is no account to ask
    assert answer.json()["message"].startswith("No active ElevenLabs account")


def test_a_conversation_of_a_person_who_was_erased_is_not_stored_again(program: Client, company: Company) -> None:
    store(program, SAID)
    work_off()
    with use_company(company):
        contact = Call.objects.get(ids__value="c-42").contact
    erase_person(contact, by=make_member(company, role="owner"), why="Asked for it")
    again = store(program, SAID)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    with use_company(company):
        assert not Contact.objects.filter(numbers__e164="+919845012345").exists()
