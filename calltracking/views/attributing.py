"""A person says which campaign brought a call: from its row, from its page, and by a form that both of them open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from calltracking.attribution import Suggestion, assign, clear, suggestions_for
from calltracking.models import AttributionBatch
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.campaign_choice import CampaignChoice, campaign_options, recipients_for
from calltracking.views.rows import CallRow, for_list, rows_of, who_of
from calltracking.views.undoing import undo_button
from crm.roles import ATTRIBUTE_CALL
from crm.wording import day_and_time
from telephony.events import AttributedBy
from telephony.models import Call

CHANGED_MEANWHILE = "Its campaign changed while you had this open. Nothing was overwritten; this is how it is now."
ENTRIES_SHOWN = 10


@dataclass(frozen=True)
class Offer:
    """A suggestion as a button: the campaign and the recipient it stands for, how likely, and why."""

    campaign_id: int
    recipient_id: int | None
    name: str
    percent: int
    why: str


@dataclass(frozen=True)
class OpenRow:
    """One line of the list of calls without a campaign. `was` tells a click on an old page from one on this."""

    pk: int
    shown: CallRow
    outcome: str
    was: str
    offers: list[Offer]


def open_rows(calls: Sequence[Call]) -> list[OpenRow]:
    """Return the rows of calls that `for_list` fetched, with what may have brought them."""
    offers = offers_for(calls)
    shown = zip(calls, rows_of(calls), strict=True)
    return [OpenRow(call.pk, row, call.get_outcome_display(), was_of(call), offers[call.pk]) for call, row in shown]


def offers_for(calls: Sequence[Call]) -> dict[int, list[Offer]]:
    return {pk: [_offer(one) for one in found] for pk, found in suggestions_for(calls).items()}


def _offer(one: Suggestion) -> Offer:
    why = " ".join(f"{reason}." for reason in one.reasons)
    return Offer(one.campaign.pk, one.recipient_id, one.campaign.name, round(one.confidence * 100), why)


def was_of(call: Call) -> str:
    """Return how the call is attributed as text, to be sent along with what a person decides on seeing it."""
    return f"{call.campaign_id or ''}/{call.recipient_id or ''}/{call.attributed_by}"


# ---- the view -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page(ATTRIBUTE_CALL)
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form, or again what it took the place of; POST keeps what the person says."""
    if request.method == "GET":
        call = _listed(request, pk)
        back = {"list": _row, "shown": _card_again}.get(request.GET.get("in", ""), _form)
        return back(request, call)
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)).defer("raw"), pk=pk)
    if request.POST.get("was") != was_of(call):
        return _answer(request, pk, error=CHANGED_MEANWHILE)
    act = request.POST.get("act", "assign")
    if act == "none":
        batch = assign(_only(call), campaign=None, by=member_of(request))
        return _answer(request, pk, batch=batch, said="Kept: no campaign brought this call.")
    if act == "rules":
        batch = clear(_only(call), by=member_of(request))
        return _answer(request, pk, batch=batch, said="Given back to the rules.")
    choice = CampaignChoice(request.POST, by=member_of(request))
    if not choice.is_valid():
        return _form(request, _listed(request, pk), choice)
    batch = assign(_only(call), campaign=choice.chosen, recipient=choice.whom, by=member_of(request))
    return _answer(request, pk, batch=batch, said=f"Given to {choice.chosen}.")


def _only(call: Call) -> Any:
    return Call.objects.filter(pk=call.pk)


def _listed(request: HttpRequest, pk: int) -> Call:
    calls = for_list(calls_of(request), member_of(request)).select_related("contact", "agent", "campaign")
    return get_object_or_404(calls, pk=pk)


def _place(request: HttpRequest) -> str:
    """Return where the person acts: in a row of the list, or in the card of the call's page."""
    asked = request.POST.get("in") or request.GET.get("in", "")
    return "row" if asked in ("row", "list") else "card"


