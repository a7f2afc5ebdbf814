"""The campaign, and perhaps the recipient, that a person says brought a call: chosen by a button, or typed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from calltracking.views.access import member_of, page, render_page
from crm import phones
from crm.models import Campaign, Company, Contact, Membership, Recipient
from crm.roles import ATTRIBUTE_CALL

OFFERED = 20
# So many names are kept for choosing; a company with more campaigns finds the older ones by asking the database.
CACHED = 500
CACHED_SECONDS = 600
_LARGEST = 2**63 - 1


class CampaignChoice(forms.Form):
    """What was sent, made into rows. A name that was typed counts before an id, and a number before a recipient's."""

    campaign_name = forms.CharField(max_length=200, required=False)
    recipient_number = forms.CharField(max_length=60, required=False)
    campaign = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)
    recipient = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)

    def __init__(self, data: Any, *, by: Membership) -> None:
        super().__init__(data)
        self._by = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["chosen"] = cleaned["whom"] = None
        if "campaign_name" in cleaned and (cleaned["campaign_name"] or "campaign" in cleaned):
            cleaned["chosen"] = self._campaign(cleaned["campaign_name"], cleaned.get("campaign"))
        if cleaned["chosen"] and "recipient_number" in cleaned:
            number, pk = cleaned["recipient_number"], cleaned.get("recipient")
            cleaned["whom"] = self._recipient(cleaned["chosen"], number, pk)
        return cleaned

    @property
    def chosen(self) -> Campaign:
        return cast("Campaign", self.cleaned_data["chosen"])

    @property
    def whom(self) -> Recipient | None:
        return cast("Recipient | None", self.cleaned_data["whom"])

    @property
    def said(self) -> list[str]:
        """What is wrong, in sentences."""
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]

    def _campaign(self, name: str, pk: int | None) -> Campaign | None:
        if not name and pk is None:
            self.add_error("campaign_name", "Choose a campaign.")
            return None
        found = campaign_named(name) if name else Campaign.objects.filter(pk=pk or 0).first()
        if found is None:
            unknown = f"There is no campaign called “{name}”. Choose one from the list."
            self.add_error("campaign_name", unknown if name else "This campaign is not there any more. Choose another.")
        return found

    def _recipient(self, campaign: Campaign, number: str, pk: int | None) -> Recipient | None:
        if not number:
            # A suggestion's recipient may have been taken off the list since; then nobody is meant.
            return Recipient.objects.filter(pk=pk, campaign=campaign).first() if pk else None
        e164 = phones.to_e164(number, region=self._by.company.region)
        if not e164:
            self.add_error("recipient_number", f"“{number}” is no phone number. Write it as you would dial it.")
            return None
        found = recipients_for(self._by, campaign).filter(e164=e164).first()
        if found is None:
            said = f"“{campaign}” contacts nobody on {number}. Leave it empty, or choose a number from the list."
            self.add_error("recipient_number", said)
        return cast("Recipient | None", found)


def campaign_named(name: str) -> Campaign | None:
    """Return the campaign of that name, written in capitals or not."""
    found = Campaign.objects.filter(name=name).first() or Campaign.objects.filter(name__iexact=name).first()
    return cast("Campaign | None", found)


def recipients_for(member: Membership, campaign: Campaign) -> Any:
    """Return those of the campaign whom the member may know: nobody's we know, and people they see."""
    recipients = Recipient.objects.filter(campaign=campaign)
    if member.sees_all:
        return recipients
    mine = Contact.objects.visible_to(member)
    known = Contact.objects.filter(numbers__e164__in=recipients.values("e164")).exclude(pk__in=mine.values("pk"))
    strange = Q(contact=None) & ~Q(e164__in=known.values("numbers__e164"))
    return recipients.filter(Q(contact__in=mine.values("pk")) | strange)


def campaign_options(company: Company, text: str = "") -> list[tuple[str, str]]:
    """Return name and status of campaigns to choose from, the newest first: those whose name has the text.

    The names come from the cache. Its key has the version of the company's campaigns, which is written with a change
    of any of them: from its commit on nobody is shown the names before.
    """
    key = f"campaigns:{company.pk}:{company.campaigns_version}"
    known: list[tuple[str, str]] = cache.get_or_set(key, lambda: _newest(Q(), CACHED), CACHED_SECONDS) or []
    if not text:
        return known[:OFFERED]
    if len(known) < CACHED:
        return [option for option in known if text.lower() in option[0].lower()][:OFFERED]
    return _newest(Q(name__icontains=text), OFFERED)


def _newest(wanted: Q, most: int) -> list[tuple[str, str]]:
    found = Campaign.objects.filter(wanted).order_by("-created_at", "-pk")[:most]
    return [(one.name, one.get_status_display()) for one in found]


@require_GET
@page(ATTRIBUTE_CALL)
def choices(request: HttpRequest) -> HttpResponse:
    """Show what may be typed on: campaigns, or, once one is named, its recipients. A part of the forms alone."""
    name = request.GET.get("campaign_name", "").replace("\x00", "").strip()
    if "recipient_number" not in request.GET:
        shown = campaign_options(member_of(request).company, name)
    else:
        text = request.GET["recipient_number"].replace("\x00", "").strip()
        shown = _recipients_like(text, campaign_named(name) if name else None, member_of(request))
    return render_page(request, "calltracking/parts/options.html", {"options": shown})


def _recipients_like(text: str, campaign: Campaign | None, member: Membership) -> list[tuple[str, str]]:
    if campaign is None:
        return []
    recipients = recipients_for(member, campaign).select_related("contact").prefetch_related("contact__numbers")
    recipients = recipients.order_by("-contacted_at", "-pk")
    number = phones.to_search_prefix(text, region=member.company.region)
    if number:
        recipients = recipients.filter(e164__prefix=number)
    elif text:
        recipients = recipients.filter(contact__name_key__prefix=text.lower())
    return [(one.display, one.contact.name_or_number if one.contact else "") for one in recipients[:OFFERED]]
