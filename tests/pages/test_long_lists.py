"""Lists with many rows: found by index under the policies, walked without gaps, firm where statistics are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import counting
from crm.knowledge import knowledge_of
from crm.models import Company, Contact, ContactWord, Lead, Membership, User
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.pages.test_calls_page import FILL

Browser = Callable[[User], Client]

GROWS = "telephony_call|crm_contact|crm_contactword|crm_phonenumber|crm_followup"
PEOPLE = """
    with people as (
      insert into crm_contact (company_id, full_name, business_name, owner_name, email, website, industry, address,
        city, state, source, notes, custom, lead_status, priority, is_hot, do_not_call, created_at, latest_call_at,
        lead_score, assignee_id)
      select %(company)s, 'Meera Number' || i, 'Lakeside ' || i, '', 'meera' || i || '@lakeside.example', '', '', '',
        '', '', '', '', '{}', (array['', 'new', 'interested'])[1 + i %% 3], 1 + i %% 5, i %% 50 = 0, false,
        now() - i * interval '1 minute', case when i %% 2 = 0 then now() - i * interval '1 minute' end,
        case when i %% 3 = 0 then i %% 101 end, case when i %% 20 = 0 then %(member)s::bigint end
      from generate_series(1, 20000) i returning id, company_id),
    numbers as (
      insert into crm_phonenumber (company_id, contact_id, e164, written, is_primary)
      select company_id, id, '+9190' || lpad((row_number() over ())::text, 8, '0'), '', true from people)
    insert into crm_followup (company_id, contact_id, due_at, reason, state, is_automatic, created_at)
    select company_id, id, now() + (id %% 90 - 30) * interval '1 day', 'Ring them', 'open', true, now() from people
    where id %% 2 = 0
"""
TABLES = ("telephony_call", "crm_contact", "crm_contactword", "crm_phonenumber", "crm_followup")


@pytest.fixture
def many(transactional_db: None) -> Company:
    """A company with 20,000 calls, 20,000 people and their next steps, looked at by PostgreSQL."""
    company = factories.make_company(name="Northwind Homes")
    factories.fill_company(company)
    member = factories.make_member(company, role="owner", name="Olga Owner")
    with use_company(company), connection.cursor() as cursor:
        cursor.execute(FILL.replace("100000", "20000"), [company.pk])
        cursor.execute(PEOPLE, {"company": company.pk, "member": member.pk})
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"analyze {table}")
    return company


def plans_of(captured: CaptureQueriesContext, company: Company) -> Iterator[str]:
    """How PostgreSQL answers each question that was put to a big table, as the application's role."""
    for query in captured.captured_queries:
        sql = query["sql"]
        if re.match(r"\(?SELECT", sql) and re.search(rf'FROM "({GROWS})"', sql):
            with use_company(company), connection.cursor() as cursor:
                cursor.execute(f"explain {sql}")
                yield f"{sql}\n" + "\n".join(row[0] for row in cursor.fetchall())


CALLS, LEADS, CONTACTS, STEPS = "/calls/", "/admin/crm/lead/", "/admin/crm/contact/", "/admin/crm/followup/"
QUESTIONS = [
    f"{CALLS}",
    f"{CALLS}?status=failed",
    f"{CALLS}?status=missed",
    f"{CALLS}?hot=true",
    f"{CALLS}?ambiguous=true",
    f"{CALLS}?has_ended=false",
    f"{CALLS}?kind=human",
    f"{CALLS}?intent=callback",
    f"{CALLS}?lead_status=interested",
    f"{CALLS}?started_from=2026-01-01&started_to=2026-01-31",
    f"{CALLS}?q=%2B919000000777",
    f"{CALLS}?q=number777",
    f"{CALLS}?q=meera+number777",
    f"{CALLS}?q=777@nowhere.example",
    f"{CALLS}?q=meera777@lakeside.example",
    "/analytics/unattributed-calls/",
    "/analytics/unattributed-calls/?status=missed",
    "/analytics/unattributed-calls/?show=none",
    "/analytics/unattributed-calls/?q=number777",
    "/api/telephony/calls",
    "/api/telephony/calls?status=failed",
    "/api/contact-lookup/phone/+919000000777",
    f"{LEADS}",
    f"{LEADS}?is_hot__exact=1",
    f"{LEADS}?assignee=me",
    f"{LEADS}?o=-3",
    f"{LEADS}?o=1",
    f"{LEADS}?q=number777",
    f"{LEADS}?q=%2B919000000777",
    f"{CONTACTS}",
    f"{CONTACTS}?o=0",
    f"{CONTACTS}?o=1",
    f"{CONTACTS}?q=meera777@lakeside.example",
    f"{CONTACTS}?q=lakeside+777",
    f"{STEPS}",
    f"{STEPS}?state=overdue",
    f"{STEPS}?q=number777",
]


