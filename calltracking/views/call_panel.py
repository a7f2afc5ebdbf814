"""A call beside the list of its campaign: all that is known of it, how it was attributed, and whether it converted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.attribution import WhyNot
from calltracking.models import AttributionEntry
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.campaign_calls import row_of
from calltracking.views.words import clock
from crm.audit import history_of
from crm.models import Campaign, Membership
from crm.phones import as_told, to_display
from crm.roles import ATTRIBUTE_CALL, FULL_NUMBERS
from crm.told import Said
from crm.wording import day_and_time
from telephony.events import AttributedBy, Speaker
from telephony.models import Call
from telephony.models.converting import ConversionBy
from telephony.providers import provider_label

# So many turns, and so many letters of each, are a preview; the call's own page has all of them.
TURNS_SHOWN, LETTERS_SHOWN = 8, 280
ENTRIES_SHOWN = 20
NOTHING = "–"
WORDS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Line:
    """One turn of the preview; `is_cut` when it said more."""

    who: str
    at: str
    said: str
    is_cut: bool
    is_customer: bool


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
def call_panel(request: HttpRequest, pk: int, call_pk: int) -> HttpResponse:
    """Show the panel of one of the campaign's calls."""
    call = get_object_or_404(
        calls_of(request)
        .filter(campaign=get_object_or_404(Campaign, pk=pk))
        .select_related("contact", "agent", "campaign", "recipient", "line", "said_converted_by__user")
        .defer("raw", "told"),
        pk=call_pk,
    )
    turns = call.turns.count()
    context = {
        "call": call,
        "row": row_of(call),
        "pairs": _pairs(call),
        "lines": _lines(call),
        "turns": turns,
        "turns_more": max(0, turns - TURNS_SHOWN),
        "entries": ledger_of(call),
        "recipient": str(call.recipient) if call.recipient else "",
        "can_see_raw": request.user.has_perm(FULL_NUMBERS),
        "can_attribute": request.user.has_perm(ATTRIBUTE_CALL),
        **conversion_of(request, call),
        "conversion_history": _said_before(call),
    }
    return render_page(request, "calltracking/parts/call_panel.html", context)


# ---- conversion -----------------------------------------------------------------------------------------------


@require_POST
@page("telephony.change_call")
def say_converted(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a person's word on whether the call is a conversion, or take it back; answers with the card."""
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)).defer("raw", "told"), pk=pk)
    wanted = request.POST.get("converted", "")
    if wanted in WORDS and WORDS[wanted] != call.said_converted:
        call.say_converted(WORDS[wanted], by=member_of(request))
    if not request.headers.get("HX-Request"):
        return redirect("call", pk=call.pk)
    # Beside a list, its line is answered with it.
    has_line = "/campaigns/" in request.headers.get("HX-Current-URL", "")
    shown = {
        "call": call,
        "row": row_of(call),
        "is_changed": has_line,
        **conversion_of(request, call),
        "conversion_history": _said_before(call),
    }
    return render_page(request, "calltracking/parts/conversion.html", shown)


def conversion_of(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Return what the card of the conversion shows."""
    by = call.conversion_by
    return {
        "is_conversion": call.is_conversion,
        "conversion_by": by.label,
        "is_said": by == ConversionBy.PERSON,
        "can_say": request.user.has_perm("telephony.change_call"),
    }


def _said_before(call: Call) -> list[tuple[str, str, Said]]:
    """Return who said that it converted, or took that back, when, and from what to what."""
    events = history_of(call)
    return [(told.who, told.when, said) for told in events for said in told.said if said.field == "Conversion"]


# ---- what is known --------------------------------------------------------------------------------------------


def _pairs(call: Call) -> list[tuple[str, str]]:
    """Return every fact of the call with its label; a dash where nothing is known."""
    ours = to_display(call.our_number) if call.our_number else as_told(call.our_number_written)
    facts = [
        ("Started", _moment(call.started_at)),
        ("Answered", _moment(call.answered_at)),
        ("Ended", _moment(call.ended_at) + (" (assumed)" if call.is_end_assumed else "")),
        ("Duration", clock(call.duration_seconds)),
        ("Direction", call.get_direction_display()),
        ("Connection", call.get_status_display()),
        ("Ended because", call.ended_because),
        ("Held by", str(call.agent or "")),
        ("Kind", call.get_kind_display()),
        ("Our number", " · ".join(part for part in (ours, call.line.label if call.line else "") if part)),
        ("Language", call.language),
        ("Title", call.title),
        ("Disposition", call.disposition),
        ("Score", "" if call.score is None else f"{call.score} of 100"),
        ("Provider", provider_label(call.provider)),
        ("Reached us by", call.reached_us_by),
        *((f"{provider_label(known.provider)} id", known.value) for known in call.ids.order_by("pk")),
    ]
    return [(label, value or NOTHING) for label, value in facts]


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M:%S}" if at else ""


def _lines(call: Call) -> list[Line]:
    """Return the beginning of the conversation; however long it is, no more than is shown leaves the database."""
    first = call.turns.order_by("index").annotate(beginning=Left("content", LETTERS_SHOWN + 1)).defer("content")
    return [_line(turn, call) for turn in first[:TURNS_SHOWN]]


def _line(turn: Any, call: Call) -> Line:
    is_customer = turn.speaker == Speaker.CUSTOMER
    who = "Customer" if is_customer else str(call.agent).split()[0] if call.agent and str(call.agent) else "Agent"
    is_cut = len(turn.beginning) > LETTERS_SHOWN
    return Line(who, clock(turn.start_seconds), turn.beginning[:LETTERS_SHOWN], is_cut, is_customer)


# ---- the ledger -----------------------------------------------------------------------------------------------


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
