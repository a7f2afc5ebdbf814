"""Who may not see numbers in full finds none: at no address, in no search, by no detour."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import phonenumbers
import pytest
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from analysis.findings import Findings
from crm import phones
from crm.middleware import CompanyMiddleware
from crm.models import Company, Contact, FollowUp, Membership, User
from crm.roles import FULL_NUMBERS, Role, allows
from crm.tenancy import use_company
from telephony.models import Call, Turn
from tests import factories
from tests.access.test_every_address import ALL, PAGES, address_of, admin_ids, get, model_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

NUMBER = "+919812345678"
WRITTEN = "sip:09812345678@carrier.example"


@pytest.fixture
def call(company: Company) -> Call:
    """A call of somebody nameless, whose number is what they are called by, and stands wherever one can stand."""
    with use_company(company):
        # The ledger keeps the calls whose campaign somebody chose; they become this caller's too.
        Call.objects.filter(attributions=None).delete()
        Contact.objects.all().delete()
        contact = factories.make_contact(number=NUMBER, full_name="", lead_status="new")
        Call.objects.update(
            contact=contact, customer_number=NUMBER, customer_number_written=WRITTEN, raw={"caller": NUMBER}
        )
        FollowUp.objects.create(contact=contact, due_at="2026-11-20T10:00Z", reason="Ring them")
        phone = {"value": NUMBER, "confidence": 1, "evidence": {"turn": 0, "quote": "ring me", "speaker": "customer"}}
        call = factories.make_call(
            contact=contact,
            turns=(("customer", "Please ring me."),),
            customer_number_written=WRITTEN,
            raw={"caller": NUMBER},
            is_hot=True,
            score=90,
        )
        findings = Findings.model_validate({"summary": "A call", "phones": [phone]}).model_dump(mode="json")
        factories.make_insight(call, findings=findings)
        Turn.objects.filter(call=call).update(tools=[{"name": "look_up", "result": NUMBER}])
        factories.make_call(customer_number=NUMBER, customer_number_written=WRITTEN, external_id="nobody")
        factories.make_call(customer_number="", customer_number_written=WRITTEN, external_id="unread")
        return call


def addresses_of(company: Company) -> list[tuple[str, str]]:
    found: list[tuple[str, str | None]] = []
    with use_company(company):
        for name in ALL:
            if name in PAGES and PAGES[name].act is None and name != "call-note":
                found.append((name, address_of(name, PAGES[name].ids())))
            elif (model := model_of(name)) is not None:
                found += [(name, address_of(name, ids)) for ids in admin_ids(model, company)]
    # What finds by number stands in the address itself, and comes back in the box it was typed into.
    return [(name, address) for name, address in found if address and NUMBER not in address]


def digits_in(text: str) -> str:
    # A moment is digits too, and never the same ones.
    return re.sub(r"[\s\-().]", "", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "", text))


def holds_number(text: str) -> bool:
    return any(part in digits_in(text) for part in (NUMBER.removeprefix("+91"), NUMBER.removeprefix("+")))


@pytest.mark.row("S4.83", "S2.103")
def test_a_viewer_finds_no_full_number_at_any_address(company: Company, call: Call, viewer: User) -> None:
    addresses = addresses_of(company)
    assert len(addresses) > 50
    for name, address in addresses:
        answer = get(viewer, address)
        assert answer.status_code < 500, name
        assert not holds_number(answer.getvalue().decode()), (name, address)


def test_an_agent_does_find_it_at_many(company: Company, call: Call, agent: User) -> None:
    """The control."""
    shown = {name for name, address in addresses_of(company) if holds_number(get(agent, address).getvalue().decode())}
    assert shown >= {
        "home",
        "calls",
        "call",
        "call-raw",
        "api-calls",
        "api-call",
        "api-conversations",
        "admin:crm_contact_change",
        "admin:crm_contact_changelist",
        "admin:crm_lead_changelist",
        "admin:crm_followup_changelist",
    }


def test_what_a_viewer_reads_tells_two_callers_apart(company: Company, call: Call, viewer: User) -> None:
    page = get(viewer, f"/calls/{call.pk}/").content.decode()
    assert "+91 ••••• ••678" in page
    assert "tel:" not in get(viewer, reverse("admin:crm_contact_change", args=[call.contact_id])).content.decode()
    assert get(viewer, "/api/telephony/calls").json()["results"][-1]["from_number"].endswith("678")


def test_a_viewer_finds_nobody_by_number(company: Company, call: Call, viewer: User, client_of: Browser) -> None:
    client = client_of(viewer)
    for text in (NUMBER, "98123", "+91981"):
        assert client.get("/api/telephony/calls", {"q": text}).json()["results"] == [], text
        assert f"/calls/{call.pk}/" not in client.get("/calls/", {"q": text}).content.decode()
        listed = client.get(reverse("admin:crm_contact_changelist"), {"q": text}).content.decode()
        assert f"/contact/{call.contact_id}/change" not in listed
    assert client.get(f"/api/contact-lookup/phone/{NUMBER}").status_code == 403
    assert client.get(f"/api/contact-lookup/phone/{factories.make_number()}").status_code == 403


def test_an_agent_finds_people_by_the_beginning_of_a_number(
    company: Company, call: Call, agent: User, client_of: Browser
) -> None:
    assert len(client_of(agent).get("/api/telephony/calls", {"q": "98123"}).json()["results"]) == 3
    assert client_of(agent).get(f"/api/contact-lookup/phone/{NUMBER}").status_code == 200


def test_the_right_stands_in_the_table() -> None:
    assert [role for role in Role if not allows(role, FULL_NUMBERS)] == [Role.VIEWER]


def test_an_answer_that_streams_hides_them_to_its_end(company: Company, viewer: User, agent: User, rf: object) -> None:
    def export(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(phones.to_display(NUMBER).encode() for _ in range(2))

    for user, expected in ((viewer, False), (agent, True)):
        request = rf.get("/calls/")  # type: ignore[attr-defined]
        request.user, request.session = User.objects.get(pk=user.pk), {}
        answer = CompanyMiddleware(export)(request)
        told = b"".join(answer).decode()  # type: ignore[arg-type]
        assert holds_number(told) is expected
    assert phones.to_display(NUMBER) == "+91 98123 45678"


def test_after_a_viewers_request_numbers_are_readable_again(viewer: User, client_of: Browser) -> None:
    client_of(viewer).get("/calls/")
    assert not phones.are_hidden()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+919812345678", "+91 ••••• ••678"),
        ("+14155550123", "+1 •••-•••-•123"),
        ("+442079460123", "+44 •• •••• •123"),
        ("anonymous", "anonymous"),
        ("112", "•••"),
        ("sip:09812345678@carrier.example", "sip:••••••••678@carrier.example"),
        ("", ""),
    ],
)
def test_a_hidden_number_keeps_its_country_and_its_end(number: str, shown: str) -> None:
    with phones.hidden(True):
        assert phones.to_display(number) == shown
        assert phones.as_told(number) == shown
        assert phones.to_search_prefix(number, region="IN") == ""
    assert phones.as_told(number) == number


def test_every_country_s_numbers_are_hidden() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        with phones.hidden(True):
            shown = phones.to_display(e164)
        body = shown.removeprefix(f"+{example.country_code}")
        assert sum(character.isdigit() for character in body) <= phones.READABLE_DIGITS, (region, shown)


def test_the_members_right_is_asked_and_not_the_persons(company: Company, other_company: Company, viewer: User) -> None:
    there = Membership.objects.create(company=other_company, user=viewer, role="agent")
    with use_company(other_company):
        factories.make_call(contact=factories.make_contact(number=NUMBER))
    client = Client()
    client.force_login(viewer)
    client.post(f"/companies/{there.pk}/")
    assert holds_number(json.dumps(client.get("/api/telephony/calls").json()))
