"""A campaign's recipients: one typed, a list pasted or sent as a file, or contacts that a filter finds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from calltracking.views.access import member_of, page, render_page
from crm.counting import Count, count_rows
from crm.imports.reading import Unreadable, text_of
from crm.keyset import Order, read_page
from crm.models import Campaign, Contact, LeadStatus, Recipient
from crm.models.contact_queries import ContactQuerySet
from crm.recipients import (
    MOST_AT_ONCE,
    Added,
    Refused,
    TooManyRecipients,
    add_contacts,
    add_numbers,
    callable_ones,
    read_list,
)
from crm.wording import day_and_time

PAGE_SIZE = 50
REFUSED_SHOWN = 10
MOST_BYTES = 2_000_000
TOO_MANY = f"That is more than {MOST_AT_ONCE:,} at once. Nothing was added; do it in parts."


class ListForm(forms.Form):
    """Numbers as text or as a file, one on a line."""

    numbers = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    file = forms.FileField(required=False)

    def clean_file(self) -> str:
        sent = self.cleaned_data["file"]
        if sent is None:
            return ""
        if sent.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 2 MB. Send it in parts.")
        try:
            return text_of(sent.read())
        except Unreadable as error:
            said = "This is no text file. Save the sheet as CSV, and send that."
            raise forms.ValidationError(said) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.get("file") or cleaned.get("numbers") or ""
        if not self.errors and not text.strip():
            raise forms.ValidationError("Write at least one number, or choose a file.")
        return {**cleaned, "text": text}


class PeopleForm(forms.Form):
    """Which contacts: every part that is filled in holds."""

    lead_status = forms.ChoiceField(
        label="Lead status", required=False, choices=[("", "Any, leads or not"), *LeadStatus.choices]
    )
    city = forms.CharField(required=False, max_length=100)
    industry = forms.CharField(required=False, max_length=100)
    source = forms.CharField(required=False, max_length=100)
    hot = forms.BooleanField(label="Hot leads only", required=False)

    def people(self, contacts: ContactQuerySet) -> ContactQuerySet:
        """Return whom the form means, of those who may be contacted."""
        asked = self.cleaned_data
        named = {name: asked[name].strip() for name in ("lead_status", "city", "industry", "source")}
        found = contacts.filter(**{name: value for name, value in named.items() if value})
        return callable_ones(found.filter(is_hot=True) if asked["hot"] else found)


@require_http_methods(["GET", "HEAD", "POST"])
@page("crm.view_recipient")
def recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom the campaign contacts; a post adds to them."""
    campaign = get_object_or_404(Campaign, pk=pk)
    if request.method != "POST":
        return _shown(request, campaign)
    if not request.user.has_perm("crm.add_recipient"):
        raise PermissionDenied
    act = _add_people if request.POST.get("from") == "contacts" else _add_list
    return act(request, campaign)


def _add_list(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, campaign, list_form=form)
    try:
        wanted, refused = read_list(form.cleaned_data["text"])
    except TooManyRecipients:
        form.add_error(None, TOO_MANY)
        return _shown(request, campaign, list_form=form)
    with transaction.atomic():
        added = add_numbers(campaign, wanted)
    if not refused:
        messages.success(request, _told(added))
        return redirect("campaign-recipients", pk=campaign.pk)
    return _shown(request, campaign, said=_told(added), refused=refused)


def _add_people(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say first how many they are; add them when that was seen."""
    form = PeopleForm(request.POST)
    if not form.is_valid():
        return _shown(request, campaign, people_form=form)
    found = form.people(Contact.objects.visible_to(member_of(request)))
    if request.POST.get("act") != "add":
        number = count_rows(found.order_by("pk"), most=MOST_AT_ONCE)
        return _shown(request, campaign, people_form=form, found=number, none_found=number == Count(0))
    try:
        with transaction.atomic():
            added = add_contacts(campaign, found)
    except TooManyRecipients:
        form.add_error(None, TOO_MANY)
        return _shown(request, campaign, people_form=form)
    messages.success(request, _told(added))
    return redirect("campaign-recipients", pk=campaign.pk)


def _shown(request: HttpRequest, campaign: Campaign, **said: Any) -> HttpResponse:
    its = Recipient.objects.filter(campaign=campaign).select_related("contact")
    listed = read_page(its, order=Order("id", int), size=PAGE_SIZE, cursor=request.GET.get("page"))
    number = count_rows(its.order_by("-pk")) if listed.older or listed.newer else Count(len(listed.rows))
    refused: list[Refused] = said.pop("refused", [])
    context = {
        "title": campaign.name,
        "campaign": campaign,
        "tab": "recipients",
        "rows": [
            {
                "number": one.display,
                # Whose the number is, they see of their own people alone.
                "contact": one.contact if one.contact and one.contact.is_visible_to(member_of(request)) else None,
                "contacted": day_and_time(one.contacted_at) if one.contacted_at else "",
                "external_id": one.external_id,
            }
            for one in listed.rows
        ],
        "older": listed.older,
        "newer": listed.newer,
        "count": f"{number} recipient{'' if number == Count(1) else 's'}",
        "list_form": ListForm(),
        "people_form": PeopleForm(),
        "refused": refused[:REFUSED_SHOWN],
        "refused_more": max(0, len(refused) - REFUSED_SHOWN),
        "can_add": request.user.has_perm("crm.add_recipient"),
        **said,
    }
    return render_page(request, "calltracking/recipients.html", context)


def _told(added: Added) -> str:
    new = f"{added.new:,} recipient{'' if added.new == 1 else 's'} added"
    return f"{new}; {added.known:,} the campaign had already." if added.known else f"{new}."
