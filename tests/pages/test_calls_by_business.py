"""Calls sorted by business: complete both ways, right as soon as a contact is, and found by indexes at every place."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calltracking.views.calls_by_business import SORTS
from crm.models import Company, Contact, Membership, User
from crm.tenancy import use_company
from telephony.models import Agent, Call
from tests import factories
from tests.pages.test_calls_page import cursor_of, names_on
from tests.pages.test_long_lists import TABLES, forget_statistics, many

Browser = Callable[[User], Client]

__all__ = ["many"]

pytestmark = [pytest.mark.django_db, pytest.mark.row("S0.90")]


def calls_of(*, name: str, business: str, calls: int = 1) -> None:
    contact = factories.make_contact(full_name=name, business_name=business)
    for day in range(calls):
        factories.make_call(contact=contact, started_at=timezone.now() - timedelta(days=day), title=f"{name} {day}")


@pytest.fixture
def company(db: None) -> Company:
    """Ours, with no calls but those below."""
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def businesses(company: Company) -> Company:
    """People of businesses, of one business, of none, and calls of nobody; more than three pages of four."""
    with use_company(company):
        calls_of(name="Zoya", business="Dune Motors", calls=5)
        calls_of(name="Asha", business="lakeside dental", calls=2)
        calls_of(name="Neha", business="Lakeside Dental", calls=2)
        calls_of(name="Ravi", business="Alder Foods")
        calls_of(name="Uma", business="", calls=2)
        calls_of(name="Tara", business="")
        for day in (2, 1):
            factories.make_call(contact=None, started_at=timezone.now() - timedelta(days=day), title=f"Nobody {day}")
    return company


KNOWN = [
    ["Ravi 0"],
    ["Zoya 0", "Zoya 1", "Zoya 2", "Zoya 3", "Zoya 4"],
    ["Asha 0", "Asha 1"],
    ["Neha 0", "Neha 1"],
]
UNKNOWN = ["Uma 0", "Uma 1", "Tara 0", "Nobody 1", "Nobody 2"]


def titles_of(page: str, company: Company) -> list[str]:
    with use_company(company):
        titles = dict(Call.objects.values_list("pk", "title"))
    return [titles[int(pk)] for pk in re.findall(r'class="rs-who"><a href="/calls/(\d+)/"', page)]


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="(\?[^"]*)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
@pytest.mark.parametrize(("sort", "known"), [("business", KNOWN), ("-business", KNOWN[::-1])])
def test_businesses_stand_in_order_and_the_unknown_last_on_pages_walked_both_ways(
    businesses: Company,
    agent: User,
    client_of: Browser,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    known: list[list[str]],
    size: int,
) -> None:
    monkeypatch.setattr("calltracking.views.calls.PAGE_SIZE", size)
    browser, there, back = client_of(agent), [], []
    address = f"?sort={sort}"
    while address:
        page = browser.get(f"/calls/{address}").content.decode()
        there.append(titles_of(page, businesses))
        address = link(page, "next")
    while page:
        back.append(titles_of(page, businesses))
        newer = link(page, "prev")
        page = browser.get(f"/calls/{newer}").content.decode() if newer else ""

    assert [title for titles in there for title in titles] == [t for titles in known for t in titles] + UNKNOWN
    assert back == there[::-1]


def test_a_business_that_is_learned_changed_or_forgotten_moves_its_calls_at_once(
    businesses: Company, agent: User, client_of: Browser
) -> None:
    browser = client_of(agent)
    with use_company(businesses):
        Contact.objects.filter(full_name="Tara").update(business_name="Aardvark Cabs")
        assert names_on(browser.get("/calls/?sort=business"))[:2] == ["Tara", "Ravi"]
        Contact.objects.filter(full_name="Tara").update(business_name="Zebra Cabs")
        assert names_on(browser.get("/calls/?sort=-business"))[0] == "Tara"
        Call.objects.filter(title="Tara 0").update(contact=None)
        assert names_on(browser.get("/calls/?sort=-business"))[:2] == ["Neha", "Neha"]


def test_it_sorts_what_the_filters_leave(businesses: Company, agent: User, client_of: Browser) -> None:
    with use_company(businesses):
        Call.objects.filter(title__in=["Zoya 3", "Uma 1", "Neha 0", "Nobody 2"]).update(is_hot=True)
    found = client_of(agent).get("/calls/?sort=business&hot=true").content.decode()
    assert titles_of(found, businesses) == ["Zoya 3", "Neha 0", "Uma 1", "Nobody 2"]


def test_the_heading_sorts_from_a_to_z_first_and_each_row_names_its_business(
    businesses: Company, agent: User, client_of: Browser
) -> None:
    browser = client_of(agent)
    page = browser.get("/calls/").content.decode()
    assert '<a href="?sort=business">Business</a>' in page
    assert '<span title="Dune Motors">Dune Motors</span>' in page
    for sort, then, said in (("business", "-business", "ascending"), ("-business", "business", "descending")):
        sorted_page = browser.get(f"/calls/?sort={sort}").content.decode()
        assert re.search(rf'aria-sort="{said}" class="rs-col-business">\s*<a href="\?sort={then}">', sorted_page)


def test_the_business_of_a_colleagues_person_is_unknown_and_in_no_address(
    businesses: Company, agent: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = Membership.objects.get(user=agent)
    businesses.agents_see = Company.Sight.OWN
    businesses.save()
    with use_company(businesses):
        Contact.objects.filter(full_name__in=["Zoya", "Uma"]).update(assignee=me)
        held_by = Agent.objects.create(kind="human", name="Agnes", external_id="a1", membership=me)
        Call.objects.filter(title__in=["Ravi 0", "Nobody 2", "Zoya 1"]).update(agent=held_by)
    browser, expected = client_of(agent), ["Zoya 0", "Zoya 1", "Zoya 2", "Zoya 3", "Zoya 4", "Uma 0", "Uma 1", "Ravi 0"]
    for size in (50, 1):
        monkeypatch.setattr("calltracking.views.calls.PAGE_SIZE", size)
        for sort in SORTS:
            seen, address = [], f"?sort={sort}"
            while address:
                page = browser.get(f"/calls/{address}").content.decode()
                places = [
                    parse_qs(place[1:]).get("page", [""])[0] for place in (link(page, "next"), link(page, "prev"))
                ]
                assert "alder" not in "".join([page, *map(read_back, places)]).lower()
                seen += titles_of(page, businesses)
                address = link(page, "next")
            assert seen == [*expected, "Nobody 2"]


def read_back(cursor: str) -> str:
    return base64.urlsafe_b64decode(f"{cursor}===").decode()


NOW = "2026-11-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        cursor_of("after", NOW, 1),
        cursor_of("after", 3, [NOW], 1),
        cursor_of("after", -1, [NOW], 1),
        cursor_of("after", True, [NOW], 1),
        cursor_of("after", 2, [NOW, NOW], 1),
        cursor_of("after", 2, None, 1),
        cursor_of("after", 2, [NOW[:-6]], 1),
        cursor_of("after", 0, ["\x00", 1, NOW], 1),
        cursor_of("after", 0, ["\ud800", 1, NOW], 1),
        cursor_of("after", 0, [None, 1, NOW], 1),
        cursor_of("after", 1, ["", 10**30, NOW], 1),
        cursor_of("before", 1, ["", 1, NOW], 10**30),
        cursor_of("sideways", 1, ["", 1, NOW], 1),
        cursor_of("after", [], ["", 1, NOW], 1),
    ],
)
def test_a_spoilt_page_address_is_the_first_page(
    businesses: Company, agent: User, client_of: Browser, cursor: str
) -> None:
    answer = client_of(agent).get("/calls/", {"page": cursor, "sort": "business"})
    assert names_on(answer)[:2] == ["Ravi", "Zoya"]


# ---- many -----------------------------------------------------------------------------------------------------

# A tenth of the calls of nobody; a third of the people of one business, a third of none; one who rings all day.
GIVE = """
    update crm_contact set business_name = case id % 3 when 0 then '' when 1 then 'N/A' else business_name end;
    update telephony_call set contact_id = (select min(id) from crm_contact) + id % 20000 where id % 10 > 0;
    update telephony_call set contact_id = (select max(id) from crm_contact where business_name = 'N/A')
     where id % 20 = 1;
