"""Many leads at once: change their status, with a look at what will change and a way back; give them to somebody."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from crm.admin.base import MOST_AT_ONCE, person_of
from crm.admin.cells import count_of
from crm.models import Lead, LeadStatus, Membership
from crm.models.assigning import tell_assigned

UNDO_KEY = "leads_moved"


class MoveForm(forms.Form):
    status = forms.ChoiceField(label="New status", choices=LeadStatus.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        help_text="Goes into each lead's history.",
        widget=UnfoldAdminTextInputWidget(),
    )


class AssignForm(forms.Form):
    assignee = forms.ModelChoiceField(
        label="Who works on them",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="They are told of it once, with the number of leads.",
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, *args: Any, by: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["assignee"]
        choice.queryset = Membership.objects.colleagues_of(by)


class BulkMoves:
    """The list's actions on leads. Each asks first, on a page of its own, and posts the leads it showed."""

    @admin.action(description="Change status…", permissions=["change"])
    def change_status(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        leads = self._chosen(request, queryset)
        if leads is None:
            return None
        form = MoveForm(request.POST if "apply" in request.POST else None)
        if form.is_bound and form.is_valid():
            self._move(request, leads, status=form.cleaned_data["status"], why=form.cleaned_data["why"])
            return None
        now = Counter(lead.lead_status for lead in leads)
        choices = [
            {"value": value, "label": label, "changes": len(leads) - now[value], "same": now[value]}
            for value, label in LeadStatus.choices
        ]
        statuses = [(label, now[value]) for value, label in LeadStatus.choices if now[value]]
        return self._ask(
            request, "change_status", form, leads, title="Change status", choices=choices, statuses=statuses
        )

    @admin.action(description="Assign…", permissions=["change"])
    def assign(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        leads = self._chosen(request, queryset)
        if leads is None:
            return None
        form = AssignForm(request.POST if "apply" in request.POST else None, by=person_of(request))
        if form.is_bound and form.is_valid():
            assignee = form.cleaned_data["assignee"]
            changed = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).exclude(assignee=assignee)
            given = list(changed.values_list("pk", flat=True)) if assignee else []
            number = changed.update(assignee=assignee)
            tell_assigned(given, to=assignee.pk if assignee else None)
            text = (
                f"{count_of(number, 'lead')} assigned to {assignee}."
                if assignee
                else f"{count_of(number, 'lead')} assigned to nobody."
            )
            messages.success(request, text)
            return None
        return self._ask(request, "assign", form, leads, title="Assign")

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Take the last bulk change back, for every lead that nobody moved since."""
        return undo_move(request, self)

    def _chosen(self, request: HttpRequest, queryset: Any) -> list[Lead] | None:
        leads = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(leads) > MOST_AT_ONCE:
            text = f"Choose at most {MOST_AT_ONCE} leads at a time, for instance with a filter. Nothing changed."
            messages.error(request, text)
            return None
        return leads

    def _ask(self, request: HttpRequest, name: str, form: forms.Form, leads: list[Lead], **shown: Any) -> HttpResponse:
        model_admin: Any = self
        context = {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "form": form,
            "leads": leads,
            "action": name,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
            "media": model_admin.media,
            **shown,
        }
        return render(request, "admin/ringside/bulk.html", context)

    def _move(self, request: HttpRequest, leads: list[Lead], *, status: str, why: str) -> None:
        label = LeadStatus(status).label
        with transaction.atomic():
            held = Lead.objects.select_for_update(of=("self",)).filter(pk__in=[lead.pk for lead in leads])
            moving = [lead for lead in held.order_by("pk") if lead.lead_status != status]
            before = {str(lead.pk): [lead.lead_status, lead.priority, lead.do_not_call] for lead in moving}
            for lead in moving:
                lead.move_to(status, by=person_of(request), why=why)
        same = len(leads) - len(moving)
        if not moving:
            messages.info(request, f"All {count_of(same, 'lead')} had the status {label} already. Nothing changed.")
            return
        request.session[UNDO_KEY] = {"company": person_of(request).company_id, "to": status, "before": before}
        rest = f" {count_of(same, 'lead')} had it already." if same else ""
        verb = "is" if len(moving) == 1 else "are"
        text = f"{count_of(len(moving), 'lead')} {verb} now {label}, with history and next step.{rest}"
        messages.success(request, format_html("{} {}", text, _undo_button(request)))


def _undo_button(request: HttpRequest) -> str:
    return format_html(
        '<form method="post" action="{}" class="ra-undo">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><button>Undo</button></form>',
        reverse("admin:crm_lead_undo"),
        get_token(request),
    )


@require_POST
def undo_move(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Give the leads of the last bulk change their status, priority and do-not-call back."""
    person = person_of(request)
    moved = request.session.get(UNDO_KEY) or {}
    back = redirect("admin:crm_lead_changelist")
    if not model_admin.has_change_permission(request) or moved.get("company") != person.company_id:
        messages.info(request, "There is nothing to undo.")
        return back
    del request.session[UNDO_KEY]
    with transaction.atomic():
        held = Lead.objects.visible_to(person).select_for_update(of=("self",))
        held = held.filter(pk__in=moved["before"], lead_status=moved["to"])
        leads = list(held.order_by("pk"))
        for lead in leads:
            status, priority, do_not_call = moved["before"][str(lead.pk)]
            lead.move_back_to(status, priority=priority, do_not_call=do_not_call, by=person)
    left = len(moved["before"]) - len(leads)
    rest = f" {count_of(left, 'lead')} moved on since and stayed." if left else ""
    messages.success(request, f"Undone: {count_of(len(leads), 'lead')} back as before, next steps planned anew.{rest}")
    return back
