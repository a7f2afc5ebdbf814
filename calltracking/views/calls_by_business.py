"""The list of calls in the order of their businesses.

Nothing of a contact is copied to its calls: contacts are read in the order of an index of theirs, and each one's calls
by an index of the calls. A page reads about as many rows as it shows, and whoever changes a business changes one row
(docs/decisions/0022-calls-by-business.md).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.keyset import Order, Page, Stretch, read_stretches
from crm.models import Contact, Membership
from telephony.models import Call

SORTS = ("business", "-business")
SEEN_BY_ALL = Q(contact__company=F("company"))
_NEWEST = Order("started_at", datetime)


def _sorts(*, is_descending: bool) -> tuple[Order, ...]:
    return Order("business", str, is_descending), Order("person_id", int, is_descending), _NEWEST


def stretches(sort: str, *, seen: Q = SEEN_BY_ALL) -> tuple[Stretch, ...]:
    """Return businesses in their order, the people of each and their newest calls; what has no business comes last."""
    known = Stretch(Q(business__gt=""), _sorts(is_descending=sort.startswith("-")))
    # A bound, because equality sorts nothing: see crm.keyset on texts that are held.
    unnamed = Stretch(Q(business__lte=""), _sorts(is_descending=False))
    # Of few people's calls those of everybody else are quickly found; of all calls an index has those of nobody.
    nobody = Stretch(Q(contact=None) if seen == SEEN_BY_ALL else Q(person_id=None), (_NEWEST,))
    return known, unnamed, nobody


def read_by_business(
    calls: QuerySet[Call], sort: str, *, member: Membership, size: int, cursor: str | None
) -> Page[Call]:
    """Return a page of the calls in one of `SORTS`; of people the member may not see the business counts as unknown."""
    seen = SEEN_BY_ALL if member.sees_all else SEEN_BY_ALL & Q(contact__assignee=member.pk)
    # A join of its own: Django would take the contact's id from the call, and the index that sorts is the contact's.
    joined = calls.alias(person=FilteredRelation("contact", condition=seen))
    named = joined.annotate(
        business=F("person__business_key"),
        person_id=F("person__id"),
        business_name=Coalesce(F("person__business_name"), Value("")),
        their_status=Coalesce(F("person__lead_status"), Value("")),
    )
    # Joined as well, contacts would be copied aside and gone through for each call, until PostgreSQL has counted them.
    people = Prefetch("contact", Contact.objects.defer("notes", "custom"))
    named = named.select_related(None).prefetch_related(people, "agent")
    return read_stretches(named, stretches=stretches(sort, seen=seen), size=size, cursor=cursor)
