"""Invitations: a mail that is owed, a link that works once, and nothing told to strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.models import Company, Invitation, Membership, User
from crm.models.invitations import CannotInvite
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import said, text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

EMAIL = "new.person@lakeside.example"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
NEW = {"name": "New Person", "password1": factories.PASSWORD, "password2": factories.PASSWORD}


def invite(client: Client, **changes: Any) -> Any:
    form = {"email": EMAIL, "name": "", "role": "agent", **changes}
    return client.post(reverse("admin:crm_invitation_add"), form)


def link_mailed() -> str:
    """Send what is owed; returns the path of the link in the latest mail."""
    factories.work_off()
    found = re.search(r"http://[^/]+(/join/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.fixture
def link(company: Company, owner: User, client_of: Browser) -> str:
    """An invitation that was mailed."""
    assert invite(client_of(owner)).status_code == 302
    return link_mailed()


def state(company: Company, email: str = EMAIL) -> str:
    with use_company(company):
        return Invitation.objects.select_related("invited_by").filter(email=email).latest("created_at").state


@pytest.mark.row("S2.103")
def test_somebody_new_is_invited_by_mail_and_joins_with_a_password(
    company: Company, owner: User, client_of: Browser
) -> None:
    answer = invite(client_of(owner), email=" New.Person@Lakeside.example ", name="New Person")
    assert f"An invitation to {EMAIL} is on the way" in said(answer)
    assert mail.outbox == []  # no network call in the request
    assert state(company) == "Being mailed"

    path = link_mailed()
    assert mail.outbox[0].to == [EMAIL]
    assert "Olga Owner invites you to Northwind Homes" in mail.outbox[0].subject
    (html, kind), *_ = mail.outbox[0].alternatives  # type: ignore[attr-defined]
    assert kind == "text/html"
    assert path in html
    assert state(company) == "Waiting for an answer"

    browser = Client()
    assert "as agent" in text_of(browser.get(path))
    assert browser.post(path, NEW).status_code == 302
    joined = Membership.objects.get(user__email=EMAIL)
    assert (joined.company, joined.role, joined.is_active, str(joined)) == (company, "agent", True, "New Person")
    assert browser.get("/calls/").status_code == 200
    assert state(company) == "Accepted"


def test_a_link_works_once(company: Company, link: str) -> None:
    assert Client().post(link, NEW).status_code == 302
    again = Client().post(link, {**NEW, "name": "Somebody Else"})
    assert again.status_code == 404
    assert "was used already" in text_of(again)
    assert Membership.objects.filter(company=company, user__email=EMAIL).count() == 1


def test_somebody_who_has_an_account_logs_in_and_joins(
    company: Company, other_company: Company, link: str, client_of: Browser
) -> None:
    user = User.objects.create_user(EMAIL, factories.PASSWORD)
    Membership.objects.create(company=other_company, user=user, role="owner")
    page = text_of(Client().get(link))
    assert "Log in with it to join" in page
    assert 'name="password1"' not in page
    stranger = Client().post(link, NEW)
    assert "/accounts/login/" in stranger["Location"]
    assert User.objects.get(pk=user.pk).check_password(factories.PASSWORD)

    browser = client_of(user)
    assert "Join Northwind Homes" in text_of(browser.get(link))
    assert browser.post(link).status_code == 302
    assert Membership.objects.get(company=company, user=user).role == "agent"
    assert "Northwind Homes" in text_of(browser.get("/calls/"))


def test_somebody_else_does_not_join_with_it(company: Company, link: str, outsider: User, client_of: Browser) -> None:
    browser = client_of(outsider)
    assert f"The invitation is for {EMAIL}" in text_of(browser.get(link))
    assert browser.post(link).status_code == 200
    assert not Membership.objects.filter(company=company, user=outsider).exists()


def test_an_expired_link_says_so(company: Company, link: str) -> None:
    with use_company(company):
        Invitation.objects.filter(email=EMAIL).update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (Client().get(link), Client().post(link, NEW)):
        assert answer.status_code == 404
        assert "has expired" in text_of(answer)
    assert not User.objects.filter(email=EMAIL).exists()


def test_it_is_good_for_a_week(company: Company, link: str) -> None:
    with use_company(company):
        left = Invitation.objects.get(email=EMAIL).expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def act(client: Client, company: Company, action: str) -> Any:
    with use_company(company):
        chosen = list(Invitation.objects.filter(email=EMAIL).values_list("pk", flat=True))
    return client.post(
        reverse("admin:crm_invitation_changelist"), {"action": action, "_selected_action": chosen, "index": "0"}
    )


def test_a_withdrawn_link_does_not_work_and_its_mail_is_never_sent(
    company: Company, owner: User, client_of: Browser
) -> None:
    invite(client_of(owner))
    act(client_of(owner), company, "withdraw")
    factories.work_off()
    assert mail.outbox == []
    assert state(company) == "Withdrawn"


def test_sending_again_makes_a_new_link_and_ends_the_one_before(
    company: Company, owner: User, link: str, client_of: Browser
) -> None:
    act(client_of(owner), company, "send_again")
    newer = link_mailed()
    assert newer != link
    assert Client().get(link).status_code == 404
    assert Client().get(newer).status_code == 200
    act(client_of(owner), company, "withdraw")
    assert "not valid any more" in text_of(Client().get(newer))


def test_inviting_the_same_address_again_replaces_the_one_before(
    company: Company, owner: User, link: str, client_of: Browser
) -> None:
    assert invite(client_of(owner), role="viewer").status_code == 302
    assert Client().get(link).status_code == 404
    assert "as viewer" in text_of(Client().get(link_mailed()))


def test_inviting_tells_nothing_of_accounts_elsewhere(
    company: Company, owner: User, outsider: User, client_of: Browser
) -> None:
    unknown = invite(client_of(owner), email="nobody.at.all@lakeside.example")
    known = invite(client_of(owner), email=outsider.email)
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert said(known).replace(outsider.email, "x") == said(unknown).replace("nobody.at.all@lakeside.example", "x")
    rows = text_of(client_of(owner).get(reverse("admin:crm_invitation_changelist")))
    assert "Otto Outsider" not in rows


def test_who_works_here_already_is_not_invited(company: Company, owner: User, agent: User, client_of: Browser) -> None:
    assert "works here already" in text_of(invite(client_of(owner), email=agent.email))


def test_who_left_comes_back_by_invitation(company: Company, owner: User, agent: User, client_of: Browser) -> None:
    Membership.objects.filter(user=agent).update(is_active=False)
    invite(client_of(owner), email=agent.email, role="viewer")
    assert client_of(agent).post(link_mailed()).status_code == 302
    back = Membership.objects.get(user=agent)
    assert (back.role, back.is_active) == ("viewer", True)


@pytest.mark.parametrize("email", ["", "no address", "a@b", "a b@c.example"])
@pytest.mark.row("S4.16")
def test_what_is_no_address_is_refused_in_words(owner: User, client_of: Browser, email: str) -> None:
    page = text_of(invite(client_of(owner), email=email))
    assert "This is no e-mail address" in page or "Write the e-mail address" in page


# ---- who may invite whom --------------------------------------------------------------------------------------


def test_a_manager_invites_but_never_an_owner(company: Company, manager: User, client_of: Browser) -> None:
    form = text_of(client_of(manager).get(reverse("admin:crm_invitation_add")))
    assert 'value="manager"' in form
    assert 'value="owner"' not in form
    assert invite(client_of(manager), role="owner").status_code == 200
    assert invite(client_of(manager), role="manager").status_code == 302
    with use_company(company), pytest.raises(CannotInvite):
        Invitation.objects.invite(email="x@y.example", name="", role="owner", by=Membership.objects.get(user=manager))


def test_a_manager_does_not_touch_an_owners_invitation_of_an_owner(
    company: Company, owner: User, manager: User, client_of: Browser
) -> None:
    invite(client_of(owner), role="owner")
    act(client_of(manager), company, "withdraw")
    act(client_of(manager), company, "send_again")
    with use_company(company):
        found = Invitation.objects.get(email=EMAIL)
        assert (found.withdrawn_at, found.invited_by.user) == (None, owner)


@pytest.mark.parametrize("who", ["agent", "viewer", "outsider"])
def test_others_invite_nobody_here(company: Company, who: str, client_of: Browser, request: Any) -> None:
    client = client_of(request.getfixturevalue(who))
    invite(client)
    with use_company(company):
        assert not Invitation.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "agent"}])
def test_an_invitation_does_not_outlive_the_right_of_who_sent_it(
    company: Company, manager: User, client_of: Browser, change: dict[str, Any]
) -> None:
    invite(client_of(manager), role="manager")
    path = link_mailed()
    Membership.objects.filter(user=manager).update(**change)
    assert Client().post(path, NEW).status_code == 404
    assert state(company) == "No longer valid"
    assert not User.objects.filter(email=EMAIL).exists()


# ---- the link -------------------------------------------------------------------------------------------------


def test_without_a_mail_server_the_link_is_shown_once_to_who_invites(
    company: Company, owner: User, client_of: Browser, settings: Any
) -> None:
    settings.EMAIL_BACKEND = CONSOLE
    page = text_of(invite(client_of(owner)))
    found = re.search(r"http://[^/]+(/join/[^\"]+)", page)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert "/join/" not in text_of(client_of(owner).get(reverse("admin:crm_invitation_changelist")))


def test_with_a_mail_server_only_the_mail_has_the_link(owner: User, client_of: Browser) -> None:
    answer = invite(client_of(owner))
    assert "/join/" not in said(answer)
    assert answer.status_code == 302


def test_nothing_that_is_kept_opens_the_link(company: Company, owner: User, link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    with use_company(company):
        [kept] = Invitation.objects.filter(email=EMAIL).values()
    assert token not in str(kept)
    assert kept["token_sealed"] == ""


def test_a_link_opens_nothing_in_another_company(other_company: Company, link: str) -> None:
    there = re.sub(r"/join/\d+/", f"/join/{other_company.pk}/", link)
    unknown = Client().get(f"/join/{other_company.pk}/nothing-of-the-kind/")
    answer = Client().get(there)
    assert (answer.status_code, text_of(answer)) == (404, text_of(unknown))


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"password1": "short"}, "too short"),
        ({"password2": "something else entirely"}, "two passwords differ"),
        ({"name": ""}, "Write your name"),
        ({"password1": EMAIL, "password2": EMAIL}, "too similar"),
    ],
)
def test_a_password_is_checked_like_everywhere(link: str, posted: dict[str, str], said: str) -> None:
    answer = Client().post(link, {**NEW, **posted})
    assert said in text_of(answer)
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_mail_that_fails_is_said_and_tried_again(
    company: Company, owner: User, client_of: Browser, settings: Any
) -> None:
    invite(client_of(owner))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with use_company(company):
        pk = Invitation.objects.get(email=EMAIL).pk
    from crm.leases import work_on

    work_on(Invitation, company_id=company.pk, pk=pk)
    with use_company(company):
        failed = Invitation.objects.get(pk=pk)
    assert (failed.work_state, failed.attempts, failed.sent_at) == ("due", 1, None)
    assert "Refused" in failed.error


def test_an_account_without_a_password_is_not_opened_by_another_companys_invitation(
    other_company: Company, link: str
) -> None:
    """Whoever holds a link may choose the password of a new person, never of one who belongs somewhere."""
    waiting = User.objects.create_user(EMAIL)
    Membership.objects.create(company=other_company, user=waiting, role="owner")
    assert "/accounts/login/" in Client().post(link, NEW)["Location"]
    waiting.refresh_from_db()
    assert not waiting.has_usable_password()


def test_a_company_does_not_invite_without_end(
    company: Company, owner: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.models.invitations.MOST_A_DAY", 2)  # one is there already
    assert invite(client_of(owner)).status_code == 302
    assert "Go on tomorrow" in text_of(invite(client_of(owner), email="another@lakeside.example"))
