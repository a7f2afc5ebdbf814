"""Platform staff: nothing without a visit, a look for an hour with one, and all of it on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.models import Company, Contact, Membership, StaffVisit, User
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.access.test_every_address import ALL, PAGES, address_of, get, secrets_of, state_of
from tests.admin.support import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

WHY = "Ticket 4711: no calls since noon"


@pytest.fixture
def staff(db: None) -> User:
    return factories.make_staff()


def look_into(client: Client, company: Company, reason: str = WHY) -> Any:
    return client.post(reverse("staff-visit"), {"company": company.pk, "reason": reason})


@pytest.fixture
def inside(company: Company, staff: User, client_of: Browser) -> Client:
    """A browser of platform staff who look into the company."""
    client = client_of(staff)
    assert look_into(client, company).status_code == 302
    return client


def test_without_a_visit_staff_see_nothing_of_any_company(company: Company, staff: User) -> None:
    with use_company(company):
        addresses = [address_of(name, PAGES[name].ids()) for name in ALL if name in PAGES]
        addresses += [
            reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry
        ]
        secrets = secrets_of(company)
    for address in filter(None, addresses):
        answer = get(staff, address)
        assert answer.status_code < 500, address
        assert answer.status_code != 200, address
        assert not [secret for secret in secrets if secret in answer.content.decode()], address


@pytest.mark.row("S2.103")
def test_a_visit_shows_the_company_with_a_banner_on_every_page(company: Company, inside: Client) -> None:
    with use_company(company):
        call = Call.objects.exclude(contact=None).select_related("contact").first()
    for address in (
        "/",
        "/calls/",
        f"/calls/{call.pk}/",
        "/roles/",
        reverse("admin:index"),
        reverse("admin:crm_lead_changelist"),
        reverse("admin:crm_lead_changelist") + "?assignee=me",
        reverse("admin:crm_contact_change", args=[call.contact_id]),
        "/nothing/here/",
    ):
        page = text_of(inside.get(address))
        assert "You are looking into <strong>Northwind Homes</strong>" in page, address
    assert call.contact.full_name in text_of(inside.get("/calls/"))


def test_a_visitor_changes_nothing_and_reads_no_number(company: Company, inside: Client) -> None:
    with use_company(company):
        before = state_of(company)
        call = Call.objects.exclude(contact=None).first()
        contact = Contact.objects.get(pk=call.contact_id)
    for name, address in (
        ("call-lead", f"/calls/{call.pk}/lead/"),
        ("call-notes", f"/calls/{call.pk}/notes/"),
        ("contact", reverse("admin:crm_contact_change", args=[contact.pk])),
    ):
        answer = inside.post(address, {"status": "converted", "text": "was here", "full_name": "Mine"})
        assert answer.status_code == 403, name
    assert inside.get(f"/calls/{call.pk}/raw/").status_code == 403
    with use_company(company):
        assert state_of(company) == before
        assert Contact.objects.get(pk=contact.pk).full_name == contact.full_name
    assert "••" in text_of(inside.get("/calls/"))


def test_a_visit_needs_a_reason(company: Company, staff: User, client_of: Browser) -> None:
    client = client_of(staff)
    for reason in ("", "   ", "short"):
        answer = look_into(client, company, reason)
        assert answer.status_code == 400
    assert "Say why" in text_of(look_into(client, company, ""))
    assert client.get("/calls/").status_code == 403
    with use_company(company), pytest.raises(IntegrityError, match="visit_has_a_reason"), transaction.atomic():
        factories.make_visit(reason="")


def test_after_an_hour_the_visitor_is_out_at_the_next_request(company: Company, inside: Client) -> None:
    assert inside.get("/calls/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        assert inside.get("/calls/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert inside.get("/calls/").status_code == 403
        assert inside.get("/api/telephony/calls").status_code == 403


def test_who_leaves_is_out_at_once(company: Company, inside: Client) -> None:
    assert inside.post(reverse("staff-visit-end")).status_code == 302
    assert inside.get("/calls/").status_code == 403
    with use_company(company):
        assert StaffVisit.objects.get(reason=WHY).ended_at is not None


def test_who_is_staff_no_more_is_out_at_the_next_request(inside: Client, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(is_platform_staff=False)
    assert inside.get("/calls/").status_code == 403
    assert inside.get(reverse("staff")).status_code == 404


def test_a_visit_that_was_ended_elsewhere_does_not_go_on(company: Company, inside: Client) -> None:
    with use_company(company):
        StaffVisit.objects.get(reason=WHY).end()
    assert inside.get("/calls/").status_code == 403


def test_looking_into_another_company_ends_the_visit_before(
    company: Company, other_company: Company, inside: Client
) -> None:
    look_into(inside, other_company)
    assert "Southgate Offices" in text_of(inside.get("/calls/"))
    with use_company(company):
        assert StaffVisit.objects.get(reason=WHY).ended_at is not None


def test_owners_see_who_came_when_and_why_and_others_do_not(
    company: Company,
    other_company: Company,
    inside: Client,
    owner: User,
    manager: User,
    outsider: User,
    client_of: Browser,
) -> None:
    url = reverse("admin:crm_staffvisit_changelist")
    page = text_of(client_of(owner).get(url))
    assert WHY in page
    assert "Inside now" in page
    assert client_of(manager).get(url).status_code == 403
    assert WHY not in text_of(client_of(outsider).get(url))
    assert inside.get(url).status_code == 403


def test_the_record_is_there_before_anything_is_shown(company: Company, inside: Client, staff: User) -> None:
    with use_company(company):
        visit = StaffVisit.objects.get(reason=WHY)
    assert (visit.staff, visit.logged_in_at is not None) == (staff, True)
    assert visit.until - visit.began_at == timedelta(hours=1)


def test_nobody_else_gets_in_this_way(company: Company, outsider: User, client_of: Browser) -> None:
    client = client_of(outsider)
    assert client.get(reverse("staff")).status_code == 404
    assert look_into(client, company).status_code == 404
    session = client.session
    with use_company(company):
        visit = factories.make_visit(until=timezone.now() + timedelta(hours=1))
    session["visit"] = {"company": company.pk, "visit": visit.pk}
    session.save()
    assert "Northwind" not in text_of(client.get("/calls/"))


def test_a_visit_of_somebody_else_is_not_taken_over(company: Company, inside: Client, client_of: Browser) -> None:
    other = client_of(factories.make_staff())
    session = other.session
    session["visit"] = dict(inside.session["visit"])
    session.save()
    assert other.get("/calls/").status_code == 403


def test_a_member_who_is_staff_works_as_a_member_outside_of_visits(
    company: Company, other_company: Company, staff: User, client_of: Browser
) -> None:
    Membership.objects.create(company=other_company, user=staff, role="owner")
    client = client_of(staff)
    look_into(client, company)
    assert client.get(reverse("connections")).status_code == 403
    client.post(reverse("staff-visit-end"))
    assert client.get(reverse("connections")).status_code == 200


def test_a_visitor_can_be_given_nothing(company: Company, inside: Client, owner: User, client_of: Browser) -> None:
    page = text_of(client_of(owner).get(reverse("admin:crm_membership_changelist")))
    assert "platform.example" not in page


def test_staff_are_named_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("platform_staff", "ravi@platform.example")
    assert User.objects.get(email="ravi@platform.example").is_platform_staff
    assert "To choose a password" in capsys.readouterr().out
    call_command("platform_staff", "ravi@platform.example", end=True)
    assert not User.objects.get(email="ravi@platform.example").is_platform_staff


def test_the_record_can_be_ended_and_neither_changed_nor_removed(company: Company) -> None:
    with use_company(company):
        visit = factories.make_visit()
        visit.end()
        for change in ({"reason": "Nothing"}, {"until": timezone.now()}):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                StaffVisit.objects.filter(pk=visit.pk).update(**change)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            visit.delete()
