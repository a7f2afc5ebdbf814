"""The inbox: every genuine delivery as it came, what became of it, and the way to read it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models.functions import Length, Substr
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import RadioFilter

from crm.admin.base import MOST_AT_ONCE, ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, count_of, pill, two_lines
from crm.leases import WorkState, announce
from crm.phones import to_search_prefix
from crm.wording import ago, day_and_time
from telephony.models import CallId, Quarantined, WebhookEvent
from telephony.providers import provider_choices, provider_label

MOST_SHOWN_BYTES = 100_000
MOST_SEARCHED = 2_000
# Larger ones are shown as they came: to set a text in lines, it has to be read whole.
MOST_READ_BYTES = 1_000_000
FORM = "application/x-www-form-urlencoded"


class StateFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("unused", "Not used"),
            ("dead", "Given up"),
        )

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(work_state__in=(WorkState.DUE, WorkState.LEASED))
            case "done":
                return queryset.filter(work_state=WorkState.DONE, unrouted_because="")
            case "unused":
                return queryset.filter(work_state=WorkState.DONE).exclude(unrouted_because="")
            case "dead":
                return queryset.filter(work_state=WorkState.DEAD)
        return queryset


class ProviderFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return provider_choices()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(provider=self.value()) if self.value() else queryset


@admin.register(WebhookEvent)
class InboxAdmin(ReadOnlyAdmin):
    list_display = ("received", "state", "call", "sender", "trouble")
    list_display_links = ("received",)
    list_filter = (StateFilter, ProviderFilter)
    quick_filters = (
        ("Waiting", "state", "waiting"),
        ("Given up", "state", "dead"),
        ("Not used", "state", "unused"),
    )
    search_fields = ("call_ref",)
    search_help_text = "A call's id or its beginning, a phone number, or words of what went wrong"
    ordering = ("-received_at", "-id")
    list_select_related = ("account",)
    actions = ("replay",)
    fieldsets = (
        (None, {"fields": (("state", "received"), ("sender", "call"), ("attempts", "next_at"), "trouble")}),
        ("What came", {"fields": ("headers", "shown_body")}),
    )
    readonly_fields: ClassVar = ("state", "received", "sender", "call", "trouble", "shown_body", "next_at", "attempts")
    change_form_outer_before_template = "admin/ringside/replay.html"
    empty_icon = "inbox"
    empty_title = "Nothing has arrived yet"
    empty_text = "What providers send is stored here before they get an answer. Connect one under Providers."

    def get_queryset(self, request: HttpRequest) -> Any:
        call = CallId.objects.filter(provider=models.OuterRef("provider"), value=models.OuterRef("call_ref"))
        events = super().get_queryset(request).defer("body")
        return events.annotate(call_id=models.Subquery(call.values("call_id")[:1]))

    def search(self, request: HttpRequest, queryset: models.QuerySet[Any], text: str) -> models.QuerySet[Any]:
        """By call; by the calls of a number; by words of what went wrong, among the newest that went wrong."""
        found = models.Q(call_ref__prefix=text)
        number = to_search_prefix(text, region=person_of(request).company.region)
        if number:
            calls = CallId.objects.filter(call__customer_number__prefix=number).order_by("-call_id")
            found |= models.Q(call_ref__in=list(calls.values_list("value", flat=True)[:MOST_SEARCHED]))
        # Words are compared row by row; a policy lets no index do it, so only so many are looked at.
        wrong = WebhookEvent.objects.exclude(error="", unrouted_because="").order_by("-received_at", "-id")
        words = text.casefold()
        newest = wrong.values_list("pk", "error", "unrouted_because")[:MOST_SEARCHED]
        found |= models.Q(pk__in=[pk for pk, *said in newest if any(words in one.casefold() for one in said)])
        return queryset.filter(found)

    @admin.action(description="Replay", permissions=["change"])
    def replay(self, request: HttpRequest, queryset: Any) -> None:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        with transaction.atomic():
            kept = WebhookEvent.objects.replayable()
            held = kept.select_for_update(of=("self",)).defer("body").filter(pk__in=chosen)
            events = list(held.order_by("pk"))
            for event in events:
                event.replay()
                announce(event)
        read = count_of(len(events), "delivery", plural="deliveries")
        text = f"{read} will be read again in a moment. What they did already is not done twice."
        messages.success(request, text)
        if gone := len(chosen) - len(events):
            messages.warning(request, f"{count_of(gone, 'body', plural='bodies')} had been dropped for their age.")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> Any:
        may = super().has_change_permission(request)
        return super().render_change_form(request, {**context, "may_replay": may}, **options)

    @admin.display(description="Received", ordering="received_at")
    def received(self, event: WebhookEvent) -> Any:
        return two_lines(day_and_time(event.received_at), ago(event.received_at))

    @admin.display(description="State", ordering="work_state")
    def state(self, event: WebhookEvent) -> Any:
        match event.work_state:
            case WorkState.DEAD:
                return pill("Given up", "bad")
            case WorkState.DUE:
                return pill("Waiting", "warn")
            case WorkState.LEASED:
                return pill("In work", "info")
        return pill("Not used", "plain") if event.is_unrouted else pill("Done", "good")

    @admin.display(description="Call", ordering="call_ref")
    def call(self, event: Any) -> Any:
        if not event.call_ref:
            return NOTHING
        if event.call_id is None:
            return event.call_ref
        link = reverse("call", args=[event.call_id])
        return format_html('<a class="ra-link ra-clip" href="{}">{}</a>', link, event.call_ref)

    @admin.display(description="From", ordering="provider")
    def sender(self, event: WebhookEvent) -> Any:
        return two_lines(f"{provider_label(event.provider)} · {event.account.label}", event.ip or "")

    @admin.display(description="What went wrong")
    def trouble(self, event: WebhookEvent) -> Any:
        text = event.unrouted_because or event.error
        return format_html('<span class="ra-clip" title="{}">{}</span>', text, text) if text else NOTHING

    @admin.display(description="Body")
    def shown_body(self, event: WebhookEvent) -> Any:
        text, note = body_of(event)
        return format_html('<pre class="ra-body" tabindex="0">{}</pre><p class="rs-quiet">{}</p>', text, note)


def body_of(event: WebhookEvent | Quarantined) -> tuple[str, str]:
    """Return the body as text, JSON and forms set in lines, cut at MOST_SHOWN_BYTES, and a note on its size."""
    rows: Any = type(event).objects.filter(pk=event.pk)
    size = rows.values_list(Length("body", output_field=models.IntegerField()), flat=True).get()
    most = MOST_READ_BYTES if size <= MOST_READ_BYTES else MOST_SHOWN_BYTES
    part = rows.values_list(Substr("body", 1, most, output_field=models.BinaryField()), flat=True).get()
    text = bytes(part).decode("utf-8", "replace")
    if size <= MOST_READ_BYTES:
        text = _set_in_lines(text, kind=str(event.headers.get("content-type", "")))
    if len(text) <= MOST_SHOWN_BYTES and size <= MOST_READ_BYTES:
        return text, f"{size:,} bytes"
    return text[:MOST_SHOWN_BYTES], f"The first {MOST_SHOWN_BYTES:,} characters; the delivery has {size:,} bytes."


def _set_in_lines(text: str, *, kind: str) -> str:
    if kind.startswith(FORM):
        return "\n".join(f"{name} = {value}" for name, value in parse_qsl(text, keep_blank_values=True))
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
