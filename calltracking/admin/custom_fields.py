"""The company's own fields, with a box to try one on a real conversation before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from analysis.backends import get_backend
from analysis.conversation import Conversation
from analysis.findings import Fact
from analysis.grounding import ground
from analysis.understanding import conversation_of
from analysis.wanted import wanted_of
from calltracking.transcripts import UnreadableTranscript, read_transcript
from calltracking.views.words import say
from crm.admin.base import person_of
from crm.admin.custom_fields import FieldsAdmin
from crm.models import ExtractionField
from crm.wording import day_and_time
from telephony.models import Call, Turn

RECENT = 20
# The rules that run everywhere: a box on a page must not wait for somebody else's model.
READER = "builtin"


@dataclass(frozen=True)
class Tried:
    """What one field would read: `words` empty when nothing was said."""

    label: str
    is_this: bool
    words: str = ""
    quote: str = ""
    who: str = ""
    url: str = ""


@admin.register(ExtractionField)
class ExtractionFieldAdmin(FieldsAdmin):
    change_form_outer_after_template = "admin/ringside/try_field.html"

    def get_urls(self) -> list[Any]:
        tried = self.admin_site.admin_view(self.try_view)
        return [path("try/", tried, name="crm_extractionfield_try"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        context["recent_calls"] = _recent_calls()
        return super().render_change_form(request, context, **options)

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the fields would read, this one as it stands in the form; nothing is kept."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        pk = request.POST.get("tried", "")
        saved = ExtractionField.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() else None
        form = self.get_form(request, saved, change=saved is not None)(request.POST, instance=saved)
        if not form.is_valid():
            named = ((getattr(form.fields.get(name), "label", ""), errors) for name, errors in form.errors.items())
            return _answer(request, error=" ".join(f"{label}: {errors[0]}".lstrip(": ") for label, errors in named))
        try:
            conversation, call = _conversation(request)
        except UnreadableTranscript as error:
            return _answer(request, error=str(error))
        others = [field for field in ExtractionField.objects.active() if field.pk != form.instance.pk]
        return _answer(request, tried=try_on(conversation, field=form.instance, others=others, call=call))


def try_on(
    conversation: Conversation, *, field: ExtractionField, others: list[ExtractionField], call: Call | None
) -> list[Tried]:
    """Return what the field and those beside it would read, the field first."""
    conversation = replace(conversation, wanted=wanted_of([field, *others]))
    found = ground(get_backend(READER).analyze(conversation), conversation).findings.custom
    return [_tried(each, found.get(each.key), call, is_this=each is field) for each in (field, *others)]


def _tried(field: ExtractionField, fact: Fact[Any] | None, call: Call | None, *, is_this: bool) -> Tried:
    if fact is None:
        return Tried(field.label, is_this)
    who = "Customer" if fact.evidence.speaker == "customer" else "Agent, confirmed"
    turn = fact.evidence.turn
    url = f"{reverse('call', args=[call.pk])}#turn-{turn}" if call else ""
    return Tried(field.label, is_this, say(fact.value), fact.evidence.quote, f"{who}, turn {turn + 1}", url)


def _conversation(request: HttpRequest) -> tuple[Conversation, Call | None]:
    pasted, chosen = request.POST.get("transcript", ""), request.POST.get("call", "")
    if pasted.strip():
        company = person_of(request).company
        read = Conversation(
            lines=read_transcript(pasted),
            called_at=timezone.now(),
            region=company.region,
            currency=company.currency,
            time_zone=company.time_zone,
            our_name=company.name,
        )
        return read, None
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    call = Call.objects.defer("raw").filter(pk=int(chosen)).first() if is_id else None
    conversation = conversation_of(call) if call else None
    if conversation is None:
        raise UnreadableTranscript("Choose a call, or paste a conversation.")
    return conversation, call


def _recent_calls() -> list[tuple[int, str]]:
    spoken = Exists(Turn.objects.filter(call=OuterRef("pk")))
    calls = Call.objects.filter(spoken, ended_at__isnull=False).select_related("contact").defer("raw")
    return [
        (call.pk, f"{call.contact.label if call.contact else 'Unknown caller'}, {day_and_time(call.started_at)}")
        for call in calls.order_by("-started_at", "-pk")[:RECENT]
    ]


def _answer(request: HttpRequest, *, tried: list[Tried] | None = None, error: str = "") -> HttpResponse:
    return render(request, "admin/ringside/tried.html", {"tried": tried, "error": error})
