"""The card beside a call on which the lead is edited in place: status, priority, next step, notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from calltracking import journey
from calltracking.models import CallNote
from calltracking.views.access import calls_of, member_of, page, render_page
from crm.custom_words import answers_of
from crm.models import Contact, FollowUp, Lead, LeadStatus
from crm.models.contact_queries import ContactQuerySet
from crm.models.lead_status import Priority
from crm.wording import day_and_time
from telephony.models import Call, Insight

CHANGED_MEANWHILE = "Someone changed this lead while you had it open. Nothing was overwritten; this is how it is now."


class LeadForm(forms.Form):
    """A change of status or priority, with the values that the person saw."""

    status = forms.ChoiceField(choices=LeadStatus.choices, required=False)
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, required=False)
    was_status = forms.CharField(required=False)
    was_priority = forms.IntegerField(required=False)
    undo_priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, required=False, empty_value=None)
    undo_do_not_call = forms.BooleanField(required=False)


class FollowUpForm(forms.Form):
    """The next step: when, in the company's zone, and what."""

    due_at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"required": "Choose a day and a time.", "invalid": "This is no day and time."},
    )
    reason = forms.CharField(max_length=200, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=5000, error_messages={"required": "Write something first."})


def lead_card(request: HttpRequest, call: Call, *, insight: Insight | None, **said: Any) -> dict[str, Any]:
    """Return what the card shows; `said` adds a message, an undo or form errors."""
    contact = person_shown(request, call)
    open_one = _open_follow_up(contact)
    local_due = timezone.localtime(open_one.due_at) if open_one else None
    return {
        "call": call,
        "contact": contact,
        "out_of_sight": _out_of_sight(call) if contact is None else "",
        "insight": insight,
        "statuses": LeadStatus.choices,
        "priorities": Priority.choices,
        "follow_up": open_one,
        "follow_up_due": open_one and day_and_time(open_one.due_at),
        "follow_up_is_overdue": bool(open_one and open_one.is_overdue(at=timezone.now())),
        "due_input": f"{local_due:%Y-%m-%dT%H:%M}" if local_due else "",
        "can_change_lead": request.user.has_perm("crm.change_lead"),
        "chance": _chance(insight),
        "answers": answers_of(contact) if contact else [],
        **said,
    }


def person_shown(request: HttpRequest, call: Call) -> Contact | None:
    """Return whom the call was with, if the person may see them: of a call they held themselves, perhaps not."""
    contact: Contact | None = call.contact
    return contact if contact is not None and contact.is_visible_to(member_of(request)) else None


def _out_of_sight(call: Call) -> str:
    """Return why there is no card of whom the call was with, to somebody who held it and may not see them."""
    if call.contact is None:
        return ""
    held = "You see the call because you held it."
    if call.contact.assignee_id is None:
        return f"Nobody looks after this person yet: a manager gives them out. {held}"
    return f"A colleague looks after this person. {held}"


def candidates_of(request: HttpRequest, call: Call) -> ContactQuerySet:
    """Return who may have called, of the people the person may see."""
    return Contact.objects.visible_to(member_of(request)).with_number(call.customer_number)


@require_POST
@page("crm.change_lead")
def change_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the lead's status or priority, unless somebody else did since the page was opened."""
    call, lead = _locked_lead(request, pk)
    form = LeadForm(request.POST)
    if not form.is_valid():
        return _card(request, call, error="This is no status or priority of a lead.")
    wanted = form.cleaned_data
    if wanted["status"]:
        if wanted["was_status"] != lead.lead_status:
            return _card(request, call, error=CHANGED_MEANWHILE)
        return _move(request, call, lead, wanted)
    if wanted["priority"]:
        if wanted["was_priority"] != lead.priority:
            return _card(request, call, error=CHANGED_MEANWHILE)
        undo = {"priority": lead.priority, "was_priority": wanted["priority"]}
        lead.priority = wanted["priority"]
        lead.save(update_fields=["priority"])
        return _card(request, call, message=f"Priority is now {wanted['priority']}.", undo=undo)
    return _card(request, call)


def _move(request: HttpRequest, call: Call, lead: Lead, wanted: dict[str, Any]) -> HttpResponse:
    before = {
        "status": lead.lead_status,
        "was_status": wanted["status"],
        "undo_priority": lead.priority,
        "undo_do_not_call": "1" if lead.do_not_call else "",
    }
    if wanted["undo_priority"]:
        lead.move_back_to(
            wanted["status"],
            priority=wanted["undo_priority"],
            do_not_call=wanted["undo_do_not_call"],
            by=_person(request),
        )
        return _card(request, call, message=f"Status is {LeadStatus(wanted['status']).label} again.")
    lead.move_to(wanted["status"], by=_person(request), why="On the call's page")
    said = f"Status is now {LeadStatus(wanted['status']).label}."
    return _card(request, call, message=said, undo=before if before["status"] else None)


