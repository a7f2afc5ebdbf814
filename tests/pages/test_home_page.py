"""Home: every number opens the rows behind it, and there are exactly that many."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import FollowUp
from crm.tenancy import use_company
from tests.factories import make_call, make_contact, make_lead, make_member

pytestmark = pytest.mark.django_db


def cards_on(page: str) -> dict[str, tuple[str, str, str]]:
    """Title → (value, what it is made of, address)."""
    found = re.findall(
        r'<a class="rs-card rs-figure" href="([^"]*)">\s*<span[^>]*>([^<]*)</span>\s*<strong>([^<]*)</strong>'
        r"\s*<span[^>]*>([^<]*)</span>",
        page,
    )
    return {title: (value, made_of, address.replace("&amp;", "&")) for address, title, value, made_of in found}


def count_behind(browser, address: str) -> int:
    said = re.search(r"<span>([\d,]+) calls? match", browser.get(address).content.decode())
    return int(said[1].replace(",", "")) if said else 0


@pytest.mark.row("S1.5")
def test_every_number_opens_exactly_its_rows(agent, client_of, company):
    now = timezone.now()
    with use_company(company):
        for i in range(5):
            make_call(outcome="success", external_id=f"s{i}", duration_seconds=60)
        for i in range(3):
            make_call(outcome="failure", external_id=f"f{i}", is_hot=i == 0, duration_seconds=0)
        make_call(status="in_progress", external_id="live")
        make_call(external_id="old", started_at=now - timedelta(days=45), is_hot=True, outcome="success")
    browser = client_of(agent)

    cards = cards_on(browser.get("/").content.decode())

    # One more is the company's own call of the fixture.
    assert cards["Calls"][0] == "10"
    assert count_behind(browser, cards["Calls"][2]) == 10
    assert cards["Success rate"][:2] == ("56%", "5 of 9 ended calls")
    assert count_behind(browser, cards["Success rate"][2]) == 5
    assert cards["Average length"][0] == "0:43"
    assert "9 ended calls" in cards["Average length"][1]
    assert count_behind(browser, cards["Average length"][2]) == 9
    assert cards["Hot calls"][0] == "1"
    assert count_behind(browser, cards["Hot calls"][2]) == 1


def test_a_follow_up_is_done_from_home_and_taken_back(agent, client_of, company):
    with use_company(company):
        follow_up = FollowUp.objects.create(contact=make_contact(), due_at=timezone.now(), reason="Send the offer")
    browser = client_of(agent)
    assert "Send the offer" in browser.get("/").content.decode()

    done = browser.post(f"/follow-ups/{follow_up.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert "Undo" in done
    with use_company(company):
        assert not FollowUp.objects.open().filter(pk=follow_up.pk).exists()
    browser.post(f"/follow-ups/{follow_up.pk}/", {"undo": "1"})
    with use_company(company):
        assert FollowUp.objects.open().filter(pk=follow_up.pk).exists()


def test_home_of_an_empty_company_says_what_to_do_next(client_of, db):
    from tests.factories import make_company

    founder = make_member(make_company(name="Fresh"), role="owner").user

    page = client_of(founder).get("/").content.decode()

    assert "No calls yet" in page
    assert "Connect a provider" in page


def test_home_costs_the_same_whatever_is_in_it(agent, client_of, company, django_assert_max_num_queries):
    with use_company(company):
        for i in range(30):
            make_call(contact=make_lead(), external_id=f"c{i}", is_hot=True)
    browser = client_of(agent)
    browser.get("/")

    with django_assert_max_num_queries(18):
        browser.get("/")


@pytest.mark.row("S4.77")
def test_a_person_of_two_companies_switches_and_sees_only_the_one(company, other_company, client_of):
    both = make_member(company, role="agent", name="Both").user
    from crm.models import Membership

    there = Membership.objects.create(company=other_company, user=both, role="viewer")
    with use_company(company):
        make_call(contact=make_contact(full_name="Only Here"), external_id="here")
    with use_company(other_company):
        make_call(contact=make_contact(full_name="Only There"), external_id="there")
    browser = client_of(both)
    first = browser.get("/calls/").content.decode()

    browser.post(f"/companies/{there.pk}/")
    second = browser.get("/calls/").content.decode()

    assert ("Only Here" in first, "Only There" in first) == (True, False)
    assert ("Only Here" in second, "Only There" in second) == (False, True)
    # And with the company the role: a viewer there may not write.
    with use_company(other_company):
        pk = make_call(external_id="noted").pk
    assert browser.post(f"/calls/{pk}/notes/", {"text": "x"}).status_code == 403


def test_nobody_switches_into_a_company_of_others(agent, outsider, client_of):
    foreign = outsider.memberships.get()

    assert client_of(agent).post(f"/companies/{foreign.pk}/").status_code == 404


def test_somebody_without_a_company_is_told_so(client_of, db):
    from crm.models import User

    loner = User.objects.create_user("loner@example.com", "correct horse battery staple")

    answer = client_of(loner).get("/calls/")

    assert answer.status_code == 403
    assert "no company" in answer.content.decode().lower()


def test_a_deactivated_member_is_out_at_the_next_request(agent, client_of):
    browser = client_of(agent)
    assert browser.get("/calls/").status_code == 200

    agent.memberships.update(is_active=False)

    assert browser.get("/calls/").status_code == 403


def test_a_failed_page_leaves_a_trace_without_its_path_or_data(agent, company, monkeypatch, caplog):
    from django.test import Client

    def broken(*args, **options):
        raise ValueError("what Meera said")

    monkeypatch.setattr("calltracking.views.home.by_day", broken)
    browser = Client(raise_request_exception=False)
    browser.force_login(agent)

    answer = browser.get("/?token=secret")

    assert answer.status_code == 500
    (line,) = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert "ValueError" in line
    assert "calltracking/views/home.py" in line
    assert "Meera" not in line
    assert "secret" not in line
