"""The addresses at which deliveries arrive: a list, and the way to close one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter

from crm.admin.base import ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, count_of, pill, two_lines
from crm.wording import day_and_time
from telephony.models import WebhookAddress


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
