"""How it came about which campaign a call has, in words: for the panel of a campaign's call and the call's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from calltracking.attribution import WhyNot
from calltracking.models import AttributionEntry
from calltracking.views.access import calls_of, page, render_page
from crm.models import Campaign, Membership
from crm.wording import day_and_time
from telephony.events import AttributedBy
from telephony.models import Call

ENTRIES_SHOWN = 20


@dataclass(frozen=True)
class Considered:
    """A campaign that could have been the answer, by which rule, and why it was not."""

    campaign: str
    rule: str
    why_not: str


@dataclass(frozen=True)
class Entry:
    """One answer to which campaign brought the call: from what to what, how, by whom and when."""

    when: str
    who: str
    before: str
    after: str
    how: str
    sure: str
    considered: tuple[Considered, ...]


@require_GET
@page("telephony.view_call")
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how it came about which campaign the call has; loaded when it is opened."""
    found = get_object_or_404(calls_of(request).only("pk", "company_id"), pk=pk)
    return render_page(request, "calltracking/parts/ledger.html", {"entries": ledger_of(found)})


def ledger_of(call: Call) -> list[Entry]:
    """Return the answers to which campaign brought the call, the newest first, in words."""
    entries = list(AttributionEntry.objects.filter(call=call).order_by("-pk")[:ENTRIES_SHOWN])
    names = _names_of(entries)
    people = (
        Membership.objects.select_related("user")
        .filter(company=call.company_id)
        .in_bulk({entry.member_id for entry in entries if entry.member_id})
    )
    return [_entry(entry, names, people) for entry in entries]


def _names_of(entries: Iterable[AttributionEntry]) -> dict[int | None, str]:
    named = [pk for entry in entries for pk in (entry.campaign_id, entry.campaign_before_id)]
    named += [candidate.get("campaign") for entry in entries for candidate in entry.candidates]
    pks = {pk for pk in named if pk}
    known = dict(Campaign.objects.filter(pk__in=pks).values_list("pk", "name"))
    return {None: "no campaign", **dict.fromkeys(pks, "a campaign that is gone"), **known}


def _entry(entry: AttributionEntry, names: dict[int | None, str], people: dict[int, Membership]) -> Entry:
    member = people.get(entry.member_id) if entry.member_id else None
    return Entry(
        when=day_and_time(entry.at),
        who=str(member) if member else "Ringside" if entry.member_id is None else "somebody who left",
        before=names[entry.campaign_before_id] if entry.by_before else "",
        after=names[entry.campaign_id],
        how=entry.get_by_display() or "Nobody looked yet",
        sure=f"{entry.confidence:.0%} sure" if entry.confidence is not None else "",
        considered=tuple(
            Considered(
                names[candidate.get("campaign")],
                _label(AttributedBy, candidate.get("rule")),
                _label(WhyNot, candidate.get("why_not")),
            )
            for candidate in entry.candidates
            if candidate.get("why_not")
        ),
    )


def _label(words: Any, value: Any) -> str:
    return str(words(value).label) if value in words.values else ""
