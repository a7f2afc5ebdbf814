"""The numbers of leads: where they stand, what they are worth, how far those of some days came, and what is due."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from calltracking.charts import Bar, Chart, Part, Place, bars, columns
from calltracking.figures.leads import (
    FORMULAS,
    HIGH_PRIORITY,
    LOST,
    NARROWS,
    OPEN,
    TENS,
    LeadNumbers,
    LeadsChoice,
    added,
    contact_count,
    contacts_url,
    follow_ups_url,
    lead_numbers,
    leads_url,
    narrowed,
    of_leads,
    score_query,
)
from calltracking.figures.pipeline import coming, funnel, holders
from calltracking.views.access import member_of, page, render_page
from calltracking.views.analytics import Card
from calltracking.views.analytics_filter import filter_context, read_filter
from calltracking.views.words import NOTHING
from crm.admin.cells import STATUS_TONES, count_of
from crm.models import FollowUp, Lead, LeadStatus
from crm.models.lead_status import Priority
from crm.tenancy import remembering
from crm.wording import money

STATUS_URL = "lead_status__exact"


@require_GET
@page("crm.view_lead")
@remembering()
def analytics_leads(request: HttpRequest) -> HttpResponse:
    """Show the page; it asks again for its figures alone, and puts what changed in its place."""
    member = member_of(request)
    chosen = of_leads(read_filter(request), member.company)
    leads = narrowed(Lead.objects.all(), chosen, member=member)
    now, new = lead_numbers(leads), lead_numbers(added(leads, chosen))
    contacts = contact_count(chosen, member=member, leads=now.count())
    currency = member.company.currency
    steps = FollowUp.objects.visible_to(member)
    today = member.company.local(timezone.now()).date()
    due = coming(steps, chosen, today=today)
    context = {
        "title": "Leads in numbers",
        "cards": _cards_now(now, contacts[0], chosen, currency),
        "new_cards": _cards_new(new, contacts[1], chosen),
        "statuses": _status_bars(now, chosen),
        "values": _values(now, chosen, currency),
        "priorities": _priority_bars(now, chosen),
        "scores": _score_chart(now, chosen),
        "funnel": _funnel_bars(new, chosen),
        "due": _due_chart(due),
        "overdue": steps.overdue(at=timezone.now()).count(),
        "overdue_url": follow_ups_url({"state": "overdue"}),
        "team": _team(now, chosen, currency) if request.user.has_perm("crm.view_membership") else None,
        "formulas": FORMULAS,
        "at": timezone.localtime(),
        "own_only": not member.sees_all,
        "is_empty": not now.count(),
        "chosen": chosen,
    }
    is_part = request.headers.get("X-Part") == "figures"
    if not is_part:
        shown = filter_context(request, chosen, tab="analytics-leads")
        context |= {**shown, "selects": [select for select in shown["selects"] if select.name in NARROWS]}
    template = "calltracking/parts/leads_figures.html" if is_part else "calltracking/analytics_leads.html"
    answer = render_page(request, template, context)
    patch_vary_headers(answer, ["X-Part"])
    return answer


# ---- cards ----------------------------------------------------------------------------------------------------


def _card(name: str, title: str, value: str, detail: str, url: str, rows: int) -> Card:
    return Card(name, title, value, detail, "", "plain", FORMULAS[name], url, rows)


def _cards_now(now: LeadNumbers, contacts: int, chosen: LeadsChoice, currency: str) -> list[Card]:
    leads, customers = now.count(), now.count(LeadStatus.CONVERTED)
    won_url = leads_url(chosen, {STATUS_URL: LeadStatus.CONVERTED.value})
    open_leads = now.count(*OPEN)
    return [
        _card("contacts", "Contacts", f"{contacts:,}", f"{leads:,} of them leads", contacts_url(chosen), contacts),
        _card("leads", "Leads", f"{leads:,}", f"{now.count(*LOST):,} refused or lost", leads_url(chosen), leads),
        _card("customers", "Active customers", f"{customers:,}", "converted leads", won_url, customers),
        _card(
            "conversion_rate",
            "Conversion rate",
            _share(now.conversion_rate),
            f"{customers:,} of {leads:,} leads",
            won_url,
            customers,
        ),
        _card(
            "pipeline",
            "Pipeline",
            money(now.estimated(*OPEN), currency),
            f"{count_of(open_leads, 'lead')} that may still be won",
            leads_url(chosen, {"lead_status__in": ",".join(OPEN)}),
            open_leads,
        ),
        _card(
            "revenue",
            "Revenue",
            money(now.actual(LeadStatus.CONVERTED), currency),
            f"from {count_of(customers, 'customer')}",
            won_url,
            customers,
        ),
    ]


def _cards_new(new: LeadNumbers, contacts: int, chosen: LeadsChoice) -> list[Card]:
    leads, won = new.count(), new.count(LeadStatus.CONVERTED)
    return [
        _card(
            "new_contacts",
            "New contacts",
            f"{contacts:,}",
            chosen.said,
            contacts_url(chosen, is_added=True),
            contacts,
        ),
        _card("new_leads", "New leads", f"{leads:,}", chosen.said, leads_url(chosen, is_added=True), leads),
        _card(
            "new_rate",
            "Converted so far",
            _share(new.conversion_rate),
            f"{won:,} of {leads:,} new leads",
            leads_url(chosen, {STATUS_URL: LeadStatus.CONVERTED.value}, is_added=True),
            won,
        ),
    ]


# ---- charts ---------------------------------------------------------------------------------------------------


def _status_bars(now: LeadNumbers, chosen: LeadsChoice) -> tuple[Bar, ...]:
    entries = []
    for status in LeadStatus:
        count = now.count(status)
        url = leads_url(chosen, {STATUS_URL: status.value})
        entries.append((status.label, count, f"{count:,}", url, f"{status.label}: {_of(count, now.count())}"))
    return bars(entries)


def _values(now: LeadNumbers, chosen: LeadsChoice, currency: str) -> list[dict[str, Any]]:
    return [
        {
            "label": status.label,
            "tone": STATUS_TONES[status],
            "leads": f"{now.count(status):,}",
            "estimated": money(now.estimated(status), currency),
            "actual": money(now.actual(status), currency),
            "url": leads_url(chosen, {STATUS_URL: status.value}),
        }
        for status in LeadStatus
    ]


def _priority_bars(now: LeadNumbers, chosen: LeadsChoice) -> tuple[Bar, ...]:
    high = [priority for priority in Priority if priority >= HIGH_PRIORITY]
    low = [priority for priority in Priority if priority < HIGH_PRIORITY]
    entries = []
    for title, among, query, formula in (
        ("High (4 and 5)", high, {"priority__gte": int(HIGH_PRIORITY)}, FORMULAS["high"]),
        ("Low (1 to 3)", low, {"priority__lt": int(HIGH_PRIORITY)}, FORMULAS["low"]),
    ):
        count = now.count(priority=among)
        entries.append((title, count, f"{count:,}", leads_url(chosen, query), formula))
    for priority in Priority:
        count = now.count(priority=[priority])
        url = leads_url(chosen, {"priority__exact": int(priority)})
        entries.append((priority.label, count, f"{count:,}", url, f"{priority.label}: {_of(count, now.count())}"))
    return bars(entries)


def _score_chart(now: LeadNumbers, chosen: LeadsChoice) -> Chart:
    places = []
    for tens in (*TENS, None):
        count = now.scored(tens)
        name = "Not scored" if tens is None else f"{tens} to {100 if tens == TENS[-1] else tens + 9}"
        url, tone = leads_url(chosen, score_query(tens)), "plain" if tens is None else "accent"
        places.append(Place(name, "none" if tens is None else str(tens), (Part(count, f"{count:,}", tone, url),)))
    return columns("Leads by score", places, series=[("Leads", "accent")], heading="Score")


def _funnel_bars(new: LeadNumbers, chosen: LeadsChoice) -> tuple[Bar, ...]:
    stages = funnel(new, chosen)
    first = stages[0].leads
    return bars(
        [
            (stage.name, stage.leads, f"{stage.leads:,}", stage.url, f"{stage.name}: {_of(stage.leads, first)}")
            for stage in stages
        ]
    )


def _due_chart(due: Any) -> Chart:
    tones = {"Due before today": "warn", "Later": "plain"}
    places = [
        Place(one.name, one.short, (Part(one.steps, f"{one.steps:,}", tones.get(one.name, "accent"), one.url),))
        for one in due
    ]
    return columns("Follow-ups by the day they are due", places, series=[("Follow-ups", "accent")], heading="Due")


def _team(now: LeadNumbers, chosen: LeadsChoice, currency: str) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "url": one.url,
            "leads": f"{one.leads:,}",
            "open": f"{one.open_leads:,}",
            "open_url": f"{one.url}&lead_status__in={','.join(OPEN)}",
            "estimated": money(one.estimated, currency),
            "won": f"{one.won:,}",
            "won_url": f"{one.url}&{STATUS_URL}={LeadStatus.CONVERTED.value}",
            "actual": money(one.actual, currency),
        }
        for one in holders(now, chosen)
    ]


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.0%}"


def _of(part: int, whole: int) -> str:
    return f"{part:,}, {part / whole:.0%} of {whole:,}" if whole else f"{part:,}"
