"""One table says who may do what, and it forgets no model."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.apps import apps

from crm.history import Change
from crm.models import Company, Membership, User
from crm.roles import RANK, RIGHTS, Rights, Role, allows, allows_app
from tests import factories

OURS = ("crm", "telephony", "analysis", "calltracking")
ACTIONS = [field.name for field in fields(Rights)]


def test_every_model_of_ours_has_its_line() -> None:
    models = [m for m in apps.get_models() if m._meta.app_label in OURS]
    ours = {m._meta.label_lower for m in models if not issubclass(m, Change)}
    # One line for all event tables: nobody reaches them one by one.
    assert ours | {"crm.history"} == RIGHTS.keys()


@pytest.mark.parametrize("label", RIGHTS)
@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_ranks_higher_may_no_less(label: str, action: str) -> None:
    app_label, _, model = label.partition(".")
    allowed = [allows(role, f"{app_label}.{action}_{model}") for role in sorted(RANK, key=lambda r: RANK[r])]
    assert allowed == sorted(allowed)


@pytest.mark.parametrize("label", RIGHTS)
def test_who_may_change_may_also_look(label: str) -> None:
    app_label, _, model = label.partition(".")
    for role in Role:
        if any(allows(role, f"{app_label}.{action}_{model}") for action in ("add", "change", "delete")):
            assert allows(role, f"{app_label}.view_{model}")


# What one is told of, and how one wants to be told.
ONE_S_OWN = {"calltracking.notification", "crm.notificationpreference"}


def test_a_viewer_changes_nothing_but_their_own() -> None:
    for label in RIGHTS.keys() - ONE_S_OWN:
        app_label, _, model = label.partition(".")
        for action in ("add", "change", "delete"):
            assert not allows(Role.VIEWER, f"{app_label}.{action}_{model}")


def test_what_machines_write_is_changed_by_nobody() -> None:
    for model in ("turn", "insight", "callmetrics", "calleventlog", "callid"):
        for action in ("add", "change", "delete"):
            assert not allows(Role.OWNER, f"telephony.{action}_{model}")
    assert not allows(Role.OWNER, "crm.change_leadstatuschange")
    assert not allows(Role.OWNER, "crm.delete_leadstatuschange")


@pytest.mark.parametrize("permission", ["", "crm", "crm.view_", "crm.view_secret", "auth.view_user", "crm.own_lead"])
def test_what_is_not_in_the_table_is_open_to_nobody(permission: str) -> None:
    assert not allows(Role.OWNER, permission)


def test_without_a_role_there_is_no_right() -> None:
    assert not allows(None, "crm.view_lead")
    assert not allows_app(None, "crm")


def test_a_user_has_the_rights_of_the_membership_they_act_under(company: Company, other_company: Company) -> None:
    membership = factories.make_member(company, role="owner")
    user = User.objects.get(pk=membership.user_id)
    elsewhere = Membership.objects.create(company=other_company, user=user, role="viewer")
    assert not user.has_perm("crm.view_lead")
    user.membership = membership
    assert user.has_perm("crm.delete_lead")
    assert user.has_module_perms("telephony")
    user.membership = elsewhere
    assert user.has_perm("crm.view_lead")
    assert not user.has_perms(["crm.view_lead", "crm.change_lead"])


def test_nobody_is_a_superuser_and_an_inactive_user_has_no_rights(company: Company) -> None:
    membership = factories.make_member(company, role="owner")
    user = membership.user
    user.membership = membership
    assert not user.is_superuser
    user.is_active = False
    assert not user.has_perm("crm.view_lead")
    assert not user.is_staff
