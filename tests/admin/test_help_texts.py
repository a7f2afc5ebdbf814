"""Beside every field stands what it means, unless its name says it all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import get_resolver, reverse

from crm.admin.answers import name_of
from crm.models import Company, User
from crm.tenancy import use_company

PACKAGES = ("crm", "crm.admin", "telephony.admin", "calltracking.admin", "calltracking.views")
# Why a field needs no help, and which are of that kind.
SPEAK_FOR_THEMSELVES = {
    "one knows what to write by the name alone": {
        "crm.admin.campaigns.CampaignForm": {"name", "description"},
        "crm.admin.campaigns.RecipientForm": {"campaign", "contact"},
        "crm.admin.contacts.FollowUpForm": {"reason", "due_at", "assignee", "is_done"},
        "crm.admin.follow_ups.StepForm": {"state"},
        "crm.admin.contacts.PersonForm": {
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
        "crm.admin.contacts.PersonForm": {"lead_status"},
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
    silent = {name: found for name, form in forms_of_ours() if (found := silent_fields(form.base_fields, form))}
    assert silent == {}


def test_so_has_every_field_of_the_admin_s_pages(company: Company, owner: User, client_of: Any) -> None:
    client, seen, silent = client_of(owner), set(), {}
    for model in admin.site._registry:
        if model._meta.app_label not in {"crm", "telephony", "analysis", "calltracking"}:
            continue
        with use_company(company):
            row = company if model is Company else model._default_manager.first()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        page = client.get(reverse(name, args=[row.pk])) if row else None
        if page is None or not page.context or "adminform" not in page.context:
            continue
        form = page.context["adminform"].form
        answers = {name_of(field) for field in getattr(form, "answered", ())}
        asked = {name: field for name, field in form.fields.items() if name not in answers}
        if found := silent_fields(asked, type(form)):
            silent[model.__name__] = found
        seen.add(model.__name__)
    assert {"Company", "Contact", "Lead", "Campaign", "ProviderAccount", "ServicePrice"} <= seen
    assert silent == {}


def test_no_form_is_excused_that_is_gone() -> None:
    known = {name for name, _ in forms_of_ours()}
    excused = {name for kinds in SPEAK_FOR_THEMSELVES.values() for name in kinds}
    assert excused <= known


def silent_fields(fields: dict[str, Any], form: Any) -> set[str]:
    """Return the fields beside which nothing stands, though somebody is to fill them in."""
    silent = {name for name, field in fields.items() if not field.help_text and is_written(field)}
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in form.__mro__}
    return silent - {
        field for kinds in SPEAK_FOR_THEMSELVES.values() for name in names for field in kinds.get(name, ())
    }


def is_written(field: Any) -> bool:
    return not isinstance(field.widget, forms.HiddenInput)
