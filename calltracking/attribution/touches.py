"""The first and the last campaign that brought a contact to us.

They are read from the calls by an index of their own (`call_touch`) and kept nowhere else: replays, calls that arrive
late, other choices and undo cannot leave them behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from crm.tenancy import require_company

# A call that only follows an earlier one is no touch of its own.
TOUCHES = """
    select k.contact, f.campaign_id, f.id, f.started_at, l.campaign_id, l.id, l.started_at
      from unnest(%s::bigint[]) as k(contact)
     cross join lateral (
       select c.id, c.campaign_id, c.started_at from telephony_call c
        where c.company_id = %s and c.contact_id = k.contact
          and c.campaign_id is not null and not (c.attributed_by = 'earlier')
        order by c.started_at, c.id limit 1) f
     cross join lateral (
       select c.id, c.campaign_id, c.started_at from telephony_call c
        where c.company_id = %s and c.contact_id = k.contact
          and c.campaign_id is not null and not (c.attributed_by = 'earlier')
        order by c.started_at desc, c.id desc limit 1) l
"""


@dataclass(frozen=True)
class TouchedBy:
    """A campaign that brought a contact: by which call, and when."""

    campaign_id: int
    call_id: int
    at: datetime


@dataclass(frozen=True)
class Touches:
    """Of one contact; both are the same where only one call was brought by a campaign."""

    first: TouchedBy
    last: TouchedBy


def touches_of(contacts: Iterable[int]) -> dict[int, Touches]:
    """Return first and last touch of the contacts, by their ids, in one query; of whom none is known is left out."""
    company = require_company()
    with connection.cursor() as cursor:
        cursor.execute(TOUCHES, [list(contacts), company, company])
        return {row[0]: Touches(TouchedBy(*row[1:4]), TouchedBy(*row[4:7])) for row in cursor.fetchall()}
