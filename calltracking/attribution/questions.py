"""The questions to the database, each asked once for any number of calls. Another company's ids are unknown ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from calltracking.attribution.deciding import Contacted, Touch
from crm.models import Campaign, Recipient
from crm.tenancy import require_company
from telephony.events import AttributedBy
from telephony.models import Call

# Asked for each call there is, so written out: building a statement costs more than its answer.
RULES = """
    select kind, window_days from calltracking_attributionrule
     where company_id = %s and is_active order by position, id
"""
LINES = "select e164, id, campaign_id from telephony_phoneline where company_id = %s and e164 = any(%s::text[])"
NAMED_RECIPIENTS = """
    select k.call, r.id, r.campaign_id, r.e164, r.contacted_at
      from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[]) as k(call, ref, pk, campaign)
     cross join lateral (
       (select a.id, a.campaign_id, a.e164, a.contacted_at from crm_recipient a
         where a.company_id = %s and a.external_id = k.ref and not (a.external_id = '')
           and (k.campaign is null or a.campaign_id = k.campaign)
         order by a.id limit 2)
       union all
       (select o.id, o.campaign_id, o.e164, o.contacted_at from crm_recipient o
         where o.company_id = %s and o.id = k.pk and (k.campaign is null or o.campaign_id = k.campaign)
           and not exists (select from crm_recipient x
                            where x.company_id = %s and x.external_id = k.ref and not (x.external_id = '')))
     ) r
"""
CALLERS_IN = """
    select k.call, r.id, r.campaign_id, r.e164, r.contacted_at
      from unnest(%s::bigint[], %s::text[], %s::bigint[]) as k(call, number, campaign)
      join crm_recipient r on r.company_id = %s and r.campaign_id = k.campaign and r.e164 = k.number
"""
# In time: the latest three. Out of time, for the record: three more. And who they are by a number that was learnt.
ANSWERED = """
    select k.call, r.id, r.campaign_id, r.e164, r.contacted_at
      from unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[]) as k(call, number, since, began)
     cross join lateral (
       (select a.id, a.campaign_id, a.e164, a.contacted_at from crm_recipient a
         where a.company_id = %s and a.e164 = k.number and a.contacted_at between k.since and k.began
         order by a.contacted_at desc, a.id desc limit 3)
       union all
       (select o.id, o.campaign_id, o.e164, o.contacted_at from crm_recipient o
         where o.company_id = %s and o.e164 = k.number
           and (o.contacted_at is null or o.contacted_at < k.since or o.contacted_at > k.began)
         order by o.contacted_at desc, o.id desc limit 3)
       union all
       (select l.id, l.campaign_id, l.e164, l.contacted_at
          from calltracking_learntnumber n
          join crm_recipient l on l.company_id = n.company_id and l.id = n.recipient_id
         where n.company_id = %s and n.e164 = k.number and n.is_active
         order by l.contacted_at desc nulls last, l.id desc limit 10)
     ) r
"""
EARLIER = """
    select k.call, c.campaign_id, c.recipient_id, c.started_at
      from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) as k(call, contact, began)
     cross join lateral (
       select e.campaign_id, e.recipient_id, e.started_at from telephony_call e
        where e.company_id = %s and e.contact_id = k.contact and e.campaign_id is not null
          and not (e.attributed_by = 'earlier') and not (e.id = any(%s::bigint[]))
          and e.started_at <= k.began and (e.started_at, e.id) < (k.began, k.call)
        order by e.started_at desc, e.id desc limit 1
     ) c
"""


def active_rules() -> list[tuple[str, int | None]]:
    """Return the kind of each active rule and its window in days, the first to be asked first."""
    return [(kind, days) for kind, days in _ask(RULES, [require_company()])]


def lines_of(calls: Sequence[Call]) -> dict[str, tuple[int, int | None]]:
    """Return our numbers among the calls', each with its id and the campaign it stands for."""
    numbers = {call.our_number for call in calls if call.our_number}
    if not numbers:
        return {}
    return {e164: (pk, campaign) for e164, pk, campaign in _ask(LINES, [require_company(), list(numbers)])}


def named_campaigns(calls: Sequence[Call]) -> dict[str, int]:
    """Return the campaigns that the refs stand for. An agreed id counts before our own."""
    refs = {call.campaign_ref for call in calls if call.campaign_ref}
    if not refs:
        return {}
    agreed = Campaign.objects.filter(external_id__in=refs).values_list("external_id", "pk")
    found = dict(agreed)
    own = {pk: ref for ref in refs - found.keys() if (pk := _as_pk(ref)) is not None}
    if own:
        found |= {own[pk]: pk for pk in Campaign.objects.filter(pk__in=own).values_list("pk", flat=True)}
    return found


