"""The forms of campaigns and of whom they contact: numbers in any written form, each once in a campaign."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesRadioFilter
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from crm import phones
from crm.admin.base import CompanyAdmin, CompanyTabular, person_of
from crm.admin.cells import NOTHING, pill, two_lines
from crm.admin.forms import CarefulForm, CarefulFormSet
from crm.models import Campaign, Company, Recipient
from crm.wording import ago, money

STATUS_TONES = {
    Campaign.Status.DRAFT: "plain",
    Campaign.Status.ACTIVE: "good",
    Campaign.Status.PAUSED: "warn",
    Campaign.Status.ENDED: "plain",
}


# ---- forms ----------------------------------------------------------------------------------------------------


MONEY = {
    "budget": "What it may cost",
    "cost": "What cost per call, per lead and the return are counted from",
}


class CampaignForm(CarefulForm):
    class Meta:
        model = Campaign
        fields = (
            "name",
            "channel",
            "status",
            "description",
            "starts_on",
            "ends_on",
            "budget",
            "cost",
            "external_id",
        )
        help_texts: ClassVar = {
            "channel": "How it reaches people.",
            "status": "A draft is never suggested for a call.",
            "starts_on": "It is suggested for calls from this day on. Empty: for earlier ones too.",
            "ends_on": "Figures spread what was spent over the days up to this one. Empty: it runs on.",
        }
        widgets: ClassVar = {"description": UnfoldAdminTextareaWidget({"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        currency = Company.objects.current().currency
        for name, meaning in MONEY.items():
            if name in self.fields:
                self.fields[name].help_text = f"{meaning}, in {currency}."


class RecipientForm(CarefulForm):
    class Meta:
        model = Recipient
        # The screens add campaign and contact, whose choices need a company in use.
        fields = ("written", "contacted_at", "external_id")
        widgets: ClassVar = {
            "written": UnfoldAdminTextInputWidget({"inputmode": "tel", "placeholder": "+91 98765 43210"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        recipient = options.get("instance")
        if recipient is not None and recipient.pk:
            options["initial"] = {"written": recipient.display, **(options.get("initial") or {})}
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "written" in self.changed_data and "contact" not in self.changed_data:
            # Another number is perhaps somebody else's: `Recipient.clean` looks.
            self.instance.contact = cleaned["contact"] = None
        return cleaned


class RecipientFormSet(CarefulFormSet):
    """The rows of a page are compared with each other here, and with all others by `Recipient.clean`."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.instance.e164 and not self._should_delete_form(form)]
        for name, same in (
            ("written", "This number is on the list already, perhaps written differently."),
            ("external_id", "Another recipient of the campaign has this id."),
        ):
            column = "e164" if name == "written" else name
            seen: set[str] = set()
            for form in kept:
                value = getattr(form.instance, column)
                if value and value in seen and name not in form.errors:
                    form.add_error(name, same)
                seen.add(value)


# ---- the screens ----------------------------------------------------------------------------------------------


class Recipients(CompanyTabular):
    """Whom the campaign contacts, a page at a time."""

    model = Recipient
    form = RecipientForm
    formset = RecipientFormSet
    tab = True
    per_page = 50
    fields = ("written", "who", "contacted_at", "external_id")
    readonly_fields = ("number", "who")
    # What is added meanwhile comes last, so that no row changes its page while somebody types.
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("contact")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_type = self.has_change_permission(request, obj)
        return self.fields if may_type else ("number", *self.fields[1:])

    @admin.display(description="Number")
    def number(self, recipient: Recipient) -> str:
        return recipient.display

    @admin.display(description="Contact")
    def who(self, recipient: Recipient) -> Any:
        return contact_link(recipient)


