"""Who may open what in the admin, and that nobody sees another company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from crm.models import ApiKey, Company, Contact, Lead, Membership, User
from crm.roles import RIGHTS, allows
from crm.tenancy import use_company
from telephony.models import Agent, ProviderAccount, WebhookAddress
from tests import factories
from tests.admin.support import open_form, save, text_of

Browser = Callable[[User], Client]

SCREENS = sorted(model._meta.label_lower for model in admin.site._registry)
# Never added by hand: machines, rules of the company, invitations that come later.
NOT_ADDED = {
    "calltracking.attributionrule",
    "crm.company",
    "crm.membership",
    "crm.followup",
    "crm.followuprule",
    "crm.interaction",
    "crm.staffvisit",
    "telephony.agent",
    "telephony.quarantined",
    "telephony.syncrun",  # begun by the timetable, the command and the job
    "telephony.webhookevent",
    "telephony.webhookaddress",
}


def list_url(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def add_url(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_add")


def rows(company: Company) -> Iterator[tuple[str, Any]]:
    """Yield one row of the company for every screen."""
    with use_company(company):
        for model in admin.site._registry:
            if model is Company:
                found: Any = company
            elif model in (ApiKey, Membership, WebhookAddress):
                found = model._default_manager.filter(company=company).first()
            else:
                found = model._default_manager.first()
            assert found is not None, f"no {model._meta.label} to test with"
            yield model._meta.label_lower, found


def change_url(label: str, pk: int) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])


@pytest.mark.parametrize("label", SCREENS)
def test_every_screen_has_its_line_in_the_role_table(label: str) -> None:
    assert label in RIGHTS


def test_calls_are_shown_on_their_own_pages() -> None:
    assert "telephony.call" not in SCREENS


@pytest.mark.parametrize("role", ["owner", "manager", "agent", "viewer"])
def test_each_role_opens_exactly_the_lists_of_its_rights(company: Company, client_of: Browser, role: str) -> None:
    client = client_of(factories.make_member(company, role=role).user)
    for label in SCREENS:
        app, _, model = label.partition(".")
        expected = 200 if allows(role, f"{app}.view_{model}") else 403
        answer = client.get(list_url(label))
        if label == "crm.company" and expected == 200:
            assert answer.status_code == 302
            continue
        assert answer.status_code == expected, f"{role} at {label}: {answer.status_code}"


@pytest.mark.parametrize("role", ["owner", "manager", "agent", "viewer"])
def test_each_role_opens_the_rows_it_may_see(company: Company, client_of: Browser, role: str) -> None:
    client = client_of(factories.make_member(company, role=role).user)
    for label, row in list(rows(company)):
        app, _, model = label.partition(".")
        expected = 200 if allows(role, f"{app}.view_{model}") else 403
        assert client.get(change_url(label, row.pk)).status_code == expected, f"{role} at {label}"


@pytest.mark.parametrize("role", ["owner", "manager", "agent", "viewer"])
def test_each_role_adds_what_its_rights_say(company: Company, client_of: Browser, role: str) -> None:
    client = client_of(factories.make_member(company, role=role).user)
    for label in SCREENS:
        app, _, model = label.partition(".")
        may = label not in NOT_ADDED and allows(role, f"{app}.add_{model}")
        assert client.get(add_url(label)).status_code == (200 if may else 403), f"{role} at {label}"


def test_an_outsider_finds_no_row_of_ours(company: Company, outsider: User, client_of: Browser) -> None:
    client = client_of(outsider)
    for label, row in list(rows(company)):
        answer = client.get(change_url(label, row.pk))
        # The admin sends whoever asks for a row that is not there to its first page.
        assert answer.status_code == 302, label
        assert answer["Location"] == reverse("admin:index"), label


def test_who_works_nowhere_any_more_is_refused_everywhere(company: Company, client_of: Browser) -> None:
    member = factories.make_member(company, role="owner")
    client = client_of(member.user)
    there = [(label, change_url(label, row.pk)) for label, row in rows(company)]
    Membership.objects.filter(pk=member.pk).update(is_active=False)

    lists = [(label, url) for label in SCREENS for url in (list_url(label), add_url(label))]
    for label, url in [*there, *lists]:
        assert client.get(url, follow=True).status_code == 403, label
        assert client.post(url, {}, follow=True).status_code == 403, label


def test_an_outsider_finds_no_name_of_ours_in_any_list(company: Company, outsider: User, client_of: Browser) -> None:
    with use_company(company):
        factories.make_lead(full_name="Secretly Ours", email="secretly@ours.example")
        Agent.objects.update(name="Secretly Ours")
        ProviderAccount.objects.update(label="Secretly Ours")
    factories.make_member(company, name="Secretly Ours")
    client = client_of(outsider)
    for label in SCREENS:
        answer = client.get(list_url(label), follow=True)
        assert answer.status_code == 200
        assert "Secretly" not in text_of(answer), label


def test_an_outsider_changes_nothing_of_ours(company: Company, outsider: User, client_of: Browser) -> None:
    client = client_of(outsider)
    with use_company(company):
        lead = factories.make_lead(full_name="Ours")
    client.post(reverse("admin:crm_lead_change", args=[lead.pk]), {"full_name": "Theirs", "_save": "1"})
    client.post(reverse("admin:crm_lead_delete", args=[lead.pk]), {"post": "yes"})
    client.post(
        reverse("admin:crm_lead_changelist"),
        {"action": "change_status", "_selected_action": [lead.pk], "apply": "1", "status": "converted"},
    )
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).full_name == "Ours"
        assert Lead.objects.get(pk=lead.pk).lead_status == "new"


def test_a_viewer_saves_nothing(company: Company, viewer: User, client_of: Browser) -> None:
    client = client_of(viewer)
    with use_company(company):
        lead = factories.make_lead(full_name="As it was")
    url = reverse("admin:crm_lead_change", args=[lead.pk])
    assert client.post(url, {"full_name": "Changed", "lead_status": "converted"}).status_code == 403
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).full_name == "As it was"


def test_a_viewer_reads_a_lead_and_finds_no_field_to_fill(company: Company, viewer: User, client_of: Browser) -> None:
    with use_company(company):
        lead = factories.make_lead(full_name="Meera Nair")
    page = text_of(client_of(viewer).get(reverse("admin:crm_lead_change", args=[lead.pk])))
    assert "Meera Nair" in page
    assert 'name="full_name"' not in page
    assert 'name="_save"' not in page


def test_strangers_log_in_by_the_one_log_in(client: Client, db: None) -> None:
    answer = client.get("/admin/login/?next=/admin/crm/lead/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/crm/lead/").status_code == 302


def test_somebody_who_works_nowhere_finds_nothing(db: None, client_of: Browser) -> None:
    client = client_of(User.objects.create_user("nowhere@example.com", "x"))
    assert client.get(reverse("admin:crm_lead_changelist"), follow=True).status_code == 403


def test_the_admin_keeps_no_log_of_its_own(company: Company, owner: User, client_of: Browser) -> None:
    client = client_of(owner)
    with use_company(company):
        contact = factories.make_contact()
    url = reverse("admin:crm_contact_change", args=[contact.pk])
    assert save(client, url, open_form(client, url), full_name="New name").status_code == 302
    assert client.post(reverse("admin:crm_contact_delete", args=[contact.pk]), {"post": "yes"}).status_code == 302
    with use_company(company):
        assert not Contact.objects.filter(pk=contact.pk).exists()
    assert not LogEntry.objects.exists()
    assert client.get(reverse("admin:crm_lead_history", args=[1])).status_code == 404


def test_an_agent_cannot_delete_and_a_manager_can(
    company: Company, agent: User, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        lead = factories.make_lead()
        factories.make_call(contact=Contact.objects.get(pk=lead.pk))
    url = reverse("admin:crm_lead_delete", args=[lead.pk])
    assert client_of(agent).post(url, {"post": "yes"}).status_code == 403
    assert client_of(manager).post(url, {"post": "yes"}).status_code == 302
    with use_company(company):
        assert not Lead.objects.filter(pk=lead.pk).exists()
