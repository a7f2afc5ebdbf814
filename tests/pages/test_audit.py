"""The audit page: every change of the company in words, found by who, what, when and how, and as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.actors import Source
from crm.audit import Asked, read_page, walk
from crm.models import Contact, FollowUpRule, Membership, PhoneNumber
from crm.spreadsheets import cell
from crm.tenancy import acting, use_company
from telephony.models import Call, ProviderAccount
from tests import factories
from tests.admin.support import open_form, save

pytestmark = pytest.mark.django_db

# Session, user, memberships, company, transaction, setting, the events of all tables, and names for each kind of row.
MOST_QUERIES = 26


def page_of(browser: Any, **asked: Any) -> str:
    answer = browser.get("/audit/", asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows_on(page: str) -> list[str]:
    """Each event as one line of words."""
    found = re.findall(r"<tr>\s*<td class=\"rs-num\">.*?</tr>", page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


def lines_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.row("S0.129", "S4.65")
def test_a_change_in_the_admin_is_told_in_words(company, agent, manager, client_of):
    with use_company(company):
        contact = factories.make_contact(full_name="Meera Nair", city="Goa")
    url = reverse("admin:crm_contact_change", args=[contact.pk])
    browser = client_of(agent)
    assignee = Membership.objects.get(user=agent)
    save(browser, url, open_form(browser, url), city="Pune", assignee=assignee.pk, do_not_call="on")

    [row, *_] = rows_on(page_of(client_of(manager)))
    for words in ("Agnes Agent", "Admin", "Meera Nair", "Contact changed", "City Goa → to Pune"):
        assert words in row
    assert "Assignee Agnes Agent" in row
    assert "Do not call no → to yes" in row


def test_a_change_on_a_page_names_the_page(company, agent, manager, client_of):
    with use_company(company):
        call = Call.objects.get()
    client_of(agent).post(reverse("call-notes", args=[call.pk]), {"text": "Wants the north flat"})

    [row, *_] = rows_on(page_of(client_of(manager)))
    assert "Agnes Agent Page" in row
    assert "Call note added" in row
    assert "Wants the north flat" in row
    of_call = client_of(agent).get(reverse("call-history", args=[call.pk])).content.decode()
    assert "Agnes Agent" in of_call
    assert "Wants the north flat" in of_call


def test_settings_and_members_are_in_it(company, owner, client_of):
    browser = client_of(owner)
    url = reverse("admin:crm_company_change", args=[company.pk])
    save(browser, url, open_form(browser, url), currency="EUR")
    member = factories.make_member(company, name="Mina Member")
    url = reverse("admin:crm_membership_change", args=[member.pk])
    save(browser, url, open_form(browser, url), role="manager")

    member_row, added, company_row, *_ = rows_on(page_of(browser))
    assert "Olga Owner Admin Mina Member Member changed Role Agent → to Manager" in member_row
    assert "Somebody with access to the database" in added
    assert "Currency INR → to EUR" in company_row


def test_a_secret_is_never_shown_only_that_it_changed(company, owner, client_of):
    with acting(Source.API), use_company(company):
        account = ProviderAccount.objects.get()
        account.set_webhook_secret("wsec_brand_new")
        account.save()
        sealed = (account.webhook_secret_sealed, account.previous_secret_sealed)
    page = page_of(client_of(owner), what="telephony.provideraccount")
    assert "Webhook secret set → to replaced" in rows_on(page)[0]
    text = page + str(lines_of(client_of(owner).get("/audit/history.csv")))
    assert not [secret for secret in ("wsec_", *sealed) if secret in text]


def test_what_is_gone_keeps_its_name(company, manager, client_of):
    with use_company(company):
        contact = factories.make_contact(full_name="Gone Person", number="")
        Contact.objects.filter(pk=contact.pk).delete()
    row = rows_on(page_of(client_of(manager)))[0]
    assert "Gone Person Contact removed" in row
    assert f"/contact/{contact.pk}/" not in page_of(client_of(manager))


# ---- who may, and whose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("manager", 200), ("agent", 403), ("viewer", 403)])
@pytest.mark.parametrize("name", ["audit", "audit-file"])
def test_owners_and_managers_read_it(company, client_of, role, status, name):
    person = factories.make_member(company, role=role).user
    assert client_of(person).get(reverse(name)).status_code == status


@pytest.mark.row("S0.127")
def test_another_company_s_changes_are_never_there(company, other_company, owner, outsider, client_of):
    with use_company(company):
        contact = factories.make_contact(full_name="Secretly Ours")
        Call.objects.update(contact=contact)
        FollowUpRule.objects.update(reason="Secretly our reason")
    type(company).objects.filter(pk=company.pk).update(name="Secretly Named")
    member = factories.make_member(company, name="Secretly Member")

    for asked in ({}, {"what": "crm.contact", "row": contact.pk}, {"who": member.pk}, {"what": "crm.company"}):
        assert "Secretly" not in page_of(client_of(outsider), **asked)
        assert "Secretly" not in str(lines_of(client_of(outsider).get("/audit/history.csv", asked)))
    seen = page_of(client_of(owner)) + page_of(client_of(owner), what="crm.company")
    assert {"Secretly Ours", "Secretly our reason", "Secretly Named", "Secretly Member"} <= set(
        re.findall(r"Secretly (?:Ours|our reason|Named|Member)", seen)
    )


def test_it_stands_in_the_sidebar_of_those_who_may(company, manager, agent, client_of):
    assert 'href="/audit/"' in client_of(manager).get("/").content.decode()
    assert 'href="/audit/"' not in client_of(agent).get("/").content.decode()


# ---- finding --------------------------------------------------------------------------------------------------


@pytest.fixture
def deeds(company, agent):
    """A contact that a page, a worker and nobody known changed; in this order."""
    member = Membership.objects.get(user=agent)
    with acting(Source.PAGE, member=member.pk), use_company(company):
        contact = factories.make_contact(full_name="Found Person", number="")
    with acting(Source.WORKER), use_company(company):
        contact.fill_in(city="By the worker")
    with use_company(company):
        contact.fill_in(state="By nobody")
    return contact, member


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"source": "worker"}, ["By the worker"]),
        ({"source": "page"}, ["Found Person Contact added"]),
        ({"who": "MEMBER"}, ["Found Person Contact added"]),
        ({"what": "crm.contact", "row": "CONTACT"}, ["By nobody", "By the worker", "Contact added"]),
        ({"what": "crm.contact", "row": "CONTACT", "deed": "update"}, ["By nobody", "By the worker"]),
        ({"what": "crm.contact", "row": "CONTACT", "since": "TOMORROW"}, []),
        ({"what": "crm.contact", "row": "CONTACT", "until": "YESTERDAY"}, []),
        ({"what": "crm.contact", "row": "CONTACT", "until": "TODAY"}, ["By nobody", "By the worker", "Contact added"]),
    ],
)
def test_it_finds_by_who_what_when_and_how(company, manager, client_of, deeds, asked, words):
    contact, member = deeds
    with timezone.override(company.zone):
        today = timezone.localdate()
    said = {
        "CONTACT": contact.pk,
        "MEMBER": member.pk,
        "TODAY": today,
        "TOMORROW": today + timedelta(days=1),
        "YESTERDAY": today - timedelta(days=1),
    }
    rows = rows_on(page_of(client_of(manager), **{name: said.get(value, value) for name, value in asked.items()}))
    assert len(rows) == len(words)
    for row, word in zip(rows, words, strict=True):
        assert word in row


@pytest.mark.parametrize(
    "asked",
    [
        {"what": "crm.user"},
        {"what": "x" * 5000, "row": "1"},
        {"who": "9" * 30},
        {"who": "-1", "row": "1e5"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "yesterday"},
        {"source": "\x00", "deed": "drop"},
        {"page": "bnVsbA"},
        {"page": "WyJvbGRlciIsICIyMDI2LTAxLTAxIiwgMCwgMV0"},
        {"page": "WyJvbGRlciIsIDUsIFtdLCAxXQ"},
    ],
)
def test_a_spoilt_address_is_answered_with_a_list(company, manager, client_of, asked):
    assert client_of(manager).get("/audit/", asked).status_code == 200
    assert lines_of(client_of(manager).get("/audit/history.csv", asked))


def test_nothing_found_says_so_and_leads_back(company, manager, client_of):
    page = page_of(client_of(manager), source="api_key")
    assert "Nothing matches" in page
    assert "Show the whole history" in page


# ---- pages and files ------------------------------------------------------------------------------------------


@pytest.fixture
def many(company):
    """Events of two tables with equal times: a page's edge must lose and repeat none."""
    with acting(Source.API), use_company(company):
        people = Contact.objects.bulk_create(Contact(full_name=f"Person {i}") for i in range(70))
        PhoneNumber.objects.bulk_create(
            PhoneNumber(contact=person, e164=f"+9198000{i:05d}", written=f"98000{i:05d}")
            for i, person in enumerate(people)
        )
    return company


