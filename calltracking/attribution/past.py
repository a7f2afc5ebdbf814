"""The rules over calls of the past: shown first, then run as leased work that goes on where it was killed; and undo.

Calls are gone through in the order in which they were held, so that what brought an earlier call is known for a later
one. Nothing that a person chose is changed by a run.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from calltracking.attribution.deciding import Decision, Rule
from calltracking.attribution.keeping import begin, keep_all, locked
from calltracking.attribution.knowing import READ, Walk, rules_now
from calltracking.models import AttributionBatch, AttributionEntry, LearntNumber
from crm.failpoints import failpoint
from crm.leases import LEASE_FIELDS, Lease, WorkState, announce
from crm.models import Campaign, Membership, Recipient
from telephony.events import AttributedBy
from telephony.models import Call

# So many calls in one transaction; an operation on no more is undone at once, a longer one in the background.
CHUNK = 1000
# After so long others get their turn.
SLICE_SECONDS = 5
EXAMPLES = 10

Place = tuple[datetime, int] | None


class RunsAlready(Exception):
    """The rules are being run over the past already; one run at a time."""


class CannotBeUndone(Exception):
    """The operation was undone before, or is still at work; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a run would do to one call."""

    call_id: int
    before: Decision
    after: Decision


@dataclass(kw_only=True)
class Preview:
    """What a run of the rules would change: how many calls from which campaign to which (None: no campaign)."""

    looked_at: int = 0
    changed: int = 0
    moves: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    examples: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> None:
        self.changed += 1
        self.moves[change.before.campaign_id, change.after.campaign_id] += 1
        self.by_rule[change.after.by] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(change)


# ---- what a run would do --------------------------------------------------------------------------------------


def preview(
    *,
    rules: Sequence[Rule] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    step: Callable[[int], object] = lambda looked_at: None,
) -> Preview:
    """Return what the rules, those of now unless others are given, would change in calls of that time.

    Nothing is written. `step` is told how many calls were looked at, after each thousand.
    """
    seen = Preview()
    walk: Walk | None = None
    for calls in _chunks(calls_between(since, until)):
        # What this walk decides stands nowhere but in it.
        walk = walk or Walk(rules_now() if rules is None else rules, before=calls[0].started_at)
        for call, _, decision in walk.decide(calls):
            held = Decision(by=call.attributed_by, campaign_id=call.campaign_id, recipient_id=call.recipient_id)
            if held != decision:
                seen.add(Change(call_id=call.pk, before=held, after=decision))
        seen.looked_at += len(calls)
        step(len(calls))
    return seen


def calls_between(since: datetime | None, until: datetime | None) -> QuerySet[Call]:
    """Return the calls that began at or after the one moment and before the other."""
    times = (Q(started_at__gte=since) if since else Q()) & (Q(started_at__lt=until) if until else Q())
    found: QuerySet[Call] = Call.objects.filter(times)
    return found


def _chunks(calls: QuerySet[Call]) -> Iterator[list[Call]]:
    place: Place = None
    while chunk := list(_behind(calls, place).only(*READ)[:CHUNK]):
        yield chunk
        place = (chunk[-1].started_at, chunk[-1].pk)


def _behind(calls: QuerySet[Call], place: Place) -> QuerySet[Call]:
    """Return the calls that come behind the place, in the order in which they were held."""
    if place:
        at, pk = place
        # The bare time lets the index begin there; the rest only takes out what was seen.
        calls = calls.filter(started_at__gte=at).exclude(started_at=at, pk__lte=pk)
    return calls.order_by("started_at", "pk")


# ---- a run ----------------------------------------------------------------------------------------------------


def run(*, by: Membership | None, since: datetime | None = None, until: datetime | None = None) -> AttributionBatch:
    """Owe a run of today's rules over calls of that time; a worker does it. Raises `RunsAlready`."""
    rules = [_rule_in_json(rule) for rule in rules_now()]
    dead = AttributionBatch.objects.filter(kind=AttributionBatch.Kind.RULES, work_state=WorkState.DEAD)
    dead.filter(finished_at=None).update(finished_at=timezone.now())
    try:
        with transaction.atomic():
            batch = begin(
                AttributionBatch.Kind.RULES,
                by=by,
                since=since,
                # Calls that come in meanwhile are decided by their own journey.
                until=until or timezone.now(),
                rules=rules,
                work_state=WorkState.DUE,
            )
    except IntegrityError:
        raise RunsAlready from None
    announce(batch)
    return batch


def work_on_batch(lease: Lease) -> None:
    """Do what an operation still owes, a chunk in a transaction, until it is over or others should have their turn."""
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        with lease.effect(finish=False) as batch:
            is_over = batch.finished_at is not None or not STEPS[batch.kind](batch)
        failpoint("attribution:between_chunks", row=lease.pk)
        if is_over:
            with lease.effect() as batch:
                batch.finished_at = batch.finished_at or timezone.now()
                batch.save(update_fields=["finished_at"])
            return
    with lease.effect(finish=False) as batch:
        batch.make_due()
        batch.save(update_fields=list(LEASE_FIELDS))
        announce(batch)


