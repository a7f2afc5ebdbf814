"""The second factor: asked at log-in, sealed at rest, good once, and required where a company says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from crm.encryption import key_id_of
from crm.models import Company, Membership, User
from crm.two_factor import has_second_factor
from tests import factories
from tests.access.codes import KEY, code, give_app, give_recovery_codes

pytestmark = pytest.mark.django_db

SECOND_STEP = "/accounts/two-factor/authenticate/"
SET_UP = "/accounts/two-factor/"


def log_in(user: User, *, password: str = factories.PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": password})
    return client


def confirm(client: Client) -> Client:
    """Enter the password once more, as is asked before anything that changes how one logs in."""
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


def is_inside(client: Client) -> bool:
    return client.get("/calls/").status_code == 200


def require_it(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(requires_two_factor=True)


# ---- log-in -------------------------------------------------------------------------------------------------------


def test_a_password_alone_is_not_enough_for_who_has_an_app(owner: User) -> None:
    give_app(owner)
    client = log_in(owner)
    assert not is_inside(client)
    assert client.post(SECOND_STEP, {"code": "000000"}).status_code == 200
    assert not is_inside(client)
    client.post(SECOND_STEP, {"code": code()})
    assert is_inside(client)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_whose_clock_is_half_a_minute_off_is_taken(owner: User, steps: int) -> None:
    give_app(owner)
    client = log_in(owner)
    client.post(SECOND_STEP, {"code": code(steps_from_now=steps)})
    assert is_inside(client)


def test_a_code_with_a_space_in_it_is_taken(owner: User) -> None:
    give_app(owner)
    client = log_in(owner)
    digits = code()
    client.post(SECOND_STEP, {"code": f"{digits[:3]} {digits[3:]}"})
    assert is_inside(client)


def test_a_code_is_good_once_in_every_process(owner: User) -> None:
    give_app(owner)
    used = code()
    log_in(owner).post(SECOND_STEP, {"code": used})
    cache.clear()  # as another process, or a cache that forgot
    client = log_in(owner)
    client.post(SECOND_STEP, {"code": used})
    assert not is_inside(client)


def test_a_recovery_code_is_good_once(owner: User) -> None:
    give_app(owner)
    spare, *_ = give_recovery_codes(owner)
    first, second = log_in(owner), log_in(owner)
    first.post(SECOND_STEP, {"code": spare})
    second.post(SECOND_STEP, {"code": spare})
    assert is_inside(first)
    assert not is_inside(second)


def test_ten_wrong_codes_end_the_guessing_in_every_process(owner: User) -> None:
    give_app(owner)
    client = log_in(owner)
    for _ in range(10):
        assert "Incorrect code" in client.post(SECOND_STEP, {"code": "000000"}).content.decode()
    cache.clear()
    said = client.post(SECOND_STEP, {"code": code()}).content.decode()
    assert "Too many" in said
    assert not is_inside(client)


# ---- setting it up ------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_first_code_and_brings_recovery_codes(owner: User) -> None:
    client = log_in(owner)
    assert client.get("/accounts/two-factor/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    confirm(client).get("/accounts/two-factor/totp/activate/")
    assert client.post("/accounts/two-factor/totp/activate/", {"code": "000000"}).status_code == 200
    assert not has_second_factor(owner)
    client.get("/accounts/two-factor/totp/activate/")
    key = client.session["mfa.totp.secret"]
    answer = client.post("/accounts/two-factor/totp/activate/", {"code": code(key=key)})
    assert answer["Location"] == "/accounts/two-factor/recovery-codes/"
    assert has_second_factor(owner)
    assert "mfa.totp.secret" not in client.session
    assert len(client.get(answer["Location"]).context["unused_codes"]) == 10


@pytest.mark.row("S0.128")
def test_the_keys_of_second_factors_are_sealed(owner: User) -> None:
    give_app(owner)
    codes = give_recovery_codes(owner)
    with connection.cursor() as cursor:
        cursor.execute("select type, data::text from mfa_authenticator where user_id = %s", [owner.pk])
        rows = dict(cursor.fetchall())
    assert KEY not in rows["totp"]
    assert not [spare for spare in codes if spare in rows["recovery_codes"]]
    assert key_id_of(json.loads(rows["totp"])["secret"]) == settings.ENCRYPTION_KEYS[0].partition(":")[0]


def test_the_menu_of_the_person_leads_there(agent: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(agent)
    assert f'href="{SET_UP}"' in client.get("/").content.decode()
    assert client.get(SET_UP).status_code == 200


# ---- required by the company --------------------------------------------------------------------------------------

EVERYWHERE = ["/", "/calls/", "/companies/", "/admin/", "/admin/crm/lead/", "/admin/crm/company/", "/nowhere/"]


@pytest.mark.parametrize("role", ["owner", "manager"])
@pytest.mark.parametrize("path", EVERYWHERE)
def test_who_needs_a_factor_sets_one_up_before_anything_else(
    company: Company, role: str, path: str, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    require_it(company)
    answer = client_of(request.getfixturevalue(role)).get(path)
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_it_says_why(company: Company, owner: User, client_of: Callable[[User], Client]) -> None:
    require_it(company)
    said = client_of(owner).get("/", follow=True).content.decode()
    assert "Northwind Homes requires a second factor of owners and managers" in said


@pytest.mark.parametrize("path", ["/api/telephony/calls", "/api/docs", "/api/schema"])
def test_the_api_says_so_in_its_one_shape(
    company: Company, owner: User, client_of: Callable[[User], Client], path: str
) -> None:
    require_it(company)
    answer = client_of(owner).get(path)
    assert answer.status_code == 403
    assert answer.json().keys() == {"error", "code", "fields"}
    assert answer.json()["code"] == "two_factor_required"


def test_an_action_is_not_done(company: Company, owner: User, client_of: Callable[[User], Client]) -> None:
    require_it(company)
    client = client_of(owner)
    client.post(f"/admin/crm/company/{company.pk}/change/", {"name": "Renamed"})
    company.refresh_from_db()
    assert company.name == "Northwind Homes"


def test_a_part_of_a_page_sends_the_whole_page_there(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    require_it(company)
    answer = client_of(owner).get("/calls/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == SET_UP


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_others_go_on_as_before(
    company: Company, role: str, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    require_it(company)
    assert is_inside(client_of(request.getfixturevalue(role)))


def test_another_company_s_rule_is_not_ours(
    company: Company, other_company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    require_it(other_company)
    assert is_inside(client_of(owner))


def test_with_a_factor_everything_is_open_again(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    require_it(company)
    client = client_of(owner)
    give_recovery_codes(owner)
    assert not is_inside(client), "recovery codes alone are no second factor"
    give_app(owner)
    assert is_inside(client)


def test_the_way_out_and_the_set_up_stay_open(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    require_it(company)
    client = client_of(owner)
    for path in (SET_UP, "/accounts/sessions/", "/accounts/password/change/", "/accounts/logout/"):
        assert client.get(path).status_code in (200, 302)
        assert client.get(path).headers.get("Location") != SET_UP


def test_who_is_promoted_needs_one_at_the_next_request(
    company: Company, agent: User, client_of: Callable[[User], Client]
) -> None:
    require_it(company)
    client = client_of(agent)
    assert is_inside(client)
    Membership.objects.filter(user=agent).update(role="manager")
    assert not is_inside(client)


def test_the_last_factor_cannot_be_removed_while_it_is_required(company: Company, owner: User) -> None:
    require_it(company)
    give_app(owner)
    client = log_in(owner)
    client.post(SECOND_STEP, {"code": code()})
    answer = confirm(client).post("/accounts/two-factor/totp/deactivate/")
    assert "cannot deactivate" in answer.content.decode()
    assert has_second_factor(owner)
    Company.objects.update(requires_two_factor=False)
    client.post("/accounts/two-factor/totp/deactivate/")
    assert not Authenticator.objects.filter(user=owner).exists()


def test_an_owner_requires_it_in_the_company_s_settings(
    company: Company, owner: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(owner).get(f"/admin/crm/company/{company.pk}/change/").content.decode()
    assert 'name="requires_two_factor"' in page


def test_who_lost_everything_is_let_in_by_an_operator(owner: User, agent: User) -> None:
    give_app(owner)
    give_recovery_codes(owner)
    give_app(agent)
    inside = log_in(owner)
    inside.post(SECOND_STEP, {"code": code()})
    call_command("reset_two_factor", owner.email.upper(), stdout=StringIO())
    assert not is_inside(inside), "whoever holds a session may be who took the phone"
    assert is_inside(log_in(owner))
    assert has_second_factor(agent)


def test_nobody_s_factors_are_reset_for_an_unknown_e_mail(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_two_factor", "nobody@example.com")
