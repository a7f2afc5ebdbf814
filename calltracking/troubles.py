"""Troubles in words: what was wrong, from when to when, who was told of it, and who knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crm.wording import day_and_time
from telephony.alarms import length, meanwhile
from telephony.models import Trouble, TroubleMail
from telephony.models.health import TroubleQuerySet

MOST_TROUBLES = 50


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A trouble in words: what, from when to when, what it concerned, who was told and who knows of it."""

    trouble: Trouble
    when: str
    lasted: str
    meanwhile: str
    told: str
    known_by: str


def what_happened(*, since: datetime) -> list[Happened]:
    """Return the troubles of the time since then, the latest first."""
    return in_words(Trouble.objects.within(since))


def in_words(troubles: TroubleQuerySet) -> list[Happened]:
    """Return troubles in words, the latest first, so many as a person reads."""
    rows = list(
        troubles.select_related("account", "acknowledged_by__user").order_by("-begun_at", "-pk")[:MOST_TROUBLES]
    )
    mails = TroubleMail.objects.filter(trouble__in=rows).select_related("member__user").order_by("sent_at", "pk")
    told: dict[int, list[TroubleMail]] = {}
    for mail in mails:
        told.setdefault(mail.trouble_id, []).append(mail)
    return [_words_of(trouble, told.get(trouble.pk, [])) for trouble in rows]


def _words_of(trouble: Trouble, mails: list[TroubleMail]) -> Happened:
    until = f" to {day_and_time(trouble.over_at)}" if trouble.over_at else ""
    known = ""
    if trouble.acknowledged_at:
        known = f"{trouble.acknowledged_by or 'Somebody'} knows of it, {day_and_time(trouble.acknowledged_at)}"
    return Happened(
        trouble=trouble,
        when=f"{'' if until else 'since '}{day_and_time(trouble.since)}{until}",
        lasted=length(trouble),
        meanwhile=meanwhile(trouble),
        told=_told(trouble, mails),
        known_by=known,
    )


def _told(trouble: Trouble, mails: Iterable[TroubleMail]) -> str:
    begun = [mail for mail in mails if mail.tells == TroubleMail.Tells.BEGUN]
    sent = [mail for mail in begun if mail.sent_at]
    if sent:
        names = ", ".join(str(mail.member) for mail in sent)
        return f"Told by mail {day_and_time(sent[0].sent_at)}: {names}"  # type: ignore[arg-type]
    if any(mail.is_dead for mail in begun):
        return "The mails could not be sent"
    if begun:
        return "Over before the mails went out" if trouble.over_at else "Mails are on the way"
    return "Mailed to nobody"
