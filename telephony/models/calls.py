"""Calls: one conversation, one row, whoever held it and whichever providers carried it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from crm.constraints import SameCompany
from crm.history import tracked
from crm.leases import LEASE_FIELDS, Leased, announce
from crm.models import Contact, Interaction
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyOneToOneField
from telephony.events import (
    STATUS_RANK,
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    TurnSaid,
)
from telephony.models.accounts import ProviderAccount
from telephony.models.agents import Agent
from telephony.models.asked import Asked
from telephony.models.attribution import ATTRIBUTION_INDEXES, Attributed
from telephony.models.call_facts import FACTS, comparable, facts_of
from telephony.models.call_ids import CallEventLog, CallId
from telephony.models.call_queries import IS_MISSED, UNANSWERED, CallQuerySet
from telephony.models.converting import CONVERTING_INDEXES, Converting
from telephony.models.hearing import HEARING_INDEXES, Heard
from telephony.models.transcripts import Turn

_KEYS = ("account", "contact", "agent", "interaction", "speakers_swapped_by", "said_converted_by", *Attributed.KEYS)
_DECIDED = ("contact", "disposition", "speakers_swapped_at", "said_converted")


# What people decide about a call. What its provider tells has a trail of its own: the inbox and CallEventLog.
@tracked(*_DECIDED, made=False, personal="contact_id is not null")
class Call(Attributed, Asked, Heard, Converting, Leased):
    """`work_state` says whether its journey (calltracking.journey) still owes a step."""

    Status = CallStatus
    Outcome = CallOutcome
    Kind = CallKind
    Direction = CallDirection

    account = CompanyForeignKey(
        ProviderAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", editable=False
    )
    provider = models.CharField(max_length=30, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.AI_AGENT)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.UNKNOWN)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    is_end_assumed = models.BooleanField(default=False, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.UNKNOWN)
    disposition = models.CharField(max_length=60, blank=True)
    customer_number = models.CharField(max_length=20, blank=True, db_collation="C")
    customer_number_written = models.CharField(max_length=120, blank=True)
    our_number = models.CharField(max_length=20, blank=True, db_collation="C")
    our_number_written = models.CharField(max_length=120, blank=True)
    contact = CompanyForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls")
    is_ambiguous = models.BooleanField(
        "shared number", default=False, editable=False, help_text="Several people have this number: choose one."
    )
    agent = CompanyForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls")
    interaction = CompanyOneToOneField(
        Interaction, on_delete=models.SET_NULL, null=True, blank=True, related_name="call", editable=False
    )
    started_at = models.DateTimeField("started")
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    duration_seconds = models.PositiveIntegerField("length", default=0, help_text="Seconds.")
    language = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    provider_summary = models.TextField(blank=True)
    ended_because = models.CharField(max_length=300, blank=True)
    raw = models.JSONField(default=dict, help_text="The provider's latest account of the call, as it came.")
    reached_us_by = models.CharField(
        max_length=10, blank=True, editable=False, help_text="webhook or sync: how we first heard of it."
    )
    told = models.JSONField(default=dict, editable=False, help_text="Of each fact, when its provider told it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # Of the current insight, for lists, filters and sorting.
    score = models.PositiveSmallIntegerField(null=True, editable=False)
    feeling = models.CharField(max_length=10, blank=True, editable=False)
    intent = models.CharField(max_length=20, blank=True, editable=False)
    is_hot = models.BooleanField("hot", default=False, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(CallQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            *(SameCompany(field) for field in _KEYS),
            models.CheckConstraint(condition=models.Q(duration_seconds__gte=0), name="call_lasts_no_less_than_nothing"),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-started_at", "-id"], name="call_newest"),
            models.Index(fields=["company", "status", "-started_at", "-id"], name="call_status"),
            # What few calls are would else be looked for among all of them.
            models.Index(fields=["company", "-started_at", "-id"], condition=models.Q(is_hot=True), name="call_hot"),
            models.Index(
                fields=["company", "-started_at", "-id"], condition=models.Q(is_ambiguous=True), name="call_ambiguous"
            ),
            models.Index(fields=["company", "-started_at", "-id"], condition=IS_MISSED, name="call_missed"),
            models.Index(fields=["company", "intent", "-started_at", "-id"], name="call_intent"),
            models.Index(fields=["company", "kind", "-started_at", "-id"], name="call_kind"),
            models.Index(fields=["company", "-duration_seconds", "-id"], name="call_longest"),
            models.Index(models.F("company"), Coalesce("score", -1).desc(), models.F("id").desc(), name="call_best"),
            models.Index(fields=["company", "customer_number", "-started_at"], name="call_number"),
            models.Index(fields=["company", "contact", "-started_at"], name="call_contact"),
            # What an agent held: all they see of people who are not theirs.
            models.Index(fields=["company", "agent", "-started_at", "-id"], name="call_agent"),
            *ATTRIBUTION_INDEXES,
            *HEARING_INDEXES,
            *CONVERTING_INDEXES,
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} call, {timezone.localtime(self.started_at):%d %b %Y %H:%M}"

    # ---- mutators

    def absorb(self, event: CallEvent) -> bool:
        """Take over what the event tells; returns whether anything changed. The row is locked by the caller.

        The status only moves forward, and an end is final unless we had assumed it. Of every other fact the latest
        word counts, whichever event arrives first; what an event does not tell stays.
        """
        changed = self._take_ids(event.ids)
        changed |= self._log(event)
        before = {name: getattr(self, name) for name in FACTS}
        told_at = event.told_at.astimezone(UTC).isoformat(timespec="microseconds")
        self._move_status(event)
        for name, value in facts_of(event).items():
            self.take_fact(name, value, told_at=told_at)
        if "started_at" not in self.told:
            # Who tells only of the end may still say how long before it the call was answered.
            self.started_at = min(self.started_at, event.told_at, event.answered_at or event.told_at)
        changed |= before != {name: getattr(self, name) for name in FACTS}
        if event.turns and told_at >= self.told.get("turns", ""):
            self.told["turns"] = told_at
            changed |= self._take_turns(event.turns)
        elif self.started_at != before["started_at"]:
            self.time_turns()
        self.save(update_fields=[*FACTS, "told"])
        return changed

    def owe_journey(self) -> None:
        """Let the journey run (again) over the call: the row is due, and whoever holds it loses it."""
        self.make_due()
        self.save(update_fields=list(LEASE_FIELDS))
        announce(self)

    def assume_end(self) -> None:
        """Nobody said that it is over, and it must be: close it until its provider says otherwise."""
        was_talking = self.status == CallStatus.IN_PROGRESS or self.turns.exists()
        self.status = CallStatus.COMPLETED if was_talking else CallStatus.NO_ANSWER
        self.is_end_assumed = True
        self.save(update_fields=["status", "is_end_assumed"])
        CallEventLog.objects.get_or_create(call=self, name="end assumed", happened_at=timezone.now())

    def merge(self, other: Call) -> None:
        """Take over everything of another row of the same call, which is then gone; both rows are locked."""
        from telephony.merging import merge  # it knows the tables that point at a call

        merge(self, other)

    def reread(self, event: CallEvent, *, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
        """Set again what the event, read anew from `raw`, says; returns the changes as `{name: (before, after)}`.

        What another account told later than `raw` stays, and so does an end.
        """
        told, raw_at, changes = facts_of(event), self.told.get("raw", ""), {}
        if not self.has_ended:
            told["status"] = event.status if event.status != CallStatus.UNKNOWN else ""
        for name in names:
            value, before = told.get(name), getattr(self, name)
            if value not in (None, "", {}) and value != before and self.told.get(name, "") <= raw_at:
                setattr(self, name, value)
                changes[name] = (before, value)
        self.save(update_fields=list(changes))
        return changes

    def _take_ids(self, ids: tuple[ExternalId, ...]) -> bool:
        # An id of ours is of this call: whoever names two calls' ids together has made them one before.
        known = set() if self._state.adding else set(self.ids.values_list("provider", "value"))
        new = [i for i in dict.fromkeys(ids) if (i.provider, i.value) not in known]
        CallId.objects.bulk_create(CallId(call=self, provider=i.provider, value=i.value) for i in new)
        return bool(new)

    def _log(self, event: CallEvent) -> bool:
        log, at = CallEventLog.objects, event.happened_at or event.ended_at or event.told_at
        if self._state.adding:
            return bool(log.create(call=self, name=event.name, happened_at=at))
        return log.get_or_create(call=self, name=event.name, happened_at=at)[1]

    def _move_status(self, event: CallEvent) -> None:
        status = CallStatus(self.status)
        if status.has_ended and not self.is_end_assumed:
            return
        if STATUS_RANK[event.status] >= STATUS_RANK[status]:
            self.status = event.status
            self.is_end_assumed = self.is_end_assumed and not event.status.has_ended

    def take_fact(self, name: str, value: Any, *, told_at: str) -> None:
        """Take over one fact unless a later word about it is known. The caller saves."""
        if value in (None, "", {}):
            return
        # Two words of one moment: the greater one, so that the order in which they arrive decides nothing.
        if (told_at, comparable(value)) >= (self.told.get(name, ""), comparable(getattr(self, name))):
            setattr(self, name, value)
            self.told[name] = told_at

    def _take_turns(self, turns: tuple[TurnSaid, ...]) -> bool:
        """Make the stored turns equal to these, touching only what differs."""
        stored = {} if self._state.adding else {turn.index: turn for turn in self.turns.all()}
        told = {index: Turn.of(self, index=index, said=said) for index, said in enumerate(turns)}
        same = stored.keys() == told.keys() and all(
            all(getattr(stored[i], f) == getattr(told[i], f) for f in Turn.FACTS) for i in told
        )
        if same:
            return False
        if stored:
            self.turns.all().delete()
        Turn.objects.bulk_create(told.values(), batch_size=500)
        return True

    def time_turns(self) -> None:
        """Count the turns' times from the start that is known now."""
        timed = list(self.turns.filter(start_seconds__isnull=False))
        for turn in timed:
            turn.said_at = turn.moment_in(self)
        Turn.objects.bulk_update(timed, ["said_at"], batch_size=500)

    # ---- predicates and words

    @property
    def has_ended(self) -> bool:
        return CallStatus(self.status).has_ended

    @property
    def is_missed(self) -> bool:
        """Inbound, over, and never answered by a person or an agent."""
        return self.direction == CallDirection.INBOUND and self.status in UNANSWERED

    @property
    def from_number(self) -> str:
        return self.our_number if self.direction == CallDirection.OUTBOUND else self.customer_number

    @property
    def to_number(self) -> str:
        return self.customer_number if self.direction == CallDirection.OUTBOUND else self.our_number
