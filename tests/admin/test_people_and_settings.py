"""Contacts, follow-ups, rules, the company and its members."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from crm.models import Company, Contact, FollowUp, FollowUpRule, Lead, Membership, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import open_form, said, save, text_of

Browser = Callable[[User], Client]


def test_a_contact_becomes_a_lead_with_one_press(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        contact = factories.make_contact(full_name="Plain Contact")
    url = reverse("admin:crm_contact_change", args=[contact.pk])
    client = client_of(agent)
    answer = save(client, url, open_form(client, url), crm_contact_become_lead="1")
    assert answer["Location"] == reverse("admin:crm_lead_change", args=[contact.pk])
    with use_company(company):
        lead = Lead.objects.get(pk=contact.pk)
        assert lead.lead_status == "new"
        assert lead.status_changes.get().by.user == agent
    assert "crm_contact_become_lead" not in text_of(client.get(url))


def test_a_contact_is_added_with_a_number_in_any_form(company: Company, agent: User, client_of: Browser) -> None:
    client = client_of(agent)
    url = reverse("admin:crm_contact_add")
    written = {"full_name": "Brand New", "email": "Brand@New.example ", "numbers-0-written": "0091 98765 43210"}
    assert save(client, url, open_form(client, url), **written).status_code == 302
    with use_company(company):
        contact = Contact.objects.get(full_name="Brand New")
        assert contact.email == "brand@new.example"
        assert contact.numbers.get().e164 == "+919876543210"
        assert not contact.is_lead


def test_follow_ups_show_the_open_ones_first_of_all(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(full_name="Open Person")
        done = factories.make_lead(full_name="Done Person")
        FollowUp.objects.get(contact=done.pk).finish()
    client = client_of(agent)
    page = text_of(client.get(reverse("admin:crm_followup_changelist")))
    assert "Open Person" in page
    assert "Done Person" not in page
    assert reverse("admin:crm_lead_change", args=[lead.pk]) in page
    assert "Done Person" in text_of(client.get(reverse("admin:crm_followup_changelist"), {"state": "done"}))


def test_follow_ups_are_done_and_reopened_together(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        step = FollowUp.objects.get(contact=factories.make_lead().pk)
    url = reverse("admin:crm_followup_changelist")
    client = client_of(agent)
    done = client.post(url, {"action": "mark_done", "_selected_action": [step.pk], "index": "0"})
    assert "1 follow-up done" in said(done)
    opened = client.post(f"{url}?state=done", {"action": "reopen", "_selected_action": [step.pk], "index": "0"})
    assert "1 follow-up open again" in said(opened)
    with use_company(company):
        step.refresh_from_db()
        assert step.is_open
        assert step.is_automatic


def test_a_step_opened_again_in_its_form_meets_no_other(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead()
        FollowUp.objects.get(contact=lead.pk).finish()
        step = FollowUp.objects.get(contact=lead.pk)
        lead.move_to("callback")
    url = reverse("admin:crm_followup_change", args=[step.pk])
    client = client_of(agent)
    assert save(client, url, open_form(client, url), state="open").status_code == 302
    with use_company(company):
        assert FollowUp.objects.open().filter(contact=lead.pk).count() == 2


def test_a_rule_that_is_overdue_before_due_is_refused_in_words(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        rule = FollowUpRule.objects.get(status="callback")
    url = reverse("admin:crm_followuprule_change", args=[rule.pk])
    client = client_of(manager)
    answer = save(client, url, open_form(client, url), due_days="9", overdue_days="2")
    assert "cannot be overdue before it is due" in text_of(answer)
    assert save(client, url, open_form(client, url), due_days="2", overdue_days="4").status_code == 302


def test_the_owner_changes_the_company_and_a_manager_reads_it(
    company: Company, owner: User, manager: User, client_of: Browser
) -> None:
    client = client_of(owner)
    url = reverse("admin:crm_company_change", args=[company.pk])
    form = open_form(client, url)
    del form["business_days"]
    days = {"business_days": ["1", "2", "6"], "name": "Renamed"}
    assert save(client, url, form, **days).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.business_days) == ("Renamed", "126")
    assert client_of(manager).get(url).status_code == 200
    assert client_of(manager).post(url, {"name": "Mine"}).status_code == 403


def test_a_day_that_closes_before_it_opens_is_refused_in_words(
    company: Company, owner: User, client_of: Browser
) -> None:
    client = client_of(owner)
    url = reverse("admin:crm_company_change", args=[company.pk])
    answer = save(client, url, open_form(client, url), opens_at="18:00", closes_at="09:00")
    assert "close after it opens" in text_of(answer)


def test_the_last_owner_is_neither_demoted_nor_deactivated(company: Company, owner: User, client_of: Browser) -> None:
    member = Membership.objects.get(user=owner)
    url = reverse("admin:crm_membership_change", args=[member.pk])
    client = client_of(owner)
    for change in ({"role": "agent"}, {"is_active": None}):
        answer = save(client, url, open_form(client, url), **change)
        assert "Olga Owner is the only owner" in text_of(answer)
    member.refresh_from_db()
    assert (member.role, member.is_active) == ("owner", True)


def test_an_owner_beside_another_may_step_down(company: Company, owner: User, client_of: Browser) -> None:
    factories.make_member(company, role="owner")
    member = Membership.objects.get(user=owner)
    url = reverse("admin:crm_membership_change", args=[member.pk])
    client = client_of(owner)
    assert save(client, url, open_form(client, url), role="manager").status_code == 302
    member.refresh_from_db()
    assert member.role == "manager"


def test_leads_of_somebody_who_leaves_are_named(company: Company, owner: User, client_of: Browser) -> None:
    leaving = factories.make_member(company, name="Leaving Person")
    with use_company(company):
        factories.make_lead(assignee=leaving)
    url = reverse("admin:crm_membership_change", args=[leaving.pk])
    client = client_of(owner)
    answer = save(client, url, open_form(client, url), is_active=None)
    assert answer["Location"] == reverse("admin:crm_membership_handover", args=[leaving.pk])
    assert "1 lead" in text_of(client.get(answer["Location"]))


def test_a_manager_reads_members_and_changes_none(
    company: Company, owner: User, manager: User, client_of: Browser
) -> None:
    member = Membership.objects.get(user=owner)
    url = reverse("admin:crm_membership_change", args=[member.pk])
    assert client_of(manager).get(url).status_code == 200
    assert client_of(manager).post(url, {"role": "viewer"}).status_code == 403