def test_pages_hold_every_event_once_in_both_directions(many):
    asked = Asked(source="api")
    with use_company(many):
        forward, cursor, pages = [], None, []
        while True:
            page = read_page(asked, size=9, cursor=cursor)
            forward += [(row.label, row.pk) for row in page.rows]
            pages.append(page)
            if page.older is None:
                break
            cursor = page.older
        assert len(forward) == len(set(forward)) == 140
        back = read_page(asked, size=9, cursor=pages[-1].newer)
        assert [(r.label, r.pk) for r in back.rows] == [(r.label, r.pk) for r in pages[-2].rows]
        assert pages[0].newer is None


def test_events_of_one_moment_are_paged_without_loss(many, django_db_blocker):
    """Whatever the clock's grain: places with equal times are told apart by table and id."""
    from crm.audit import Place

    moment = timezone.now()
    keys = [(rank, pk) for rank in (2, 1, 0) for pk in (3, 2, 1)]
    for here in keys:
        place = Place(moment, *here)
        with use_company(many):
            sql = [str(Contact.pgh_event_model.objects.filter(place.beyond(r, newer=False)).query) for r in (0, 1, 2)]
        for rank, text in enumerate(sql):
            ties = "<=" in text
            assert ties == (rank <= here[0])


def test_the_page_asks_few_questions_however_many_events_there_are(many, manager, client_of):
    browser = client_of(manager)
    browser.get("/audit/")
    with CaptureQueriesContext(connection) as captured:
        page = page_of(browser)
    assert len(rows_on(page)) == 50
    assert len(captured) <= MOST_QUERIES