@pytest.mark.row("S0.124", "S2.79", "S4.84", "S4.14", "S0.84", "S0.88", "S0.80", "S0.81", "S0.83", "B.10")
def test_no_list_reads_a_table_from_end_to_end(client_of: Browser, many: Company) -> None:
    browser = client_of(Membership.objects.select_related("user").filter(company=many, role="owner")[0].user)
    for address in QUESTIONS:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200, address
        plans = list(plans_of(captured, many))
        assert plans, address
        for plan in plans:
            assert not re.search(rf"Seq Scan on ({GROWS})\b", plan), plan


# ---- without statistics ---------------------------------------------------------------------------------------


def forget_statistics() -> None:
    """Leave the tables as a bulk load does before PostgreSQL has looked at them."""
    with connections["owner"].cursor() as cursor:
        for table in (*TABLES, "crm_interaction"):
            cursor.execute("select pg_clear_relation_stats('public', %s)", [table])
            cursor.execute(
                "select pg_clear_attribute_stats('public', %s, attname, false) from pg_attribute "
                "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
                [table, table],
            )


@pytest.mark.row("S4.28")
def test_who_calls_is_found_at_once_after_an_import_nobody_has_analyzed(many: Company) -> None:
    forget_statistics()
    with use_company(many), CaptureQueriesContext(connection) as captured:
        found = knowledge_of("+919000000777")
    assert [person.business_name for person in found.people] == ["Lakeside 777"]
    [query] = [query["sql"] for query in captured if "crm_phonenumber" in query["sql"]]
    with use_company(many), connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, timing off) {query}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    read = [int(float(rows) * int(loops)) for rows, loops in re.findall(r"actual rows=([\d.]+) loops=(\d+)", plan)]
    left = [int(rows) for rows in re.findall(r"Rows Removed by \w+(?: \w+)?: (\d+)", plan)]
    assert max(*read, *left, 0) < 100, plan


# ---- walking through ------------------------------------------------------------------------------------------


def rows_on(page: str) -> list[str]:
    return re.findall(r'name="_selected_action" value="(\d+)"', page)


def walk(browser: Client, address: str) -> tuple[list[str], list[list[str]], str]:
    """Follow the list to its end; returns the ids in order, the pages, and the last page."""
    pages: list[list[str]] = []
    path, _, query = address.partition("?")
    while True:
        page = browser.get(f"{path}?{query}").content.decode()
        pages.append(rows_on(page))
        more = re.search(r'href="\?([^"]*)" rel="next"', page)
        if more is None:
            return [row for rows in pages for row in rows], pages, page
        query = more[1].replace("&amp;", "&")


