"""Contacts, leads, history and follow-ups through the API."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from crm.models import Company, Contact, ContactValue, FollowUp, Interaction, LeadStatusChange
from crm.tenancy import use_company
from tests.factories import client_with, make_contact, make_field, make_key, make_lead, make_member

pytestmark = pytest.mark.django_db

CONTACTS = "/api/crm/contacts"


@pytest.fixture
def program(company: Company) -> Client:
    return client_with(make_key(company)[1])


def send(program: Client, method: str, where: str, body: Any, **headers: str) -> Any:
    return getattr(program, method)(where, body, content_type="application/json", headers=headers)


@pytest.mark.row("S4.10", "S4.41", "S4.42", "S4.43", "S4.44", "S4.87")
def test_a_contact_is_added_shown_changed_and_deleted(program: Client, company: Company) -> None:
    made = send(program, "post", CONTACTS, {"full_name": "Meera Iyer", "numbers": ["098450 12345", "+919845012345"]})
    assert made.status_code == 201
    where = f"{CONTACTS}/{made.json()['id']}"
    assert made.json()["numbers"] == [{"number": "+919845012345", "is_primary": True}]

    changed = send(
        program, "put", where, {"city": "Mysuru", "email": " Meera@Lakeside.example ", "numbers": ["080 25551234"]}
    )
    shown = program.get(where).json()

    assert changed.json() == shown
    assert (shown["full_name"], shown["city"], shown["email"]) == ("Meera Iyer", "Mysuru", "meera@lakeside.example")
    assert [number["number"] for number in shown["numbers"]] == ["+918025551234"]
    assert send(program, "patch", where, {"notes": "Called back"}).json()["notes"] == "Called back"
    assert program.delete(where).status_code == 204
    assert program.get(where).status_code == 404


@pytest.mark.row("S4.81", "S4.16")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "non_field_errors"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"full_name": "A", "email": "nobody"}, "email"),
        ({"full_name": "A", "numbers": ["12"]}, "numbers"),
        ({"full_name": "A", "numbers": "098450 12345"}, "numbers"),
        ({"full_name": "A", "lead_status": "exploded"}, "lead_status"),
        ({"full_name": "A", "priority": 9}, "priority"),
        ({"full_name": "A", "assignee": True}, "assignee"),
        ({"full_name": "A", "assignee": 1e400}, ""),
        ({"full_name": "A\x00"}, "full_name"),
        ({"full_name": "A", "estimated_value": "NaN"}, "estimated_value"),
        (["A"], "non_field_errors"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(
    program: Client, company: Company, body: Any, field: str
) -> None:
    answer = send(program, "post", CONTACTS, body)

    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "code", "fields"}
    assert field in answer.json()["fields"] or not field
    with use_company(company):
        assert Contact.objects.count() == 1


def test_a_status_is_given_with_history_and_next_step(program: Client, company: Company) -> None:
    made = send(program, "post", CONTACTS, {"full_name": "Meera", "lead_status": "interested"}).json()

    assert (made["lead_status"], made["priority"]) == ("interested", 4)
    with use_company(company):
        assert LeadStatusChange.objects.get(contact_id=made["id"]).why == "By the API key “Export”"
        assert FollowUp.objects.open().filter(contact_id=made["id"]).exists()


@pytest.mark.row("S4.11", "S4.12", "S4.13", "S4.14", "S4.40")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "meer"}, ["Meera Iyer"]),
        ({"q": "LAKESIDE"}, ["Meera Iyer"]),
        ({"q": "098450 12345"}, ["Meera Iyer"]),
        ({"q": "ravi@"}, ["Ravi Rao"]),
        ({"lead_status": "interested", "city": "Bengaluru"}, ["Meera Iyer"]),
        ({"lead_status": "interested", "city": "Mysuru"}, []),
        ({"is_lead": "false", "city": "Bengaluru"}, ["Ravi Rao"]),
        ({"city": "Bengaluru", "ordering": "name"}, ["Meera Iyer", "Ravi Rao"]),
        ({"city": "Bengaluru", "ordering": "-name"}, ["Ravi Rao", "Meera Iyer"]),
        ({"city": "Bengaluru", "ordering": "-score"}, ["Meera Iyer", "Ravi Rao"]),
        ({"score_from": "80", "city": "Bengaluru"}, ["Meera Iyer"]),
    ],
)
def test_contacts_are_found(program: Client, company: Company, asked: dict[str, str], found: list[str]) -> None:
    with use_company(company):
        known = {"business_name": "Lakeside Dental", "number": "+919845012345", "city": "Bengaluru", "lead_score": 82}
        make_lead(status="interested", full_name="Meera Iyer", **known)
        make_contact(full_name="Ravi Rao", email="ravi@rao.example", city="Bengaluru")

    assert [contact["full_name"] for contact in program.get(CONTACTS, asked).json()["results"]] == found


@pytest.mark.row("S4.17", "S4.103")
@pytest.mark.row("S2.105")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["bedrooms:3"], ["Meera Iyer"]),
        (["bedrooms:2..4"], ["Meera Iyer"]),
        (["bedrooms:..4", "financed:yes"], ["Meera Iyer"]),
        (["bedrooms:4.."], ["Ravi Rao"]),
        (["budget:..7000000"], ["Meera Iyer"]),
        (["financed:no"], ["Ravi Rao"]),
        (["kind:villa"], ["Meera Iyer"]),
        (["kind:Castle"], []),
        (["visit:2026-05-24"], ["Meera Iyer"]),
        (["visit:2026-05-25.."], ["Ravi Rao"]),
        (["bedrooms:3", "financed:no"], []),
    ],
)
def test_contacts_are_found_by_what_they_answered(
    program: Client, company: Company, asked: list[str], found: list[str]
) -> None:
    kinds = {"bedrooms": "number", "budget": "money", "financed": "yes_no", "visit": "date", "kind": "choice"}
    people: dict[str, list[Any]] = {
        "Meera Iyer": [3, 6_000_000, True, "2026-05-24T11:00:00+05:30", "Villa"],
        "Ravi Rao": [5, 9_000_000, False, "2026-06-30", "Plot"],
    }
    with use_company(company):
        by = make_member(company)
        fields = [make_field(key, kind, key=key, choices=["Villa", "Plot"]) for key, kind in kinds.items()]
        for name, answers in people.items():
            answers[1] = {"minimum": None, "maximum": answers[1], "currency": "INR", "period": "once"}
            ContactValue.objects.put(make_contact(full_name=name), dict(zip(fields, answers, strict=True)), by=by)

    listed = program.get(CONTACTS, {"custom": asked, "ordering": "name"}).json()["results"]
    assert [contact["full_name"] for contact in listed] == found
    assert all(contact["custom"]["bedrooms"] in (3, 5) for contact in listed)


@pytest.mark.parametrize("ordering", ["created", "-created", "name", "-name", "priority", "-score", "last_call"])
def test_pages_hold_every_row_once_in_both_directions(program: Client, company: Company, ordering: str) -> None:
    with use_company(company):
        for i in range(34):
            make_contact(full_name=f"Same {i % 3}", priority=i % 5 + 1, lead_score=i % 7 * 10 or None)
        everybody = set(Contact.objects.values_list("pk", flat=True))
    page = program.get(CONTACTS, {"page_size": 10, "ordering": ordering}).json()
    assert page["previous"] is None
    pages = [page]
    while page["next"]:
        page = program.get(page["next"]).json()
        pages.append(page)
    listed = [contact["id"] for page in pages for contact in page["results"]]
    assert (len(listed), set(listed)) == (len(everybody), everybody)

    back = [page]
    while page["previous"]:
        page = program.get(page["previous"]).json()
        back.append(page)
    assert [p["results"] for p in reversed(back)] == [p["results"] for p in pages]


@pytest.mark.parametrize(
    "asked",
    [
        {"ordering": "secret"},
        {"lead_status": "exploded"},
        {"created_from": "yesterday"},
        {"created_from": "0001-01-01T00:00:00+14:00"},
        {"called_to": "9999-12-31T23:59:59-14:00"},
        {"custom": "pets"},
        {"custom": "nothing:3"},
        {"custom": "pets:many"},
        {"custom": "pets:.."},
        {"custom": "pets:nan"},
        {"custom": "pets:\x00"},
    ],
)
def test_an_impossible_question_is_refused(program: Client, asked: dict[str, str]) -> None:
    answer = program.get(CONTACTS, asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_moment_in_any_offset_is_understood(program: Client) -> None:
    # PostgreSQL itself refuses offsets of 16 hours and more.
    answer = program.get(CONTACTS, {"created_from": "2020-01-01T00:00:00+23:59", "created_to": "2199-01-01T00:00:00Z"})
    assert len(answer.json()["results"]) == 1


@pytest.mark.parametrize("where", ["/api/telephony/calls", "/api/crm/follow-ups"])
def test_a_cursor_in_any_offset_is_understood_too(program: Client, where: str) -> None:
    moment = "2199-01-01T00:00:00+23:59"
    cursor = f"p={quote(moment)}" if "calls" in where else json.dumps(["before", "due", moment, 1])
    asked = {"cursor": base64.b64encode(cursor.encode()).decode()}
    assert program.get(where, asked).status_code == 200


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", "WyJhZnRlciIsIi1jcmVhdGVkIiwxLDFd=", "WyJhZnRlciIsIm5hbWUiLDEsMV0", "[[["]
)
def test_a_spoilt_cursor_stands_for_no_place(program: Client, cursor: str) -> None:
    answer = program.get(CONTACTS, {"cursor": cursor, "ordering": "name"})
    assert (answer.status_code, set(answer.json())) == (404, {"error", "code", "fields"})


def test_the_queries_of_a_list_do_not_grow(
    program: Client, company: Company, django_assert_max_num_queries: Any
) -> None:
    with use_company(company):
        for _ in range(30):
            make_lead()
    for where in (CONTACTS, "/api/crm/leads", "/api/crm/follow-ups"):
        with django_assert_max_num_queries(13):
            assert len(program.get(where).json()["results"]) >= 31


@pytest.mark.row("S4.45", "S4.15")
def test_what_happened_is_kept_and_listed(program: Client, company: Company) -> None:
    with use_company(company):
        contact = make_contact()
    where = f"{CONTACTS}/{contact.pk}/interactions"

    made = send(program, "post", where, {"kind": "email", "direction": "outbound", "summary": "Sent the plan."})

    assert made.status_code == 201
    assert program.get(where).json()["results"] == [made.json()]
    assert made.json()["contact"] == contact.pk
    shown = program.get(f"{CONTACTS}/{contact.pk}").json()
    assert shown["counts"] == {"interactions": 1, "calls": 0, "open_follow_ups": 0}
    assert send(program, "post", where, {"kind": "pigeon"}).status_code == 400
    assert send(program, "post", where, {"kind": "note", "happened_at": "0001-01-01T00:00:00Z"}).status_code == 400
    with use_company(company):
        assert Interaction.objects.filter(contact=contact).count() == 1


def test_leads_are_listed_with_their_next_step(program: Client, company: Company) -> None:
    with use_company(company):
        make_contact(full_name="No lead")
        lead = make_lead(full_name="Meera Iyer", status="callback")

    listed = program.get("/api/crm/leads", {"lead_status": "callback"}).json()["results"]

    assert [row["full_name"] for row in listed] == ["Meera Iyer"]
    assert listed[0]["id"] == lead.pk
    assert listed[0]["next_follow_up_at"]


def test_a_lead_moves_unless_somebody_moved_it_meanwhile(program: Client, company: Company) -> None:
    with use_company(company):
        lead = make_lead(status="new")
    where = f"/api/crm/leads/{lead.pk}/status"

    stale = send(program, "put", where, {"status": "converted", "was": "callback"})
    moved = send(program, "put", where, {"status": "converted", "was": "new", "why": "Signed"})

    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert (moved.status_code, moved.json()["lead_status"]) == (200, "converted")
    with use_company(company):
        assert (
            LeadStatusChange.objects.filter(contact_id=lead.pk).latest("pk").why.startswith("Signed · By the API key")
        )


@pytest.mark.row("S0.138")
def test_a_follow_up_is_planned_moved_and_done(program: Client, company: Company) -> None:
    with use_company(company):
        contact = make_contact()
    member = make_member(company)
    body = {"contact": contact.pk, "reason": "Send the plan", "due_at": "2026-12-01T10:00:00Z"}

    made = send(program, "post", "/api/crm/follow-ups", body).json()
    where = f"/api/crm/follow-ups/{made['id']}"
    moved = send(program, "patch", where, {"due_at": "2026-12-02T10:00:00+05:30", "assignee": member.pk}).json()

    assert (moved["due_at"], moved["overdue_at"]) == ("2026-12-02T04:30:00Z", "2026-12-02T04:30:00Z")
    assert (moved["assignee"], moved["reason"]) == (member.pk, "Send the plan")
    assert send(program, "patch", where, {"state": "done"}).json()["state"] == "done"
    mine = {"contact": contact.pk, "state": "done"}
    assert [step["id"] for step in program.get("/api/crm/follow-ups", mine).json()["results"]] == [made["id"]]
    assert send(program, "patch", where, {"state": "open"}).json()["state"] == "open"


@pytest.mark.row("S4.39", "S1.68")
def test_the_numbers_are_those_of_the_rows(program: Client, company: Company) -> None:
    with use_company(company):
        make_lead(status="converted", actual_value=500, estimated_value=900)
        make_lead(status="new", estimated_value=100)
        make_contact()

    stats = program.get("/api/crm/dashboard-stats").json()
    overview = program.get("/api/analytics/overview").json()

    stages = {stage["status"]: (stage["leads"], stage["estimated_value"]) for stage in stats["stages"]}
    assert (stats["contacts"], stats["leads"], stats["customers"]) == (4, 3, 1)
    assert stages["new"] == (1, "100.00")
    assert (stats["revenue"], stats["pipeline_value"]) == ("500.00", "100.00")
    assert (stats["calls"]["total"], stats["calls"]["answer_rate"]) == (1, 1.0)
    before_call_metrics = {
        "since", "currency", "totalContacts", "newContacts", "totalLeads", "hotLeads", "leadsByStatus",
        "customers", "revenue", "openFollowUps", "overdueFollowUps",
    }  # fmt: skip
    assert set(overview) == before_call_metrics | {"callMetrics"}
    assert overview["leadsByStatus"]["converted"] == 1
    assert overview["callMetrics"]["totalCalls"] == overview["callMetrics"]["total_calls"] == 1
