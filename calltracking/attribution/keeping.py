"""Keeping what was decided, with its entry in the ledger: one call in its journey, or many in one operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from calltracking.attribution.deciding import NO_CAMPAIGN, SURE, Decision, Rule
from calltracking.attribution.knowing import READ, Walk, held_by, rules_now
from calltracking.models import AttributionBatch, AttributionEntry, LearntNumber
from crm.actors import Source, current_actor
from crm.leases import WorkState
from crm.models import Campaign, Membership, Recipient
from crm.tenancy import require_company
from telephony.events import AttributedBy
from telephony.models import Call

MANY = 1000

Batch = AttributionBatch
# A call, our number that it came over, and what was decided.
Found = tuple[Call, int | None, Decision]


class RecipientOfAnotherCampaign(ValueError):
    """A call cannot be given to one campaign and to a recipient of another."""


# ---- one call, in its journey ---------------------------------------------------------------------------------


def attribution_of(call: Call) -> Decision:
    """Return which campaign brought the call, by what is known now. Changes nothing."""
    held = held_by(call)
    if held.by == AttributedBy.MANUAL:
        return held
    _, _, decision = next(Walk(rules_now()).decide([call]))
    return decision


def attribute(call: Call) -> None:
    """Keep which campaign brought the call, by the rules; the caller holds its lock. What a person chose stays.

    Calls arrive in any order: later ones that were waiting for this one, or that followed another, are decided anew.
    """
    rules, before = rules_now(), call.campaign_id
    decided = list(Walk(rules).decide([call]))
    if not keep_all([(one, facts.line_id, decision) for one, facts, decision in decided]):
        return
    if before is None and call.campaign_id is None:
        return
    window = next((rule.window for rule in rules if rule.kind == AttributedBy.EARLIER), None)
    if call.contact_id and window:
        # They ask the database about this call.
        call.write_gathered()
        _decide_those_after(call, rules, window)


def _decide_those_after(call: Call, rules: Sequence[Rule], window: timedelta) -> None:
    # Of calls that began in the same second, the one we heard of first is the earlier one.
    at_once = Q(started_at=call.started_at, pk__gt=call.pk)
    after = Call.objects.filter(Q(started_at__gt=call.started_at) | at_once, contact=call.contact_id)
    waiting = after.filter(
        started_at__lte=call.started_at + window, attributed_by__in=[AttributedBy.NONE, AttributedBy.EARLIER]
    )
    if later := locked(waiting):
        keep_all([(one, facts.line_id, decision) for one, facts, decision in Walk(rules).decide(later)])


# ---- many calls, in one operation -----------------------------------------------------------------------------


def assign(
    calls: QuerySet[Call], *, campaign: Campaign | None, by: Membership, recipient: Recipient | None = None
) -> AttributionBatch:
    """Give the calls to the campaign, or to none, as a person's choice; returns the operation, which can be undone.

    Without a recipient each call keeps its own where that is one of the campaign's, or gets the one who has the
    caller's number. With one, other numbers that they called from are remembered as theirs.
    Raises `RecipientOfAnotherCampaign`.
    """
    if recipient is not None and (campaign is None or recipient.campaign_id != campaign.pk):
        raise RecipientOfAnotherCampaign
    with transaction.atomic():
        chosen = locked(calls)
        batch = begin(Batch.Kind.ASSIGN, by=by, campaign=campaign)
        whose = _recipients_of(chosen, campaign, recipient)
        campaign_id = campaign.pk if campaign else None
        found = [
            (
                call,
                call.line_id,
                Decision(
                    by=AttributedBy.MANUAL,
                    campaign_id=campaign_id,
                    recipient_id=whose.get(call.pk),
                    confidence=SURE,
                ),
            )
            for call in chosen
        ]
        if recipient is not None:
            _learn(recipient, {call.customer_number for call in chosen}, batch=batch)
        finish(batch, looked_at=len(chosen), changed=keep_all(found, batch=batch))
    return batch


def clear(calls: QuerySet[Call], *, by: Membership) -> AttributionBatch:
    """Take back what people chose for the calls: the rules decide again. Returns the operation."""
    with transaction.atomic():
        chosen = locked(calls)
        batch = begin(Batch.Kind.CLEAR, by=by)
        walk = Walk(rules_now(), forgets=True)
        found = [(call, facts.line_id, decision) for call, facts, decision in walk.decide(chosen)]
        finish(batch, looked_at=len(chosen), changed=keep_all(found, batch=batch))
    return batch


def locked(calls: QuerySet[Call]) -> list[Call]:
    """Return the calls, locked in the order in which they were held: whoever locks several does so in this order."""
    pks = calls.order_by().values("pk")
    rows = Call.objects.filter(pk__in=pks).select_for_update(of=("self",)).only(*READ)
    return list(rows.order_by("started_at", "pk"))


def begin(kind: str, *, by: Membership | None, **fields: Any) -> AttributionBatch:
    """Create the row of an operation that is done in this transaction."""
    actor = current_actor()
    return AttributionBatch.objects.create(
        **{
            "kind": kind,
            "made_by": by,
            "source": actor.source if actor else Source.OUTSIDE,
            "work_state": WorkState.DONE,
            **fields,
        }
    )


def finish(batch: AttributionBatch, *, looked_at: int, changed: int) -> None:
    """Close an operation that is done, with its counts."""
    batch.looked_at, batch.changed, batch.finished_at = looked_at, changed, timezone.now()
    batch.save(update_fields=["looked_at", "changed", "finished_at"])


def _recipients_of(
    calls: Sequence[Call], campaign: Campaign | None, recipient: Recipient | None
) -> dict[int, int | None]:
    """Return whom each call is given to within the campaign."""
    if campaign is None:
        return {}
    if recipient is not None:
        return {call.pk: recipient.pk for call in calls}
    held = {call.recipient_id for call in calls if call.recipient_id}
    numbers = {call.customer_number for call in calls if call.customer_number}
    its = Recipient.objects.filter(Q(pk__in=held) | Q(e164__in=numbers), campaign=campaign)
    rows = list(its.values_list("pk", "e164"))
    known, by_number = {pk for pk, _ in rows}, {e164: pk for pk, e164 in rows}
    return {
        call.pk: call.recipient_id if call.recipient_id in known else by_number.get(call.customer_number)
        for call in calls
    }


def _learn(recipient: Recipient, numbers: Iterable[str], *, batch: AttributionBatch) -> None:
    """Remember the numbers as the recipient's, but for those by which the campaign knows somebody already."""
    new = set(numbers) - {"", recipient.e164}
    its = Recipient.objects.filter(campaign=recipient.campaign_id, e164__in=new)
    new -= set(its.values_list("e164", flat=True))
    LearntNumber.objects.bulk_create(
        [LearntNumber(recipient=recipient, e164=number, batch=batch) for number in sorted(new)],
        update_conflicts=True,
        unique_fields=["company", "recipient", "e164"],
        update_fields=["batch", "learnt_at", "is_active"],
    )


