"""A call beside the list of its campaign: all that is known of it, how it was attributed, and whether it converted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.campaign_calls import row_of
from calltracking.views.ledger import ledger_of
from calltracking.views.words import NOTHING, clock
from crm.audit import history_of
from crm.models import Campaign
from crm.phones import as_told, to_display
from crm.roles import ATTRIBUTE_CALL, FULL_NUMBERS
from crm.told import Said
from telephony.events import Speaker
from telephony.models import Call
from telephony.models.converting import ConversionBy
from telephony.providers import provider_label

# So many turns, and so many letters of each, are a preview; the call's own page has all of them.
TURNS_SHOWN, LETTERS_SHOWN = 8, 280
WORDS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Line:
    """One turn of the preview; `is_cut` when it said more."""

    who: str
    at: str
    said: str
    is_cut: bool
    is_customer: bool


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
