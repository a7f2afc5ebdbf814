"""Who can hold a call."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from crm.admin.base import CompanyAdmin
from crm.admin.cells import NOTHING, member_name, pill, two_lines
from crm.admin.forms import CarefulForm
from telephony.models import Agent
from telephony.providers import provider_label


class AgentForm(CarefulForm):
    class Meta:
        model = Agent
        fields = ("name", "membership")
        help_texts: ClassVar = {
            "name": "Calls and figures name the agent so.",
            "membership": "Their calls then show as this member's.",
        }


@admin.register(Agent)
class AgentAdmin(CompanyAdmin):
    form = AgentForm
    list_display = ("who", "kind_label", "provider_name", "member")
    list_select_related = ("membership__user",)
    ordering = ("name", "id")
    fields: ClassVar = ("name", "membership", ("kind_label", "provider_name", "external_id"))
    readonly_fields = ("kind_label", "provider_name", "external_id")
    empty_icon = "support_agent"
    empty_title = "No agents yet"
    empty_text = "An agent appears here by themselves with their first call."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Agent", ordering="name")
    def who(self, agent: Agent) -> Any:
        return two_lines(agent)

    @admin.display(description="Kind", ordering="kind")
    def kind_label(self, agent: Agent) -> Any:
        return pill(agent.get_kind_display(), "accent" if agent.kind == Agent.Kind.AI else "plain")

    @admin.display(description="Provider", ordering="provider")
    def provider_name(self, agent: Agent) -> Any:
        return provider_label(agent.provider) or NOTHING

    @admin.display(description="Member", ordering="membership__user__name")
    def member(self, agent: Agent) -> Any:
        return member_name(agent.membership)
