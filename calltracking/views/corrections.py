"""What a person says of a value on the call's page: right, wrong, this instead; or a value that was missed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from analysis.conversation import Conversation
from analysis.corrections import Effective, Verdict, effective_of, item_of, judge, withdraw
from analysis.fields import (
    CUSTOM,
    as_stored,
    choices_of,
    field_of,
    is_known,
    kind_of,
    list_fields,
    read_value,
    single_fields,
)
from analysis.findings import Evidence, Fact
from analysis.understanding import conversation_of
from calltracking.reconsidering import reconsider
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.lead_card import lead_card
from calltracking.views.meaning import meaning_of
from calltracking.views.measures import measures_of
from calltracking.views.reading import ELSEWHERE, facts_of
from calltracking.views.readings import reader_of
from calltracking.views.value_forms import ValueForm, form_for
from calltracking.views.words import label_of, say
from crm.wording import day_and_time
from telephony.models import Call, Insight

CHANGED_MEANWHILE = "This value changed while you had it open. Nothing was overwritten; this is how it is now."
NOT_READ = "This call has not been read yet, so there is nothing to put right."
SAID = {
    Verdict.CONFIRMED: "{} is confirmed.",
    Verdict.CORRECTED: "{} is put right.",
    Verdict.REJECTED: "{} is taken away.",
    Verdict.ADDED: "{} is added.",
}


@dataclass(frozen=True)
class Asked:
    """Which value the person means: its field, which one of a list, and the fact as it is held now."""

    name: str
    item: str
    fact: Fact[Any] | None
    conversation: Conversation | None

    def form(self, data: Any = None) -> ValueForm:
        value = self.fact.value if self.fact else None
        kind = kind_of(self.name, value=value, conversation=self.conversation)
        return form_for(
            self.name, kind, value=value, choices=choices_of(self.name, conversation=self.conversation), data=data
        )

    @property
    def saw(self) -> str:
        """The value as text, so that a click on an old page can be told from one on this value."""
        return saw_of(self.name, self.fact.value) if self.fact else ""


@require_http_methods(["GET", "POST"])
@page("telephony.add_correction")
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the inputs for a value; POST keeps what a person says of it. The lead follows at once."""
    if request.method == "GET":
        return _show_form(request, pk)
    call = get_object_or_404(calls_of(request).select_for_update(of=("self",)).defer("raw"), pk=pk)
    insight = call.insights.filter(is_current=True).first()
    told = effective_of(call, insight)
    if told is None:
        return values_card(request, call, error=NOT_READ)
    # PostgreSQL has no place for it, and no value of ours holds it.
    sent = {name: request.POST.get(name, "").replace("\x00", "") for name in ("name", "item")}
    asked = _asked(call, told, name=sent["name"], item=sent["item"])
    if request.POST.get("verdict") == "undo":
        return _undo(request, call, told, asked)
    return _keep(request, call, told, asked)


def _keep(request: HttpRequest, call: Call, told: Effective, asked: Asked) -> HttpResponse:
    verdict = request.POST.get("verdict", "")
    if verdict not in Verdict.values:
        raise Http404("There is no such verdict.")
    if verdict == Verdict.ADDED:
        asked = Asked(asked.name, "", None if asked.name in list_fields() else asked.fact, asked.conversation)
    if request.POST.get("saw", "") != asked.saw:
        return values_card(request, call, error=CHANGED_MEANWHILE)
    entered = asked.fact.value if asked.fact else None
    item = asked.item
    if verdict in (Verdict.CORRECTED, Verdict.ADDED):
        form = asked.form(request.POST)
        if not form.is_valid():
            return _form(request, call, asked, form)
        entered = read_value(asked.name, form.entered)
        item = item or item_of(asked.name, entered)
    elif asked.fact is None:
        return values_card(request, call, error=CHANGED_MEANWHILE)
    evidence = asked.fact.evidence if asked.fact and asked.fact.evidence.quote else _turn_named(request, call)
    judge(
        call,
        name=asked.name,
        verdict=verdict,
        by=member_of(request),
        item=item,
        value=entered,
        words=say(entered),
        evidence=evidence,
    )
    reconsider(call, before=told.findings)
    message = SAID[Verdict(verdict)].format(label_of(asked.name))
    return values_card(request, call, message=message, undo={"name": asked.name, "item": item})


def _undo(request: HttpRequest, call: Call, told: Effective, asked: Asked) -> HttpResponse:
    if not withdraw(call, name=asked.name, item=asked.item):
        return values_card(request, call)
    reconsider(call, before=told.findings)
    return values_card(request, call, message=f"{label_of(asked.name)} is as it was read again.")


