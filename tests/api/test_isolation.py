"""Every endpoint of the schema, asked as company A with the ids of B: answered exactly like an unknown id (bar T4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.models import Company, Contact, FollowUp, Membership, User
from crm.tenancy import use_company
from tests.api.support import address, example_of, ids_in, operations, state_of, unknown_ids
from tests.factories import client_with, make_key

pytestmark = pytest.mark.django_db

WITH_ID = [(method, path, example_of(said)) for method, path, said in operations() if "{" in path]


def ask(client: Client, method: str, where: str, body: Any) -> Any:
    if method == "get":
        return client.get(where)
    return getattr(client, method)(where, body, content_type="application/json")


@pytest.fixture(params=["key", "session"])
def caller(
    request: pytest.FixtureRequest, company: Company, owner: User, client_of: Callable[[User], Client]
) -> Client:
    """Somebody with every right in our company."""
    return client_with(make_key(company)[1]) if request.param == "key" else client_of(owner)


@pytest.mark.row("S4.80", "S4.82")
def test_ids_of_another_company_are_answered_exactly_like_unknown_ones(
    caller: Client, company: Company, other_company: Company
) -> None:
    foreign, unknown, before = ids_in(other_company), unknown_ids(), state_of(other_company)
    assert len(WITH_ID) >= 15

    for method, path, body in WITH_ID:
        theirs = ask(caller, method, address(path, foreign), body)
        nobodys = ask(caller, method, address(path, unknown), body)
        assert (theirs.status_code, theirs.content) == (404, nobodys.content), (method, path, theirs.content)
        assert nobodys.status_code == 404

    assert state_of(other_company) == before


def test_ids_of_ones_own_company_are_found(caller: Client, company: Company, other_company: Company) -> None:
    """The control: the same requests with our own ids reach their rows."""
    ours = ids_in(company)
    for method, path, body in sorted(WITH_ID, key=lambda asked: asked[0] == "delete"):
        assert ask(caller, method, address(path, ours), body).status_code in (200, 201, 202, 204), (method, path)


def test_ids_of_another_company_in_a_body_are_answered_like_unknown_ones(
    caller: Client, company: Company, other_company: Company
) -> None:
    with use_company(other_company):
        contact, member = Contact.objects.get().pk, Membership.objects.filter(company=other_company).first().pk
    with use_company(company):
        ours = Contact.objects.get().pk
        step = FollowUp.objects.first().pk
    before = state_of(other_company)
    due = {"due_at": "2026-12-01T10:00:00Z"}
    asked: list[tuple[str, str, Callable[[int], dict[str, Any]], int]] = [
        ("post", "/api/crm/follow-ups", lambda pk: {**due, "contact": pk}, contact),
        ("post", "/api/crm/follow-ups", lambda pk: {**due, "contact": ours, "assignee": pk}, member),
        ("patch", f"/api/crm/follow-ups/{step}", lambda pk: {"assignee": pk}, member),
        ("patch", f"/api/crm/contacts/{ours}", lambda pk: {"assignee": pk}, member),
        ("post", "/api/crm/contacts", lambda pk: {"full_name": "Nila", "assignee": pk}, member),
    ]
    for method, where, body, pk in asked:
        theirs, nobodys = (ask(caller, method, where, body(one)) for one in (pk, 987654321))
        assert (theirs.status_code, theirs.content) == (400, nobodys.content), (where, theirs.content)
    assert state_of(other_company) == before


@pytest.mark.parametrize("where", ["/api/telephony/calls?contact={}", "/api/crm/follow-ups?contact={}"])
def test_filters_by_another_company_s_ids_find_nothing(caller: Client, other_company: Company, where: str) -> None:
    with use_company(other_company):
        theirs = Contact.objects.get().pk
    assert caller.get(where.format(theirs)).json()["results"] == []


def test_a_foreign_call_id_is_stored_beside_and_not_over_theirs(
    caller: Client, company: Company, other_company: Company
) -> None:
    said = {"call_id": "c-1", "started_at": "2026-11-17T05:34:00Z", "turns": [{"speaker": "ai", "content": "Theirs"}]}
    theirs = client_with(make_key(other_company)[1])
    theirs.post("/api/call-tracking/conversations", said, content_type="application/json")
    before = state_of(other_company)

    ours = ask(caller, "post", "/api/call-tracking/conversations", {**said, "turns": []})

    assert (ours.status_code, ours.json()["turns"]) == (201, [])
    assert state_of(other_company) == before


@pytest.mark.row("S4.82")
def test_no_method_breaks_any_endpoint(caller: Client, company: Company) -> None:
    ours = ids_in(company)
    for path in {path for _, path, _ in operations()}:
        for method in ("options", "head", "trace", "put", "patch"):
            answer = caller.generic(method.upper(), address(path, ours), b"{", content_type="application/json")
            assert answer.status_code < 500, (method, path)
            if answer.status_code in (400, 405) and method != "head":
                assert set(answer.json()) == {"error", "code", "fields"}, (method, path)


def test_what_is_not_there_is_told_in_the_one_shape(caller: Client) -> None:
    for where in ("/api/nothing", "/api/crm/contacts/", "/api/crm/contacts/abc", "/api/telephony/calls/a/b"):
        answer = caller.get(where)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert set(answer.json()) == {"error", "code", "fields"}
