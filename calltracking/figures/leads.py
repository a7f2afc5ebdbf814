"""Numbers of leads: how many stand where, what they are worth, how far those of some days came, and what is next.

Each has one formula, stated here, and the address of the list of exactly its rows. Days are the company's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Sum
from django.urls import reverse

from calltracking.figures.choice import AnalyticsFilter
from crm.models import Company, Contact, LeadStatus, Membership
from crm.models.lead_status import Priority
from telephony.models import Call

NOTHING = Decimal(0)
# Of a lead's score, in tens; the last one holds 100 too.
TENS = tuple(range(0, 100, 10))
HIGH_PRIORITY = Priority.WARM
LOST = (LeadStatus.NOT_INTERESTED, LeadStatus.DO_NOT_CALL)
OPEN = tuple(status for status in LeadStatus if status not in (*LOST, LeadStatus.CONVERTED))
WARM = (LeadStatus.INTERESTED, LeadStatus.CALLBACK, LeadStatus.CONVERTED)
# What of a shared filter says something about leads: whose calls they had.
NARROWS = ("campaign", "agent")

FORMULAS = {
    "contacts": "Everybody who is kept as a contact, now.",
    "leads": "Contacts with a lead status, now.",
    "customers": "Leads whose status is converted, now.",
    "conversion_rate": "Converted leads, by all leads, now.",
    "pipeline": "Estimated value of the leads that may still be won: new, interested and callback.",
    "revenue": "Actual value of converted leads, added up.",
    "new_contacts": "Contacts added in the days shown.",
    "new_leads": "Leads among the contacts added in the days shown.",
    "new_rate": "Of the leads added in the days shown, those that have converted by now.",
    "high": "Leads with priority 4 or 5.",
    "low": "Leads with priority 1, 2 or 3.",
    "score": "Leads by the score of their latest conversation.",
    "funnel": "Leads added in the days shown; of these, those who had a call; of these, those interested, waiting for "
    "a callback or converted; of these, those converted.",
    "coming": "Open follow-ups of all leads and contacts by the day they are due, whatever the days and filters above.",
    "overdue": "Open follow-ups past the time by which they were to be done.",
    "team": "Leads by whom they are assigned to, now.",
}


@dataclass(frozen=True, kw_only=True)
class LeadsChoice(AnalyticsFilter):
    """The filter as it is meant for leads, with the zone in which its days begin."""

    zone: tzinfo

    def span(self, name: str, first: date | None = None, last: date | None = None) -> dict[str, datetime]:
        """Return in the words of a query that a moment lies within these days, the chosen ones unless told."""
        begins, ends = first or self.first, (last or self.last) + timedelta(days=1)
        return {
            f"{name}__gte": datetime.combine(begins, time.min, tzinfo=self.zone),
            f"{name}__lt": datetime.combine(ends, time.min, tzinfo=self.zone),
        }


@dataclass(frozen=True)
class Group:
    """Leads that are alike: how many, how many of them had a call, and what they are worth by estimate and in fact."""

    status: str
    priority: int
    tens: int | None
    leads: int
    called: int
    estimated: Decimal
    actual: Decimal

    def with_those_of(self, other: Group) -> Group:
        """Return both groups as one; they are alike."""
        return replace(
            self,
            leads=self.leads + other.leads,
            called=self.called + other.called,
            estimated=self.estimated + other.estimated,
            actual=self.actual + other.actual,
        )


@dataclass(frozen=True)
class LeadNumbers:
    """Numbers over some leads, all made of the same groups, so that they add up."""

    groups: tuple[Group, ...]
    # The same leads, told apart by whom they are assigned to as well.
    held: tuple[tuple[int | None, Group], ...] = ()

    def count(self, *statuses: str, priority: Iterable[int] = (), called: bool = False) -> int:
        """Return how many have one of these statuses and priorities, any when none is named."""
        wanted = set(priority)
        return sum(
            group.called if called else group.leads
            for group in self.groups
            if (not statuses or group.status in statuses) and (not wanted or group.priority in wanted)
        )

    def scored(self, tens: int | None) -> int:
        """Return how many score so much, 0 for 0 to 9; None for those without a score."""
        return sum(group.leads for group in self.groups if group.tens == tens)

    def estimated(self, *statuses: str) -> Decimal:
        return sum((group.estimated for group in self.groups if group.status in statuses), NOTHING)

    def actual(self, *statuses: str) -> Decimal:
        return sum((group.actual for group in self.groups if group.status in statuses), NOTHING)

    @property
    def conversion_rate(self) -> float | None:
        """Converted leads / all leads."""
        leads = self.count()
        return self.count(LeadStatus.CONVERTED) / leads if leads else None


def lead_numbers(leads: Any) -> LeadNumbers:
    """Return the numbers of these leads, in one query."""
    # In the order of the index that holds all of this, so that nothing is sorted; tens are made of what is left.
    alike = leads.order_by().values("assignee_id", "lead_status", "priority", "lead_score")
    counted = alike.annotate(
        n=Count("*"),
        called=Count("latest_call_at"),
        estimated=Sum("estimated_value"),
        actual=Sum("actual_value"),
    )
    sql, parameters = counted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS.format(sql=sql, last=TENS[-1]), parameters)
        held = tuple((row[0], Group(*row[1:])) for row in cursor.fetchall())
    return LeadNumbers(joined(group for _, group in held), held)


NUMBERS = """
    select assignee_id, lead_status, priority, case when lead_score < {last} then lead_score / 10 * 10
             when lead_score is not null then {last} end,
           sum(n)::bigint, sum(called)::bigint, coalesce(sum(estimated), 0), coalesce(sum(actual), 0)
      from ({sql}) alike group by 1, 2, 3, 4
