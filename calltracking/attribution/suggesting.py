"""What may have brought a call of which no rule knows it: campaigns with the reasons for them, for a person to choose.

A list of calls costs as many questions as one. Reasons are words without names or numbers, so that whoever may see the
call may read them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from crm.models import Campaign, Company, Contact
from crm.tenancy import require_company
from telephony.models import Call, Insight, Turn

MOST = 3
# How likely each reason makes a campaign. Who was written to is strong, who shares an agent or a range of numbers weak.
OWN_NUMBER, OTHER_NUMBER, ON_LIST = Decimal("0.50"), Decimal("0.85"), Decimal("0.85")
SAID_EMAIL, SAID_NAME, NAMED = Decimal("0.80"), Decimal("0.55"), Decimal("0.70")
NEAR_NUMBER, SAME_AGENT = Decimal("0.40"), Decimal("0.30")
ANOTHER_REASON, AT_MOST = Decimal("0.05"), Decimal("0.95")
# A campaign is named by at least so many letters; a number is near with all digits the same but so many.
SHORTEST_NAME, LAST_DIGITS = 6, 2
# So many calls of an agent tell what they are busy with, of so many days.
AGENT_CALLS, AGENT_DAYS = 200, 14


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A campaign that may have brought the call, the recipient where one is meant, how likely, and why."""

    campaign: Campaign
    recipient_id: int | None
    confidence: Decimal
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        return "; ".join(self.reasons)


@dataclass
class _Hints:
    """The reasons found for one campaign and one call, the best recipient among them."""

    recipient_id: int | None = None
    best: Decimal = Decimal(0)
    reasons: dict[str, Decimal] = field(default_factory=dict)

    def add(self, reason: str, likely: Decimal, recipient_id: int | None = None) -> None:
        if recipient_id is not None and (self.recipient_id is None or likely > self.best):
            self.recipient_id = recipient_id
        self.reasons.setdefault(reason, likely)
        self.best = max(self.best, likely)

    @property
    def confidence(self) -> Decimal:
        return min(AT_MOST, self.best + ANOTHER_REASON * (len(self.reasons) - 1))


Found = defaultdict[int, defaultdict[int, _Hints]]


def suggestions_for(calls: Sequence[Call], *, most: int = MOST) -> dict[int, list[Suggestion]]:
    """Return, for each call by its id, the campaigns that may have brought it, the likeliest first."""
    found: Found = defaultdict(lambda: defaultdict(_Hints))
    if not calls:
        return {}
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.all()}
    zone = Company.objects.current().zone
    days = {call.pk: call.started_at.astimezone(zone).date() for call in calls}
    _by_recipients(calls, found)
    _by_agent(calls, found)
    _by_name(calls, campaigns.values(), found)
    return {
        call.pk: _ranked(found[call.pk], campaigns, on=days[call.pk], most=most) if call.pk in found else []
        for call in calls
    }


def _ranked(found: dict[int, _Hints], campaigns: dict[int, Campaign], *, on: date, most: int) -> list[Suggestion]:
    suggested = [
        Suggestion(
            campaign=campaigns[pk],
            recipient_id=hints.recipient_id,
            confidence=hints.confidence,
            reasons=tuple(sorted(hints.reasons, key=lambda reason: -hints.reasons[reason])),
        )
        for pk, hints in found.items()
        # Who was contacted may answer long after; for the rest it has to have run.
        if pk in campaigns and (hints.recipient_id or _ran_on(campaigns[pk], on))
    ]
    return sorted(suggested, key=lambda one: (-one.confidence, one.campaign.name))[:most]


def _ran_on(campaign: Campaign, day: date) -> bool:
    began = campaign.starts_on is None or campaign.starts_on <= day
    return campaign.status != Campaign.Status.DRAFT and began and (campaign.ends_on is None or day <= campaign.ends_on)


# ---- by whom the campaigns contacted --------------------------------------------------------------------------

RECIPIENTS = """
    select k.call, k.how, f.how, f.id, f.campaign_id, f.contacted_at
      from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[])
           as k(call, contact, number, began, how)
     cross join lateral (
       (select 'own' as how, r.id, r.campaign_id, r.contacted_at from crm_recipient r
         where r.company_id = %s and r.e164 = k.number and k.how = 'call'
         order by r.contacted_at desc, r.id desc limit 5)
       union all
       (select 'other', r.id, r.campaign_id, r.contacted_at
          from crm_phonenumber p join crm_recipient r on r.company_id = p.company_id and r.e164 = p.e164
         where p.company_id = %s and p.contact_id = k.contact and not (p.e164 = k.number)
         order by r.contacted_at desc nulls last limit 5)
       union all
       (select 'list', r.id, r.campaign_id, r.contacted_at from crm_recipient r
         where r.company_id = %s and r.contact_id = k.contact and not (r.e164 = k.number)
         order by r.contacted_at desc nulls last limit 5)
       union all
       (select 'near', r.id, r.campaign_id, r.contacted_at from crm_recipient r
         where r.company_id = %s and k.how = 'call' and length(k.number) > 8 and not (r.e164 = k.number)
           and r.e164 >= left(k.number, -2) and r.e164 < left(k.number, -2) || ':'
         limit 5)
     ) f
     where f.contacted_at is null or f.contacted_at <= k.began
"""
_SAID = {
    "other": ("They were contacted on another of their numbers", OTHER_NUMBER),
    "list": ("They are on its list, with another number", ON_LIST),
    "near": ("A number on its list differs in the last two digits alone", NEAR_NUMBER),
}
_GAVE = {
    "email": ("On the call they gave the e-mail address of somebody on its list", SAID_EMAIL),
    "name": ("On the call they gave the name of somebody on its list", SAID_NAME),
}


