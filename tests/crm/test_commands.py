"""The commands with which an operator makes companies and members."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from crm.models import Company, FollowUpRule, Membership, User
from crm.tenancy import use_company

pytestmark = pytest.mark.django_db


def run(name: str, *args: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


def test_a_company_starts_with_its_owner_and_its_rules() -> None:
    said = run("add_company", "Lakeside Dental", owner="Meera@Lakeside.example", region="US", currency="USD")

    company = Company.objects.get(slug="lakeside-dental")
    membership = Membership.objects.get(company=company)
    assert (membership.user.email, membership.role) == ("meera@lakeside.example", "owner")
    assert (company.region, company.currency) == ("US", "USD")
    with use_company(company):
        assert FollowUpRule.objects.count() == 4
    assert "To choose a password: http" in said


def test_the_printed_link_sets_the_password_once() -> None:
    said = run("add_company", "Lakeside Dental", owner="meera@lakeside.example")
    path = re.search(r"http://[^/]+(/\S+)", said)[1]  # type: ignore[index]
    browser = Client()

    page = browser.get(path, follow=True)
    answer = browser.post(page.request["PATH_INFO"], {"password1": "sunny lakes 2026", "password2": "sunny lakes 2026"})

    assert answer.status_code == 302
    assert User.objects.get().check_password("sunny lakes 2026")
    again = Client().get(path, follow=True).content.decode()
    assert "password1" not in again


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"owner": "nobody"}, "no e-mail address"),
        ({"owner": "a@b.example", "region": "ZZ"}, "no country code"),
        ({"owner": "a@b.example", "time_zone": "Mars/North"}, "no time zone"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_left(arguments: dict[str, str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run("add_company", "Lakeside Dental", **arguments)

    assert not Company.objects.exists()
    assert not User.objects.exists()


def test_two_companies_do_not_share_a_short_name() -> None:
    run("add_company", "Lakeside Dental", owner="a@b.example")

    with pytest.raises(CommandError, match="already"):
        run("add_company", "lakeside dental", owner="c@d.example")


def test_a_member_joins_changes_role_and_comes_back() -> None:
    run("add_company", "Lakeside", owner="a@b.example")
    run("add_member", "ravi@b.example", company="lakeside", role="agent")
    Membership.objects.filter(user__email="ravi@b.example").update(is_active=False)

    run("add_member", "ravi@b.example", company="lakeside", role="manager")

    membership = Membership.objects.get(user__email="ravi@b.example")
    assert (membership.role, membership.is_active) == ("manager", True)


def test_the_only_owner_stays_one() -> None:
    run("add_company", "Lakeside", owner="a@b.example")

    with pytest.raises(CommandError, match="only owner"):
        run("add_member", "a@b.example", company="lakeside", role="viewer")

    assert Membership.objects.get().role == "owner"


def test_an_unknown_company_is_named_with_those_that_exist() -> None:
    run("add_company", "Lakeside", owner="a@b.example")

    with pytest.raises(CommandError, match="there are: lakeside"):
        run("add_member", "x@y.example", company="lakesde", role="agent")
