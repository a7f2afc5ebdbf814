"""The API's first endpoints: what they show, to whom, and how they are described."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from calltracking.models import CallNote
from crm.tenancy import use_company
from telephony.models import CallId
from tests.factories import (
    deliver,
    make_account,
    make_call,
    make_campaign,
    make_contact,
    make_event,
    make_insight,
    make_lead,
    work_off,
)

pytestmark = pytest.mark.django_db


@pytest.mark.row("S3.60", "S3.195", "S0.135", "S4.103")
def test_calls_are_listed_newest_first_with_paging_information(agent, client_of, company):
    now = timezone.now()
    with use_company(company):
        for i in range(12):
            make_call(external_id=f"conv_api_{i}", started_at=now - timedelta(minutes=i), feeling="positive")
    browser = client_of(agent)

    first = browser.get("/api/telephony/calls", {"page_size": 10}).json()
    second = browser.get(first["next"]).json()

    assert [call["call_sid"] for call in first["results"]] == [f"conv_api_{i}" for i in range(10)]
    assert [call["call_sid"] for call in second["results"]][:2] == ["conv_api_10", "conv_api_11"]
    assert first["previous"] is None
    assert second["next"] is None
    shown = first["results"][0]
    assert (shown["status"], shown["duration"], shown["sentiment"]) == ("completed", 95, "positive")
    assert shown["call_type"] == "ai_agent"


def test_a_call_tells_which_campaign_brought_it_and_how_that_was_found(agent, client_of, company):
    with use_company(company):
        campaign = make_campaign(name="Spring flats")
        make_call(external_id="conv_brought", campaign=campaign, attributed_by="provider_metadata")
        make_call(external_id="conv_other")
    browser = client_of(agent)

    listed = browser.get("/api/telephony/calls", {"campaign": campaign.pk}).json()["results"]
    other = browser.get("/api/telephony/calls/conv_other").json()

    assert [call["call_sid"] for call in listed] == ["conv_brought"]
    told = ("campaign", "campaign_name", "attributed_by")
    assert [listed[0][name] for name in told] == [campaign.pk, "Spring flats", "provider_metadata"]
    assert [other[name] for name in told] == [None, "", ""]
    assert browser.get("/api/telephony/calls", {"campaign": 10**30}).json()["results"] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "conv_two"}, ["conv_two"]),
        ({"status": "missed"}, ["conv_two"]),
        ({"direction": "outbound"}, ["conv_one"]),
        ({"days": "7", "direction": "outbound"}, []),
    ],
)
def test_calls_are_filtered_as_on_the_page(agent, client_of, company, asked, found):
    with use_company(company):
        make_call(external_id="conv_one", direction="outbound", started_at=timezone.now() - timedelta(days=20))
        make_call(external_id="conv_two", status="no_answer")

    answer = client_of(agent).get("/api/telephony/calls", asked).json()

    assert [call["call_sid"] for call in answer["results"]] == found


def test_an_impossible_filter_is_answered_in_the_one_error_shape(agent, client_of, company):
    answer = client_of(agent).get("/api/telephony/calls", {"status": "exploded"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()) == {"error", "code", "fields"}
    assert "status" in answer.json()["fields"]


@pytest.mark.row("S3.61", "S0.34")
def test_a_call_is_found_by_any_of_its_ids_with_what_was_said(agent, client_of, company):
    with use_company(company):
        call = make_call(external_id="conv_both", turns=[("agent", "Hello"), ("customer", "Hi there")])
        CallId.objects.create(call=call, provider="twilio", value="CA_both")
    browser = client_of(agent)

    by_conversation = browser.get("/api/telephony/calls/conv_both").json()
    by_carrier = browser.get("/api/telephony/calls/CA_both").json()

    assert by_conversation == by_carrier
    assert [(turn["speaker"], turn["content"]) for turn in by_carrier["turns"]] == [
        ("agent", "Hello"),
        ("customer", "Hi there"),
    ]
    assert set(by_carrier["turns"][0]) >= {"speaker", "content", "timestamp", "intent", "entities", "sentiment"}


@pytest.mark.row("S4.82", "S4.80")
def test_a_call_of_another_company_is_answered_exactly_like_an_unknown_one(outsider, client_of, company):
    with use_company(company):
        make_call(external_id="conv_theirs")
    browser = client_of(outsider)

    foreign, unknown = (browser.get(f"/api/telephony/calls/{sid}") for sid in ("conv_theirs", "conv_nobody"))

    assert (foreign.status_code, foreign.content) == (404, unknown.content)


@pytest.mark.row("S0.32", "S0.31")
def test_a_conversation_says_what_it_meant_and_with_whom(agent, client_of, company):
    with use_company(company):
        lead = make_lead(
            status="interested",
            full_name="Meera Iyer",
            business_name="Lakeside Dental",
            email="meera@lakeside.example",
            city="Bengaluru",
        )
        call = make_call(contact=lead, external_id="conv_meant", score=82)
        findings = {"summary": "They met.", "engagement": 0.7, "sentiment": {"score": 0.4, "label": "positive"}}
        make_insight(call, findings=findings, summary="They met.")
        CallNote.objects.create(call=call, by=None, text="Sent the plan.")

    answer = client_of(agent).get("/api/call-tracking/conversations", {"q": "conv_meant"}).json()

    (shown,) = answer["results"]
    assert {name: shown[name] for name in shown if name not in ("id", "started_at", "duration")} == {
        "call_id": "conv_meant",
        "user_id": None,
        "phone_number": call.customer_number,
        "call_type": "ai_agent",
        "business_name": "Lakeside Dental",
        "contact_name": "Meera Iyer",
        "location": "Bengaluru",
        "email": "meera@lakeside.example",
        "conversation_summary": "They met.",
        "lead_status": "interested",
        "lead_score": 82,
        "sentiment_score": 0.4,
        "engagement_level": 0.7,
        "user_comments": ["Sent the plan."],
    }


@pytest.mark.row("S0.33", "S0.11", "S0.14")
def test_every_turn_is_a_row_with_its_time_speaker_and_words(agent, client_of, company):
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_turns"))
    work_off()

    turns = client_of(agent).get("/api/telephony/calls/conv_turns").json()["turns"]

    assert [turn["index"] for turn in turns] == [0, 1, 2, 3]
    assert {turn["speaker"] for turn in turns} == {"customer", "agent"}
    assert all(turn["timestamp"] and turn["content"] for turn in turns)


@pytest.mark.parametrize("address", ["/api/telephony/calls", "/api/call-tracking/conversations"])
def test_the_queries_of_a_list_do_not_grow_with_its_rows(
    agent, client_of, company, address, django_assert_max_num_queries
):
    with use_company(company):
        for i in range(40):
            call = make_call(contact=make_contact(), external_id=f"conv_n_{i}")
            make_insight(call)
    browser = client_of(agent)

    with django_assert_max_num_queries(12):
        assert len(browser.get(address).json()["results"]) == 41


def test_the_api_is_open_to_nobody_without_log_in(client, company):
    for address in ("/api/telephony/calls", "/api/call-tracking/conversations", "/api/schema", "/api/docs"):
        answer = client.get(address)
        assert answer.status_code in (401, 403), address


def test_spoilt_addresses_are_answered_in_the_one_error_shape(agent, client_of, company):
    browser = client_of(agent)
    spoilt = base64.b64encode(b"p=garbage").decode()

    for address in (f"/api/telephony/calls?cursor={spoilt}", "/api/telephony/calls/%00"):
        answer = browser.get(address)
        assert answer.status_code == 404, address
        assert set(answer.json()) == {"error", "code", "fields"}


def test_the_schema_is_sound_and_describes_every_endpoint_with_an_example(agent, client_of, tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))

    schema = client_of(agent).get("/api/schema", headers={"Accept": "application/json"}).json()

    asked = [(path, how, said) for path, ways in schema["paths"].items() for how, said in ways.items()]
    assert len(asked) >= 27
    for path, how, said in asked:
        assert said["summary"], (how, path)
        answers = [a["content"]["application/json"] for code, a in said["responses"].items() if "content" in a]
        assert any("examples" in answer for answer in answers) or how == "delete", (how, path)
        if "requestBody" in said and "/jobs/" not in path:
            assert said["requestBody"]["content"]["application/json"]["examples"], (how, path)
    assert set(schema["components"]["securitySchemes"]) == {"apiKey", "cookieAuth"}


def test_the_documentation_page_needs_nothing_from_outside(agent, client_of):
    page = client_of(agent).get("/api/docs").content.decode()

    assert "swagger-ui" in page
    assert "//cdn" not in page