def _answer(
    request: HttpRequest, pk: int, *, said: str = "", error: str = "", batch: AttributionBatch | None = None
) -> HttpResponse:
    """Show the call as it is now, where the person acted; without htmx on the page they came from."""
    said = said if batch is None or batch.changed else "It was so already. Nothing was changed."
    undoes = batch if batch is not None and batch.changed else None
    if not request.headers.get("HX-Request"):
        undo = undo_button(request, undoes, place="card", call=pk) if undoes else ""
        words = format_html("{}{}{}", error, said, undo)
        messages.add_message(request, messages.ERROR if error else messages.SUCCESS, words)
        return redirect("unattributed") if _place(request) == "row" else redirect("call", pk=pk)
    call = _listed(request, pk)
    if _place(request) == "row":
        return _row(request, call, error=error) if error else _done(request, call, said=said, undoes=undoes)
    return card_of(request, call, message=said, error=error, undoes=undoes)


def _done(request: HttpRequest, call: Call, *, said: str, undoes: AttributionBatch | None) -> HttpResponse:
    shown = {"call": call, "who": who_of(call), "message": said, "undoes": undoes}
    return render_page(request, "calltracking/parts/open_row_done.html", shown)


def _row(request: HttpRequest, call: Call, *, error: str = "") -> HttpResponse:
    """Show the row as the list does; the focus is where it was before the form was opened."""
    [row] = open_rows([call])
    shown = {"row": row, "error": error, "may_attribute": True, "is_back": True}
    return render_page(request, "calltracking/parts/open_row.html", shown)


def row_after_undo(request: HttpRequest, pk: int, *, error: str = "") -> HttpResponse:
    return _row(request, _listed(request, pk), error=error)


def card_after_undo(request: HttpRequest, pk: int, *, said: str, error: str = "") -> HttpResponse:
    return card_of(request, _listed(request, pk), message=said, error=error)


def _form(request: HttpRequest, call: Call, choice: CampaignChoice | None = None) -> HttpResponse:
    place = _place(request)
    sent = request.POST if request.method == "POST" else {}
    context = {
        "title": "Assign to campaign",
        "call": call,
        "who": who_of(call),
        "when": day_and_time(call.started_at),
        "place": place,
        "was": was_of(call),
        "offers": offers_for([call])[call.pk],
        "campaigns": campaign_options(member_of(request).company),
        "campaign_name": sent.get("campaign_name", call.campaign.name if call.campaign else ""),
        "recipient_number": sent.get("recipient_number", ""),
        "errors": choice.errors if choice else {},
    }
    if not request.headers.get("HX-Request"):
        return render_page(request, "calltracking/attribute.html", context)
    return render_page(request, f"calltracking/parts/campaign_form_in_{place}.html", context)


# ---- the card of the call's page ------------------------------------------------------------------------------


def card_of(request: HttpRequest, call: Call, **said: Any) -> HttpResponse:
    return render_page(request, "calltracking/parts/campaign_card.html", {**campaign_card(request, call), **said})


def _card_again(request: HttpRequest, call: Call) -> HttpResponse:
    return card_of(request, call, is_back=True)


def campaign_card(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Return what the card says: the campaign, how it was found, what else may have brought the call."""
    member = member_of(request)
    whom = None
    if call.campaign and call.recipient_id:
        whom = recipients_for(member, call.campaign).select_related("contact").filter(pk=call.recipient_id).first()
    return {
        "call": call,
        "may_attribute": request.user.has_perm(ATTRIBUTE_CALL),
        "campaign_url": reverse("admin:crm_campaign_change", args=[call.campaign_id]) if call.campaign else "",
        "found_by": "" if call.attributed_by == AttributedBy.NONE else call.get_attributed_by_display(),
        "is_chosen": call.attributed_by == AttributedBy.MANUAL,
        "whom": whom.display if whom else "",
        "was": was_of(call),
        "offers": offers_for([call])[call.pk] if call.campaign is None else [],
    }
