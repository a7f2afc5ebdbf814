"""API keys: made once, shown once, bounded by role and scopes, revoked at once; and only a hash at rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from calltracking.models import CallNote
from crm.models import ApiKey, Company, Contact, Membership, User
from crm.models.api_keys import hash_secret
from crm.roles import RIGHTS, SCOPES, Role, Scope, allows, scopes_allow
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import client_with, make_key, make_member

Browser = Callable[[User], Client]

CALLS = "/api/telephony/calls"
CONVERSATIONS = "/api/call-tracking/conversations"

pytestmark = pytest.mark.django_db


@pytest.mark.row("S3.196", "S2.62")
def test_a_key_opens_its_company_and_no_other(company: Company, other_company: Company) -> None:
    _, ours = make_key(company)
    _, theirs = make_key(other_company)

    seen = {text: client_with(text).get(CALLS).json()["results"] for text in (ours, theirs)}

    assert len(seen[ours]) == len(seen[theirs]) == 1
    assert seen[ours][0]["call_sid"] != seen[theirs][0]["call_sid"]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer ",
        "Bearer nonsense",
        "Bearer rs_abcdefgh_short",
        "Bearer rs_abcdefgh_" + "x" * 43,
        "bearer rs_{prefix}_" + "x" * 43,
        "Bearer rs_{prefix}_{secret}x",
        "Bearer  \u00e9",
    ],
)
def test_what_is_no_key_is_refused_in_the_one_error_shape(company: Company, header: str) -> None:
    key, text = make_key(company)
    written = header.format(prefix=key.prefix, secret=text.split("_", 2)[2])

    answer = Client().get(CALLS, headers={"Authorization": written})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Ringside"'
    assert set(answer.json()) == {"error", "code", "fields"}
    assert answer.json()["code"] == "authentication_failed"


def test_without_a_key_the_answer_says_how_to_bring_one(company: Company) -> None:
    answer = Client().get(CALLS)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Ringside"')
    assert answer.json()["code"] == "not_authenticated"


def test_a_revoked_key_is_refused_from_the_next_request_on(company: Company) -> None:
    key, text = make_key(company)
    program = client_with(text)
    assert program.get(CALLS).status_code == 200

    key.revoke()

    assert program.get(CALLS).status_code == 401
    assert program.get(CALLS).json()["error"] == "This API key was revoked."


def test_a_key_ends_when_it_expires(company: Company) -> None:
    _, text = make_key(company, expires_at=timezone.now() + timedelta(hours=1))
    assert client_with(text).get(CALLS).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert client_with(text).get(CALLS).json()["error"] == "This API key has expired."


def test_a_bad_key_is_not_helped_by_a_good_session(owner: User, client_of: Browser) -> None:
    browser = client_of(owner)
    assert browser.get(CALLS).status_code == 200

    assert browser.get(CALLS, headers={"Authorization": "Bearer rs_nonsense"}).status_code == 401


def test_a_key_counts_and_not_the_session_beside_it(
    outsider: User, client_of: Browser, company: Company, other_company: Company
) -> None:
    _, text = make_key(company)
    with use_company(company):
        ours = Contact.objects.get().full_name

    answer = client_of(outsider).get("/api/crm/contacts", headers={"Authorization": f"Bearer {text}"})

    assert [contact["full_name"] for contact in answer.json()["results"]] == [ours]
    assert not answer.cookies


def test_a_key_needs_no_csrf_token_and_a_session_does(owner: User, company: Company) -> None:
    _, text = make_key(company)
    sent = {"data": {"full_name": "Nila"}, "content_type": "application/json"}
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)

    assert browser.post("/api/crm/contacts", **sent).status_code == 403
    with_key = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {text}"})
    assert with_key.post("/api/crm/contacts", **sent).status_code == 201


def test_a_key_opens_no_page(company: Company) -> None:
    _, text = make_key(company)

    for address in ("/", "/calls/", "/admin/crm/lead/"):
        assert client_with(text).get(address).status_code == 302


@pytest.mark.parametrize(
    ("scopes", "allowed", "refused"),
    [
        (
            ["calls:read"],
            [("get", CALLS)],
            [("get", "/api/crm/contacts"), ("post", "/api/call-tracking/conversations")],
        ),
        (["contacts:read"], [("get", "/api/crm/leads")], [("post", "/api/crm/contacts"), ("get", CALLS)]),
        (["contacts:write"], [("get", "/api/crm/contacts")], [("get", "/api/jobs/sync-runs")]),
        (["jobs:run"], [("get", "/api/jobs/sync-runs")], [("get", "/api/crm/follow-ups"), ("get", CALLS)]),
    ],
)
def test_a_key_does_what_its_scopes_say(
    company: Company, scopes: list[str], allowed: list[tuple[str, str]], refused: list[tuple[str, str]]
) -> None:
    _, text = make_key(company, scopes=scopes)
    program = client_with(text)

    for how, address in allowed:
        assert getattr(program, how)(address).status_code == 200, address
    for how, address in refused:
        answer = getattr(program, how)(address, content_type="application/json")
        assert answer.status_code == 403, address
        assert answer.json()["code"] == "permission_denied"


def test_the_role_of_a_key_is_the_most_it_may_do(company: Company) -> None:
    with use_company(company):
        contact = Contact.objects.get()
    address = f"/api/crm/contacts/{contact.pk}"
    answers = {}
    for role in ("viewer", "agent", "manager"):
        program = client_with(make_key(company, role=role)[1])
        changed = program.patch(address, {"city": role}, content_type="application/json")
        answers[role] = (changed.status_code, program.delete(address).status_code)

    assert answers == {"viewer": (403, 403), "agent": (200, 403), "manager": (200, 204)}


def test_no_key_has_a_right_that_its_role_has_not() -> None:
    for label in RIGHTS:
        app, _, model = label.partition(".")
        for action in ("view", "add", "change", "delete"):
            permission = f"{app}.{action}_{model}"
            for role in Role.values:
                key = ApiKey(role=role, scopes=Scope.values)
                assert key.has_perm(permission) == (allows(role, permission) and label in SCOPES)
                assert not ApiKey(role=role, scopes=[]).has_perm(permission)
    assert not scopes_allow(Scope.values, "crm.add_apikey")


@pytest.mark.row("S3.196")
def test_nothing_but_a_hash_is_kept(company: Company) -> None:
    key, text = make_key(company)
    secret = text.split("_", 2)[2]

    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(k)::text from crm_apikey k where id = %s", [key.pk])
        row = cursor.fetchone()[0]

    assert secret not in row
    assert hash_secret(secret) in row
    # Nothing that stands in the row opens anything.
    for word in re.findall(r'"([^"]{8,})"', row):
        for written in (word, f"rs_{key.prefix}_{word}"):
            assert client_with(written).get(CALLS).status_code == 401


def test_secrets_are_long_and_never_the_same(company: Company) -> None:
    by = make_member(company, role="owner")
    texts = {make_key(company, made_by=by)[1] for _ in range(50)}

    assert len(texts) == 50
    assert all(len(text.split("_", 2)[2]) == 43 for text in texts)  # 32 bytes


def test_when_it_was_used_is_written_once_a_minute(company: Company) -> None:
    key, text = make_key(company)
    program = client_with(text)
    start = timezone.now()
    writes = []
    for seconds in (0, 10, 50, 70):
        with (
            time_machine.travel(start + timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as q,
        ):
            assert program.get(CALLS).status_code == 200
        writes.append(sum('UPDATE "crm_apikey"' in query["sql"] for query in q))

    assert writes == [1, 0, 0, 1]
    key.refresh_from_db()
    assert key.last_used_at == start + timedelta(seconds=70)


def test_a_key_outlives_the_membership_of_who_made_it(company: Company) -> None:
    by = make_member(company, role="owner")
    _, text = make_key(company, made_by=by)
    Membership.objects.filter(pk=by.pk).update(is_active=False)

    assert client_with(text).get(CALLS).status_code == 200


def test_what_a_key_writes_is_signed_by_it(company: Company, owner: User, client_of: Browser) -> None:
    key, text = make_key(company, label="Night clerk")
    with use_company(company):
        call = Call.objects.get()
    address = f"/api/call-tracking/conversations/{call.pk}"
    client_with(text).put(f"{address}/comments", {"comments": ["Read."]}, content_type="application/json")
    client_with(text).put(f"{address}/lead-status", {"status": "callback"}, content_type="application/json")

    with use_company(company):
        note = CallNote.objects.get(text="Read.")
        change = call.contact.status_changes.latest("pk")
    assert (note.by, note.author) == (None, "API key “Night clerk”")
    assert (change.by, change.why) == (key.made_by, "By the API key “Night clerk”")
    assert "API key “Night clerk”" in client_of(owner).get(f"/calls/{call.pk}/").content.decode()


# ---- the page -------------------------------------------------------------------------------------------------


def test_an_owner_makes_a_key_and_sees_it_once(owner: User, client_of: Browser) -> None:
    browser = client_of(owner)
    asked = {"label": "Nightly export", "scopes": ["calls:read", "contacts:read"], "role": "viewer", "expires_at": ""}

    page = browser.post(reverse("admin:crm_apikey_add"), asked)

    text = re.search(r'value="(rs_[^"]+)"', page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    assert client_with(text).get(CALLS).status_code == 200
    listed = browser.get(reverse("admin:crm_apikey_changelist")).content.decode()
    assert text not in listed
    assert f"rs_{text.split('_')[1]}_…" in listed
    assert "calls:read" in listed


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"label": ""}, {"role": "owner"}, {"expires_at": "2020-01-01T00:00"}, {"scopes": ["jobs:run"]}],
)
def test_a_key_is_not_made_of_half_a_form(owner: User, client_of: Browser, wrong: dict[str, Any]) -> None:
    asked = {"label": "Export", "scopes": ["calls:read"], "role": "agent", "expires_at": "", **wrong}
    before = ApiKey.objects.count()

    page = client_of(owner).post(reverse("admin:crm_apikey_add"), asked)

    assert "rs-error" in page.content.decode()
    assert ApiKey.objects.count() == before


def test_revoking_asks_once_more(owner: User, client_of: Browser, company: Company) -> None:
    key, text = make_key(company)
    browser, address = client_of(owner), reverse("admin:crm_apikey_revoke", args=[key.pk])

    assert "Revoke “Export”?" in browser.get(address).content.decode()
    assert client_with(text).get(CALLS).status_code == 200
    assert browser.post(address).status_code == 302
    assert client_with(text).get(CALLS).status_code == 401


@pytest.mark.parametrize("role", ["manager", "agent", "viewer"])
def test_only_owners_see_make_and_revoke_keys(company: Company, client_of: Browser, role: str) -> None:
    key, _ = make_key(company)
    browser = client_of(make_member(company, role=role).user)

    for name, ids in (("changelist", []), ("add", []), ("revoke", [key.pk])):
        address = reverse(f"admin:crm_apikey_{name}", args=ids)
        assert browser.get(address).status_code == 403
        assert browser.post(address).status_code == 403


def test_another_company_s_key_is_not_there(outsider: User, client_of: Browser, company: Company) -> None:
    key, text = make_key(company, label="Ours alone")
    browser = client_of(outsider)

    assert "Ours alone" not in browser.get(reverse("admin:crm_apikey_changelist")).content.decode()
    assert browser.post(reverse("admin:crm_apikey_revoke", args=[key.pk])).status_code == 404
    assert client_with(text).get(CALLS).status_code == 200
