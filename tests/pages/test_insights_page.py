"""Insights: the hot leads on a page and by the API, with what they said and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.findings import Evidence, Fact, Findings, Money
from crm.models import Company, Contact, ContactValue, FollowUp, Lead, User
from crm.tenancy import use_company
from telephony.models import Agent, Correction
from tests.factories import (
    client_with,
    make_call,
    make_campaign,
    make_field,
    make_insight,
    make_key,
    make_lead,
    make_member,
)

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
NUMBER = "+919876500001"
API = "/api/telephony/calls/insights/hot-leads"


def fact(value: Any) -> Fact[Any]:
    return Fact[Any](value=value, confidence=0.9, evidence=Evidence(turn=1, quote="said", speaker="customer"))


def make_hot(
    *, score: int = 85, chance: float = 0.7, name: str = "", call: dict[str, Any] | None = None, **fields: Any
):
    """Make a hot lead the way calls do: rated by its latest call, which has an insight."""
    lead = make_lead(status="interested", full_name=name or f"Hot {score}", **fields)
    lead.rate(score=score, probability=chance, is_hot=True, feeling="positive")
    held = make_call(contact=Contact.objects.get(pk=lead.pk), score=score, is_hot=True, **(call or {}))
    Contact.objects.filter(pk=lead.pk).update(latest_call_at=held.started_at)
    found = Findings(summary="Wants a flat.", next_best_action=fact("Send the floor plan"))
    make_insight(held, findings=found.model_dump(mode="json"), summary="Wants a flat.", score=score, is_hot=True)
    return lead, held


def names_on(page: str) -> list[str]:
    return re.findall(r'<h2 id="lead-\d+"[^>]*><a [^>]*><strong>([^<]*)</strong>', page)


def figures_on(page: str) -> dict[str, str]:
    found = re.findall(r'rs-figure-title">([^<]*)</span><strong>([^<]*)</strong>', page)
    return dict(found)


@pytest.mark.row(
    *("S3.119", "S3.120", "S3.121", "S3.122", "S3.123", "S3.124", "S3.125", "S3.126", "S3.127", "S3.128"),
    *("S3.129", "S3.130", "S3.131", "S3.84", "S3.97", "S3.107"),
)
def test_a_card_says_who_how_likely_and_what_to_do_next(agent: User, client_of: Browser, company: Company) -> None:
    with use_company(company):
        budget, places, rooms = make_field("Budget", "money"), make_field("Locations", "text"), make_field("Bedrooms")
        lead, call = make_hot(
            score=91, chance=0.83, name="Meera Nair", email="meera@example.com", number="+919876500001"
        )
        by = company.memberships.filter(role="agent").first()
        said = {"minimum": 8_000_000, "maximum": 12_000_000, "currency": "INR", "period": "once"}
        answers = {budget: said, places: "Whitefield", rooms: 3}
        ContactValue.objects.put(Contact.objects.get(pk=lead.pk), answers, by=by)
        make_hot(score=71, chance=0.41)
        make_lead(full_name="Lukewarm Person", lead_score=40)

    page = client_of(agent).get("/insights/").content.decode()

    assert names_on(page) == ["Meera Nair", "Hot 71"]
    assert figures_on(page) == {
        "Hot leads": "2",
        "Average conversion probability": "62%",
        "Average score": "81",
    }
    card = page[page.index("Meera Nair") : page.index("Hot 71")]
    for shown in ("meera@example.com", "+91 98765 00001", ">91<", "83%", "Positive", "Wants a flat."):
        assert shown in card, shown
    for shown in ("₹80 to ₹120 lakh", "Whitefield", "Bedrooms", "<dd>3</dd>", "Send the floor plan"):
        assert shown in card, shown
    assert "Follow up while they are interested" in card
    assert f'href="/calls/{call.pk}/"' in card
    assert 'hx-trigger="every 30s"' in page
    assert "Lukewarm Person" not in page


def test_what_a_person_put_right_is_what_the_card_says(agent: User, client_of: Browser, company: Company) -> None:
    with use_company(company):
        _, call = make_hot()
        money = Money(maximum=9_000_000, currency="INR")
        insight = call.insights.get()
        insight.findings = Findings(budget=fact(money)).model_dump(mode="json")
        insight.save()
        right = Money(maximum=7_500_000, currency="INR").model_dump(mode="json")
        Correction.objects.create(call=call, name="budget", verdict="corrected", value=right, words="75 lakh")

    page = client_of(agent).get("/insights/").content.decode()

    assert "up to ₹75 lakh" in page
    assert "₹90 lakh" not in page


def test_filters_and_order_stand_in_the_address(agent: User, client_of: Browser, company: Company) -> None:
    with use_company(company):
        campaign = make_campaign(name="Monsoon offer")
        aria = Agent.objects.create(kind="ai", name="Aria Two")
        make_hot(score=95, chance=0.5, name="By campaign", call={"campaign": campaign, "external_id": "a"})
        make_hot(score=75, chance=0.9, name="By agent", call={"agent": aria, "external_id": "b"})
        old = timezone.now() - timedelta(days=40)
        sad, _ = make_hot(score=80, chance=0.6, name="Long ago", call={"started_at": old, "external_id": "c"})
        Contact.objects.filter(pk=sad.pk).update(feeling="negative")
    browser = client_of(agent)

    def listed(query: str) -> list[str]:
        page = browser.get(f"/insights/?{query}").content.decode()
        assert figures_on(page)["Hot leads"] == str(len(names_on(page)))
        return names_on(page)

    assert listed("") == ["By agent", "Long ago", "By campaign"]
    assert listed("sort=-score") == ["By campaign", "Long ago", "By agent"]
    assert listed(f"campaign={campaign.pk}") == ["By campaign"]
    assert listed(f"agent={aria.pk}") == ["By agent"]
    assert listed("days=30") == ["By agent", "By campaign"]
    assert listed("mood=negative") == ["Long ago"]
    assert listed("score_from=90") == ["By campaign"]
    assert listed("score_from=80&days=30") == ["By campaign"]
    assert "No hot lead matches" in browser.get("/insights/?score_from=99").content.decode()
    assert browser.get("/insights/?score_from=many&campaign=x").status_code == 200


def test_a_step_is_done_and_taken_back_and_the_refresh_keeps_it(
    agent: User, client_of: Browser, company: Company
) -> None:
    with use_company(company):
        lead, _ = make_hot()
        step = FollowUp.objects.open().get(contact_id=lead.pk)
    browser = client_of(agent)

    done = browser.post(f"/insights/steps/{step.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert "Undo" in done
    assert f'name="done" value="{step.pk}"' in done
    with use_company(company):
        assert not FollowUp.objects.open().filter(pk=step.pk).exists()
    assert "Undo" in browser.get(f"/insights/?done={step.pk}").content.decode()
    assert "Undo" not in browser.get("/insights/").content.decode()
    browser.post(f"/insights/steps/{step.pk}/", {"undo": "1"})
    with use_company(company):
        assert FollowUp.objects.open().filter(pk=step.pk).exists()


@pytest.mark.row("S3.176")
def test_the_first_page_is_the_top_twenty_and_pages_go_on_by_key(
    agent: User, client_of: Browser, company: Company
) -> None:
    with use_company(company):
        for i in range(25):
            # Ties on purpose: a page's edge falls between equals.
            make_hot(score=70 + i % 3, chance=0.5 + (i // 4) / 20, name=f"Lead {i}", call={"external_id": f"x{i}"})
        best = Lead.objects.hot().order_by("-conversion_probability", "-pk")
        expected = [lead.full_name for lead in best]
    browser = client_of(agent)

    first = browser.get("/insights/").content.decode()
    link = re.search(r'href="\?([^"]*)" rel="next"', first)
    assert link is not None
    second = browser.get(f"/insights/?{link[1].replace('&amp;', '&')}").content.decode()

    assert names_on(first) == expected[:20]
    assert names_on(second) == expected[20:]
    assert figures_on(second)["Hot leads"] == "25"
    back = re.search(r'href="\?([^"]*)" rel="prev"', second)
    assert back is not None
    assert names_on(browser.get(f"/insights/?{back[1].replace('&amp;', '&')}").content.decode()) == expected[:20]


@pytest.mark.row("S3.97", "S3.98")
def test_the_dashboard_has_a_panel_of_the_likeliest_with_the_next_step(
    agent: User, client_of: Browser, company: Company
) -> None:
    with use_company(company):
        for nth in range(6):
            make_hot(chance=0.5 + nth / 20, name=f"Lead {nth}")
        step = FollowUp.objects.get(contact__full_name="Lead 5")
    client = client_of(agent)
    assert 'hx-get="/insights/hottest/"' in client.get("/analytics/").content.decode()

    def panel(**asked: Any) -> str:
        return client.get("/insights/hottest/", asked).content.decode()

    assert re.findall(r"<strong>(Lead \d)</strong>", panel()) == [f"Lead {nth}" for nth in (5, 4, 3, 2, 1)]
    assert f"Mark done: {step.reason}, Lead 5" in panel()
    client.post(f"/insights/steps/{step.pk}/", headers={"HX-Request": "true"})
    assert "Undo: " in panel(done=step.pk)
    assert "Undo: " not in panel()


def test_the_panel_says_when_nobody_is_hot(agent: User, client_of: Browser) -> None:
    assert "No lead is hot now" in client_of(agent).get("/insights/hottest/").content.decode()


def test_agents_with_their_own_leads_see_and_count_those_alone(client_of: Browser, company: Company) -> None:
    company.agents_see = Company.Sight.OWN
    company.save(update_fields=["agents_see"])
    mine, other = make_member(company, role="agent"), make_member(company, role="agent")
    with use_company(company):
        make_hot(name="Mine", assignee=mine)
        lead, _ = make_hot(name="Theirs", assignee=other)
        step = FollowUp.objects.open().get(contact_id=lead.pk)
    browser = client_of(mine.user)

    page = browser.get(f"/insights/?done={step.pk}").content.decode()

    assert names_on(page) == ["Mine"]
    assert figures_on(page)["Hot leads"] == "1"
    assert browser.post(f"/insights/steps/{step.pk}/").status_code == 404
    assert [one["customer_name"] for one in browser.get(API).json()["results"]] == ["Mine"]


def test_a_viewer_reads_no_full_number(viewer: User, client_of: Browser, company: Company) -> None:
    with use_company(company):
        make_hot(number="+919876500001")
    browser = client_of(viewer)
    page, answer = browser.get("/insights/").content.decode(), browser.get(API).content.decode()
    assert "00001" not in page.replace(" ", "")
    assert "9876500001" not in answer
    assert "Mark done" not in page


def test_a_company_without_hot_leads_is_told_when_there_will_be(
    agent: User, client_of: Browser, company: Company
) -> None:
    assert "No hot lead yet" in client_of(agent).get("/insights/").content.decode()


def test_the_page_costs_the_same_however_many_cards(agent: User, client_of: Browser, company: Company) -> None:
    browser = client_of(agent)
    with use_company(company):
        make_hot(call={"external_id": "first"})
    browser.get("/insights/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/insights/")
    with use_company(company):
        for i in range(15):
            make_hot(call={"external_id": f"y{i}"})
    with CaptureQueriesContext(connection) as many:
        browser.get("/insights/")
    assert len(many) <= len(few)


@pytest.mark.row("S3.69", "S3.176")
def test_the_api_tells_the_same_leads_with_the_budget_in_lakhs(company: Company) -> None:
    with use_company(company):
        budget = make_field("Budget", "money")
        lead, _ = make_hot(score=91, chance=0.83, name="Meera Nair", call={"external_id": "conv_hot"})
        by = company.memberships.filter(role="agent").first()
        said = {"minimum": None, "maximum": 9_000_000, "currency": "INR", "period": "once"}
        ContactValue.objects.put(Contact.objects.get(pk=lead.pk), {budget: said}, by=by)
        for i in range(12):
            make_hot(score=71, chance=0.41, call={"external_id": f"z{i}"})
    program = client_with(make_key(company)[1])

    first = program.get(f"{API}?page_size=10").json()

    assert len(first["results"]) == 10
    one = first["results"][0]
    assert one["customer_name"] == "Meera Nair"
    assert (one["lead_quality_score"], one["conversion_probability"]) == (91, 0.83)
    assert (one["budget"], one["budget_max"], one["budget_max_lakhs"]) == ("up to ₹90 lakh", "9000000.00", "90.00")
    assert (one["summary"], one["next_best_action"], one["call_sid"]) == (
        "Wants a flat.",
        "Send the floor plan",
        "conv_hot",
    )
    assert one["next_follow_up_reason"] == "Follow up while they are interested"
    rest = program.get(first["next"]).json()
    assert len(rest["results"]) == 3
    assert program.get(f"{API}?score_from=90").json()["results"] == [one]
    assert program.get(f"{API}?score_from=many").status_code == 400


@pytest.mark.parametrize("scope", ["calls:read", "contacts:read"])
def test_a_key_that_may_not_read_both_calls_and_contacts_reads_no_hot_leads(company: Company, scope: str) -> None:
    with use_company(company):
        make_hot()
    program = client_with(make_key(company, scopes=(scope,))[1])
    assert program.get(API).status_code == 403


def test_hot_leads_are_found_by_index_among_many(company: Company) -> None:
    """With statistics or without: three hundred hot ones of twenty thousand."""
    with use_company(company), connection.cursor() as cursor:
        cursor.execute(
            "insert into crm_contact (company_id, full_name, business_name, owner_name, email, website, industry,"
            " address, city, state, source, notes, custom, lead_status, priority, is_hot, do_not_call, created_at,"
            " lead_score, conversion_probability)"
            " select %s, 'P' || i, '', '', '', '', '', '', '', '', '', '', '{}', 'new', 2, i %% 60 = 0, false, now(),"
            " 70, random() from generate_series(1, 20000) i",
            [company.pk],
        )
        for field in ("conversion_probability", "lead_score"):
            rows = Lead.objects.hot().order_by(f"-{field}", "-pk")[:21]
            plan = rows.explain()
            assert "lead_hot" in plan, plan
            assert "Seq Scan" not in plan, plan
    # It goes away unlooked at: checking the keys of so many rows takes longer than all the rest.
    transaction.set_rollback(True)
