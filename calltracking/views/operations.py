"""What was attributed at once, by people and by runs of the rules, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from calltracking.attribution import CannotBeUndone, undo
from calltracking.models import AttributionBatch
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.attributing import card_after_undo, row_after_undo
from calltracking.views.undoing import calls_in_words
from crm.actors import Source
from crm.keyset import Order, read_page
from crm.models import Membership
from crm.roles import ATTRIBUTE_CALL
from crm.wording import day_and_time

PAGE_SIZE = 50
Kind = AttributionBatch.Kind


@dataclass(frozen=True)
class BatchRow:
    """One line of the list of operations."""

    pk: int
    what: str
    detail: str
    by: str
    when: str
    state: str
    tone: str
    may_undo: bool


def batches_of(member: Membership) -> QuerySet[AttributionBatch]:
    """Return the operations the member may see: all, or, where they see their own people alone, what they did."""
    batches: QuerySet[AttributionBatch] = AttributionBatch.objects.all()
    return batches if member.sees_all else batches.filter(made_by=member.pk)


@require_GET
@page("calltracking.view_attributionbatch")
def operations(request: HttpRequest) -> HttpResponse:
    """Show what was attributed at once, by people and by runs of the rules, the latest first."""
    member = member_of(request)
    batches = batches_of(member).select_related("campaign", "made_by__user", "undone_by__user", "undoes")
    listed = read_page(batches, order=Order("made_at", datetime), size=PAGE_SIZE, cursor=request.GET.get("page"))
    context = {
        "title": "What was attributed",
        "rows": [_row(batch, member) for batch in listed.rows],
        "older": listed.older,
        "newer": listed.newer,
        "is_partial": not member.sees_all,
    }
    return render_page(request, "calltracking/operations.html", context)


def _row(batch: AttributionBatch, member: Membership) -> BatchRow:
    state, tone = _state(batch)
    return BatchRow(
        pk=batch.pk,
        what=_what(batch),
        detail=_detail(batch),
        by=str(batch.made_by) if batch.made_by else Source(batch.source).label,
        when=day_and_time(batch.made_at),
        state=state,
        tone=tone,
        may_undo=batch.may_be_undone_by(member) and not batch.is_open and not batch.undone_at and batch.changed > 0,
    )


def _what(batch: AttributionBatch) -> str:
    number = calls_in_words(batch.changed)
    if batch.kind == Kind.ASSIGN:
        return f"{number} given to {batch.campaign}" if batch.campaign else f"{number} said to have no campaign"
    if batch.kind == Kind.CLEAR:
        return f"{number} given back to the rules"
    if batch.kind == Kind.RULES:
        return f"The rules over past calls: {number} changed"
    return f"Undone: {number} put back" if batch.finished_at else "Undoing"


def _detail(batch: AttributionBatch) -> str:
    if batch.kind == Kind.UNDO:
        undone = f"what was done {day_and_time(batch.undoes.made_at)}" if batch.undoes else ""
        kept = f"; {calls_in_words(batch.kept)} decided anew since stayed" if batch.kept else ""
        return f"{undone}{kept}"
    return f"of {calls_in_words(batch.looked_at)} looked at" if batch.looked_at > batch.changed else ""


def _state(batch: AttributionBatch) -> tuple[str, str]:
    if batch.is_open:
        return "At work", "info"
    if batch.undone_at:
        by = f" by {batch.undone_by}" if batch.undone_by else ""
        return f"Undone{by}, {day_and_time(batch.undone_at)}", "plain"
    return ("In force", "good") if batch.kind != Kind.UNDO else ("Done", "plain")


@require_POST
@page(ATTRIBUTE_CALL)
def undo_operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what the operation changed, but for calls that were decided anew since."""
    member = member_of(request)
    batch = get_object_or_404(batches_of(member), pk=pk)
    if not batch.may_be_undone_by(member):
        raise PermissionDenied
    said, error = "", ""
    try:
        said = _said(undo(batch, by=member))
    except CannotBeUndone as reason:
        error = f"{reason} Nothing was changed."
    return _back(request, said=said, error=error)


def _said(undoing: AttributionBatch) -> str:
    if undoing.is_open:
        return "It is being undone; this takes a moment, and the list of what was done shows when it is over."
    kept = f" {calls_in_words(undoing.kept)} decided anew since stayed as they are." if undoing.kept else ""
    verb = "is" if undoing.changed == 1 else "are"
    return f"Undone: {calls_in_words(undoing.changed)} {verb} as before.{kept}"


def _back(request: HttpRequest, *, said: str, error: str) -> HttpResponse:
    """Show what the button stood in: a row, the card of a call, the list of calls, or the list of operations."""
    place, sent = request.POST.get("in", ""), request.POST.get("call", "")
    pk = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
    is_part = bool(request.headers.get("HX-Request"))
    if is_part and place == "row":
        return row_after_undo(request, pk, error=error)
    if is_part and place == "card":
        return card_after_undo(request, pk, said=said, error=error)
    messages.add_message(request, messages.ERROR if error else messages.SUCCESS, error or said)
    if place == "card" and calls_of(request).filter(pk=pk).exists():
        return redirect("call", pk=pk)
    if place == "list":
        return redirect(f"{reverse('unattributed')}?{request.POST.get('filters', '')}".rstrip("?"))
    return redirect("attributions")