def run_a_chunk(batch: AttributionBatch) -> bool:
    """Decide the next calls of a run anew; returns False when there were no more."""
    calls = _behind(calls_between(batch.since, batch.until), _place_of(batch))
    pks = list(calls.values_list("pk", flat=True)[:CHUNK])
    if not pks:
        return False
    chunk = locked(Call.objects.filter(pk__in=pks))
    walk = Walk([_rule_of(written) for written in batch.rules])
    found = [(call, facts.line_id, decision) for call, facts, decision in walk.decide(chunk)]
    _come_to(batch, chunk[-1], looked_at=len(chunk), changed=keep_all(found, batch=batch))
    return True


# ---- undo -----------------------------------------------------------------------------------------------------


def undo(batch: AttributionBatch, *, by: Membership) -> AttributionBatch:
    """Put every call of the operation back to what it was before, unless it was decided anew since.

    Returns the undoing operation, itself one that can be undone: `changed` calls were put back, `kept` were not. One of
    more than a thousand calls is owed to a worker. Raises `CannotBeUndone`.
    """
    with transaction.atomic():
        held = AttributionBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if held.undone_at:
            raise CannotBeUndone("This was undone already.")
        if held.is_open:
            raise CannotBeUndone("This is still at work. Wait until it has finished.")
        is_long = held.changed > CHUNK
        undoing = begin(
            AttributionBatch.Kind.UNDO,
            by=by,
            campaign=held.campaign,
            undoes=held,
            work_state=WorkState.DUE if is_long else WorkState.DONE,
        )
        batch.undone_at = held.undone_at = undoing.made_at
        batch.undone_by = held.undone_by = by
        held.save(update_fields=["undone_at", "undone_by"])
        _put_out_of_force(undoing)
        if is_long:
            announce(undoing)
            return undoing
        while undo_a_chunk(undoing):
            pass
        undoing.finished_at = timezone.now()
        undoing.save(update_fields=["finished_at"])
    return undoing


def undo_a_chunk(undoing: AttributionBatch) -> bool:
    """Put the next calls of an operation back; returns False when there were no more."""
    theirs = AttributionEntry.objects.filter(batch=undoing.undoes_id, call__gt=undoing.after_id)
    pks = list(theirs.order_by("call").values_list("call", flat=True).distinct()[:CHUNK])
    if not pks:
        return False
    calls = {call.pk: call for call in locked(Call.objects.filter(pk__in=pks))}
    latest = AttributionEntry.objects.filter(call__in=pks).values("call").annotate(latest=Max("pk"))
    # What was decided anew since has a later entry, and stays.
    entries = AttributionEntry.objects.filter(
        pk__in=[row["latest"] for row in latest], batch=undoing.undoes_id
    ).order_by("pk")
    before = _what_stood_before(list(entries))
    found = [(calls[pk], calls[pk].line_id, decision) for pk, decision in before.items()]
    undoing.kept += len(pks) - len(found)
    last = calls[pks[-1]]
    _come_to(undoing, last, looked_at=len(pks), changed=keep_all(found, batch=undoing))
    return True


def _what_stood_before(entries: Sequence[AttributionEntry]) -> dict[int, Decision]:
    """Return, for each call, what it was before; a campaign or recipient that is gone cannot come back."""
    campaigns = set(
        Campaign.objects.filter(pk__in={e.campaign_before_id for e in entries}).values_list("pk", flat=True)
    )
    recipients = set(
        Recipient.objects.filter(pk__in={e.recipient_before_id for e in entries}).values_list("pk", flat=True)
    )
    found = {}
    for entry in entries:
        is_gone = entry.campaign_before_id is not None and entry.campaign_before_id not in campaigns
        found[entry.call_id] = Decision(
            by=AttributedBy.NONE if is_gone else entry.by_before,
            campaign_id=None if is_gone else entry.campaign_before_id,
            recipient_id=entry.recipient_before_id if entry.recipient_before_id in recipients else None,
        )
    return found


def _put_out_of_force(undoing: AttributionBatch) -> None:
    """The operation that is undone no longer counts, nor do numbers learnt by it; undoing that brings them back."""
    root, is_in_force = undoing, True
    while root.undoes is not None:
        root, is_in_force = root.undoes, not is_in_force
    AttributionBatch.objects.filter(pk=root.pk).update(is_in_force=is_in_force)
    LearntNumber.objects.filter(batch=root).update(is_active=is_in_force)


# ---- the rows of operations -----------------------------------------------------------------------------------

STEPS: dict[str, Callable[[AttributionBatch], bool]] = {
    AttributionBatch.Kind.RULES: run_a_chunk,
    AttributionBatch.Kind.UNDO: undo_a_chunk,
}


def _come_to(batch: AttributionBatch, call: Call, *, looked_at: int, changed: int) -> None:
    """Keep how far the operation came. Attempts count only what is tried in vain."""
    batch.after_at, batch.after_id, batch.attempts = call.started_at, call.pk, 0
    batch.looked_at, batch.changed = batch.looked_at + looked_at, batch.changed + changed
    batch.save(update_fields=["after_at", "after_id", "attempts", "looked_at", "changed", "kept"])


def _place_of(batch: AttributionBatch) -> Place:
    return (batch.after_at, batch.after_id) if batch.after_at else None


def _rule_in_json(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.kind.value, "days": rule.window.days if rule.window else None}


def _rule_of(written: dict[str, Any]) -> Rule:
    days = written["days"]
    return Rule(kind=AttributedBy(written["rule"]), window=timedelta(days=days) if days else None)
