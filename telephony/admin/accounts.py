"""Accounts at providers: the secret that is never shown, and the address that is shown once."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html

from crm.admin.base import CompanyAdmin
from crm.admin.cells import count_of, pill, two_lines
from crm.wording import ago
from telephony.admin.account_forms import AccountForm
from telephony.initiation import SECRET_HEADER
from telephony.models import ProviderAccount, WebhookEvent
from telephony.providers import get_provider


@admin.register(ProviderAccount)
class ProviderAccountAdmin(CompanyAdmin):
    form = AccountForm
    list_display = ("name", "secret", "state", "heard")
    ordering = ("provider", "label", "id")
    readonly_fields = ("secret", "addresses", "webhook_url", "key", "asking", "asking_url")
    change_form_outer_before_template = "admin/ringside/open_address.html"
    empty_icon = "cable"
    empty_title = "No provider connected yet"
    empty_text = "Add the account whose calls you want to see here."

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.open_address_view)
        make = self.admin_site.admin_view(self.make_secret_view)
        mine = [
            path("<int:pk>/open-address/", view, name="telephony_provideraccount_open_address"),
            path("<int:pk>/initiation-secret/", make, name="telephony_provideraccount_make_secret"),
        ]
        return [*mine, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = WebhookEvent.objects.filter(account=models.OuterRef("pk")).order_by("-received_at")
        accounts = super().get_queryset(request).prefetch_related("addresses")
        return accounts.annotate(heard_at=models.Subquery(newest.values("received_at")[:1]))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what the account's provider can use, and to whom may not change it no field to type in."""
        names = ("provider", "label")
        if obj is None:
            return [(None, {"fields": [names, "is_active", "webhook_secret"]})]
        may_type = self.has_change_permission(request, obj)
        provider = get_provider(obj.provider)

        def typed(shown: str, name: str) -> Any:
            return (shown, name) if may_type else shown

        sets = [
            (None, {"fields": [names, "is_active"]}),
            ("Webhooks", {"fields": [typed("secret", "webhook_secret"), "webhook_url", "addresses", "allowed_ips"]}),
        ]
        if provider.can_list_calls:
            where = ["region"] if provider.regions else []
            sets.append(("Asking for calls", {"fields": [typed("key", "api_key"), *where, "agent_ids"]}))
        if provider.asks_about_callers:
            fields = [typed("asking", "initiation_secret"), "asking_url", "initiation_variables"]
            sets.append(("Telling agents who calls", {"fields": fields}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Its addresses and calls are that provider's.
        return (*self.readonly_fields, "provider") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: ProviderAccount, form: Any, change: bool) -> None:
        if secret := form.cleaned_data.get("webhook_secret"):
            obj.set_webhook_secret(secret)
        if key := form.cleaned_data.get("api_key"):
            obj.set_api_key(key)
        if secret := form.cleaned_data.get("initiation_secret"):
            obj.set_initiation_secret(secret)
        super().save_model(request, obj, form, change)
        if not change:
            text = "Next: open a webhook address below and enter it in the provider's settings."
            messages.info(request, text)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        account = options.get("obj")
        context["asks_about_callers"] = account is not None and get_provider(account.provider).asks_about_callers
        return super().render_change_form(request, context, **options)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:telephony_provideraccount_change", obj.pk)

    def open_address_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open an address and show its URL, in this answer and nowhere else."""
        account = self._account_to_change(request, pk)
        url = ""
        if request.method == "POST":
            with transaction.atomic():
                _, url = account.open_address()
        provider = get_provider(account.provider)
        shown = {
            "title": "Webhook address",
            "account": account,
            "url": url,
            "asking_url": provider.asks_about_callers and f"{url}/initiation",
            "where_to_paste": provider.where_to_paste,
            "signed_with": provider.signed_with,
        }
        return self._show_once(request, "admin/ringside/new_address.html", shown)

    def make_secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make an initiation secret and show it, in this answer and nowhere else."""
        account = self._account_to_change(request, pk)
        if not get_provider(account.provider).asks_about_callers:
            raise Http404
        secret = ""
        if request.method == "POST":
            secret = secrets.token_urlsafe(32)
            account.set_initiation_secret(secret)
            account.save(update_fields=["initiation_secret_sealed"])
        shown = {"title": "Initiation secret", "account": account, "secret": secret, "header": SECRET_HEADER}
        return self._show_once(request, "admin/ringside/new_secret.html", shown)

    def _account_to_change(self, request: HttpRequest, pk: int) -> ProviderAccount:
        account: ProviderAccount | None = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if account is None:
            raise Http404
        return account

    def _show_once(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **shown}
        response = render(request, template, context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description="Account", ordering="label")
    def name(self, account: ProviderAccount) -> Any:
        demo = " · demo, never calls out" if account.is_demo else ""
        return two_lines(account.label, f"{account.get_provider_display()}{demo}")

    @admin.display(description="Webhook secret")
    def secret(self, account: ProviderAccount) -> Any:
        return pill("Set", "good") if account.has_webhook_secret else pill("Not set", "warn")

    @admin.display(description="API key")
    def key(self, account: ProviderAccount) -> Any:
        return pill("Set", "good") if account.api_key_sealed else pill("Not set", "plain")

    @admin.display(description="Initiation secret")
    def asking(self, account: ProviderAccount) -> Any:
        return pill("Set", "good") if account.initiation_secret_sealed else pill("Not set", "plain")

    @admin.display(description="URL to paste")
    def webhook_url(self, account: ProviderAccount) -> Any:
        where = get_provider(account.provider).where_to_paste
        return format_html(
            '<code class="ra-code">{}/api/webhooks/{}/&lt;token&gt;</code>{}',
            settings.SITE_URL,
            account.provider,
            format_html('<p class="rs-help">{}</p>', where) if where else "",
        )

    @admin.display(description="URL to paste")
    def asking_url(self, account: ProviderAccount) -> Any:
        return format_html(
            '<code class="ra-code">{}/api/webhooks/{}/&lt;token&gt;/initiation</code>',
            settings.SITE_URL,
            account.provider,
        )

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
