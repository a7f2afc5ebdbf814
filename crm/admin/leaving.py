"""Somebody leaves: what they held goes to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from unfold.widgets import UnfoldAdminSelectWidget

from crm.admin.base import person_of
from crm.admin.cells import count_of
from crm.models import Contact, FollowUp, Lead, Membership
from crm.models.assigning import tell_assigned


@dataclass(frozen=True)
class Holdings:
    """What is assigned to a member: people, how many of them are leads, and next steps that are open."""

    people: int
    leads: int
    steps: int

    @classmethod
    def of(cls, member: Membership) -> Holdings:
        return cls(
            people=Contact.objects.filter(assignee=member).count(),
            leads=Lead.objects.filter(assignee=member).count(),
            steps=FollowUp.objects.open().filter(assignee=member).count(),
        )

    @property
    def are_any(self) -> bool:
        return bool(self.people or self.steps)

    def __str__(self) -> str:
        others = self.people - self.leads
        parts = (
            count_of(self.leads, "lead") if self.leads else "",
            count_of(others, "other contact") if others else "",
            count_of(self.steps, "open follow-up") if self.steps else "",
        )
        return ", ".join(part for part in parts if part)


class HandOverForm(forms.Form):
    colleague = forms.ModelChoiceField(
        label="Who takes them over",
        queryset=Membership.objects.none(),
        empty_label="Choose somebody",
        help_text="They get every lead, contact and open follow-up at once, and are told of it.",
        widget=UnfoldAdminSelectWidget(),
        error_messages={"required": "Choose who takes them over.", "invalid_choice": "They do not work here any more."},
    )

    def __init__(self, *args: Any, leaving: Membership, by: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["colleague"]
        choice.queryset = Membership.objects.colleagues_of(by).exclude(pk=leaving.pk)


def hand_over(request: HttpRequest, model_admin: Any, leaving: Membership) -> HttpResponse:
    """Ask who takes over what the member holds, and give it to them."""
    form = HandOverForm(request.POST or None, leaving=leaving, by=person_of(request))
    if form.is_valid():
        taker = form.cleaned_data["colleague"]
        with transaction.atomic():
            given = Holdings.of(leaving)
            theirs = Contact.objects.filter(assignee=leaving)
            people = list(theirs.values_list("pk", flat=True))
            theirs.update(assignee=taker)
            tell_assigned(people, to=taker.pk)
            FollowUp.objects.open().filter(assignee=leaving).update(assignee=taker)
        if given.are_any:
            messages.success(request, f"{taker} has now what was {leaving}'s: {given}.")
        return redirect("admin:crm_membership_changelist")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"What {leaving} leaves behind" if not leaving.is_active else f"What {leaving} works on",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "member": leaving,
        "holdings": Holdings.of(leaving),
        "form": form,
    }
    return render(request, "admin/ringside/hand_over.html", context)
