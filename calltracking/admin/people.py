"""Leads and contacts as people work on them: what the last call meant on top, calls and history as tabs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action

from calltracking.admin.call_filters import OfAgentFilter, OfCampaignFilter
from calltracking.admin.taking_out import PeopleAsFile
from calltracking.views.words import INTENT_WORDS, MOOD_TONES, TONES, clock, result_of
from crm.admin.base import Panel, person_of
from crm.admin.cells import NOTHING, member_name, pill, score_bar, status_pill
from crm.admin.contacts import NEWEST, WHO_THEY_ARE, NextSteps, Numbers, PeopleAdmin
from crm.admin.filters import IsLeadFilter, LastCallFilter
from crm.admin.leads import LeadsAdmin
from crm.admin.privacy import PersonalData
from crm.models import Contact, Interaction, Lead, LeadStatus, LeadStatusChange
from crm.wording import ago, day_and_time
from telephony.models import Call, Insight

INTENTS_SHOWN = 8
OF_CALLS = (OfCampaignFilter, OfAgentFilter)


class CallsPanel(Panel):
    model = Call
    template = "admin/ringside/calls_panel.html"
    verbose_name_plural = "calls"

    def rows_of(self, contact: Any) -> list[dict[str, Any]]:
        calls = Call.objects.filter(contact_id=contact.pk).defer("raw").select_related("agent")
        return [_call_row(call) for call in calls.order_by("-started_at", "-pk")[:NEWEST]]


def _call_row(call: Call) -> dict[str, Any]:
    word, tone = result_of(call)
    return {
        "url": reverse("call", args=[call.pk]),
        "when": day_and_time(call.started_at),
        "about": call.title or f"{call.get_direction_display()} call",
        "held_by": call.agent or call.get_kind_display(),
        "direction": call.get_direction_display(),
        "result": pill(word, tone),
        "length": clock(call.duration_seconds),
        "score": score_bar(call.score) if call.score is not None else NOTHING,
    }


def _wanted(contact: Contact) -> list[dict[str, Any]]:
    """What they wanted in their latest conversations, in the order of time; calls that do not say are left out."""
    calls = Call.objects.filter(contact_id=contact.pk, intent__in=INTENT_WORDS).defer("raw", "told")
    newest = calls.order_by("-started_at", "-pk")[:INTENTS_SHOWN]
    return [
        {
            "url": reverse("call", args=[call.pk]),
            "when": day_and_time(call.started_at),
            "word": pill(INTENT_WORDS[call.intent], TONES[call.intent]),
        }
        for call in reversed(newest)
    ]


class Timeline(Panel):
    """What happened with them and to their status, newest first."""

    model = Interaction
    template = "admin/ringside/timeline.html"
    verbose_name_plural = "timeline"

    def rows_of(self, contact: Any) -> list[dict[str, Any]]:
        return timeline_of(contact)


def timeline_of(contact: Contact) -> list[dict[str, Any]]:
    """Return the newest interactions and status changes of a contact, told in words."""
    interactions = (
        Interaction.objects.filter(contact_id=contact.pk).select_related("call").defer("call__raw", "call__told")
    )
    changes = LeadStatusChange.objects.filter(contact_id=contact.pk).select_related("by__user")
    happened: list[tuple[datetime, dict[str, Any]]] = [
        *((i.happened_at, _interaction_row(i)) for i in interactions.order_by("-happened_at", "-pk")[:NEWEST]),
        *((c.changed_at, _change_row(c)) for c in changes.order_by("-changed_at", "-pk")[:NEWEST]),
    ]
    happened.sort(key=lambda entry: entry[0], reverse=True)
    return [{"when": day_and_time(moment), **row} for moment, row in happened]


KIND_ICONS = {
    Interaction.Kind.CALL: "call",
    Interaction.Kind.EMAIL: "mail",
    Interaction.Kind.SMS: "sms",
    Interaction.Kind.CHAT: "chat",
    Interaction.Kind.APPOINTMENT: "event",
    Interaction.Kind.NOTE: "notes",
}


def _interaction_row(interaction: Interaction) -> dict[str, Any]:
    call = getattr(interaction, "call", None)
    return {
        "icon": KIND_ICONS[Interaction.Kind(interaction.kind)],
        "what": f"{interaction.get_direction_display()} {interaction.get_kind_display().lower()}",
        "result": pill(interaction.outcome) if interaction.outcome else "",
        "text": interaction.summary,
        "url": reverse("call", args=[call.pk]) if call else "",
    }


def _change_row(change: LeadStatusChange) -> dict[str, Any]:
    return {
        "icon": "swap_horiz",
        "what": "Became a lead" if not change.from_status else f"Was {change.get_from_status_display().lower()}, now",
        "result": status_pill(change.to_status),
        "text": " · ".join(str(part) for part in (change.by, change.why) if part),
        "url": "",
    }


class WithCalls(PeopleAdmin):
    """People with their calls: the latest one in the list, what it meant on the card, all of them in a tab."""

    inlines = (Numbers, NextSteps, CallsPanel, Timeline)

    def get_queryset(self, request: HttpRequest) -> Any:
        # One step into an index for each person shown; to prefetch them would read every call of each.
        newest = Call.objects.filter(contact=OuterRef("pk")).order_by("-started_at", "-pk")
        people = super().get_queryset(request)
        return people.annotate(
            latest_call=Subquery(newest.values("pk")[:1]), latest_call_began=Subquery(newest.values("started_at")[:1])
        )

    def card(self, request: HttpRequest, contact: Contact) -> dict[str, Any]:
        scored = Insight.objects.filter(call__contact_id=contact.pk, is_current=True, score__isnull=False)
        insight = scored.select_related("call").defer("findings", "call__raw").order_by("-call__started_at").first()
        chance = contact.conversion_probability
        return {
            **super().card(request, contact),
            "insight": insight,
            "reasons": insight.reasons if insight else [],
            "call_url": reverse("call", args=[insight.call_id]) if insight else "",
            "call_when": day_and_time(insight.call.started_at) if insight else "",
            "wanted": _wanted(contact),
            "feeling": pill(f"Mood: {contact.feeling}", MOOD_TONES.get(contact.feeling, "plain"))
            if contact.feeling
            else "",
            "likely": f"{chance:.0%}".replace("%", " %") if chance is not None else "",
        }

    @admin.display(description="Last call", ordering="latest_call_at")
    def last_call(self, contact: Any) -> Any:
        if contact.latest_call is None:
            return super().last_call(contact)
        url = reverse("call", args=[contact.latest_call])
        return format_html('<a class="ra-link" href="{}">{}</a>', url, ago(contact.latest_call_began))


@admin.register(Lead)
class LeadAdmin(WithCalls, LeadsAdmin):
    """The list people work from."""

    list_filter = (*LeadsAdmin.list_filter, *OF_CALLS)


@admin.register(Contact)
class ContactAdmin(PeopleAsFile, PersonalData, WithCalls):
    """Everybody, whether or not they are a lead."""

    list_display = ("who", "email", "status", "assigned", "source", "last_call")
    # What has an index; the others would sort everybody.
    sortable_by = ("who", "email", "status", "last_call")
    list_filter = (IsLeadFilter, LastCallFilter, ("do_not_call", BooleanRadioFilter), *OF_CALLS)
    quick_filters = (("Leads", "lead", "yes"), ("No lead", "lead", "no"), ("Never called", "called", "never"))
    ordering = ("-created_at", "-id")
    fieldsets: ClassVar = (
        ("Who they are", {"fields": WHO_THEY_ARE}),
        ("How we treat them", {"fields": (("assignee", "do_not_call"),)}),
    )
    actions_submit_line = ("become_lead",)
    empty_icon = "group"
    empty_title = "No contacts yet"
    empty_text = "Whoever calls is added by themselves. You can also add somebody by hand, or import a file."

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        offered: list[Any] = super().get_actions_submit_line(request, object_id)
        is_one = Lead.objects.filter(pk=object_id).exists() if str(object_id).isdecimal() else True
        return [] if is_one else offered

    @action(description="Save and make it a lead", permissions=["change"])  # type: ignore[untyped-decorator]
    def become_lead(self, request: HttpRequest, contact: Contact) -> HttpResponse | None:
        lead = Lead.of(contact)
        lead.move_to(LeadStatus.NEW, by=person_of(request), why="Made a lead by hand")
        messages.success(request, f"{contact} is a lead now.")
        return None

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if any(name.endswith("become_lead") for name in request.POST):
            return redirect("admin:crm_lead_change", obj.pk)
        response: HttpResponse = super().response_change(request, obj)
        return response

    @admin.display(description="Lead", ordering="lead_status")
    def status(self, contact: Contact) -> Any:
        return status_pill(contact.lead_status)

    @admin.display(description="Assignee", ordering="assignee__user__name")
    def assigned(self, contact: Contact) -> Any:
        return member_name(contact.assignee)
