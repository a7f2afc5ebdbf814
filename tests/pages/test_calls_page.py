"""The list of calls: found by what people know of a call, sorted, paged without gaps, and never dear."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Company, Contact, LeadStatus, Membership
from crm.tenancy import use_company
from telephony.models import Agent, Call
from tests.factories import make_call, make_contact, make_lead

pytestmark = pytest.mark.django_db

# One page: session, user, memberships, company, transaction, the company's setting, rows, count, savepoints.
MOST_QUERIES = 14


def names_on(answer) -> list[str]:
    return re.findall(r'class="rs-who"><a[^>]*><strong>([^<]*)</strong>', answer.content.decode())


@pytest.fixture
def three_calls(company):
    now = timezone.now()
    with use_company(company):
        people = {
            "Ravi Kumar": make_contact(full_name="Ravi Kumar", business_name="Kumar Foods", number="+919845012345"),
            "Meera Iyer": make_contact(full_name="Meera Iyer", email="meera@lakeside.example", number="+919845054321"),
        }
        make_call(contact=people["Ravi Kumar"], started_at=now - timedelta(minutes=3), duration_seconds=30, score=80)
        make_call(
            contact=people["Meera Iyer"],
            started_at=now - timedelta(minutes=2),
            duration_seconds=600,
            score=20,
            external_id="CA_meera",
        )
        make_call(
            contact=None,
            started_at=now - timedelta(minutes=1),
            duration_seconds=0,
            status="no_answer",
            customer_number="+12025550123",
        )
    return people


@pytest.mark.row("S0.79", "S3.6", "S4.19")
def test_it_lists_every_call_newest_first(agent, client_of, three_calls):
    assert names_on(client_of(agent).get("/calls/"))[:3] == ["Unknown caller", "Meera Iyer", "Ravi Kumar"]


@pytest.mark.row("S3.104", "S3.105", "S0.80", "S0.81", "S0.82", "S0.83", "S4.12")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("098450 12345", ["Ravi Kumar"]),
        ("+91 98450", ["Meera Iyer", "Ravi Kumar"]),
        ("(202) 555-0123", []),  # no number of India, where this company is
        ("+1 (202) 555-0123", ["Unknown caller"]),
        ("meera", ["Meera Iyer"]),
        ("KUMAR F", ["Ravi Kumar"]),
        ("meera@lake", ["Meera Iyer"]),
        ("CA_meera", ["Meera Iyer"]),
        ("nobody at all", []),
        ("%", []),
        ("\x00", []),
    ],
)
def test_it_finds_a_call_by_what_one_knows_of_it(agent, client_of, three_calls, typed, found):
    answer = client_of(agent).get("/calls/", {"q": typed})

    assert answer.status_code == 200
    assert names_on(answer) == found


@pytest.mark.row("S0.84")
def test_days_from_and_to_are_chosen_above_the_list(agent, client_of, company):
    with use_company(company):
        for days, name in ((0, "Today Person"), (3, "Earlier Person"), (9, "Older Person")):
            make_call(contact=make_contact(full_name=name), started_at=timezone.now() - timedelta(days=days))
    today = company.local(timezone.now()).date()
    asked = {"started_from": today - timedelta(days=4), "started_to": today - timedelta(days=2)}

    page = client_of(agent).get("/calls/", asked)

    assert names_on(page) == ["Earlier Person"]
    for name, day in asked.items():
        assert re.search(rf'<input type="date" name="{name}" value="{day}"', page.content.decode())


@pytest.mark.row("S0.86")
def test_calls_are_filtered_by_the_status_of_the_lead(agent, client_of, company):
    with use_company(company):
        for status in ("callback", "converted"):
            lead = make_lead(status=status, full_name=f"{status} person")
            make_call(contact=Contact.objects.get(pk=lead.pk))

    assert names_on(client_of(agent).get("/calls/", {"lead_status": "converted"})) == ["converted person"]


@pytest.mark.row("S0.87", "S0.88", "S0.89", "S3.108")
@pytest.mark.parametrize(
    ("sort", "first"),
    [("when", "Contact"), ("-length", "Meera Iyer"), ("-score", "Ravi Kumar"), ("nonsense", "Unknown caller")],
)
def test_it_sorts(agent, client_of, three_calls, sort, first):
    assert names_on(client_of(agent).get("/calls/", {"sort": sort}))[0].startswith(first)


@pytest.mark.row("S3.106")
def test_a_missed_call_says_so_in_a_word_and_a_color(agent, client_of, three_calls):
    page = client_of(agent).get("/calls/", {"status": "missed"})

    assert names_on(page) == ["Unknown caller"]
    assert '<span class="rs-badge rs-warn">Missed</span>' in page.content.decode()


def walk(browser, address: str) -> tuple[list[str], list[int], str]:
    """Follow «Older» to the end; returns the calls' ids, the pages' sizes and the last page."""
    seen, sizes = [], []
    while True:
        page = browser.get(f"/calls/{address}").content.decode()
        rows = re.findall(r'class="rs-who"><a href="/calls/(\d+)/"', page)
        seen += rows
        sizes.append(len(rows))
        older = re.search(r'href="(\?[^"]*)" rel="next"', page)
        if older is None:
            return seen, sizes, page
        address = older[1].replace("&amp;", "&")


@pytest.mark.row("S3.101", "S0.125")
def test_pages_of_fifty_hold_every_call_once_however_sorted(agent, client_of, company):
    now = timezone.now()
    with use_company(company):
        # Ties on purpose: equal times, lengths and scores must not lose or repeat a row at a page's edge.
        Call.objects.bulk_create(
            Call(
                provider="elevenlabs",
                status="completed",
                started_at=now - timedelta(minutes=i // 3),
                duration_seconds=i % 4,
                score=[None, 0, 50][i % 3],
                work_state="done",
            )
            for i in range(120)
        )
    browser = client_of(agent)

    for sort in ("-when", "when", "-length", "length", "-score", "score", "-business", "business"):
        seen, sizes, last = walk(browser, f"?sort={sort}")
        # One more is the company's own call of the fixture.
        assert (sort, sizes, len(set(seen))) == (sort, [50, 50, 21], 121)
        newer = re.search(r'href="(\?[^"]*)" rel="prev"', last)
        back = browser.get(f"/calls/{newer[1].replace('&amp;', '&')}").content.decode()
        assert re.findall(r'class="rs-who"><a href="/calls/(\d+)/"', back) == seen[50:100]


def cursor_of(*said) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


SPOILT = [
    "",
    "x",
    "A" * 5000,
    "bnVsbA",
    cursor_of("after", [], 1),
    cursor_of("after", None, 1),
    cursor_of("after", "2026-11-01T00:00:00+00:00", 1),
    cursor_of("after", "2026-11-01T00:00:00", 1),
    cursor_of("after", 5, 1),
    cursor_of("after", 10**30, 1),
    cursor_of("before", 5, 10**30),
    cursor_of("sideways", 5, 1),
    cursor_of("after", 5, True),
]


@pytest.mark.parametrize("sort", ["-when", "-length", "-score", "business"])
@pytest.mark.parametrize("cursor", SPOILT)
def test_a_spoilt_page_address_is_answered_with_a_list(agent, client_of, three_calls, cursor, sort):
    answer = client_of(agent).get("/calls/", {"page": cursor, "sort": sort})

    assert answer.status_code == 200
    assert names_on(answer)


@pytest.mark.parametrize("asked", [{"status": "exploded"}, {"days": "-3"}, {"started_from": "soon"}, {"contact": "x"}])
def test_an_impossible_filter_says_so_and_breaks_nothing(agent, client_of, three_calls, asked):
    answer = client_of(agent).get("/calls/", asked)

    assert answer.status_code == 200
    assert "rs-note-bad" in answer.content.decode()


def test_the_queries_of_a_page_do_not_grow_with_its_rows(agent, client_of, company):
    browser = client_of(agent)
    browser.get("/calls/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/calls/")
    with use_company(company):
        for i in range(40):
            make_call(contact=make_contact(), external_id=f"many_{i}")
    with CaptureQueriesContext(connection) as many:
        browser.get("/calls/")

    assert len(few) == len(many) <= MOST_QUERIES


FILL = """
    insert into telephony_call (company_id, provider, kind, direction, status, outcome, started_at, created_at,
      duration_seconds, score, work_state, attempts, next_at, error, disposition, customer_number,
      customer_number_written, our_number, our_number_written, is_end_assumed, is_ambiguous, attributed_by,
      language, title, provider_summary, ended_because, raw, told, reached_us_by, feeling, intent, is_hot)
    select %s, 'elevenlabs', 'ai_agent', 'inbound', 'completed', 'success',
      now() - i * interval '1 minute', now(), i %% 600, i %% 101, 'done', 0, now(), '', '',
      '+9190' || lpad(i::text, 8, '0'), '', '', '', false, false, '', 'en', '', '', '', '{}', '{}', '', '', '', false
    from generate_series(1, 100000) i
