"""Beside every field stands what it means, unless its name says it all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import get_resolver

PACKAGES = ("crm", "crm.admin", "telephony.admin", "calltracking.admin", "calltracking.views")
# Why a field needs no help, and which are of that kind.
SPEAK_FOR_THEMSELVES = {
    "one knows what to write by the name alone": {
        "crm.admin.campaigns.CampaignForm": {"name", "description"},
        "crm.admin.contacts.FollowUpForm": {"reason", "due_at", "assignee", "is_done"},
        "crm.admin.follow_ups.StepForm": {"state"},
        "crm.admin.leads.LeadForm": {
            *("full_name", "business_name", "email", "website", "industry", "address", "city", "state"),
            *("company_size", "annual_revenue", "notes", "assignee"),
        },
        "calltracking.views.join.NewPersonForm": {"name", "password2"},
        "calltracking.views.saved_views.ViewForm": {"name"},
        "calltracking.views.campaigns.DaysForm": {"started_from", "started_to"},
        "calltracking.views.recipients.PeopleForm": {"lead_status", "city", "industry", "source", "hot"},
    },
    "its choices are sentences, or their effect is shown beside them": {
        "crm.admin.api_keys.NewKeyForm": {"scopes"},
        "crm.admin.bulk.MoveForm": {"status"},
        "crm.admin.leads.LeadForm": {"lead_status"},
        "calltracking.views.saved_views.ViewForm": {"is_shared"},
        "calltracking.views.scoring.RuleForm": {"points", "is_active"},
        "calltracking.views.scoring.HotForm": {"needs_budget"},
    },
    "its words are written once more is known: the currency, the rules of passwords": {
        "crm.admin.campaigns.CampaignForm": {"budget", "cost"},
        "calltracking.views.join.NewPersonForm": {"password1"},
    },
    "the page around it says it in a sentence or in the empty field": {
        "crm.accounts.AskForMail": {"email"},
        "crm.accounts.AskForOldPassword": {"password2"},
        "crm.admin.leads.LeadForm": {"why"},
        "crm.two_factor.AddKey": {"name"},
        "crm.two_factor.AskForCode": {"code"},
        "crm.two_factor.AskForCodeAgain": {"code"},
        "crm.two_factor.AskForFirstCode": {"code"},
        "calltracking.views.lead_card.LeadForm": {"status", "priority"},
        "calltracking.views.lead_card.FollowUpForm": {"due_at", "reason"},
        "calltracking.views.lead_card.NoteForm": {"text"},
        "calltracking.views.campaign_choice.CampaignChoice": {
            *("campaign", "campaign_name", "recipient", "recipient_number"),
        },
        "calltracking.views.recipients.ListForm": {"numbers", "file"},
        "calltracking.views.staff.VisitForm": {"company", "reason"},
        "calltracking.views.value_forms.TextForm": {"value"},
        "calltracking.views.value_forms.ListForm": {"value"},
        "calltracking.views.value_forms.NumberForm": {"value"},
        "calltracking.views.value_forms.YesNoForm": {"value"},
        "calltracking.views.value_forms.ChoiceForm": {"value"},
        "calltracking.views.value_forms.MomentForm": {"value"},
        "calltracking.views.value_forms.DateForm": {"value"},
        "calltracking.views.value_forms.TimelineForm": {"text", "days"},
        "calltracking.views.value_forms.MoneyForm": {"minimum", "maximum", "currency", "period"},
    },
    "nobody sees it": {
        "crm.two_factor.AddKey": {"credential"},
        "calltracking.views.lead_card.LeadForm": {
            *("was_status", "was_priority", "undo_priority", "undo_do_not_call"),
        },
    },
}


def forms_of_ours() -> Iterator[tuple[str, Any]]:
    """Every form class of ours by its full name."""
    assert get_resolver().url_patterns  # every page is imported
    for package in PACKAGES:
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(found.name)
    kinds: list[Any] = [forms.BaseForm]
    for kind in kinds:
        kinds += [one for one in kind.__subclasses__() if one not in kinds]
    for kind in kinds:
        # The admin makes more of ours as it needs them, under the same names.
        if kind.__module__.split(".")[0] in {"crm", "telephony", "calltracking"} and "base_fields" in vars(kind):
            yield f"{kind.__module__}.{kind.__qualname__}", kind


def test_every_field_has_help_or_speaks_for_itself() -> None:
    silent: dict[str, set[str]] = {}
    for name, form in forms_of_ours():
        excused = set().union(*(kinds.get(name, set()) for kinds in SPEAK_FOR_THEMSELVES.values()))
        needs = {field for field, made in form.base_fields.items() if not made.help_text and is_written(made)}
        if needs - excused:
            silent[name] = needs - excused
        assert excused <= set(form.base_fields), f"{name} has no such field any more"
    assert silent == {}


def test_no_form_is_excused_that_is_gone() -> None:
    known = {name for name, _ in forms_of_ours()}
    excused = {name for kinds in SPEAK_FOR_THEMSELVES.values() for name in kinds}
    assert excused <= known


def is_written(field: Any) -> bool:
    return not isinstance(field.widget, forms.HiddenInput)
