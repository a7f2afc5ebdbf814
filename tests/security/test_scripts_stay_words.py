"""Scripts that somebody spoke, typed or sent as a name are shown as words, on every page (bar S1)."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from calltracking.models import CallNote
from crm.models import Company, FollowUp, User
from crm.tenancy import use_company
from tests import factories
from tests.security.payloads import MARK, PAYLOADS

pytestmark = pytest.mark.django_db

# Attributes whose value a browser only shows or sends; in a link of ours the words may stand in the query.
HARMLESS = {"value", "title", "alt", "placeholder", "aria-label", "data-initial", "id", "name", "for", "class"}
LINKS = {"href", "action", "src", "hx-get", "hx-post"}
# Those that no browser takes for a script where words stand: they are in the list because filters stumble over them.
WORDS_ANYWAY = ("&lt;", "\\u003c", "javascript:", "{{", "<![CDATA[", "<scr<")


class Reader(HTMLParser):
    """Reads a page as a browser does, and gathers where a payload became more than words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.shown = 0
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "template"):
            self._inside.append(tag)
        for name, value in attrs:
            if MARK not in name + (value or ""):
                continue
            is_ours = name in LINKS and (value or "").startswith(("/", "?", "#"))
            if name not in HARMLESS and not is_ours:
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self.shown += data.count(MARK)
            if self._inside and self._inside[-1] != "template":
                self.found.append(f"<{self._inside[-1]}> {data[:60]}")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_reader_sees_a_payload_that_is_not_escaped(payload: str) -> None:
    """The control: pasted into a page as they are, those that can run are found."""
    quote = payload[0] if payload[:2] in ('" ', "' ") else ""
    page = f"<p title={quote}{payload}{quote}>" if quote else f"<div>{payload}</div>"
    assert Reader(page).found or payload.startswith(WORDS_ANYWAY)


@pytest.fixture
def attacked(company: Company) -> dict[str, str]:
    """A call in which every payload was said, by somebody whose every name is one; returns the pages that show it."""
    by = factories.make_member(company, role="manager", name=PAYLOADS[1])
    with use_company(company):
        names = iter(PAYLOADS)
        lead = factories.make_lead(
            by=by,
            full_name=next(names),
            owner_name=next(names),
            business_name=PAYLOADS[5],
            industry=PAYLOADS[6],
            city=PAYLOADS[33],
            notes="\n".join(PAYLOADS),
        )
        contact = factories.Contact.objects.get(pk=lead.pk)
        call = factories.make_call(
            contact=contact,
            turns=[("customer" if number % 2 else "agent", payload) for number, payload in enumerate(PAYLOADS)],
            title=PAYLOADS[7],
            provider_summary=PAYLOADS[8],
            raw={"said": list(PAYLOADS), PAYLOADS[9]: PAYLOADS[10]},
        )
        factories.make_insight(call, summary=PAYLOADS[11])
        CallNote.objects.create(call=call, by=by, text=PAYLOADS[12])
        FollowUp.objects.filter(contact_id=lead.pk).delete()
        step = FollowUp.objects.create(contact_id=lead.pk, due_at=call.started_at, reason=PAYLOADS[13], assignee=by)
        account = factories.make_account(label=PAYLOADS[5][:100])
        Company.objects.filter(pk=company.pk).update(name=PAYLOADS[0])
        return {
            "home": "/",
            "calls": "/calls/",
            "calls, searched": f"/calls/?q={PAYLOADS[7]}",
            "call": f"/calls/{call.pk}/",
            "raw": f"/calls/{call.pk}/raw/",
            "connections": "/connections/",
            "companies": "/companies/",
            "leads": "/admin/crm/lead/",
            "leads, searched": f"/admin/crm/lead/?q={PAYLOADS[7]}",
            "lead": f"/admin/crm/lead/{lead.pk}/change/",
            "contacts": "/admin/crm/contact/",
            "contact": f"/admin/crm/contact/{lead.pk}/change/",
            "follow-ups": "/admin/crm/followup/",
            "follow-up": f"/admin/crm/followup/{step.pk}/change/",
            "members": "/admin/crm/membership/",
            "company": f"/admin/crm/company/{company.pk}/change/",
            "providers": "/admin/telephony/provideraccount/",
            "provider": f"/admin/telephony/provideraccount/{account.pk}/change/",
            "inbox": "/admin/telephony/webhookevent/",
            "two-factor": "/accounts/two-factor/",
        }


@pytest.mark.row("S4.81")
def test_no_page_makes_a_script_of_what_was_said(
    attacked: dict[str, str], owner: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(owner)
    shown, found = 0, []
    for name, path in attacked.items():
        answer = client.get(path)
        assert answer.status_code == 200, name
        reader = Reader(answer.content.decode())
        shown += reader.shown
        found += [f"{name}: {place}" for place in reader.found]
    assert found == []
    assert shown > 3 * len(PAYLOADS), "the pages show too few of them: the test proves little"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_not_found_is_said_without_a_script(
    payload: str, owner: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(owner)
    for path in (f"/nowhere/{payload}", f"/calls/?q={payload}", f"/accounts/login/?next={payload}"):
        assert Reader(client.get(path, follow=True).content.decode()).found == []


@pytest.mark.row("S4.81", "S4.82")
def test_what_is_entered_is_checked_and_its_refusal_is_words(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(owner)
    answer = client.post(
        f"/admin/crm/company/{company.pk}/change/",
        {"name": PAYLOADS[5], "time_zone": PAYLOADS[0], "opens_at": PAYLOADS[7]},
    )
    assert answer.status_code == 200
    assert Reader(answer.content.decode()).found == []
    company.refresh_from_db()
    assert company.name == "Northwind Homes"