def named_recipients(calls: Sequence[Call], campaigns: dict[str, int]) -> dict[int, list[Contacted]]:
    """Return the recipients that each call's ref stands for. Two are as good as many: they are not told apart."""
    asked = [call for call in calls if call.recipient_ref]
    company = require_company()
    return _by_call(
        NAMED_RECIPIENTS,
        asked,
        [
            [call.pk for call in asked],
            [call.recipient_ref for call in asked],
            [_as_pk(call.recipient_ref) for call in asked],
            [campaigns.get(call.campaign_ref) for call in asked],
            *(company, company, company),
        ],
    )


def callers_in(
    calls: Sequence[Call], lines: dict[str, tuple[int, int | None]], named: dict[str, int]
) -> dict[int, list[Contacted]]:
    """Return who the callers are in the campaigns that were named or dialed."""
    asked = [
        (call, campaign)
        for call in calls
        if call.customer_number
        for campaign in {lines.get(call.our_number, (None, None))[1], named.get(call.campaign_ref)} - {None}
    ]
    columns = [[c.pk for c, _ in asked], [c.customer_number for c, _ in asked], [campaign for _, campaign in asked]]
    return _by_call(CALLERS_IN, asked, [*columns, require_company()])


def answered_by(calls: Sequence[Call], window: timedelta | None) -> dict[int, list[Contacted]]:
    """Return whom the callers' numbers make them: those in time first, the latest contact first."""
    asked = [call for call in calls if call.customer_number]
    company, lasts = require_company(), window or timedelta()
    found = _by_call(
        ANSWERED,
        asked,
        [
            [call.pk for call in asked],
            [call.customer_number for call in asked],
            [call.started_at - lasts for call in asked],
            [call.started_at for call in asked],
            *(company, company, company),
        ],
    )
    began = {call.pk: call.started_at for call in asked}
    for pk, contacted in found.items():
        once = {one.recipient_id: one for one in contacted}
        found[pk] = sorted(once.values(), key=_latest_in_time(began[pk], lasts))
    return found


def _latest_in_time(began: datetime, lasts: timedelta) -> Callable[[Contacted], Any]:
    def place(one: Contacted) -> tuple[bool, float, int]:
        is_in_time = one.at is not None and began - lasts <= one.at <= began
        return not is_in_time, -one.at.timestamp() if one.at else 0, -one.recipient_id

    return place


def earlier_touches(calls: Sequence[Call], *, before: datetime) -> dict[int, Touch]:
    """Return the latest earlier call of each caller that a campaign brought of itself."""
    asked = [call for call in calls if call.contact_id]
    if not asked:
        return {}
    columns: list[Any] = [
        [call.pk for call in asked],
        [call.contact_id for call in asked],
        [min(call.started_at, before) for call in asked],
    ]
    rows = _ask(EARLIER, [*columns, require_company(), [call.pk for call in calls]])
    return {call: Touch(campaign_id=campaign, recipient_id=recipient, at=at) for call, campaign, recipient, at in rows}


def held_recipients(calls: Sequence[Call]) -> dict[int, Contacted]:
    """Return the recipients that calls were given to because they had been contacted."""
    held = {call.recipient_id for call in calls if call.recipient_id and call.attributed_by == AttributedBy.RECIPIENT}
    if not held:
        return {}
    rows = Recipient.objects.filter(pk__in=held).values_list("pk", "campaign_id", "e164", "contacted_at")
    return {pk: Contacted(recipient_id=pk, campaign_id=of, e164=e164, at=at) for pk, of, e164, at in rows}


def _by_call(question: str, asked: Sequence[Any], parameters: list[Any]) -> dict[int, list[Contacted]]:
    if not asked:
        return {}
    found: dict[int, list[Contacted]] = {}
    for call, pk, campaign, e164, at in _ask(question, parameters):
        found.setdefault(call, []).append(Contacted(recipient_id=pk, campaign_id=campaign, e164=e164, at=at))
    return found


def _ask(question: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _as_pk(ref: str) -> int | None:
    """Return the number that a ref may be as an id of ours."""
    return int(ref) if ref.isascii() and ref.isdecimal() and len(ref) < 19 else None
