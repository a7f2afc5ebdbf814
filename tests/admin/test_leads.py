"""Leads as staff work on them: the list, the search, the form, and two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.models import Company, Contact, FollowUp, Lead, LeadStatusChange, Membership, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import open_form, said, save, text_of

Browser = Callable[[User], Client]

LEADS = "/admin/crm/lead/"


def url_of(lead: Any) -> str:
    return reverse("admin:crm_lead_change", args=[lead.pk])


def reread(company: Company, lead: Any) -> Lead:
    with use_company(company):
        found: Lead = Lead.objects.get(pk=lead.pk)
        return found


# ---- the list -------------------------------------------------------------------------------------------------


def test_the_list_says_who_how_promising_and_what_is_next(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(status="interested", full_name="Meera Nair", number="+919876543210")
        lead.rate(score=82, probability=0.86, is_hot=True)
        call = factories.make_call(contact=Contact.objects.get(pk=lead.pk))
        Contact.objects.filter(pk=lead.pk).update(latest_call_at=call.started_at)
        FollowUp.objects.filter(contact=lead.pk).update(
            due_at=timezone.now() - timedelta(days=4), overdue_at=timezone.now() - timedelta(days=3)
        )
    page = text_of(client_of(agent).get(f"{LEADS}?q=meera"))
    for words in ("Meera Nair", "+91 98765 43210", "Interested", ">82<", "Hot", "Overdue", "1 h ago"):
        assert words in page, words
    assert reverse("call", args=[call.pk]) in page


@pytest.mark.parametrize("written", ["9876543210", "098765 43210", "+91 98765-43210", "919876543210", "98765"])
def test_search_finds_a_number_in_any_written_form(
    company: Company, agent: User, client_of: Browser, written: str
) -> None:
    with use_company(company):
        factories.make_lead(full_name="Found Person", number="+919876543210")
        factories.make_lead(full_name="Other Person")
    page = text_of(client_of(agent).get(LEADS, {"q": written}))
    assert "Found Person" in page
    assert "Other Person" not in page


@pytest.mark.parametrize("words", ["meera", "MEERA N", "lakeside", "meera@lake"])
def test_search_finds_names_businesses_and_addresses(
    company: Company, agent: User, client_of: Browser, words: str
) -> None:
    with use_company(company):
        factories.make_lead(full_name="Meera Nair", business_name="Lakeside Dental", email="meera@lakeside.example")
        factories.make_lead(full_name="Somebody Else")
    page = text_of(client_of(agent).get(LEADS, {"q": words}))
    assert "Meera Nair" in page
    assert "Somebody Else" not in page


@pytest.mark.parametrize(
    "query",
    [
        "next=overdue",
        "next=today",
        "next=week",
        "next=none",
        "called=today",
        "called=week",
        "called=month",
        "called=before",
        "called=never",
        "score=high",
        "score=none",
        "assignee=me",
        "assignee=nobody",
        "assignee=0",
        "assignee=nonsense",
        "lead_status__exact=new&lead_status__exact=callback",
        "priority__exact=5",
        "is_hot__exact=1",
        "q=%00",
        "q=%F0%9F%98%80",
        "o=1.-3.5.6.7",
        "p=999",
    ],
)
def test_every_filter_and_order_answers(company: Company, agent: User, client_of: Browser, query: str) -> None:
    assert client_of(agent).get(f"{LEADS}?{query}", follow=True).status_code == 200


def test_the_overdue_filter_shows_what_is_overdue(company: Company, agent: User, client_of: Browser) -> None:
    now = timezone.now()
    with use_company(company):
        late, fine = factories.make_lead(full_name="Late Person"), factories.make_lead(full_name="Fine Person")
        FollowUp.objects.filter(contact=late.pk).update(due_at=now - timedelta(days=2), overdue_at=None)
        FollowUp.objects.filter(contact=fine.pk).update(
            due_at=now - timedelta(hours=1), overdue_at=now + timedelta(days=1)
        )
    page = text_of(client_of(agent).get(f"{LEADS}?next=overdue"))
    assert "Late Person" in page
    assert "Fine Person" not in page


def test_a_member_of_another_company_is_no_filter(
    company: Company, agent: User, outsider: User, client_of: Browser
) -> None:
    page = text_of(client_of(agent).get(LEADS))
    assert str(agent) in page
    assert str(outsider) not in page


@pytest.mark.parametrize("rows", [3, 40])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    company: Company, agent: User, client_of: Browser, django_assert_max_num_queries: Any, rows: int
) -> None:
    with use_company(company):
        by = Membership.objects.get(user=agent)
        for _ in range(rows):
            lead = factories.make_lead(status="interested", assignee=by)
            factories.make_call(contact=Contact.objects.get(pk=lead.pk))
    client = client_of(agent)
    # Content types are asked for once in a process.
    assert client.get(LEADS).status_code == client.get(url_of(lead)).status_code == 200
    with django_assert_max_num_queries(16):
        assert client.get(LEADS).status_code == 200
    with django_assert_max_num_queries(25):
        assert client.get(url_of(lead)).status_code == 200


def test_a_long_list_is_counted_to_a_limit_and_no_further(
    company: Company, agent: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.admin.lists.MOST_COUNTED", 2)
    monkeypatch.setattr("calltracking.admin.people.LeadAdmin.list_per_page", 2)
    client = client_of(agent)
    with use_company(company):
        factories.make_lead()
    assert re.search(r"\b2\s+leads", text_of(client.get(LEADS)))
    with use_company(company):
        factories.make_lead()
    assert re.search(r"\bAbout \d+\s+leads", text_of(client.get(LEADS)))


# ---- the form -------------------------------------------------------------------------------------------------


def test_a_status_chosen_in_the_form_moves_the_lead(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    answer = save(client, url_of(lead), form, lead_status="interested", why="Said so by e-mail")
    assert answer.status_code == 302
    moved = reread(company, lead)
    assert (moved.lead_status, moved.priority) == ("interested", 4)
    with use_company(company):
        change = LeadStatusChange.objects.filter(contact=lead.pk).latest("changed_at")
        assert (change.from_status, change.to_status, change.why) == ("new", "interested", "Said so by e-mail")
        assert change.by is not None
        assert change.by.user == agent
        step = FollowUp.objects.open().get(contact=lead.pk)
        assert step.reason == "Follow up while they are interested"


def test_a_priority_chosen_in_the_same_save_wins(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), lead_status="interested", priority="5")
    assert reread(company, lead).priority == 5


def test_saving_without_a_change_of_status_adds_no_history(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), city="Mysuru")
    assert reread(company, lead).city == "Mysuru"
    with use_company(company):
        assert LeadStatusChange.objects.filter(contact=lead.pk).count() == 1


def test_the_form_offers_only_members_of_this_company(
    company: Company, agent: User, outsider: User, client_of: Browser
) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    theirs = Membership.objects.get(user=outsider)
    answer = save(client, url_of(lead), form, assignee=str(theirs.pk))
    assert answer.status_code == 200
    assert str(outsider) not in text_of(answer)
    assert reread(company, lead).assignee_id is None


def test_somebody_who_left_stays_the_assignee_until_another_is_chosen(
    company: Company, agent: User, client_of: Browser
) -> None:
    gone = factories.make_member(company, name="Gone Person", is_active=False)
    with use_company(company):
        lead = factories.make_lead(assignee=gone)
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), city="Mysuru")
    assert reread(company, lead).assignee_id == gone.pk


def test_a_lead_added_by_hand_has_history_and_next_step(company: Company, agent: User, client_of: Browser) -> None:
    client = client_of(agent)
    form = open_form(client, f"{LEADS}add/")
    answer = save(
        client,
        f"{LEADS}add/",
        form,
        **{"full_name": "By Hand", "lead_status": "callback", "numbers-0-written": "098765 43210"},
    )
    assert answer.status_code == 302
    with use_company(company):
        lead = Lead.objects.get(full_name="By Hand")
        assert (lead.lead_status, lead.priority) == ("callback", 3)
        assert [n.e164 for n in lead.numbers.all()] == ["+919876543210"]
        assert lead.numbers.get().is_primary
        assert lead.status_changes.get().by.user == agent
        assert lead.follow_ups.open().count() == 1


def test_the_same_number_twice_is_refused_in_words(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(number="+919876543210")
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    twice = {"numbers-TOTAL_FORMS": "2", "numbers-1-written": "098765-43210"}
    answer = save(client, url_of(lead), form, **twice)
    assert "This number is on the list already" in text_of(answer)


def test_what_is_no_number_is_refused_in_words(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    answer = save(client, url_of(lead), form, **{"numbers-0-written": "call me"})
    assert "This is no phone number" in text_of(answer)


def test_choosing_another_main_number_leaves_one(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(number="+919876543210")
    client = client_of(agent)
    second = {"numbers-TOTAL_FORMS": "2", "numbers-1-written": "98765 43211", "numbers-1-is_primary": "on"}
    save(client, url_of(lead), open_form(client, url_of(lead)), **second)
    with use_company(company):
        main = [n.e164 for n in reread(company, lead).numbers.all() if n.is_primary]
    assert main == ["+919876543211"]


def test_a_shared_number_is_said(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        factories.make_contact(full_name="Ananya Ghosh", number="+919876543210")
        lead = factories.make_lead(number="")
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    answer = save(client, url_of(lead), form, **{"numbers-TOTAL_FORMS": "1", "numbers-0-written": "9876543210"})
    assert "is also the number of Ananya Ghosh" in said(answer)


def test_do_not_call_cannot_be_lifted_against_the_status(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(status="do_not_call")
    client = client_of(agent)
    answer = save(client, url_of(lead), open_form(client, url_of(lead)), do_not_call=None)
    assert "Choose another status first" in text_of(answer)
    assert reread(company, lead).do_not_call


def test_the_card_says_why_the_score_is_what_it_is(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
        call = factories.make_call(contact=Contact.objects.get(pk=lead.pk), title="Wants two bedrooms")
        factories.make_insight(call, score=82, reasons=[{"label": "Agreed to a site visit", "points": 25}])
    page = text_of(client_of(agent).get(url_of(lead)))
    assert "Agreed to a site visit" in page
    assert "+25" in page
    assert page.count(reverse("call", args=[call.pk])) >= 2
    assert "Wants two bedrooms" in page


# ---- next steps -----------------------------------------------------------------------------------------------


def test_a_step_that_is_moved_by_hand_is_left_alone_by_rules(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    save(
        client,
        url_of(lead),
        open_form(client, url_of(lead)),
        **{"follow_ups-0-due_at": "2030-05-01T10:30", "follow_ups-0-reason": "Ring the architect"},
    )
    with use_company(company):
        step = FollowUp.objects.get(contact=lead.pk)
        assert not step.is_automatic
        assert step.reason == "Ring the architect"
        assert company.local(step.due_at).strftime("%Y-%m-%d %H:%M") == "2030-05-01 10:30"
        assert step.overdue_at == step.due_at


def test_an_untouched_step_stays_automatic(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), city="Mysuru")
    with use_company(company):
        assert FollowUp.objects.get(contact=lead.pk).is_automatic


def test_a_step_is_done_with_a_tick(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), **{"follow_ups-0-is_done": "on"})
    with use_company(company):
        assert FollowUp.objects.get(contact=lead.pk).state == "done"


# ---- two people at once ---------------------------------------------------------------------------------------


def test_a_status_changed_by_another_meanwhile_is_said_and_the_input_kept(
    company: Company, agent: User, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    with use_company(company):
        Lead.objects.get(pk=lead.pk).move_to("callback", by=Membership.objects.get(user=manager))
    answer = save(client, url_of(lead), form, lead_status="interested", notes="Typed with care")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Manu Manager changed this to “Callback” while you had the page open" in page
    assert "Typed with care" in page
    assert reread(company, lead).lead_status == "callback"


def test_saving_again_after_being_told_means_it(
    company: Company, agent: User, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = {**open_form(client, url_of(lead)), "lead_status": "interested"}
    with use_company(company):
        Lead.objects.get(pk=lead.pk).move_to("callback", by=Membership.objects.get(user=manager))
    answer = save(client, url_of(lead), form)
    assert 'name="initial-lead_status" value="callback"' in text_of(answer)
    assert save(client, url_of(lead), {**form, "initial-lead_status": "callback"}).status_code == 302
    assert reread(company, lead).lead_status == "interested"


def test_what_another_changed_stays_when_i_did_not_touch_it(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(email="old@example.com")
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    with use_company(company):
        Lead.objects.get(pk=lead.pk).move_to("callback")
        Contact.objects.filter(pk=lead.pk).update(email="new@example.com", do_not_call=True, priority=1)
    assert save(client, url_of(lead), form, city="Mysuru").status_code == 302
    kept = reread(company, lead)
    assert (kept.city, kept.email, kept.lead_status) == ("Mysuru", "new@example.com", "callback")
    assert (kept.do_not_call, kept.priority) == (True, 1)


def test_a_step_finished_by_another_meanwhile_is_said(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    with use_company(company):
        FollowUp.objects.get(contact=lead.pk).finish()
    answer = save(client, url_of(lead), form, **{"follow_ups-0-reason": "Too late"})
    assert "Somebody else made this done while you had the page open" in text_of(answer)
    assert save(client, url_of(lead), form, city="Mysuru").status_code == 302


def test_a_number_removed_by_another_meanwhile_is_said(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(number="+919876543210")
    client = client_of(agent)
    form = open_form(client, url_of(lead))
    with use_company(company):
        reread(company, lead).numbers.all().delete()
    answer = save(client, url_of(lead), form, city="Mysuru")
    assert answer.status_code == 200
    assert "Somebody removed one of these" in text_of(answer)
