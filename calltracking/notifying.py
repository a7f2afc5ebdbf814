"""Who is told of what, and the mails of it.

A notification is written in the transaction of what it tells of, so nobody hears of what was rolled back. Its mail is
owed by the row and sent later, with no transaction open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from calltracking.models import Notification
from crm.actors import current_actor
from crm.leases import Lease
from crm.mails import letter, send_owed
from crm.models import Company, Contact, FollowUp, Lead, Membership, NotificationKind
from crm.models.preferences import LOOKING_AFTER_ALL
from crm.tenancy import require_company, use_company
from telephony.models import Call, Trouble
from telephony.models.health import who_hears

# What is older is no news: calls that were imported, follow-ups that waited while nothing ran.
IS_NEWS_FOR = timedelta(days=1)
KEPT = timedelta(days=90)
BATCH = 500


# ---- who is told ----------------------------------------------------------------------------------------------


def tell_hot(call: Call, contact: Contact) -> None:
    """Tell of a call that turned hot: whoever has the lead, else who looks after all. Once for a call."""
    if (call.ended_at or call.started_at) < timezone.now() - IS_NEWS_FOR:
        return
    if Notification.objects.filter(kind=NotificationKind.HOT_LEAD, call=call).exists():
        return
    about: dict[str, Any] = {"call": call, "contact": contact, "happened_at": call.ended_at or call.started_at}
    Notification.objects.tell(NotificationKind.HOT_LEAD, to=_who_has(contact.assignee_id), **about)


def tell_assigned(contacts: Sequence[int], *, member_id: int) -> None:
    """Tell a member of the leads among people that they were given, unless they took them themselves.

    Many at once are one notification.
    """
    actor = current_actor()
    if actor is not None and actor.member == member_id:
        return
    leads = list(Lead.objects.filter(pk__in=contacts).values_list("pk", flat=True)[:2])
    member = Membership.objects.filter(pk=member_id, company_id=require_company(), is_active=True).first()
    if member is None or not leads:
        return
    number = 1 if len(leads) == 1 else Lead.objects.filter(pk__in=contacts).count()
    contact_id = leads[0] if number == 1 else None
    about: dict[str, Any] = {"contact_id": contact_id, "number": number, "happened_at": timezone.now()}
    Notification.objects.tell(NotificationKind.ASSIGNED, to=[member], **about)


def tell_trouble(trouble: Trouble) -> None:
    """Ring the bell of who looks after the accounts; the mails are the trouble's own (telephony/alarms.py)."""
    about = {"trouble": trouble, "happened_at": trouble.begun_at}
    Notification.objects.tell(NotificationKind.TROUBLE, to=who_hears(), mails=False, **about)


def tell_of_due_follow_ups(*, now: datetime | None = None) -> int:
    """Tell of follow-ups that have become due, in every company; returns of how many. Once for each time it is due."""
    now = now or timezone.now()
    told = 0
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        with use_company(company_id):
            told += _tell_of_due(now)
    return told


def _tell_of_due(now: datetime) -> int:
    known = Notification.objects.filter(
        kind=NotificationKind.FOLLOW_UP, follow_up=OuterRef("pk"), happened_at=OuterRef("due_at")
    )
    due = FollowUp.objects.open().filter(due_at__gt=now - IS_NEWS_FOR, due_at__lte=now).exclude(Exists(known))
    follow_ups = list(due.select_related("contact").order_by("due_at", "pk")[:BATCH])
    for follow_up in follow_ups:
        about = {"follow_up": follow_up, "contact": follow_up.contact, "happened_at": follow_up.due_at}
        to = _who_has(follow_up.assignee_id or follow_up.contact.assignee_id)
        Notification.objects.tell(NotificationKind.FOLLOW_UP, to=to, **about)
    return len(follow_ups)


def _who_has(member_id: int | None) -> list[Membership]:
    """Return the member, while they work here; else who looks after what is nobody's."""
    here = Membership.objects.filter(company_id=require_company(), is_active=True)
    theirs = list(here.filter(pk=member_id)) if member_id else []
    return theirs or list(here.filter(role__in=LOOKING_AFTER_ALL).order_by("pk"))


# ---- mails ----------------------------------------------------------------------------------------------------


def send(lease: Lease) -> None:
    """Send the mail that is owed, if it still says something true."""
    send_owed(lease, mail_of, beside=("member__user", "member__company", "contact", "call", "follow_up"))


# What the subject says: who it is about stands in the mail alone, where no list of mails shows it.
SUBJECTS = {
    NotificationKind.HOT_LEAD: "A lead is hot",
    NotificationKind.ASSIGNED: "A lead is yours now",
    NotificationKind.FOLLOW_UP: "A follow-up is due",
}


def mail_of(owed: Notification) -> Any:
    """Return the mail, as text and as HTML. It names no number: mail is read in more places than pages are."""
    company, contact = owed.member.company, owed.contact
    what = SUBJECTS[NotificationKind(owed.kind)] if owed.number == 1 else f"{owed.number:,} leads are yours now"
    preferences = f"{settings.SITE_URL}{reverse('notification-preferences')}"
    told = {
        "company": company.name,
        "name": owed.member.user.name,
        "what": what,
        "who": (contact.full_name or contact.business_name) if contact else "",
        "score": owed.call.score if owed.call else None,
        "step": owed.follow_up.reason if owed.follow_up else "",
        "at": company.local(owed.happened_at),
        "link": f"{settings.SITE_URL}{reverse('notification-open', args=[owed.pk])}",
        "preferences": preferences,
    }
    headers = {"List-Unsubscribe": f"<{preferences}>"}
    return letter("notification", told, subject=f"{what} · {company.name}", to=owed.member.user.email, headers=headers)


# ---- how long -------------------------------------------------------------------------------------------------


def purge_notifications(*, now: datetime | None = None) -> int:
    """Drop notifications past their time, in every company, in short transactions; returns how many."""
    before = (now or timezone.now()) - KEPT
    dropped = 0
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        batch = BATCH
        while batch == BATCH:
            with use_company(company_id):
                old = Notification.objects.filter(happened_at__lt=before).order_by("happened_at", "id")
                batch = Notification.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()[0]
            dropped += batch
    return dropped


def move_with_call(kept: Call, gone: Call) -> None:
    """Two rows turned out to be one call: who was told of both keeps one."""
    told = Notification.objects.filter(call=kept).values("member")
    Notification.objects.filter(call=gone, member__in=told).delete()
    Notification.objects.filter(call=gone).update(call=kept)