"""
MOST_READ = 1_500


@pytest.fixture
def of_businesses(many: Company) -> Company:
    with use_company(many), connection.cursor() as cursor:
        cursor.execute(GIVE)
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")
    return many


def places() -> dict[str, str]:
    """Return addresses of first pages, and of pages half way into each kind of rows, both ways."""
    found: dict[str, list[Any]] = {}
    for name, of in (
        ("one of many businesses", Q(contact__business_key__startswith="lakeside")),
        ("one of many people", Q(contact__business_key="n/a")),
        ("no business", Q(contact__business_key="")),
        ("nobody", Q(contact=None)),
    ):
        calls = Call.objects.select_related("contact").filter(of).order_by("contact__business_key", "contact", "pk")
        call = calls[calls.count() // 2]
        when, contact = call.started_at.isoformat(), call.contact
        if contact is None:
            found[name] = [2, [when], call.pk]
        else:
            found[name] = [int(not contact.business_key), [contact.business_key, contact.pk, when], call.pk]
    first = {f"first, {sort}": f"?sort={sort}" for sort in ("business", "-business")}
    return first | {
        f"{name}, {sort}, {way}": f"?sort={sort}&page={cursor_of(way, *place)}"
        for name, place in found.items()
        for sort in ("business", "-business")
        for way in ("after", "before")
    }


@pytest.mark.row("S0.124", "S0.125")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_analyzed", [True, False])
def test_every_page_by_business_costs_what_a_page_costs(
    client_of: Browser, of_businesses: Company, is_analyzed: bool
) -> None:
    with use_company(of_businesses):
        addresses = places()
    if not is_analyzed:
        forget_statistics()
    browser = client_of(Membership.objects.select_related("user").filter(company=of_businesses, role="owner")[0].user)
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as captured:
            assert len(names_on(browser.get(f"/calls/{address}"))) == 50, name
        pages = [q["sql"] for q in captured if 'AS "business"' in q["sql"] and "LIMIT" in q["sql"]]
        assert 1 <= len(pages) <= 5, name
        for sql in pages:
            plan = explained(sql, of_businesses)
            assert not re.search(r"Seq Scan on (telephony_call|crm_contact)\b", plan), f"{name}\n{plan}"
            assert most_read(plan) <= MOST_READ, f"{name}\n{plan}"


def explained(sql: str, company: Company) -> str:
    with use_company(company), connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, costs off, timing off, buffers off) {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def most_read(plan: str) -> int:
    """Return the most rows that one step of the plan read."""
    read = [int(float(rows) * int(loops)) for rows, loops in re.findall(r"actual rows=([\d.]+) loops=(\d+)", plan)]
    left = [int(rows) for rows in re.findall(r"Rows Removed by \w+(?: \w+)?: (\d+)", plan)]
    return max(*read, *left, 0)
