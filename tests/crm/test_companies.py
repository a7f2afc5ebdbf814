"""Companies and their people: a new company is ready to work, a person may belong to several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from crm.middleware import SESSION_KEY, choose_membership
from crm.models import Company, FollowUpRule, Membership, User
from crm.models.companies import validate_business_days, validate_region, validate_time_zone
from crm.tenancy import use_company
from tests import factories


@pytest.mark.row("S0.74", "S0.75", "S0.76", "S0.77", "S0.78")
def test_a_new_company_starts_with_the_rules_of_follow_ups(db: None) -> None:
    company = factories.make_company()
    with use_company(company):
        rules = list(FollowUpRule.objects.order_by("pk").values_list("status", "due_days", "overdue_days"))
    assert rules == [("interested", 1, 2), ("callback", 3, 5), ("not_interested", 30, 30), ("new", 7, 7)]


def test_a_company_opens_before_it_closes(db: None) -> None:
    with pytest.raises(IntegrityError, match="company_opens_before_it_closes"), transaction.atomic():
        factories.make_company(opens_at=time(18), closes_at=time(9))


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (validate_time_zone, "Asia/Kolkata", "Mars/Olympus"),
        (validate_region, "IN", "ZZ"),
        (validate_business_days, "12345", "18"),
        (validate_business_days, "7", ""),
        (validate_business_days, "71", "11"),
    ],
)
def test_what_a_company_is_set_to_exists(check: Callable[[str], None], good: str, bad: str) -> None:
    check(good)
    with pytest.raises(ValidationError):
        check(bad)


def test_a_person_is_a_member_of_a_company_once(company: Company) -> None:
    member = factories.make_member(company)
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(company=company, user=member.user)


def test_an_e_mail_is_one_person_in_any_case(db: None) -> None:
    user = User.objects.create_user("  Meera@Example.com ", factories.PASSWORD)
    assert User.objects.get_by_natural_key("MEERA@example.COM") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("meera@example.com")


def test_a_user_without_a_password_cannot_log_in(db: None) -> None:
    assert not User.objects.create_user("meera@example.com").has_usable_password()


def test_a_person_of_two_companies_works_in_the_one_they_chose(
    company: Company, other_company: Company, rf: Any
) -> None:
    here = factories.make_member(company)
    there = Membership.objects.create(company=other_company, user=here.user, role="viewer")
    request = rf.get("/")
    request.session = {}
    assert choose_membership(request, here.user) == here  # by the company's name
    request.session = {SESSION_KEY: there.pk}
    assert choose_membership(request, here.user) == there


def test_a_membership_of_somebody_else_cannot_be_chosen(company: Company, outsider: User, rf: Any) -> None:
    here = factories.make_member(company)
    request = rf.get("/")
    request.session = {SESSION_KEY: Membership.objects.get(user=outsider).pk}
    assert choose_membership(request, here.user) == here


def test_a_membership_that_ended_ends_at_the_next_request(
    company: Company, agent: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(agent)
    assert client.get("/calls/").status_code == 200
    Membership.objects.filter(user=agent).update(is_active=False)
    assert client.get("/calls/").status_code in (302, 403)


def test_a_person_who_was_switched_off_is_out_at_the_next_request(
    agent: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(agent)
    assert client.get("/calls/").status_code == 200
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.get("/calls/").status_code == 302
