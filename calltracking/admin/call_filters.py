"""Filters of people by the calls they had: which campaign brought one, and who held one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RadioFilter

from crm.models import Campaign
from telephony.models import Agent, Call

MOST_NAMES = 100


class HadCallFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    """People who had a call of the row that is chosen. A link may name a row that the list has no room for."""

    of: ClassVar[type[Model]]
    order: ClassVar[tuple[str, ...]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        rows = self.of._default_manager.order_by(*self.order)[:MOST_NAMES]
        return [(str(row.pk), str(row)) for row in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        if not chosen.isdecimal() or len(chosen) > 18:
            return queryset
        of_theirs = Call.objects.filter(contact=OuterRef("pk"), **{f"{self.parameter_name}_id": int(chosen)})
        return queryset.filter(Exists(of_theirs))


class OfCampaignFilter(HadCallFilter):
    title = "campaign"
    parameter_name = "campaign"
    of = Campaign
    order = ("-created_at", "-pk")


class OfAgentFilter(HadCallFilter):
    title = "agent"
    parameter_name = "agent"
    of = Agent
    order = ("name", "pk")