class CampaignsAdmin(CompanyAdmin):
    """Campaigns without their calls, which the floor above adds."""

    form = CampaignForm
    inlines: tuple[type[CompanyTabular], ...] = (Recipients,)
    list_display: tuple[str, ...] = ("who", "state", "days", "recipients", "money")
    list_filter = (("status", ChoicesRadioFilter), ("channel", ChoicesRadioFilter))
    quick_filters = (("Active", "status__exact", "active"), ("Ended", "status__exact", "ended"))
    search_fields = ("name",)
    search_help_text = "Name, or its beginning"
    ordering = ("-created_at", "-id")
    fieldsets: ClassVar = (
        (None, {"fields": ("name", ("channel", "status"), ("starts_on", "ends_on"), "description")}),
        ("Money", {"fields": (("budget", "cost"),)}),
        ("At the provider", {"fields": ("external_id",)}),
    )
    empty_icon = "campaign"
    empty_title = "No campaigns yet"
    empty_text = "Add one with the numbers it contacts, and the calls it brings are found by themselves."

    def get_queryset(self, request: HttpRequest) -> Any:
        mine = Recipient.objects.filter(campaign=models.OuterRef("pk")).order_by().values("campaign")
        counted = mine.annotate(number=models.Count("pk")).values("number")
        return super().get_queryset(request).annotate(recipients_counted=models.Subquery(counted))

    def search(self, request: HttpRequest, queryset: Any, text: str) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = queryset.filter(name__istartswith=text)
        return found

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Its recipients go with it; the right to delete the campaign covers them. Its calls stay.
        rows, counts, _, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    @admin.display(description="Campaign", ordering="name")
    def who(self, campaign: Campaign) -> Any:
        return two_lines(campaign, campaign.get_channel_display())

    @admin.display(description="Status", ordering="status")
    def state(self, campaign: Campaign) -> Any:
        return pill(campaign.get_status_display(), STATUS_TONES[Campaign.Status(campaign.status)])

    @admin.display(description="Days", ordering="starts_on")
    def days(self, campaign: Campaign) -> Any:
        first, last = (f"{day:%-d %b %Y}" if day else "" for day in (campaign.starts_on, campaign.ends_on))
        if first and last:
            return f"{first} to {last}"
        return f"from {first}" if first else f"until {last}" if last else NOTHING

    @admin.display(description="Recipients", ordering="recipients_counted")
    def recipients(self, campaign: Any) -> Any:
        number = campaign.recipients_counted or 0
        url = reverse("admin:crm_recipient_changelist")
        return format_html(
            '<a class="ra-link" href="{}?campaign__id__exact={}">{}</a>', url, campaign.pk, f"{number:,}"
        )

    @admin.display(description="Spent", ordering="cost")
    def money(self, campaign: Campaign) -> Any:
        currency = Company.objects.current().currency
        spent = money(campaign.cost, currency) if campaign.cost is not None else NOTHING
        return two_lines(spent, f"of {money(campaign.budget, currency)}" if campaign.budget is not None else "")


@admin.register(Recipient)
class RecipientAdmin(CompanyAdmin):
    """All recipients, to find one by number among many."""

    form = RecipientForm
    list_display = ("number", "who", "of_campaign", "contacted", "external_id")
    list_select_related = ("campaign", "contact")
    list_filter = (("campaign", AutocompleteSelectFilter),)
    search_fields = ("e164",)
    search_help_text = "Number, in any form, or its beginning"
    autocomplete_fields = ("campaign", "contact")
    ordering = ("-pk",)
    fields: ClassVar = ("campaign", "written", "contact", "contacted_at", "external_id")
    empty_icon = "contact_phone"
    empty_title = "No recipients yet"
    empty_text = "Whom a campaign contacts is entered with it."

    def search(self, request: HttpRequest, queryset: Any, text: str) -> models.QuerySet[Any]:
        number = phones.to_search_prefix(text, region=person_of(request).company.region)
        found: models.QuerySet[Any] = queryset.filter(e164__prefix=number) if number else queryset.none()
        return found

    @admin.display(description="Number", ordering="e164")
    def number(self, recipient: Recipient) -> str:
        return recipient.display

    @admin.display(description="Contact")
    def who(self, recipient: Recipient) -> Any:
        return contact_link(recipient)

    @admin.display(description="Campaign", ordering="campaign__name")
    def of_campaign(self, recipient: Recipient) -> str:
        return str(recipient.campaign)

    @admin.display(description="Contacted", ordering="contacted_at")
    def contacted(self, recipient: Recipient) -> Any:
        return ago(recipient.contacted_at) if recipient.contacted_at else NOTHING


def contact_link(recipient: Recipient) -> Any:
    """Return the recipient's contact as a link, or nothing where the number is nobody's we know."""
    if recipient.contact is None:
        return NOTHING
    url = reverse("admin:crm_contact_change", args=[recipient.contact_id])
    return format_html('<a class="ra-link" href="{}">{}</a>', url, recipient.contact.label)
