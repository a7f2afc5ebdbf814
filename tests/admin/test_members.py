"""Members: who gives which role, who leaves and what they leave behind, and that an owner always stays."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from crm.admin.companies import roles_to_give
from crm.models import Company, Contact, FollowUp, Membership, User
from crm.roles import Role, may_give
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import open_form, said, save, text_of

Browser = Callable[[User], Client]


def change(member: Membership) -> str:
    return reverse("admin:crm_membership_change", args=[member.pk])


def hand_over(member: Membership) -> str:
    return reverse("admin:crm_membership_handover", args=[member.pk])


@pytest.fixture
def leaving(company: Company) -> Membership:
    """Somebody with two leads, one plain contact and a step of their own."""
    member = factories.make_member(company, name="Leaving Person")
    with use_company(company):
        for _ in range(2):
            factories.make_lead(assignee=member)
        plain = factories.make_contact(assignee=member)
        FollowUp.objects.create(contact=plain, due_at="2026-12-01T09:00Z", assignee=member)
        done = FollowUp.objects.create(contact=plain, due_at="2026-11-01T09:00Z", assignee=member)
        done.finish()
    return member


@pytest.mark.row("S2.103")
def test_who_leaves_is_out_of_every_session_at_the_next_request(
    company: Company, owner: User, leaving: Membership, client_of: Browser
) -> None:
    laptop, phone = client_of(leaving.user), client_of(leaving.user)
    assert (laptop.get("/calls/").status_code, phone.get("/api/telephony/calls").status_code) == (200, 200)
    client = client_of(owner)
    save(client, change(leaving), open_form(client, change(leaving)), is_active=None)
    assert (laptop.get("/calls/").status_code, phone.get("/api/telephony/calls").status_code) == (403, 403)


def test_what_somebody_leaves_behind_goes_to_a_colleague_at_once(
    company: Company, owner: User, leaving: Membership, client_of: Browser
) -> None:
    taker = factories.make_member(company, name="Taking Person")
    client = client_of(owner)
    answer = save(client, change(leaving), open_form(client, change(leaving)), is_active=None)
    assert answer["Location"] == hand_over(leaving)
    assert "2 leads, 1 other contact, 1 open follow-up" in text_of(client.get(hand_over(leaving)))

    given = client.post(hand_over(leaving), {"colleague": taker.pk})

    assert "Taking Person has now what was Leaving Person" in said(given)
    with use_company(company):
        assert Contact.objects.filter(assignee=taker).count() == 3
        assert not Contact.objects.filter(assignee=leaving).exists()
        assert FollowUp.objects.open().filter(assignee=taker).count() == 1
        # Who did what is history, and stays.
        assert FollowUp.objects.get(assignee=leaving).state == "done"
    assert "nothing to hand over" in text_of(client.get(hand_over(leaving)))


def test_later_the_members_page_still_leads_there(leaving: Membership, owner: User, client_of: Browser) -> None:
    client = client_of(owner)
    assert "Hand over their work" in text_of(client.get(change(leaving)))
    led = client.get(f"/admin/crm/membership/{leaving.pk}/hand_over_work/")
    assert led["Location"] == hand_over(leaving)


def test_who_leaves_with_nothing_asks_nothing(company: Company, owner: User, agent: User, client_of: Browser) -> None:
    client, member = client_of(owner), Membership.objects.get(user=agent)
    answer = save(client, change(member), open_form(client, change(member)), is_active=None)
    assert answer["Location"] == reverse("admin:crm_membership_changelist")


def test_nothing_is_handed_to_outsiders_or_to_who_leaves(
    company: Company, owner: User, leaving: Membership, outsider: User, client_of: Browser
) -> None:
    client = client_of(owner)
    for pk in ("", leaving.pk, Membership.objects.get(user=outsider).pk):
        assert client.post(hand_over(leaving), {"colleague": pk}).status_code == 200
    with use_company(company):
        assert Contact.objects.filter(assignee=leaving).count() == 3


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("agent", 403), ("outsider", 404)])
def test_only_owners_hand_over(
    leaving: Membership, who: str, status: int, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(hand_over(leaving)).status_code == status


# ---- roles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("giver", Role)
def test_nobody_gives_a_higher_role_than_their_own(giver: Role) -> None:
    order = list(Role)  # from the most to the least rights
    assert [role for role in Role if may_give(giver, role)] == order[order.index(giver) :]
    assert [value for value, _ in roles_to_give(Membership(role=giver))] == order[order.index(giver) :]


@pytest.mark.parametrize("who", ["manager", "agent", "viewer"])
def test_nobody_raises_themselves(
    company: Company, who: str, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    member = Membership.objects.get(user=user)
    client_of(user).post(change(member), {"role": "owner", "is_active": "on"})
    member.refresh_from_db()
    assert member.role == who


# ---- an owner stays -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_end_each_other_at_once_leave_one(company: Company, client_of: Browser) -> None:
    pair = [factories.make_member(company, role="owner", name=f"Owner {n}") for n in (1, 2)]
    browsers = [client_of(member.user) for member in pair]
    forms = [open_form(browsers[n], change(pair[1 - n])) for n in (0, 1)]

    def second_ends_the_first() -> None:
        try:
            save(browsers[1], change(pair[0]), forms[1], is_active=None)
        finally:
            connections.close_all()

    later = threading.Thread(target=second_ends_the_first)
    with transaction.atomic():
        # Done, and not committed yet: the other owner still sees two, unless they wait for it.
        save(browsers[0], change(pair[1]), forms[0], is_active=None)
        later.start()
        while later.is_alive() and not somebody_waits():
            later.join(0.05)
    later.join()

    assert Membership.objects.filter(company=company, role="owner", is_active=True).count() == 1


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Of this database alone: tests beside this one wait for each other in theirs.
        cursor.execute(
            "select exists (select from pg_locks where not granted and pid in (select pid from pg_locks"
            " where database = (select oid from pg_database where datname = current_database())))"
        )
        [(waits,)] = cursor.fetchall()
        return bool(waits)