"""


@pytest.mark.row("S0.124")
@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_hundred_thousand_calls_is_an_index_scan(agent, client_of, company):
    with use_company(company), connection.cursor() as cursor:
        cursor.execute(FILL, [company.pk])
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze telephony_call")
    browser = client_of(agent)

    for query in ("", "?sort=when", "?sort=-length", "?sort=-score", "?status=completed"):
        plan = plan_of_list(browser, company, query)
        assert "Seq Scan on telephony_call" not in plan, plan
        assert re.search(r"Index Scan( Backward)? using call_\w+ on telephony_call", plan), f"{query}\n{plan}"
        assert "Sort Key: telephony_call" not in plan, f"{query}\n{plan}"


def plan_of_list(browser, company, query: str) -> str:
    """Return how PostgreSQL finds the rows of a page of the list, as the application's role."""
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(f"/calls/{query}").status_code == 200
    listing = next(q["sql"] for q in captured if 'FROM "telephony_call"' in q["sql"] and "LIMIT 51" in q["sql"])
    with use_company(company), connection.cursor() as cursor:
        cursor.execute(f"explain {listing}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar_are_only_days(agent, client_of, three_calls, day):
    for name in ("started_from", "started_to"):
        assert client_of(agent).get("/calls/", {name: day}).status_code == 200
        assert client_of(agent).get("/api/telephony/calls", {name: day}).status_code == 200


def test_a_filter_that_came_with_a_link_is_seen_kept_and_left(agent, client_of, three_calls):
    browser = client_of(agent)
    contact = three_calls["Ravi Kumar"]

    page = browser.get("/calls/", {"contact": contact.pk, "has_ended": "true"}).content.decode()

    assert "With Ravi Kumar" in page
    assert f'<input type="hidden" name="contact" value="{contact.pk}">' in page
    left = re.search(r'href="\?([^"]*)" aria-label="Remove the filter With Ravi Kumar"', page)[1]
    assert left == "has_ended=true"


def test_the_list_alone_is_never_cached_as_the_page(agent, client_of, three_calls):
    browser = client_of(agent)

    part = browser.get("/calls/", headers={"HX-Request": "true"})

    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in browser.get("/calls/")["Vary"]


# ---- filters that a person sees -------------------------------------------------------------------------------


@pytest.mark.row("S3.102", "S3.103", "S0.85")
def test_filters_by_status_direction_and_who_held_the_call_are_on_the_page(company, owner, client_of):
    with use_company(company):
        people = {
            "Done": {"status": "completed", "direction": "inbound", "kind": "ai_agent"},
            "Missed": {"status": "no_answer", "direction": "inbound", "kind": "human"},
            "Failed": {"status": "failed", "direction": "outbound", "kind": "ai_cloned_voice"},
            "Going on": {"status": "in_progress", "direction": "outbound", "kind": "human"},
        }
        for name, fields in people.items():
            call = make_call(contact=make_contact(full_name=name))
            Call.objects.filter(pk=call.pk).update(**fields)
    client = client_of(owner)
    page = client.get("/calls/").content.decode()

    def offered(name: str) -> list[str]:
        select = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
        return re.findall(r'<option value="([^"]*)"', select)

    def found(query: str) -> list[str]:
        return sorted(set(people) & set(names_on(client.get(f"/calls/?{query}"))))

    assert offered("status") == ["", "completed", "missed", "failed", "in_progress"]
    assert offered("direction") == ["", "inbound", "outbound"]
    assert offered("kind") == ["", "ai_agent", "ai_cloned_voice", "human"]
    assert found("") == sorted(people)
    assert [found(f"status={status}") for status in offered("status")[1:]] == [[name] for name in people]
    ways = [found(f"direction={way}") for way in offered("direction")[1:]]
    assert ways == [["Done", "Missed"], ["Failed", "Going on"]]
    assert [found(f"kind={kind}") for kind in offered("kind")[1:]] == [["Done"], ["Failed"], ["Going on", "Missed"]]


@pytest.mark.row("S3.107", "S0.94")
def test_a_row_says_how_they_felt_and_what_they_are_as_a_lead(company, owner, client_of):
    with use_company(company):
        lead = make_lead(full_name="Zuleika Farrow", status=LeadStatus.INTERESTED)
        make_call(contact=Contact.objects.get(pk=lead.pk), feeling="negative")
    client = client_of(owner)
    page = client.get("/calls/?q=zuleika").content.decode()
    assert "rs-feeling-negative" in page
    assert '<span class="rs-hidden">Negative</span>Interested' in page
    with use_company(company):
        lead.move_to(LeadStatus.CALLBACK)
    assert '<span class="rs-hidden">Negative</span>Callback' in client.get("/calls/?q=zuleika").content.decode()


def test_who_sees_their_own_leads_reads_no_status_of_another_s(company, agent, client_of):
    Company.objects.filter(pk=company.pk).update(agents_see="own")
    with use_company(company):
        mine = Agent.objects.create(
            kind="human", name="Agnes", membership=Membership.objects.get(company=company, user=agent)
        )
        lead = make_lead(full_name="Zuleika Farrow", status=LeadStatus.INTERESTED)
        make_call(contact=Contact.objects.get(pk=lead.pk), agent=mine, feeling="neutral", kind="ai_cloned_voice")
    page = client_of(agent).get("/calls/?kind=ai_cloned_voice").content.decode()
    rows = page.partition("<tbody>")[2]
    assert "Neutral" in rows
    assert "Interested" not in rows
