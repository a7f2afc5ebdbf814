"""The rules as they were before they were last changed, from history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.models import HotRule, ScoreRule
from crm.history import histories

HOT = "hot"


@dataclass(frozen=True)
class Change:
    """One change of the rules, however many it touched at once: when, and what they said before.

    `earlier` is `{key: {field: value}}`, the hot rule's under `hot`.
    """

    at: datetime
    earlier: dict[str, dict[str, Any]]


def before_last_change() -> Change | None:
    """Return the last change of the company's rules by a person; None when there was none."""
    events = [event for model in (ScoreRule, HotRule) for event in _latest(model)]
    if not events:
        return None
    last = max(events, key=lambda event: (event.pgh_created_at, event.pgh_id))
    # One save is one deed; changes from outside have none, and each counts alone.
    together = [each for each in events if each.pgh_context_id and each.pgh_context_id == last.pgh_context_id] or [last]
    keys = dict(ScoreRule.objects.values_list("pk", "key"))
    earlier: dict[str, dict[str, Any]] = {}
    for event in sorted(together, key=lambda event: event.pgh_created_at, reverse=True):
        key = HOT if event.pgh_tracked_model is HotRule else keys.get(event.pgh_obj_id, "")
        earlier.setdefault(key, {}).update({name: before for name, (before, _) in event.changes.items()})
    return Change(at=last.pgh_created_at, earlier=earlier)


def _latest(model: type[ScoreRule | HotRule]) -> list[Any]:
    events = histories()[model._meta.label_lower].objects.filter(pgh_label="update")
    newest = events.order_by("-pgh_created_at", "-pgh_id")
    last = newest.values_list("pgh_context_id", flat=True).first()
    return list(newest.filter(pgh_context_id=last)[:100]) if last else list(newest[:1])
