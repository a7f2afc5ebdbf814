"""Accounts at providers: the secret that is never shown, and the address that is shown once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.widgets import UnfoldAdminPasswordWidget

from crm.admin.base import CompanyAdmin, ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, count_of, pill, two_lines
from crm.admin.forms import CarefulForm
from crm.wording import ago, day_and_time
from telephony.models import ProviderAccount, WebhookAddress, WebhookEvent


class AccountForm(CarefulForm):
    """The secret goes in and never comes out: an empty field leaves it as it is."""

    webhook_secret = forms.CharField(
        label="New webhook secret",
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=(
            "From the provider's webhook settings; its deliveries are verified with it. Kept encrypted and never "
            "shown again. Leave empty to keep the one there is. The one before stays valid beside a new one."
        ),
    )

    class Meta:
        model = ProviderAccount
        fields = ("provider", "label", "is_active")
        help_texts: ClassVar = {"is_active": "Deliveries for an account that is switched off are refused."}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        account = self.instance
        same = ProviderAccount.objects.filter(
            provider=cleaned.get("provider", account.provider), label=cleaned.get("label", account.label)
        )
        if same.exclude(pk=account.pk).exists():
            self.add_error("label", "You have an account of this provider with this name already.")
        return cleaned


@admin.register(ProviderAccount)
class ProviderAccountAdmin(CompanyAdmin):
    form = AccountForm
    list_display = ("name", "secret", "state", "heard")
    ordering = ("provider", "label", "id")
    fields: ClassVar = (("provider", "label"), "is_active", ("secret", "webhook_secret"), "addresses")
    readonly_fields = ("secret", "addresses")
    change_form_outer_before_template = "admin/ringside/open_address.html"
    empty_icon = "cable"
    empty_title = "No provider connected yet"
    empty_text = "Add the account whose calls you want to see here."

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.open_address_view)
        mine = path("<int:pk>/open-address/", view, name="telephony_provideraccount_open_address")
        return [mine, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = WebhookEvent.objects.filter(account=models.OuterRef("pk")).order_by("-received_at")
        accounts = super().get_queryset(request).prefetch_related("addresses")
        return accounts.annotate(heard_at=models.Subquery(newest.values("received_at")[:1]))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [("provider", "label"), "is_active", "webhook_secret"]
        if not self.has_change_permission(request, obj):
            return [("provider", "label"), "is_active", "secret", "addresses"]
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Its addresses and calls are that provider's.
        return (*self.readonly_fields, "provider") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: ProviderAccount, form: Any, change: bool) -> None:
        if secret := form.cleaned_data["webhook_secret"]:
            obj.set_webhook_secret(secret)
        super().save_model(request, obj, form, change)
        if not change:
            text = "Next: open a webhook address below and enter it in the provider's settings."
            messages.info(request, text)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:telephony_provideraccount_change", obj.pk)

    def open_address_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open an address and show its URL, in this answer and nowhere else."""
        account = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if account is None:
            raise Http404
        url = ""
        if request.method == "POST":
            with transaction.atomic():
                _, url = account.open_address()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": "Webhook address",
            "account": account,
            "url": url,
        }
        response = render(request, "admin/ringside/new_address.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description="Account", ordering="label")
    def name(self, account: ProviderAccount) -> Any:
        demo = " · demo, never calls out" if account.is_demo else ""
        return two_lines(account.label, f"{account.get_provider_display()}{demo}")

    @admin.display(description="Webhook secret")
    def secret(self, account: ProviderAccount) -> Any:
        return pill("Set", "good") if account.has_webhook_secret else pill("Not set", "warn")

    @admin.display(description="State", ordering="is_active")
    def state(self, account: ProviderAccount) -> Any:
        return pill("On", "good") if account.is_active else pill("Off", "plain")

    @admin.display(description="Last webhook", ordering="heard_at")
    def heard(self, account: Any) -> Any:
        addresses = count_of(sum(a.is_active for a in account.addresses.all()), "address", plural="addresses")
        last = ago(account.heard_at) if account.heard_at else "never yet"
        return two_lines(last, addresses)

    @admin.display(description="Webhook addresses")
    def addresses(self, account: ProviderAccount) -> Any:
        listed = list(account.addresses.all())
        active = count_of(sum(address.is_active for address in listed), "active address", plural="active addresses")
        link = reverse("admin:telephony_webhookaddress_changelist")
        return format_html(
            '{} · <a class="ra-link" href="{}?account__id__exact={}">see them</a>', active, link, account.pk
        )


@admin.register(WebhookAddress)
class WebhookAddressAdmin(ReadOnlyAdmin):
    """The table has no policy: the queryset names the company."""

    list_display = ("address", "account", "state", "opened")
    list_display_links = None
    list_filter = (("is_active", BooleanRadioFilter), "account")
    list_select_related = ("account",)
    ordering = ("-id",)
    actions = ("close",)
    list_intro = (
        "Where providers deliver. Only the beginning of an address is kept: open a new one on the account's page "
        "when one is lost, and close the old one."
    )
    empty_icon = "link"
    empty_title = "No address is open"
    empty_text = "Open one on the page of a provider account."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(company_id=person_of(request).company_id)

    @admin.action(description="Close", permissions=["change"])
    def close(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            addresses = list(queryset.filter(is_active=True))
            for address in addresses:
                address.close()
        closed = count_of(len(addresses), "address", plural="addresses")
        messages.success(request, f"{closed} closed. Deliveries sent there are refused from now on.")

    @admin.display(description="Address")
    def address(self, address: WebhookAddress) -> Any:
        return two_lines(address.get_provider_display(), f"…/{address.provider}/{address.hint}…")

    @admin.display(description="State", ordering="is_active")
    def state(self, address: WebhookAddress) -> Any:
        return pill("Active", "good") if address.is_active else pill("Closed", "plain")

    @admin.display(description="Opened", ordering="created_at")
    def opened(self, address: WebhookAddress) -> Any:
        return day_and_time(address.created_at) if address.created_at else NOTHING