@pytest.mark.row("S4.17", "B.10")
@pytest.mark.parametrize("order", ["", "o=1", "o=-1", "o=-3", "o=3", "o=-4", "o=2", "o=-6", "o=6"])
def test_a_long_list_of_leads_is_walked_to_its_end_and_back(
    company: Company, agent: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr("crm.admin.lists.MOST_COUNTED", 3)
    monkeypatch.setattr("calltracking.admin.people.LeadAdmin.list_per_page", 4)
    now = timezone.now()
    with use_company(company):
        for i in range(12):
            # Ties and gaps on purpose: a page's edge falls between equals, and among those that have no value.
            factories.make_lead(
                full_name=["", "Asha", "Meera"][i % 3],
                lead_score=[None, 40][i % 2],
                latest_call_at=now - timedelta(days=i // 4) if i % 3 else None,
            )
        everybody = {str(pk) for pk in Lead.objects.values_list("pk", flat=True)}
    browser = client_of(agent)

    seen, pages, last = walk(browser, f"{LEADS}?{order}")

    assert (len(seen), set(seen)) == (len(everybody), everybody)
    assert [len(page) for page in pages[:-1]] == [4] * (len(pages) - 1)
    back = re.search(r'href="\?([^"]*)" rel="prev"', last)
    assert back is not None
    assert rows_on(browser.get(f"{LEADS}?{back[1].replace('&amp;', '&')}").content.decode()) == pages[-2]


@pytest.mark.parametrize("place", ["x", "", "A" * 5000, "WyJhZnRlciIsIG51bGwsIDFd", "WyJhZnRlciIsICJcdTAwMDAiLCAxXQ"])
def test_a_spoilt_place_in_the_list_is_its_beginning(
    company: Company, agent: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("crm.admin.lists.MOST_COUNTED", 1)
    with use_company(company):
        factories.make_lead()
    for order in ("", "o=1", "o=-3"):
        answer = client_of(agent).get(f"{LEADS}?{order}&at={place}")
        assert answer.status_code == 200
        assert rows_on(answer.content.decode())


def test_a_filter_leaves_the_place_in_the_list(
    company: Company, agent: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.admin.lists.MOST_COUNTED", 2)
    monkeypatch.setattr("calltracking.admin.people.LeadAdmin.list_per_page", 2)
    with use_company(company):
        for _ in range(6):
            factories.make_lead()
    browser = client_of(agent)
    more = re.search(r'href="\?([^"]*)" rel="next"', browser.get(LEADS).content.decode())
    assert more is not None
    page = browser.get(f"{LEADS}?{more[1].replace('&amp;', '&')}").content.decode()
    others = [link for link in re.findall(r'href="(\?[^"]*)"(?! rel=)', page) if "at=" in link]
    assert others == []


def test_many_rows_are_about_as_many_as_the_database_expects(many: Company) -> None:
    with use_company(many):
        assert str(counting.count_rows(Call.objects.order_by("-started_at", "-id"))) == "about 20,000"
        assert str(counting.count_rows(Contact.objects.order_by("-created_at", "-id"))) == "about 20,000"
        few = Contact.objects.filter(full_name="Meera Number7").order_by("-created_at", "-id")
        assert counting.count_rows(few) == counting.Count(1)


# ---- the words of names ---------------------------------------------------------------------------------------


@pytest.mark.row("S4.11", "S0.82")
def test_the_words_of_a_name_follow_it_however_it_is_written(in_company: Company) -> None:
    contact = factories.make_contact(full_name="Meera O'Brien-Nair", email="Meera@Lakeside.example")
    words = ContactWord.objects.filter(contact=contact).order_by("word").values_list("word", flat=True)
    assert list(words) == ["brien", "meera", "meera@lakeside.example", "nair", "o"]

    Contact.objects.filter(pk=contact.pk).update(full_name="Asha मीरा", email="")

    assert list(words.all()) == ["asha", "मीरा"]
    Contact.objects.filter(pk=contact.pk).delete()
    assert not words.all().exists()


def test_contacts_that_were_there_before_words_were_get_theirs(in_company: Company) -> None:
    contact = factories.make_contact(full_name="Meera Nair")
    ContactWord.objects.all().delete()
    assert not Contact.objects.search("nair", region="IN").exists()

    migration = import_module("crm.migrations.0005_fill_contact_words")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.FILL, [contact.pk - 1, contact.pk])

    assert list(Contact.objects.search("nair", region="IN")) == [contact]


@pytest.mark.row("S4.11", "S4.13", "S0.80", "S0.83")
@pytest.mark.parametrize("typed", ["nair", "mee nai", "dental", "lakes dent", "meera@lake", "मी", "o'bri"])
def test_every_word_is_found_by_its_beginning(in_company: Company, typed: str) -> None:
    found = factories.make_contact(
        full_name="Meera O'Brien Nair मीरा", business_name="Lakeside Dental", email="meera@lakeside.example"
    )
    factories.make_contact(full_name="Asha Menon", business_name="Dune Motors", email="asha@dune.example")
    assert list(Contact.objects.search(typed, region="IN")) == [found]


def test_more_people_than_can_be_named_are_found_all_the_same(
    in_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.models.contact_words.MOST_NAMED", 2)
    for i in range(4):
        contact = factories.make_contact(full_name=f"Meera {i}", number=f"+91987654321{i}")
        factories.make_call(contact=contact)
    for typed in ("meera", "98765"):
        assert Contact.objects.search(typed, region="IN").count() == 4
        assert Call.objects.search(typed, region="IN").count() == 4


@pytest.mark.row("S4.85")
@pytest.mark.parametrize("address", [LEADS, CONTACTS])
def test_a_list_leaves_what_only_the_card_shows(
    company: Company, agent: User, client_of: Browser, address: str
) -> None:
    with use_company(company):
        factories.make_lead(full_name="Meera Nair", notes="A long story.")
    browser = client_of(agent)
    with CaptureQueriesContext(connection) as captured:
        assert "Meera Nair" in browser.get(address).content.decode()
    lists = [query["sql"] for query in captured if 'FROM "crm_contact"' in query["sql"]]
    assert lists
    assert not [sql for sql in lists if '"notes"' in sql or '"custom"' in sql]


@pytest.mark.row("S2.81", "S4.86")
def test_what_was_typed_in_the_search_is_asked_for_once_one_pauses(client_of: Browser, agent: User) -> None:
    page: Any = client_of(agent).get(CALLS)
    assert "input changed delay:300ms from:#q" in page.content.decode()