@require_POST
@page("crm.change_followup")
def change_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next step, move it, finish it or take that back."""
    call, lead = _locked_lead(request, pk)
    if done := request.POST.get("done"):
        follow_up = get_object_or_404(FollowUp, pk=number_in(done), contact_id=lead.pk)
        follow_up.finish()
        return _card(request, call, message="Done.", undo_follow_up=follow_up.pk)
    if reopen := request.POST.get("reopen"):
        get_object_or_404(FollowUp, pk=number_in(reopen), contact_id=lead.pk).reopen()
        return _card(request, call, message="It is open again.")
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _card(request, call, follow_up_error=next(iter(form.errors.values()))[0])
    _plan(call, lead, due_at=form.cleaned_data["due_at"], reason=form.cleaned_data["reason"])
    return _card(request, call, message="The next step is planned.")


@require_POST
@page("calltracking.add_callnote")
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note on the call; answers with all notes."""
    call = get_object_or_404(calls_of(request).defer("raw"), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        CallNote.objects.create(call=call, by=_person(request), text=form.cleaned_data["text"])
    return _notes(request, call, error="" if form.is_valid() else str(form.errors["text"][0]))


@require_POST
@page("calltracking.change_callnote")
def remove_note(request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
    """Take back a note of one's own."""
    call = get_object_or_404(calls_of(request).defer("raw"), pk=pk)
    note = get_object_or_404(CallNote, pk=note_pk, call=call)
    if note.by_id != _person(request).pk:
        raise PermissionDenied
    note.delete()
    return _notes(request, call)


@require_POST
@page("telephony.change_call")
def choose_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which of the people who share the number called."""
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)), pk=pk)
    candidates = candidates_of(request, call)
    journey.choose(call, get_object_or_404(candidates, pk=number_in(request.POST.get("contact"))))
    return refreshed(request, call)


def _card(request: HttpRequest, call: Call, **said: Any) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        _tell(request, said.get("error") or said.get("follow_up_error"), said.get("message"))
        return redirect("call", pk=call.pk)
    call.refresh_from_db(fields=["contact"])
    insight = call.insights.filter(is_current=True).first()
    context = lead_card(request, call, insight=insight, **said)
    return render_page(request, "calltracking/parts/lead_card.html", context)


def _notes(request: HttpRequest, call: Call, *, error: str = "") -> HttpResponse:
    from calltracking.views.call import notes_of  # the page shows these notes

    if not request.headers.get("HX-Request"):
        _tell(request, error, "")
        return redirect("call", pk=call.pk)
    context = {"call": call, "notes": notes_of(call), "note_error": error}
    return render_page(request, "calltracking/parts/notes.html", context)


def _tell(request: HttpRequest, error: str | None, message: str | None) -> None:
    """Say on the next page what a browser without JavaScript would not be told."""
    if error:
        messages.error(request, error)
    elif message:
        messages.success(request, message)


def refreshed(request: HttpRequest, call: Call) -> HttpResponse:
    """Answer with the call's page as it is now."""
    return HttpResponseClientRefresh() if request.headers.get("HX-Request") else redirect("call", pk=call.pk)


def _locked_lead(request: HttpRequest, pk: int) -> tuple[Call, Lead]:
    call = get_object_or_404(calls_of(request).select_related("interaction").defer("raw"), pk=pk)
    people = Contact.objects.visible_to(member_of(request))
    contact = get_object_or_404(people.select_for_update(of=("self",)), pk=call.contact_id or 0)
    return call, Lead.of(contact)


def _plan(call: Call, lead: Lead, *, due_at: datetime, reason: str) -> None:
    follow_up = _open_follow_up(lead)
    if follow_up:
        follow_up.reschedule(due_at=due_at, reason=reason or follow_up.reason)
    else:
        FollowUp.objects.create(
            contact_id=lead.pk, due_at=due_at, overdue_at=due_at, reason=reason, source=call.interaction
        )


def _open_follow_up(contact: Contact | None) -> FollowUp | None:
    if contact is None:
        return None
    return FollowUp.objects.open().filter(contact_id=contact.pk).order_by("due_at", "pk").first()


def _chance(insight: Insight | None) -> str:
    if insight is None or insight.conversion_probability is None:
        return ""
    return f"{insight.conversion_probability:.0%} likely"


def _person(request: HttpRequest) -> Any:
    return request.membership  # type: ignore[attr-defined]


def number_in(text: str | None) -> int:
    """Return the id that a form sent; 0, which no row has, for what is none."""
    return int(text) if text and text.isdigit() and len(text) < 19 else 0