# ---- rows -----------------------------------------------------------------------------------------------------

WRITE = """
    update telephony_call c
       set campaign_id = k.campaign, recipient_id = k.recipient, attributed_by = k.by, line_id = k.line
      from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[])
           as k(id, campaign, recipient, by, line)
     where c.company_id = %s and c.id = k.id
"""


def keep_all(found: Iterable[Found], *, batch: AttributionBatch | None = None) -> int:
    """Write what was decided of locked calls, with the number of ours they came over; returns how many changed.

    A call that says so already is not written, and leaves no entry.
    """
    found = list(found)
    changed = [(call, decision) for call, _, decision in found if _state(call) != _of(decision)]
    written = [one for one in found if _state(one[0]) != _of(one[2]) or one[0].line_id != one[1]]
    if not written:
        return 0
    entries = [_entry(call, decision, batch) for call, decision in changed]
    columns: list[list[Any]] = [[], [], [], [], []]
    for call, line_id, decision in written:
        row = (call.pk, decision.campaign_id, decision.recipient_id, str(decision.by), line_id)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
        _, call.campaign_id, call.recipient_id, call.attributed_by, call.line_id = row
    if len(written) == 1 and written[0][0].is_gathering:
        # Its row is written once, when all else is known.
        written[0][0].save(update_fields=["campaign", "recipient", "attributed_by", "line"])
    else:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [*columns, require_company()])
    AttributionEntry.objects.bulk_create(entries, batch_size=MANY)
    return len(entries)


def _state(call: Call) -> tuple[int | None, int | None, str]:
    return call.campaign_id, call.recipient_id, call.attributed_by


def _of(decision: Decision) -> tuple[int | None, int | None, str]:
    return decision.campaign_id, decision.recipient_id, str(decision.by)


def _entry(call: Call, decision: Decision, batch: AttributionBatch | None) -> AttributionEntry:
    """Return the entry of a change that is not written yet. An operation's actor is who began it."""
    actor = current_actor()
    source = batch.source if batch else actor.source if actor else Source.OUTSIDE
    return AttributionEntry(
        call=call,
        by_before=call.attributed_by,
        by=decision.by,
        campaign_before_id=call.campaign_id,
        campaign_id=decision.campaign_id,
        recipient_before_id=call.recipient_id,
        recipient_id=decision.recipient_id,
        confidence=decision.confidence,
        candidates=[candidate.in_json for candidate in decision.considered],
        source=source,
        member_id=batch.made_by_id if batch else actor.member if actor else None,
        batch=batch,
    )


# ---- what happens elsewhere -----------------------------------------------------------------------------------


def let_go(campaign: Campaign) -> None:
    """A campaign is deleted: no call says that it was brought by one which is not there any more."""
    its = Call.objects.filter(campaign=campaign).order_by("started_at", "pk").values_list("pk", flat=True)
    while some := list(its[:MANY]):
        calls = locked(Call.objects.filter(pk__in=some))
        keep_all([(call, call.line_id, NO_CAMPAIGN) for call in calls])


def move_ledger(kept: Call, gone: Call) -> None:
    """Two rows turned out to be one call: the kept one has both ledgers, and says which answer it kept."""
    with connection.cursor() as cursor:
        cursor.callproc("calltracking_attributionentry_move", [gone.pk, kept.pk])
    last = AttributionEntry.objects.filter(call=kept).order_by("-pk").first()
    if last is None or (last.campaign_id, last.recipient_id, last.by) == _state(kept):
        return
    actor = current_actor()
    AttributionEntry.objects.create(
        call=kept,
        by_before=last.by,
        by=kept.attributed_by,
        campaign_before_id=last.campaign_id,
        campaign_id=kept.campaign_id,
        recipient_before_id=last.recipient_id,
        recipient_id=kept.recipient_id,
        source=actor.source if actor else Source.OUTSIDE,
        member_id=actor.member if actor else None,
    )
