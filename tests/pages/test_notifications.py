"""The bell, the page of notifications and the choice of how to be told: each person's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from calltracking.models import Notification
from calltracking.views.notifications import PAGE_SIZE
from crm.models import Company, Contact, Membership, NotificationPreference, User
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
PAGE = "/notifications/"


def tell(company: Company, user: User, **about: Any) -> Notification:
    with use_company(company):
        to = Membership.objects.get(company=company, user=user)
        about.setdefault("happened_at", timezone.now())
        Notification.objects.tell(about.pop("kind", "assigned"), to=[to], mails=False, **about)
        found: Notification = Notification.objects.filter(member=to).latest("pk")
        return found


def bell(client: Client, **headers: str) -> Any:
    return client.get(reverse("notification-count"), headers=headers)


def test_the_bell_counts_one_s_own_and_says_same_while_nothing_changes(
    company: Company, other_company: Company, owner: User, agent: User, outsider: User, client_of: Browser
) -> None:
    client = client_of(owner)
    assert bell(client).json() == {"unread": 0, "live": 0}
    tell(company, owner, number=2)
    tell(company, agent, number=2)
    tell(other_company, outsider, number=2)
    with use_company(company):
        call = factories.make_call()
        Call.objects.filter(pk=call.pk).update(status="in_progress", ended_at=None)
    first = bell(client)
    assert first.json() == {"unread": 1, "live": 1}
    again = bell(client, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    tell(company, owner, number=3)
    assert bell(client, **{"if-none-match": first["ETag"]}).json() == {"unread": 2, "live": 1}


def test_the_bell_asks_little(company: Company, owner: User, client_of: Browser) -> None:
    client = client_of(owner)
    for _ in range(3):
        tell(company, owner, number=2)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert bell(client).status_code == 200
    assert len(asked) <= 11, [each["sql"][:80] for each in asked]


def test_unread_ones_come_first_by_day_and_open_what_they_are_about(
    company: Company, owner: User, client_of: Browser
) -> None:
    client, now = client_of(owner), timezone.now()
    with use_company(company):
        contact = factories.make_contact(full_name="Zuleika Farrow")
        call = factories.make_call(contact=contact, score=88, is_hot=True)
    old = tell(company, owner, kind="hot_lead", call=call, contact=contact, happened_at=now - timedelta(days=3))
    new = tell(company, owner, number=4)
    assert client.post(reverse("notification-read", args=[new.pk])).status_code == 302
    page = client.get(PAGE).content.decode()
    assert page.index("Zuleika Farrow is hot") < page.index("4 leads are yours now")
    assert "score 88 of 100" in page
    assert "Unread · " in page
    answer = client.get(reverse("notification-open", args=[old.pk]))
    assert answer["Location"] == reverse("call", args=[call.pk])
    assert bell(client).json()["unread"] == 0


def test_reading_one_and_all_can_be_taken_back(company: Company, owner: User, client_of: Browser) -> None:
    client = client_of(owner)
    rows = [tell(company, owner, number=number) for number in (2, 3, 4)]
    url = reverse("notification-read", args=[rows[0].pk])
    line = client.post(url, headers={"hx-request": "true"}).content.decode()
    assert "Mark as unread" in line
    assert bell(client).json()["unread"] == 2
    client.post(url, {"undo": "1"})
    assert bell(client).json()["unread"] == 3
    client.post(url)
    shown = client.get(client.post(reverse("notifications-read"))["Location"]).content.decode()
    assert "2 marked as read." in shown
    assert bell(client).json()["unread"] == 0
    moment = shown.partition('name="undo" value="')[2].partition('"')[0]
    client.post(reverse("notifications-read"), {"undo": moment})
    assert bell(client).json()["unread"] == 2, "what was read before stays read"


def test_nobody_reads_or_marks_another_s(
    company: Company, other_company: Company, owner: User, agent: User, outsider: User, client_of: Browser
) -> None:
    row = tell(company, owner, number=2)
    for person in (agent, outsider):
        client = client_of(person)
        assert client.get(reverse("notification-open", args=[row.pk])).status_code == 404
        assert client.post(reverse("notification-read", args=[row.pk])).status_code == 404
        client.post(reverse("notifications-read"))
    with use_company(company):
        assert Notification.objects.get(pk=row.pk).read_at is None


def test_who_sees_their_own_leads_is_not_told_of_one_that_was_taken_from_them(
    company: Company, agent: User, client_of: Browser
) -> None:
    Company.objects.filter(pk=company.pk).update(agents_see="own")
    with use_company(company):
        mine = Membership.objects.get(company=company, user=agent)
        contact = factories.make_lead(full_name="Zuleika Farrow", assignee=mine)
    tell(company, agent, contact_id=contact.pk)
    client = client_of(agent)
    assert "Zuleika Farrow" in client.get(PAGE).content.decode()
    with use_company(company):
        Contact.objects.filter(pk=contact.pk).update(assignee=None)
    assert "Zuleika" not in client.get(PAGE).content.decode()
    assert bell(client).json()["unread"] == 0


def test_numbers_are_hidden_from_who_may_not_read_them(
    company: Company, owner: User, viewer: User, client_of: Browser
) -> None:
    with use_company(company):
        contact = factories.make_contact(number="+919845012345", full_name="", business_name="")
        call = factories.make_call(contact=contact)
    for person in (owner, viewer):
        tell(company, person, kind="hot_lead", call=call, contact=contact)
    assert "98450 12345" in client_of(owner).get(PAGE).content.decode()
    assert "12345" not in client_of(viewer).get(PAGE).content.decode()


def test_a_long_list_has_pages_without_gaps(company: Company, owner: User, client_of: Browser) -> None:
    now = timezone.now()
    for number in range(PAGE_SIZE + 5):
        tell(company, owner, number=number + 2, happened_at=now - timedelta(minutes=number))
    client = client_of(owner)
    first = client.get(PAGE).content.decode()
    second = client.get(
        PAGE + first.partition('href="?page=')[2].partition('"')[0].join(("?page=", ""))
    ).content.decode()
    for number in range(PAGE_SIZE + 5):
        assert (f">{number + 2} leads are yours now<" in first) != (f">{number + 2} leads are yours now<" in second)


def test_an_empty_page_says_what_will_stand_there(owner: User, client_of: Browser) -> None:
    assert "Nothing yet" in client_of(owner).get(PAGE).content.decode()


# ---- how to be told -------------------------------------------------------------------------------------------


def test_the_choice_is_one_s_own_and_of_one_company(company: Company, owner: User, client_of: Browser) -> None:
    elsewhere = factories.make_company(name="Zenith Homes")
    Membership.objects.create(company=elsewhere, user=owner, role="owner")
    client, url = client_of(owner), reverse("notification-preferences")
    page = client.get(url).content.decode()
    assert 'name="hot_lead-mail" aria-label="A lead turns hot: by e-mail" checked' in page
    assert 'name="follow_up-mail" aria-label="A follow-up is due: by e-mail" >' in page
    client.post(url, {"follow_up-mail": "on", "hot_lead-bell": "on"})
    with use_company(company):
        mine = Membership.objects.get(company=company, user=owner)
        ways = {
            kind: NotificationPreference.objects.ways([mine], kind)[mine.pk]
            for kind in ("hot_lead", "follow_up", "trouble")
        }
    assert [(w.in_bell, w.by_mail) for w in ways.values()] == [(True, False), (False, True), (False, False)]
    with use_company(elsewhere):
        assert not NotificationPreference.objects.exists()


def test_who_does_not_look_after_accounts_is_not_asked_about_trouble(agent: User, client_of: Browser) -> None:
    assert "trouble-bell" not in client_of(agent).get(reverse("notification-preferences")).content.decode()


def test_a_visitor_of_the_platform_has_no_bell_to_set(company: Company, client_of: Browser) -> None:
    staff = factories.make_staff()
    client = client_of(staff)
    client.post(reverse("staff-visit"), {"company": company.pk, "reason": "They asked for help with a call."})
    assert client.get(reverse("notification-preferences")).status_code == 200
    assert client.post(reverse("notification-preferences"), {"hot_lead-bell": "on"}).status_code == 403
