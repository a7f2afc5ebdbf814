"""The mails of a trouble: that it began, that it is over. Each is owed by its row, sent with no transaction open."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from crm.leases import Lease
from crm.mails import letter, send_owed
from telephony.models import Trouble, TroubleMail

WELL_AGAIN = {
    Trouble.Kind.SILENT: "Webhooks arrive again",
    Trouble.Kind.FAILING: "Synchronization works again",
    Trouble.Kind.SWITCHED_OFF: "The webhook is switched on again",
    Trouble.Kind.UNVERIFIED: "Deliveries verify again",
    Trouble.Kind.GIVEN_UP: "Deliveries are processed again",
}


def send(lease: Lease) -> None:
    """Send the mail that is owed, if it still says something true."""
    send_owed(lease, mail_of, beside=("trouble__account", "member__user", "member__company"))


def mail_of(owed: TroubleMail) -> EmailMultiAlternatives:
    """Return the mail, as text and as HTML."""
    trouble, company = owed.trouble, owed.member.company
    is_over = owed.tells == TroubleMail.Tells.OVER
    what = WELL_AGAIN[Trouble.Kind(trouble.kind)] if is_over else trouble.get_kind_display()
    told = {
        "company": company.name,
        "account": str(trouble.account),
        "name": owed.member.user.name,
        "what": what,
        "said": trouble.said,
        "is_over": is_over,
        "since": company.local(trouble.since),
        "over_at": company.local(trouble.over_at) if trouble.over_at else None,
        "lasted": length(trouble),
        "meanwhile": meanwhile(trouble),
        "link": f"{settings.SITE_URL}{reverse('sync-health')}",
        "preferences": f"{settings.SITE_URL}{reverse('notification-preferences')}",
    }
    subject = f"{what} · {trouble.account.label} · {company.name}"
    return letter("trouble", told, subject=subject, to=owed.member.user.email)


def length(trouble: Trouble) -> str:
    """Return how long it has lasted, or did: `34 min`, `2 h 5 min`, `3 days`."""
    passed = max((trouble.over_at or timezone.now()) - trouble.since, timedelta(minutes=1))
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"


def meanwhile(trouble: Trouble) -> str:
    """Return what it concerned, as a sentence; empty where there is nothing to count."""
    one = trouble.found == 1
    words = {
        Trouble.Kind.SILENT: f"{trouble.found:,} call{'' if one else 's'} came in by synchronization instead.",
        Trouble.Kind.FAILING: f"{trouble.found:,} run{'' if one else 's'} failed.",
        Trouble.Kind.UNVERIFIED: f"{trouble.found:,} deliver{'y waits' if one else 'ies wait'} in the quarantine.",
        Trouble.Kind.GIVEN_UP: f"{trouble.found:,} deliver{'y was' if one else 'ies were'} given up.",
    }
    return words.get(Trouble.Kind(trouble.kind), "") if trouble.found else ""