"""


def joined(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups of leads that are alike as one."""
    found: dict[tuple[str, int, int | None], Group] = {}
    for group in groups:
        alike = (group.status, group.priority, group.tens)
        other = found.get(alike)
        found[alike] = group if other is None else group.with_those_of(other)
    return tuple(found.values())


# ---- which leads ----------------------------------------------------------------------------------------------


def narrowed(people: Any, chosen: LeadsChoice, *, member: Membership) -> Any:
    """Return those of the people whom the member may see and who had a call of the chosen campaign and agent."""
    seen = people.visible_to(member)
    for name in NARROWS:
        if pk := getattr(chosen, name):
            seen = seen.filter(Exists(Call.objects.filter(contact=OuterRef("pk"), **{f"{name}_id": pk})))
    return seen


def of_leads(chosen: AnalyticsFilter, company: Company) -> LeadsChoice:
    """Return the filter without what says nothing about leads."""
    told = {field.name: getattr(chosen, field.name) for field in fields(AnalyticsFilter)}
    return LeadsChoice(**{**told, "line": None, "provider": "", "direction": ""}, zone=company.zone)


def added(people: Any, chosen: LeadsChoice) -> Any:
    """Return those added in the days."""
    return people.filter(**chosen.span("created_at"))


def contact_count(chosen: LeadsChoice, *, member: Membership, leads: int) -> tuple[int, int]:
    """Return how many contacts there are, and how many of them were added in the days.

    `leads` is how many of them are leads: those were counted already.
    """
    people = narrowed(Contact.objects.all(), chosen, member=member).order_by()
    return leads + people.filter(lead_status="").count(), added(people, chosen).count()


# ---- where the rows are ---------------------------------------------------------------------------------------


def leads_url(chosen: LeadsChoice, asked: Mapping[str, Any] | None = None, *, is_added: bool = False) -> str:
    """Return the address of the list of these leads in the admin; `asked` narrows it in the list's own words."""
    return _list_url("admin:crm_lead_changelist", chosen, asked or {}, is_added=is_added)


def contacts_url(chosen: LeadsChoice, *, is_added: bool = False) -> str:
    """Return the address of the list of these contacts in the admin."""
    return _list_url("admin:crm_contact_changelist", chosen, {}, is_added=is_added)


def follow_ups_url(asked: Mapping[str, Any]) -> str:
    """Return the address of the list of open follow-ups in the admin, narrowed in its own words."""
    return f"{reverse('admin:crm_followup_changelist')}?{urlencode(asked)}"


def _list_url(name: str, chosen: LeadsChoice, asked: Mapping[str, Any], *, is_added: bool) -> str:
    narrowing = {key: getattr(chosen, key) for key in NARROWS if getattr(chosen, key)}
    days = chosen.span("created_at") if is_added else {}
    query = {**narrowing, **{key: moment.isoformat() for key, moment in days.items()}, **asked}
    return f"{reverse(name)}?{urlencode(query, doseq=True)}" if query else reverse(name)


def score_query(tens: int | None) -> dict[str, Any]:
    """Return the words of the list for leads that score so much."""
    if tens is None:
        return {"lead_score__isnull": "True"}
    return {"lead_score__gte": tens, **({} if tens == TENS[-1] else {"lead_score__lt": tens + 10})}
