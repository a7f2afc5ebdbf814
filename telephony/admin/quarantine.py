"""Quarantine: what came to our addresses without verifying, and the way to verify it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.contrib.filters.admin import RadioFilter

from crm.admin.base import MOST_AT_ONCE, ReadOnlyAdmin
from crm.admin.cells import count_of, pill, two_lines
from crm.wording import ago, day_and_time
from telephony.admin.inbox import ProviderFilter, body_of
from telephony.models import Quarantined
from telephony.providers import provider_label


class ReleasedFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("waiting", "Waiting"), ("released", "Let in"))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(released_at=None)
            case "released":
                return queryset.exclude(released_at=None)
        return queryset


@admin.register(Quarantined)
class QuarantineAdmin(ReadOnlyAdmin):
    list_display = ("received", "state", "sender", "why")
    list_display_links = ("received",)
    list_filter = (ReleasedFilter, ProviderFilter)
    quick_filters = (("Waiting", "state", "waiting"),)
    ordering = ("-received_at", "-id")
    list_select_related = ("account",)
    actions = ("verify_again",)
    fieldsets = (
        (None, {"fields": (("state", "received"), "sender", "why")}),
        ("What came", {"fields": ("headers", "shown_body")}),
    )
    readonly_fields: ClassVar = ("state", "received", "sender", "why", "headers", "shown_body")
    list_intro = (
        "Deliveries to your addresses that did not verify are kept for a week. "
        "Was the webhook secret wrong? Correct it under Providers, then verify them again."
    )
    empty_icon = "verified_user"
    empty_title = "Everything verified"
    empty_text = "Deliveries whose signature or sender does not fit are kept here for a week."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("body")

    @admin.action(description="Verify again", permissions=["change"])
    def verify_again(self, request: HttpRequest, queryset: Any) -> None:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        with transaction.atomic():
            waiting = Quarantined.objects.waiting().select_for_update(of=("self",)).filter(pk__in=chosen)
            verified = [one.release() for one in waiting.order_by("received_at", "pk")]
        let_in = count_of(sum(verified), "delivery", plural="deliveries")
        rest = len(verified) - sum(verified)
        text = f"{let_in} verified and let in." + (f" {rest} still did not verify." if rest else "")
        (messages.warning if rest else messages.success)(request, text)

    @admin.display(description="Received", ordering="received_at")
    def received(self, row: Quarantined) -> Any:
        return two_lines(day_and_time(row.received_at), ago(row.received_at))

    @admin.display(description="State")
    def state(self, row: Quarantined) -> Any:
        return pill("Let in", "good") if row.released_at else pill("Waiting", "warn")

    @admin.display(description="From", ordering="provider")
    def sender(self, row: Quarantined) -> Any:
        return two_lines(f"{provider_label(row.provider)} · {row.account.label}", row.ip or "")

    @admin.display(description="Body")
    def shown_body(self, row: Quarantined) -> Any:
        text, note = body_of(row)
        return format_html('<pre class="ra-body" tabindex="0">{}</pre><p class="rs-quiet">{}</p>', text, note)
