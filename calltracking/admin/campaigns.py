"""Campaigns with their tracking numbers and the calls they brought."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from crm.admin.campaigns import CampaignsAdmin
from crm.admin.cells import count_of
from crm.models import Campaign
from telephony.admin.lines import TrackingNumbers
from telephony.models import Call


@admin.register(Campaign)
class CampaignAdmin(CampaignsAdmin):
    inlines = (*CampaignsAdmin.inlines, TrackingNumbers)
    list_display = (*CampaignsAdmin.list_display, "calls")
    readonly_fields = ("its_calls",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        (_, first), *others = super().get_fieldsets(request, obj)
        if obj is None:
            return [(None, first), *others]
        name, *rest = first["fields"]
        return [(None, {"fields": ((name, "its_calls"), *rest)}), *others]

    def get_queryset(self, request: HttpRequest) -> Any:
        mine = Call.objects.filter(campaign=models.OuterRef("pk")).order_by().values("campaign")
        counted = mine.annotate(number=models.Count("pk")).values("number")
        return super().get_queryset(request).annotate(calls_counted=models.Subquery(counted))

    @admin.display(description="Calls", ordering="calls_counted")
    def calls(self, campaign: Any) -> Any:
        return _calls_link(campaign, f"{campaign.calls_counted or 0:,}")

    @admin.display(description="What it brought")
    def its_calls(self, campaign: Any) -> Any:
        number = campaign.calls_counted or 0
        shown = _calls_link(campaign, f"Show {count_of(number, 'call')}") if number else "No calls yet"
        overview = reverse("campaign", args=[campaign.pk])
        return format_html('{} · <a class="ra-link" href="{}">Figures and costs</a>', shown, overview)


def _calls_link(campaign: Any, text: str) -> Any:
    return format_html('<a class="ra-link" href="{}">{}</a>', reverse("campaign-calls", args=[campaign.pk]), text)
