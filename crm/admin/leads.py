"""Leads: the list people work from, and the form in which a status moves with its history."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import path
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from crm.admin.base import person_of
from crm.admin.bulk import BulkMoves
from crm.admin.cells import due_lines, member_name, score_bar, status_pill
from crm.admin.contacts import WHO_THEY_ARE, PeopleAdmin, PersonForm
from crm.admin.filters import AssigneeFilter, LastCallFilter, NextStepFilter, ScoreFilter
from crm.models import FollowUp, Lead, LeadStatus, LeadStatusChange

SALE = (
    ("lead_status", "why"),
    ("priority", "assignee"),
    ("estimated_value", "actual_value"),
    "do_not_call",
)


class LeadForm(PersonForm):
    """The lead as people change it; `why` goes into the history beside the status."""

    why = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        widget=UnfoldAdminTextInputWidget({"placeholder": "For the history, when the status changes"}),
    )

    class Meta(PersonForm.Meta):
        model = Lead

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "lead_status" in self.fields:
            status = self.fields["lead_status"] = forms.ChoiceField(
                label="Status",
                choices=LeadStatus.choices,
                initial=LeadStatus.NEW,
                widget=UnfoldAdminSelectWidget(),
                show_hidden_initial=self.fields["lead_status"].show_hidden_initial,
            )
            status.widget.choices = status.choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wants_calls = cleaned.get("do_not_call") is False and self.initial.get("do_not_call")
        if wants_calls and cleaned.get("lead_status") == LeadStatus.DO_NOT_CALL:
            self.add_error("do_not_call", "Their status says not to call them. Choose another status first.")
        return cleaned

    def who_changed(self, name: str) -> str:
        if name != "lead_status":
            return super().who_changed(name)
        changes = LeadStatusChange.objects.filter(contact_id=self.instance.pk).select_related("by__user")
        latest = changes.order_by("-changed_at", "-pk").first()
        return str(latest.by) if latest and latest.by else "A call"


class LeadsAdmin(BulkMoves, PeopleAdmin):
    """Without calls: the floor that knows them registers it."""

    form = LeadForm
    list_display: ClassVar[tuple[str, ...]] = (
        "who",
        "status",
        "score",
        "urgency",
        "next_step",
        "last_call",
        "assigned",
    )
    list_filter: ClassVar[tuple[Any, ...]] = (
        ("lead_status", ChoicesCheckboxFilter),
        NextStepFilter,
        AssigneeFilter,
        ("is_hot", BooleanRadioFilter),
        ("priority", ChoicesCheckboxFilter),
        ScoreFilter,
        LastCallFilter,
    )
    quick_filters = (
        ("Mine", "assignee", "me"),
        ("Hot", "is_hot__exact", "1"),
        ("Overdue", "next", "overdue"),
        ("Due today", "next", "today"),
        ("New", "lead_status__exact", "new"),
    )
    ordering = ("-latest_call_at", "-id")
    fieldsets = (("Lead", {"fields": SALE}), ("Who they are", {"fields": WHO_THEY_ARE}))
    actions = ("change_status", "assign")
    empty_icon = "local_fire_department"
    empty_title = "No leads yet"
    empty_text = "Whoever calls becomes a lead by themselves. You can also add one by hand."

    def get_urls(self) -> list[Any]:
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("undo/", undo, name="crm_lead_undo"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        leads: Any = super().get_queryset(request)
        open_ones = FollowUp.objects.open().order_by("due_at", "pk")
        return leads.with_next_follow_up().prefetch_related(  # type: ignore[no-any-return]
            models.Prefetch("follow_ups", open_ones, to_attr="open_follow_ups")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            # Who it is comes first when there is nobody yet.
            lead, person, *others = fieldsets
            return (person, lead, *others)
        if self.has_change_permission(request, obj):
            return fieldsets
        # Who may only look has no reason to give.
        (name, options), *others = fieldsets
        return [(name, {**options, "fields": ("lead_status", *options["fields"][1:])}), *others]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what was typed; the status moves by `move_to`, and a priority chosen in the same save wins."""
        wanted, priority = obj.lead_status, obj.priority
        obj.lead_status = form.initial["lead_status"] if change else ""
        super().save_model(request, obj, form, change)
        if wanted == obj.lead_status:
            return
        obj.move_to(wanted, by=person_of(request), why=form.cleaned_data["why"])
        if "priority" in form.changed_data and priority != obj.priority:
            obj.priority = priority
            obj.save(update_fields=["priority"])

    # ---- columns

    @admin.display(description="Status", ordering="lead_status")
    def status(self, lead: Lead) -> Any:
        return status_pill(lead.lead_status)

    @admin.display(description="Score", ordering="lead_score")
    def score(self, lead: Lead) -> Any:
        return score_bar(lead.lead_score, is_hot=lead.is_hot)

    @admin.display(description="Priority", ordering="priority")
    def urgency(self, lead: Lead) -> Any:
        return lead.get_priority_display()

    @admin.display(description="Next step", ordering="next_follow_up_at")
    def next_step(self, lead: Any) -> Any:
        return due_lines(next(iter(lead.open_follow_ups), None))

    @admin.display(description="Assignee", ordering="assignee__user__name")
    def assigned(self, lead: Lead) -> Any:
        return member_name(lead.assignee)