def _by_recipients(calls: Sequence[Call], found: Found) -> None:
    """Look for the caller among the recipients, by other numbers and by what they said of themselves."""
    asked = [(call, call.contact_id, call.customer_number, "call") for call in calls]
    asked += [(call, contact, "", how) for call, contact, how in _people_they_named(calls)]
    company = require_company()
    columns: list[Any] = [
        [call.pk for call, *_ in asked],
        [contact for _, contact, *_ in asked],
        [number for _, _, number, _ in asked],
        [call.started_at for call, *_ in asked],
        [how for *_, how in asked],
    ]
    with connection.cursor() as cursor:
        cursor.execute(RECIPIENTS, [*columns, company, company, company, company])
        rows = cursor.fetchall()
    began = {call.pk: call.started_at for call in calls}
    for call, asked_how, how, recipient, campaign, at in rows:
        reason, likely = _GAVE.get(asked_how) or _SAID.get(how) or _contacted_on_it(at, began[call])
        found[call][campaign].add(reason, likely, recipient)


def _contacted_on_it(at: datetime | None, began: datetime) -> tuple[str, Decimal]:
    if at is None:
        return "Their number is on its list, and was never contacted", OWN_NUMBER
    days = (began - at).days
    return f"They were contacted for it {days} day{'' if days == 1 else 's'} before", OWN_NUMBER


def _people_they_named(calls: Sequence[Call]) -> list[tuple[Call, int, str]]:
    """Return the contacts who have the e-mail address or the name that was given on a call."""
    by_pk = {call.pk: call for call in calls}
    insights = Insight.objects.filter(call__in=list(by_pk), is_current=True)
    said = list(insights.values_list("call_id", "findings__email__value", "findings__contact_name__value"))
    emails, names = defaultdict(list), defaultdict(list)
    for call, email, name in said:
        if email:
            emails[email.lower()].append(by_pk[call])
        if name:
            names[name.lower()].append(by_pk[call])
    if not emails and not names:
        return []
    people = Contact.objects.filter(email__in=list(emails)).values_list("pk", "email", "name_key")
    # Each half has its index.
    named = Contact.objects.filter(name_key__in=list(names)).values_list("pk", "email", "name_key")
    found = []
    for pk, email, name in people.union(named):
        found += [(call, pk, "email") for call in emails.get(email, ())]
        found += [(call, pk, "name") for call in names.get(name, ())]
    return found


# ---- by the agent, and by what was said -----------------------------------------------------------------------

BUSY_WITH = """
    select k.call, c.campaign_id
      from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) as k(call, agent, began)
     cross join lateral (
       select e.campaign_id from telephony_call e
        where e.company_id = %s and e.agent_id = k.agent and e.started_at <= k.began and e.started_at > k.began - %s
        order by e.started_at desc, e.id desc limit %s
     ) c
     where c.campaign_id is not null
"""


def _by_agent(calls: Sequence[Call], found: Found) -> None:
    """Take the campaign of most calls that the same agent held around then."""
    asked = [call for call in calls if call.agent_id]
    if not asked:
        return
    columns: list[Any] = [
        [call.pk for call in asked],
        [call.agent_id for call in asked],
        [call.started_at for call in asked],
        *(require_company(), timedelta(days=AGENT_DAYS), AGENT_CALLS),
    ]
    with connection.cursor() as cursor:
        cursor.execute(BUSY_WITH, columns)
        rows = cursor.fetchall()
    held: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for call, campaign in rows:
        held[call][campaign] += 1
    for call, counted in held.items():
        for campaign, _ in counted.most_common(1):
            found[call][campaign].add("Most calls that this agent held around then were brought by it", SAME_AGENT)


def _by_name(calls: Sequence[Call], campaigns: Iterable[Campaign], found: Found) -> None:
    """Look for the names of campaigns in what was said."""
    names = _names_by_first_word(campaigns)
    if not names:
        return
    said = Turn.objects.filter(call__in=[call.pk for call in calls]).order_by("call", "index")
    for call, text in said.values_list("call_id", "content"):
        words = _words(text)
        for place, word in enumerate(words):
            for name, campaign in names.get(word, ()):
                if words[place : place + len(name)] == name:
                    found[call][campaign].add("Its name was said on the call", NAMED)


def _names_by_first_word(campaigns: Iterable[Campaign]) -> dict[str, list[tuple[list[str], int]]]:
    found: defaultdict[str, list[tuple[list[str], int]]] = defaultdict(list)
    for campaign in campaigns:
        words = _words(campaign.name)
        if sum(map(len, words)) >= SHORTEST_NAME:
            found[words[0]].append((words, campaign.pk))
    return dict(found)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
