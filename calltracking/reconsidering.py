"""What follows when a person says something of a call: its score, the contact's card and the lead, at once."""

from __future__ import annotations

from typing import Any

from analysis.corrections import effective_of, understanding_of
from analysis.findings import Findings
from calltracking.journey import CARD, act, recognize, score
from crm.models import Contact, Membership
from telephony.models import Call


def reconsider(call: Call, *, before: Findings) -> None:
    """A person said something of one value; recognition, score, contact and lead follow.

    `before` is what the call was held to mean until now. The call is locked by the caller.
    """
    understood = understanding_of(call)
    if understood is None:
        return
    recognize(call, understood.findings)
    score(call, understood)
    revise(call, before=before, now=understood.findings)
    act(call, understood)


def swap_speakers(call: Call, *, by: Membership) -> None:
    """Agent and customer were taken for each other, or that is taken back; the call is locked by the caller.

    The call is read anew. What the contact's card learnt from the wrong reading goes, as long as it is their only call
    that was read: of several, another one may have said the same.
    """
    told = effective_of(call, call.insights.filter(is_current=True).first())
    call.swap_speakers(by=by)
    others = Call.objects.filter(contact=call.contact_id, score__isnull=False).exclude(pk=call.pk)
    if told and call.contact_id and not others.exists():
        revise(call, before=told.findings, now=Findings())
    call.owe_journey()


def revise(call: Call, *, before: Findings, now: Findings) -> None:
    """Where the contact's card still says what was held to be so, let it say what is; what else stands there stays."""
    if call.contact_id is None:
        return
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=call.contact_id)
    changed = {}
    for name, finding in CARD.items():
        was, fact = getattr(before, finding), getattr(now, finding)
        if was is None or (fact is not None and fact.value == was.value):
            continue
        field: Any = Contact._meta.get_field(name)
        if getattr(contact, name) == _fitting(field, was.value):
            changed[name] = _fitting(field, fact.value) if fact else field.get_default()
    for name, value in changed.items():
        setattr(contact, name, value)
    if changed:
        contact.save(update_fields=list(changed))


def _fitting(field: Any, value: Any) -> Any:
    limit = getattr(field, "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value
