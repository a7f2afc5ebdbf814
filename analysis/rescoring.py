"""Calls scored by other rules than they were: what it would change, looked at without saving, and doing it.

Nothing is read anew: a score is made of what is kept of the call, its findings and its metrics.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from django.utils import timezone

from analysis.corrections import corrections_of, effective
from analysis.findings import Findings
from analysis.metrics import Metrics, metrics_from
from analysis.models import Rescoring
from analysis.rules import rules_in_use
from analysis.scoring import Rules, Score, score
from crm.leases import Lease, announce
from crm.models import Contact, Lead, Membership
from telephony.models import Call, CallMetrics, Correction, Insight
from telephony.models.call_queries import CallQuerySet

LOOKED_AT = 500
SHOWN = 10
BATCH = 200
# A worker gives the row back after this long, so that it never keeps others waiting; the next one goes on.
SLICE_SECONDS = 20.0


@dataclass(frozen=True)
class Move:
    """One call with the score it has and the one it would have."""

    call: Call
    before: int
    after: int
    was_hot: bool
    is_hot: bool

    @property
    def by(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Preview:
    """What other rules would make of the latest calls. `biggest` are the largest moves, largest first."""

    calls: int
    up: int
    down: int
    becomes_hot: int
    stops_hot: int
    biggest: tuple[Move, ...]

    @property
    def moved(self) -> int:
        return self.up + self.down

    @property
    def changes(self) -> bool:
        return bool(self.moved or self.becomes_hot or self.stops_hot)


def preview(rules: Rules, *, calls: CallQuerySet, most: int = LOOKED_AT) -> Preview:
    """Return what the rules would do to the latest of these calls that have a score. Nothing is saved."""
    latest = list(calls.exclude(score=None).defer("raw", "told").order_by("-started_at", "-pk")[:most])
    moves = [
        Move(call, before=call.score or 0, after=scored.value, was_hot=call.is_hot, is_hot=scored.is_hot)
        for call, _, scored in _scored(latest, rules)
    ]
    differing = [move for move in moves if move.by or move.was_hot != move.is_hot]
    return Preview(
        calls=len(moves),
        up=sum(move.by > 0 for move in moves),
        down=sum(move.by < 0 for move in moves),
        becomes_hot=sum(move.is_hot and not move.was_hot for move in moves),
        stops_hot=sum(move.was_hot and not move.is_hot for move in moves),
        biggest=tuple(sorted(differing, key=lambda move: (-abs(move.by), -move.call.pk))[:SHOWN]),
    )


def begin(*, by: Membership | None) -> Rescoring:
    """Owe all scored calls of the company in use the rules it has now; workers and sweeper do it."""
    run = Rescoring.objects.begin(by=by, total=Call.objects.exclude(score=None).count())
    announce(run)
    return run


# ---- the work -------------------------------------------------------------------------------------------------


def rescore(lease: Lease, *, seconds: float = SLICE_SECONDS) -> None:
    """Go on with the pass for at most so long, then give it back; the last slice finishes it.

    Each batch commits with the place it reached, behind the lease's fence: killed anywhere, nothing is done twice.
    """
    ends = time.monotonic() + seconds
    is_done = False
    while not is_done:
        if time.monotonic() >= ends:
            lease.hand_back()
            return
        with lease.effect(finish=False) as run:
            is_done = _rescore_batch(run)
    with lease.effect() as run:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])


def _rescore_batch(run: Rescoring) -> bool:
    """Score the next calls; returns whether there were none left."""
    calls = Call.objects.exclude(score=None).defer("raw", "told").select_for_update(of=("self",)).order_by("-pk")
    if run.before_id is not None:
        calls = calls.filter(pk__lt=run.before_id)
    batch = list(calls[:BATCH])
    if not batch:
        return True
    moved = _keep(_scored(batch, rules_in_use()))
    run.done, run.moved, run.before_id = run.done + len(batch), run.moved + moved, batch[-1].pk
    run.save(update_fields=["done", "moved", "before_id"])
    return False


def _keep(scored: Iterator[tuple[Call, Insight, Score]]) -> int:
    """Store what differs, on insight, call and lead; returns how many calls have another score."""
    changed: list[tuple[Call, Insight, Score]] = []
    moved = 0
    for call, insight, new in scored:
        reasons = [asdict(reason) for reason in new.reasons]
        if (insight.score, insight.is_hot, insight.reasons) == (new.value, new.is_hot, reasons):
            continue
        moved += call.score != new.value
        insight.score, insight.is_hot, insight.reasons = new.value, new.is_hot, reasons
        insight.conversion_probability = new.probability
        call.score, call.is_hot = new.value, new.is_hot
        changed.append((call, insight, new))
    Insight.objects.bulk_update(
        [insight for _, insight, _ in changed], ["score", "is_hot", "reasons", "conversion_probability"]
    )
    Call.objects.bulk_update([call for call, _, _ in changed], ["score", "is_hot"])
    _rate_leads(changed)
    return moved


def _rate_leads(changed: Sequence[tuple[Call, Insight, Score]]) -> None:
    """The latest conversation rates the lead."""
    by_call = {call.pk: new for call, _, new in changed if call.contact_id}
    contacts = sorted({call.contact_id for call, _, _ in changed if call.contact_id})
    latest = Call.objects.filter(contact__in=contacts).exclude(score=None).only("pk", "company_id", "contact_id")
    rating = {
        call.contact_id or 0: by_call[call.pk]
        for call in latest.order_by("contact_id", "-started_at", "-pk").distinct("contact_id")
        if call.pk in by_call
    }
    for contact in Contact.objects.select_for_update(of=("self",)).filter(pk__in=rating).order_by("pk"):
        new = rating[contact.pk]
        Lead.of(contact).rate(score=new.value, probability=new.probability, is_hot=new.is_hot)


# ---- scoring what is kept -------------------------------------------------------------------------------------


def _scored(calls: Sequence[Call], rules: Rules) -> Iterator[tuple[Call, Insight, Score]]:
    ids = [call.pk for call in calls]
    insights = {insight.call_id: insight for insight in Insight.objects.filter(call__in=ids, is_current=True)}
    measured = {row.call_id: row.measured for row in CallMetrics.objects.filter(call__in=ids)}
    corrected = set(Correction.objects.filter(call__in=ids).values_list("call_id", flat=True))
    for call in calls:
        insight = insights.get(call.pk)
        if insight is not None:
            findings = Findings.model_validate(insight.findings)
            if call.pk in corrected:
                findings = effective(findings, corrections_of(call)).findings
            metrics: Metrics = metrics_from(measured.get(call.pk, {}))
            yield call, insight, score(findings, metrics, rules=rules)