def _show_form(request: HttpRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(calls_of(request).defer("raw"), pk=pk)
    told = effective_of(call, call.insights.filter(is_current=True).first())
    if told is None:
        return values_card(request, call, error=NOT_READ)
    wanted = request.GET.get("name", "")
    if not wanted:
        return _form(request, call, None, None, told=told)
    fact = dict(told.findings.facts()).get(wanted)
    name = field_of(wanted)
    said = told.judged.get(wanted)
    item = said.item if said else item_of(name, fact.value) if fact else ""
    asked = _asked(call, told, name=name, item=item)
    return _form(request, call, asked, asked.form(), told=told)


def _form(
    request: HttpRequest, call: Call, asked: Asked | None, form: ValueForm | None, *, told: Effective | None = None
) -> HttpResponse:
    context = {
        "call": call,
        "asked": asked,
        "form": form,
        "label": label_of(asked.name) if asked else "",
        "verdict": Verdict.CORRECTED if asked and asked.fact else Verdict.ADDED,
        "title": "Put a value right" if asked and asked.fact else "Add what was missed",
        "fields": missing_fields(call, told) if told and (asked is None or asked.fact is None) else (),
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "calltracking/parts/value_form.html" if is_part else "calltracking/value.html"
    return render_page(request, template, context)


def values_card(request: HttpRequest, call: Call, **said: Any) -> HttpResponse:
    """Answer with the values as they are held now, and with the cards that follow from them."""
    if not request.headers.get("HX-Request"):
        if text := said.get("error"):
            messages.error(request, text)
        elif text := said.get("message"):
            messages.success(request, text)
        return redirect("call", pk=call.pk)
    call.refresh_from_db(fields=["contact", "score", "intent", "is_hot", "feeling"])
    insight = call.insights.filter(is_current=True).first()
    context = {
        **values_of(request, call, insight),
        **lead_card(request, call, insight=insight),
        "values_said": said,
        "is_part": True,
    }
    return render_page(request, "calltracking/parts/values.html", context)


def values_of(request: HttpRequest, call: Call, insight: Insight | None) -> dict[str, Any]:
    """Return what the cards of a call's meaning show."""
    told = effective_of(call, insight)
    return {
        "call": call,
        "told": told,
        "facts": facts_of(told),
        "meaning": meaning_of(call, told),
        "rejected": [(label_of(one.name), one) for one in told.rejected] if told else [],
        "dropped": len(insight.dropped) if insight else 0,
        "insight": insight,
        "measures": measures_of(call),
        "reader": reader_of(insight) if insight else "",
        "read_at": day_and_time(insight.created_at) if insight else "",
        "versions": call.insights.count(),
        "can_change": request.user.has_perm("telephony.change_call"),
        "can_judge": request.user.has_perm("telephony.add_correction") and told is not None,
    }


def saw_of(name: str, value: Any) -> str:
    """Return a value as a page keeps it beside its buttons."""
    return json.dumps(as_stored(name, value), sort_keys=True, ensure_ascii=False)


def missing_fields(call: Call, told: Effective) -> list[tuple[str, str]]:
    """Return the fields a person may add a value to, with their labels: lists, and what has no value yet."""
    conversation = conversation_of(call)
    wanted = conversation.wanted if conversation else ()
    free = [name for name in single_fields() if getattr(told.findings, name) is None]
    own = [CUSTOM + field.key for field in wanted if field.key not in told.findings.custom]
    named = [name for name in (*free, *own, *list_fields()) if name not in ELSEWHERE]
    return [(name, label_of(name)) for name in named]


def _asked(call: Call, told: Effective, *, name: str, item: str) -> Asked:
    """Return the value of that field, or that one of a list. Raises Http404 for a field that there is not."""
    if not is_known(name) or "[" in name:
        raise Http404("There is no such value.")
    found = None
    for place, fact in told.findings.facts():
        if field_of(place) != name:
            continue
        said = told.judged.get(place)
        if item in ("", said.item if said else item_of(name, fact.value)):
            found = fact
            break
    conversation = conversation_of(call) if name.startswith(CUSTOM) else None
    if found is None and name.startswith(CUSTOM) and name not in _own_fields(conversation, told):
        raise Http404("There is no such value.")
    return Asked(name, item, found, conversation)


def _own_fields(conversation: Conversation | None, told: Effective) -> set[str]:
    """The company's own fields that a value may be added to or brought back in."""
    wanted = conversation.wanted if conversation else ()
    return {CUSTOM + field.key for field in wanted} | {one.name for one in told.rejected}


def _turn_named(request: HttpRequest, call: Call) -> Evidence | None:
    """The turn that the person says the value was said in, if they do; its words as they stand."""
    text = request.POST.get("turn", "")
    turn = call.turns.filter(index=int(text) - 1).first() if text.isdecimal() and 0 < len(text) < 7 else None
    if turn is None or not turn.content:
        return None
    return Evidence(turn=turn.index, quote=turn.content, second=turn.start_seconds, speaker=turn.speaker)