def test_the_file_holds_every_change_a_line_for_each_field(many, manager, client_of):
    answer = client_of(manager).get("/audit/history.csv", {"source": "api"})
    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="history-' in answer["Content-Disposition"]
    head, *lines = lines_of(answer)
    assert head == ["When", "Who", "By", "What", "Id", "Name", "Of", "Happened", "Field", "Before", "After"]
    assert len([line for line in lines if line[8] == "Name" and line[10].startswith("Person")]) == 70
    assert {line[2] for line in lines} == {"API"}
    assert len({(line[3], line[4]) for line in lines}) == 140


def test_the_file_is_read_piece_by_piece(many):
    """Each piece is a transaction of its own, so memory holds one piece however many events there are."""
    with CaptureQueriesContext(connection) as captured:
        pieces = walk(Asked(source="api"), company_id=many.pk, size=50)
        assert len(next(pieces)) == 50
        asked = len(captured)
        assert len(next(pieces)) == 50
        assert len(captured) > asked
        assert [len(piece) for piece in pieces] == [40]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(begin):
    assert cell(f"{begin}cmd|' /C calc'!A0") == f"'{begin}cmd|' /C calc'!A0"
    assert cell(f"a{begin}b") == f"a{begin}b"
    assert cell(None) == ""


def test_what_people_enter_is_no_formula_in_the_file(company, manager, client_of):
    with use_company(company):
        factories.make_contact(full_name='=HYPERLINK("http://evil.example")', number="")
    lines = lines_of(client_of(manager).get("/audit/history.csv"))
    assert not [value for line in lines for value in line if value.startswith("=")]
    assert any(value.startswith("'=HYPERLINK") for line in lines for value in line)


# ---- on the row's own page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["crm_lead", "crm_contact"])
def test_a_person_s_page_has_their_history_in_a_tab(company, agent, client_of, screen):
    browser = client_of(agent)
    with acting(Source.PAGE, member=Membership.objects.get(user=agent).pk), use_company(company):
        lead = factories.make_lead(full_name="Meera Nair")
        number = PhoneNumber.objects.get(contact_id=lead.pk)
        PhoneNumber.objects.filter(pk=number.pk).update(is_primary=False)
    address = reverse(f"admin:{screen}_history", args=[lead.pk])
    page = browser.get(reverse(f"admin:{screen}_change", args=[lead.pk])).content.decode()
    assert f'hx-get="{address}"' in page

    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Agnes Agent" in part
    # The numbers and next steps are parts of the person.
    for words in ("phone number", "follow-up", "Main number", "New"):
        assert words in part
    assert "/audit/" not in part, "an agent may not open it"
    assert "<html" in browser.get(address).content.decode()


@pytest.mark.parametrize("screen", ["crm_company", "crm_membership", "crm_followuprule", "telephony_provideraccount"])
def test_settings_have_their_history_in_a_tab(company, owner, client_of, screen):
    browser = client_of(owner)
    with use_company(company):
        found = {
            "crm_company": company,
            "crm_membership": company.memberships.first(),
            "crm_followuprule": FollowUpRule.objects.first(),
            "telephony_provideraccount": ProviderAccount.objects.first(),
        }[screen]
    address = reverse(f"admin:{screen}_history", args=[found.pk])
    assert f'hx-get="{address}"' in browser.get(reverse(f"admin:{screen}_change", args=[found.pk])).content.decode()
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "added it" in part
    assert f"/audit/?what={screen.replace('_', '.')}&amp;row={found.pk}" in part


def test_the_history_of_a_row_is_its_company_s(company, outsider, client_of):
    with use_company(company):
        contact = Contact.objects.first()
    for name in ("crm_contact", "crm_lead"):
        assert client_of(outsider).get(reverse(f"admin:{name}_history", args=[contact.pk])).status_code == 404
    member = company.memberships.first()
    assert client_of(outsider).get(reverse("admin:crm_membership_history", args=[member.pk])).status_code == 404


def test_whoever_may_not_see_the_row_sees_no_history_of_it(company, agent, client_of):
    member = company.memberships.first()
    assert client_of(agent).get(reverse("admin:crm_membership_history", args=[member.pk])).status_code == 403
