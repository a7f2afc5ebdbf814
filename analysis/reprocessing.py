"""Reading calls anew: one, or many, with the configured backend or a named one. Earlier readings are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings

from analysis.backends import get_backend
from analysis.conversation import Conversation
from analysis.differences import Change, differences
from analysis.findings import Findings
from analysis.reading import let_ask_again
from analysis.understanding import conversation_of, hash_of
from telephony.models import Call, Insight


def owe_reading(call: Call, *, backend: str | None = None) -> None:
    """Let the call be read anew, by the backend of that name or else the configured one; the row is locked.

    The same backend, in the same version, reading the same words makes no second insight. Raises LookupError for a
    backend that there is not.
    """
    if backend:
        get_backend(backend)
    if call.read_with != (backend or ""):
        call.read_with = backend or ""
        call.save(update_fields=["read_with"])
    let_ask_again(call, backend_name=call.read_with)
    call.ask_analysis()


def is_read_already(call: Call, conversation: Conversation, *, backend: str | None = None) -> bool:
    """Return whether the call's current insight is what this backend, as it is now, makes of these words."""
    reader = get_backend(backend or settings.ANALYSIS_BACKEND)
    current = call.insights.filter(is_current=True).values_list("input_hash", flat=True).first()
    return current == hash_of(conversation, backend=reader)


@dataclass
class Estimate:
    """What reading calls anew would take: calls, those that need it, and the cost in `OPENAI_CURRENCY`."""

    calls: int = 0
    to_read: int = 0
    without_words: int = 0
    cost: Decimal = Decimal(0)

    def add(self, call: Call, *, backend: str | None = None) -> None:
        """Count one more call. Reads its turns, and calls nobody."""
        self.calls += 1
        conversation = conversation_of(call) if call.has_ended else None
        if conversation is None:
            self.without_words += 1
        elif not is_read_already(call, conversation, backend=backend):
            self.to_read += 1
            self.cost += cost_of(conversation, backend=backend)


def cost_of(conversation: Conversation, *, backend: str | None = None) -> Decimal:
    """Return what reading the conversation would cost, in `OPENAI_CURRENCY`; nothing where no price is named."""
    reader = get_backend(backend or settings.ANALYSIS_BACKEND)
    estimate = getattr(reader, "estimate", None)
    cost: Decimal = estimate(conversation).cost if estimate else Decimal(0)
    return cost


def cost_of_many(calls: Sequence[Call], *, count: int) -> Decimal:
    """Return what reading so many calls would cost with the configured backend, judged by these few of them."""
    reader = get_backend(settings.ANALYSIS_BACKEND)
    if not calls or not hasattr(reader, "estimate"):
        return Decimal(0)
    costs = [cost_of(conversation) for call in calls if (conversation := conversation_of(call))]
    return sum(costs, Decimal(0)) / len(calls) * count


@dataclass
class Outcome:
    """What reading calls anew changed: of each field how many values appeared, vanished, changed; how scores moved."""

    read: int = 0
    unchanged: int = 0
    waiting: int = 0
    failed: int = 0
    fields: dict[Change, Counter[str]] = field(default_factory=lambda: {change: Counter() for change in Change})
    scores: Counter[str] = field(default_factory=Counter)

    def add(self, before: Insight | None, after: Insight | None) -> None:
        """Count one call, by its current insight before and after. The same insight, or none: it waits for a reader."""
        if after is None or (before is not None and before.pk == after.pk):
            self.waiting += 1
            return
        self.read += 1
        old = Findings.model_validate(before.findings) if before else Findings()
        found = differences(old, Findings.model_validate(after.findings))
        self.unchanged += not found
        for difference in found:
            self.fields[difference.change][difference.name] += 1
        self.scores[_moved(before.score if before else None, after.score)] += 1

    @property
    def names(self) -> list[str]:
        """The fields that changed anywhere, those that changed most first."""
        together = sum(self.fields.values(), Counter[str]())
        return [name for name, _ in together.most_common()]


def _moved(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "new"
    return "up" if after > before else "down" if after < before else "same"
