"""Who is told of what: once, only after it was committed, and only who may know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calltracking.management.commands.sweep import Command as Sweeper
from calltracking.models import Notification
from calltracking.notifying import IS_NEWS_FOR, KEPT, purge_notifications, tell_of_due_follow_ups
from crm.leases import claim, work_on
from crm.models import Company, Contact, FollowUp, Lead, Membership, NotificationPreference, User
from crm.models.preferences import Ways
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount, Trouble, TroubleMail
from tests import factories

pytestmark = pytest.mark.django_db

HOT = (
    ("agent", "Hello, this is Aria from Banyan. How can I help?"),
    (
        "customer",
        "Hi, my name is Zuleika Farrow. I am very interested, I want to buy the flat this month.",
    ),
    ("agent", "What is your budget, and who decides?"),
    ("customer", "My budget is 90 lakh rupees and I decide. Can we book a visit tomorrow? How soon can I move in?"),
    ("agent", "Gladly. What is your e-mail address?"),
    ("customer", "zuleika.farrow@example.com. Great, that sounds perfect, please send me the contract."),
)
NUMBER = "+919876511111"
NEITHER = Ways(in_bell=False, by_mail=False)


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        Notification.objects.all().delete()
        return factories.make_account()


def member(company: Company, user: User) -> Membership:
    return Membership.objects.get(company=company, user=user)


def told(company: Company, kind: str = "hot_lead") -> list[str]:
    """The e-mail addresses of who was told, in order."""
    with use_company(company):
        rows = Notification.objects.filter(kind=kind).select_related("member__user").order_by("pk")
        return [row.member.user.email for row in rows]


def ring(account: ProviderAccount, **fields: Any) -> Call:
    """A hot call comes in through the front door and goes its whole way."""
    event = factories.make_event(turns=HOT, customer_number=NUMBER, **fields)
    assert factories.deliver(account, event).status_code == 200
    factories.work_off()
    with use_company(account.company_id):
        call = Call.objects.get(ids__value=event.ids[0].value)
        assert call.is_hot, call.score
        return call


@pytest.mark.row("S3.187", "S3.167")
def test_a_hot_call_is_told_to_who_looks_after_all_when_nobody_has_the_lead(
    company: Company, owner: User, manager: User, agent: User, viewer: User, outsider: User, account: ProviderAccount
) -> None:
    ring(account)
    assert set(told(company)) == {owner.email, manager.email}
    assert sorted(each.to[0] for each in mail.outbox) == sorted([owner.email, manager.email])


@pytest.mark.row("S3.187")
def test_a_hot_call_of_somebody_s_lead_is_told_to_them_alone(
    company: Company, owner: User, agent: User, account: ProviderAccount
) -> None:
    with use_company(company):
        factories.make_contact(number=NUMBER, full_name="Zuleika Farrow", assignee=member(company, agent))
    ring(account)
    assert told(company) == [agent.email]
    (sent,) = mail.outbox
    assert sent.to == [agent.email]
    assert sent.subject == "A lead is hot · Northwind Homes"
    html = sent.alternatives[0][0]
    for body in (sent.body, html):
        assert "Zuleika Farrow" in body
        assert "98765" not in body
        assert reverse("notification-preferences") in body
    assert reverse("notification-preferences") in sent.extra_headers["List-Unsubscribe"]


def test_reading_a_call_anew_tells_nobody_again_not_even_a_new_owner(
    company: Company, owner: User, agent: User, account: ProviderAccount
) -> None:
    call = ring(account)
    first, mails = told(company), len(mail.outbox)
    with use_company(company):
        Contact.objects.filter(pk=call.contact_id).update(assignee=member(company, agent))
        Call.objects.get(pk=call.pk).owe_journey()
    factories.work_off()
    assert told(company) == first
    assert len(mail.outbox) == mails


def test_what_was_rolled_back_is_told_to_nobody(
    company: Company, owner: User, account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = factories.make_event(turns=HOT, customer_number=NUMBER)
    factories.deliver(account, event)

    def die(name: str, **_: Any) -> None:
        if name == "journey:after_act":
            raise RuntimeError("the worker ends here")

    with monkeypatch.context() as patch:
        patch.setattr("calltracking.journey.failpoint", die)
        factories.work_on_due(before=timezone.now())
        factories.work_on_due(before=timezone.now())
    assert told(company) == []
    assert mail.outbox == []


def test_calls_that_are_imported_are_no_news(company: Company, owner: User, account: ProviderAccount) -> None:
    long_ago = timezone.now() - IS_NEWS_FOR - timedelta(hours=1)
    ring(account, started_at=long_ago)
    assert told(company) == []


def test_who_wants_neither_bell_nor_mail_gets_neither_and_is_not_told_later(
    company: Company, owner: User, account: ProviderAccount, client_of: Callable[[User], Client]
) -> None:
    with use_company(company):
        NotificationPreference.objects.choose(member(company, owner), "hot_lead", ways=NEITHER)
    call = ring(account)
    assert mail.outbox == []
    assert client_of(owner).get(reverse("notification-count")).json()["unread"] == 0
    with use_company(company):
        NotificationPreference.objects.choose(member(company, owner), "hot_lead", ways=Ways(in_bell=True, by_mail=True))
        Call.objects.get(pk=call.pk).owe_journey()
    factories.work_off()
    assert mail.outbox == []


def test_two_workers_with_one_mail_send_it_once(company: Company, owner: User, account: ProviderAccount) -> None:
    with use_company(company):
        Notification.objects.tell("assigned", to=[member(company, owner)], number=3)
        row = Notification.objects.get()
    lease = claim(Notification, company_id=company.pk, pk=row.pk)
    assert lease is not None
    assert not work_on(Notification, company_id=company.pk, pk=row.pk)
    assert mail.outbox == []


def test_a_mail_that_stopped_being_true_is_not_sent(company: Company, owner: User, agent: User, account: Any) -> None:
    with use_company(company):
        lead = factories.make_lead(full_name="Zuleika Farrow")
        contact = Contact.objects.get(pk=lead.pk)
        contact.assignee = member(company, agent)
        contact.save()
        contact.assignee = None
        contact.save()
    factories.work_off()
    assert told(company, "assigned") == [agent.email]
    assert mail.outbox == []


# ---- given leads ----------------------------------------------------------------------------------------------


def test_a_lead_that_was_given_is_told_to_its_new_owner_but_not_to_who_took_it(
    company: Company, owner: User, agent: User, account: Any, client_of: Callable[[User], Client]
) -> None:
    with use_company(company):
        leads = [factories.make_lead(full_name=f"Lead {number}") for number in range(3)]
    url = reverse("admin:crm_lead_changelist")

    def assign(to: User, chosen: list[Lead], by: User) -> None:
        form = {
            "action": "assign",
            "_selected_action": [str(lead.pk) for lead in chosen],
            "apply": "1",
            "assignee": str(member(company, to).pk),
        }
        assert client_of(by).post(url, form).status_code in (200, 302)

    assign(agent, leads[:1], owner)
    with use_company(company):
        assert Lead.objects.get(pk=leads[0].pk).assignee == member(company, agent)
    assert told(company, "assigned") == [agent.email]
    assign(agent, leads, owner)
    with use_company(company):
        assert list(Notification.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]
    assign(owner, leads, owner)
    assert told(company, "assigned") == [agent.email, agent.email]
    factories.work_off()
    assert [each.subject.partition(" · ")[0] for each in mail.outbox] == ["2 leads are yours now"]


def test_people_who_are_no_leads_are_given_without_a_word(company: Company, agent: User, account: Any) -> None:
    with use_company(company):
        contact = factories.make_contact(full_name="Nobody's lead")
        contact.assignee = member(company, agent)
        contact.save(update_fields=["assignee"])
    assert told(company, "assigned") == []


# ---- follow-ups -----------------------------------------------------------------------------------------------


def due(company: Company, at: datetime, **fields: Any) -> FollowUp:
    with use_company(company):
        lead = factories.make_lead(full_name="Zuleika Farrow")
        step: FollowUp = FollowUp.objects.create(contact_id=lead.pk, due_at=at, reason="Ring them", **fields)
        return step


def test_a_follow_up_is_told_once_when_it_is_due_and_again_when_it_was_moved(
    company: Company, owner: User, agent: User, account: Any
) -> None:
    now = timezone.now()
    with use_company(company):
        FollowUp.objects.all().delete()
    step = due(company, now + timedelta(minutes=5), assignee=member(company, agent))
    assert tell_of_due_follow_ups(now=now) == 0
    later = now + timedelta(minutes=6)
    assert tell_of_due_follow_ups(now=later) == 1
    assert tell_of_due_follow_ups(now=later) == 0
    assert told(company, "follow_up") == [agent.email]
    with use_company(company):
        step.reschedule(due_at=later + timedelta(hours=1))
    assert tell_of_due_follow_ups(now=later + timedelta(hours=2)) == 1
    assert told(company, "follow_up") == [agent.email, agent.email]
    factories.work_off()
    assert mail.outbox == [], "follow-ups come by the dozen: nobody is mailed unless they ask for it"


def test_the_sweeper_finds_what_is_due_and_leaves_what_is_done_or_old(
    company: Company, owner: User, account: Any
) -> None:
    now = timezone.now()
    with use_company(company):
        FollowUp.objects.all().delete()
    due(company, now - timedelta(minutes=1), state="done")
    due(company, now - IS_NEWS_FOR - timedelta(minutes=1))
    due(company, now - timedelta(minutes=1))
    Sweeper()._look_for_due_follow_ups()
    assert told(company, "follow_up") == [owner.email]


# ---- trouble --------------------------------------------------------------------------------------------------


def test_trouble_rings_the_bell_of_who_looks_after_accounts_and_mails_by_their_choice(
    company: Company, owner: User, manager: User, agent: User, account: ProviderAccount
) -> None:
    with use_company(company):
        TroubleMail.objects.all().delete()
        NotificationPreference.objects.choose(
            member(company, manager), "trouble", ways=Ways(in_bell=True, by_mail=False)
        )
        Trouble.objects.begin(account, kind="failing", since=timezone.now(), said="Look.", at=timezone.now())
    assert set(told(company, "trouble")) == {owner.email, manager.email}
    factories.work_off()
    assert [each.to for each in mail.outbox] == [[owner.email]]


# ---- demo, retention, merging ---------------------------------------------------------------------------------


def test_a_demo_company_mails_nobody(company: Company, owner: User, account: ProviderAccount) -> None:
    Company.objects.filter(pk=company.pk).update(is_demo=True)
    ring(account)
    assert told(company) == [owner.email]
    assert mail.outbox == []


def test_notifications_are_kept_for_a_while(company: Company, owner: User, account: Any) -> None:
    with use_company(company):
        Notification.objects.tell(
            "assigned", to=[member(company, owner)], happened_at=timezone.now() - KEPT - timedelta(hours=1), number=2
        )
        Notification.objects.tell("assigned", to=[member(company, owner)], happened_at=timezone.now(), number=3)
    assert purge_notifications() == 1
    with use_company(company):
        assert Notification.objects.get().number == 3


def test_two_rows_that_are_one_call_leave_one_notification(company: Company, owner: User, account: Any) -> None:
    with use_company(company):
        kept, gone = factories.make_call(), factories.make_call()
        for call in (kept, gone):
            Notification.objects.tell("hot_lead", to=[member(company, owner)], call=call, contact=call.contact)
        kept.merge(gone)
        assert Notification.objects.get().call_id == kept.pk
