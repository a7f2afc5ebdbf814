"""Two rows that turn out to be one call: everything moves to the older one.

Floors above add what they keep of a call by `move_with_call`, in their `apps.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from crm.models import FollowUp, Interaction
from telephony.events import STATUS_RANK, AttributedBy, CallStatus
from telephony.models.call_ids import CallEventLog
from telephony.models.calls import Call
from telephony.models.hearing import Heard
from telephony.models.insights import Correction

Move = Callable[[Call, Call], object]

_moves: list[Move] = []

# Known of a call by our own work; the row that has it gives it to the one that has not.
OWN_FACTS = ("account", "disposition", "score", "feeling", "intent")


def move_with_call(move: Move) -> None:
    """Have `move(kept, gone)` called when two rows become one, before the second is deleted."""
    if move not in _moves:
        _moves.append(move)


def merge(kept: Call, gone: Call) -> None:
    """Move everything of `gone` to `kept`. Of each fact the later word counts, as if one row had heard both."""
    if kept.pk == gone.pk:
        return
    gone.ids.update(call=kept)
    _join_status(kept, gone)
    _join_facts(kept, gone)
    _join_turns(kept, gone)
    _join_log(kept, gone)
    _join_history(kept, gone)
    _join_readings(kept, gone)
    for move in _moves:
        move(kept, gone)
    kept.save()
    gone.delete()


def _join_status(kept: Call, gone: Call) -> None:
    """An end that was told counts before one that we assumed, and that before none."""

    def certainty(call: Call) -> tuple[int, bool]:
        return STATUS_RANK[CallStatus(call.status)], call.has_ended and not call.is_end_assumed

    if certainty(gone) > certainty(kept):
        kept.status, kept.is_end_assumed = gone.status, gone.is_end_assumed


def _join_facts(kept: Call, gone: Call) -> None:
    began = min(kept.started_at, gone.started_at)
    for name, told_at in gone.told.items():
        if name != "turns":
            kept.take_fact(name, getattr(gone, name), told_at=told_at)
    if "started_at" not in kept.told:
        kept.started_at = began
    _join_attribution(kept, gone)
    kept.take_saying(gone)
    for name in OWN_FACTS:
        if getattr(kept, name) in (None, "", "none"):
            setattr(kept, name, getattr(gone, name))
    kept.is_hot = kept.is_hot or gone.is_hot
    kept.wants_analysis = kept.wants_analysis or gone.wants_analysis
    kept.reached_us_by = kept.reached_us_by or gone.reached_us_by
    if kept.contact_id is None and gone.contact_id is not None:
        kept.contact, kept.is_ambiguous = gone.contact, False


def _join_attribution(kept: Call, gone: Call) -> None:
    """A person's choice counts before what a rule found, and that before nothing."""
    rank = {AttributedBy.MANUAL: 2, AttributedBy.NONE: 0, "": 0}
    if rank.get(gone.attributed_by, 1) > rank.get(kept.attributed_by, 1) or not kept.attributed_by:
        kept.campaign, kept.recipient, kept.attributed_by = gone.campaign, gone.recipient, gone.attributed_by


def _join_turns(kept: Call, gone: Call) -> None:
    if gone.turns.exists() and (gone.told.get("turns", "") > kept.told.get("turns", "") or not kept.turns.exists()):
        kept.turns.all().delete()
        gone.turns.update(call=kept)
        for name in Heard.FIELDS:
            setattr(kept, name, getattr(gone, name))
        if "turns" in gone.told:
            kept.told["turns"] = gone.told["turns"]
    kept.time_turns()


def _join_log(kept: Call, gone: Call) -> None:
    known = set(kept.log.values_list("name", "happened_at"))
    new = [entry.pk for entry in gone.log.all() if (entry.name, entry.happened_at) not in known]
    CallEventLog.objects.filter(pk__in=new).update(call=kept)


def _join_history(kept: Call, gone: Call) -> None:
    """One call is one entry in its contact's history; what was planned because of the other stays planned."""
    entry = gone.interaction
    if entry is None:
        return
    gone.interaction = None
    gone.save(update_fields=["interaction"])
    if kept.interaction_id is None:
        kept.interaction = entry
        return
    FollowUp.objects.filter(source=entry).update(source=kept.interaction)
    Interaction.objects.filter(pk=entry.pk).delete()


def _join_readings(kept: Call, gone: Call) -> None:
    """Earlier readings are kept beside the current one; the journey, which is due now, reads the whole call again."""
    if kept.insights.filter(is_current=True).exists():
        gone.insights.update(is_current=False)
    gone.insights.update(call=kept)
    judged = set(kept.corrections.values_list("name", "item"))
    new = [c.pk for c in gone.corrections.all() if (c.name, c.item) not in judged]
    Correction.objects.filter(pk__in=new).update(call=kept)
    if not kept.metrics.exists():
        gone.metrics.update(call=kept)
