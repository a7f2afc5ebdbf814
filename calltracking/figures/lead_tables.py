"""The numbers of leads as plain tables, for reports."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.leads import TENS, LeadNumbers, added, lead_numbers, narrowed, of_leads
from calltracking.figures.pipeline import coming, funnel, holders
from calltracking.figures.tables import Cell, Kind, table
from crm.models import FollowUp, Lead, LeadStatus, Membership
from crm.models.lead_status import Priority

LEADS = ("Leads", Kind.COUNT)


def _now(chosen: AnalyticsFilter, member: Membership) -> LeadNumbers:
    return lead_numbers(narrowed(Lead.objects.all(), of_leads(chosen, member.company), member=member))


@table(
    "leads-by-status",
    "Leads by status",
    ("Status", Kind.TEXT),
    ("Leads", Kind.COUNT),
    ("Estimated value", Kind.MONEY),
    ("Actual value", Kind.MONEY),
    page="Leads",
    right="crm.view_lead",
)
def leads_by_status(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    numbers = _now(chosen, member)
    for status in LeadStatus:
        yield status.label, numbers.count(status), numbers.estimated(status), numbers.actual(status)


@table("leads-by-priority", "Leads by priority", ("Priority", Kind.TEXT), LEADS, page="Leads", right="crm.view_lead")
def leads_by_priority(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    numbers = _now(chosen, member)
    for priority in Priority:
        yield priority.label, numbers.count(priority=[priority])


@table("leads-by-score", "Leads by score", ("Score from", Kind.NUMBER), LEADS, page="Leads", right="crm.view_lead")
def leads_by_score(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    numbers = _now(chosen, member)
    for tens in (*TENS, None):
        yield tens, numbers.scored(tens)


@table("lead-funnel", "Funnel of the leads added", ("Stage", Kind.TEXT), LEADS, page="Leads", right="crm.view_lead")
def lead_funnel(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    asked = of_leads(chosen, member.company)
    numbers = lead_numbers(added(narrowed(Lead.objects.all(), asked, member=member), asked))
    for stage in funnel(numbers, asked):
        yield stage.name, stage.leads


@table(
    "follow-ups-coming",
    "Follow-ups of the coming days",
    ("Due", Kind.TEXT),
    ("Follow-ups", Kind.COUNT),
    page="Leads",
    right="crm.view_followup",
)
def follow_ups_coming(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    today = member.company.local(timezone.now()).date()
    asked = of_leads(chosen, member.company)
    for due in coming(FollowUp.objects.visible_to(member), asked, today=today):
        yield due.name, due.steps


@table(
    "pipeline-by-member",
    "Pipeline by member",
    ("Member", Kind.TEXT),
    ("Leads", Kind.COUNT),
    ("May be won", Kind.COUNT),
    ("Estimated value", Kind.MONEY),
    ("Converted", Kind.COUNT),
    ("Actual value", Kind.MONEY),
    page="Leads",
    right="crm.view_membership",
)
def pipeline_by_member(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    asked = of_leads(chosen, member.company)
    for one in holders(_now(chosen, member), asked):
        yield one.name, one.leads, one.open_leads, one.estimated, one.won, one.actual
