"""Prices of services: what managers write down from their bills."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesRadioFilter

from calltracking.models import ServicePrice
from crm.admin.base import CompanyAdmin
from crm.admin.forms import CarefulForm
from crm.models import Company
from crm.wording import money


class ServicePriceForm(CarefulForm):
    class Meta:
        model = ServicePrice
        fields = ("service", "unit", "amount", "provider", "is_active")
        help_texts: ClassVar = {
            "service": "Costs adds up the prices of one service.",
            "unit": "What one amount pays for. A price by the month is counted by its days.",
        }


@admin.register(ServicePrice)
class ServicePriceAdmin(CompanyAdmin):
    form = ServicePriceForm
    list_display = ("service", "unit", "price", "provider", "is_active")
    list_display_links = ("service",)
    list_filter = (("service", ChoicesRadioFilter),)
    ordering = ("service", "unit", "provider")
    fields = ("service", ("amount", "unit"), "provider", "is_active")
    list_intro = "What your services cost, as their bills say. Costs apply these prices to the calls that were counted."
    empty_icon = "payments"
    empty_title = "No prices yet"
    empty_text = "Add what your telephony, speech to text or storage costs, and Costs counts it for any days."

    @admin.display(description="Price", ordering="amount")
    def price(self, price: ServicePrice) -> Any:
        return money(price.amount, Company.objects.current().currency)
