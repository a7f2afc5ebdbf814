"""Questions asked of calls, and the one way in which a call is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, models, transaction

from crm import phones
from crm.models import Company, Contact, Erased, Membership
from crm.models.contact_words import contacts_found_by
from crm.tenancy import require_company
from telephony.events import CallDirection, CallEvent, CallStatus, ExternalId
from telephony.models.accounts import ProviderAccount
from telephony.models.agents import Agent
from telephony.models.attribution import IS_UNATTRIBUTED
from telephony.models.call_ids import CallEventLog, CallId
from telephony.signals import call_changed

if TYPE_CHECKING:
    from telephony.models.calls import Call

UNANSWERED = (CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.CANCELED)
UNFINISHED = [status for status in CallStatus if not status.has_ended]
HAS_ENDED = models.Q(status__in=[status for status in CallStatus if status.has_ended])
IS_MISSED = models.Q(direction=CallDirection.INBOUND, status__in=UNANSWERED)
IS_ANSWERED = models.Q(status__in=(CallStatus.COMPLETED, CallStatus.IN_PROGRESS))
# Inbound, and it is known when it was answered: how long the caller waited can be told.
HAS_WAITED = models.Q(direction=CallDirection.INBOUND, answered_at__isnull=False)

IS_OF_LEAD = models.Q(contact__isnull=False) & ~models.Q(contact__lead_status="")


class CallIsErased(Exception):
    """The call was erased with the person it was with, so it is not recorded again."""


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, member: Membership) -> CallQuerySet:
        """Return the calls the member may see: all, or, where the company is set so, their people's and their own.

        Two indexes are asked and their answers joined: one condition with «or» would read every call. Which agents
        they are is asked first, because the planner guesses a join's size badly and a value's well.
        """
        if member.sees_all:
            return self
        mine = Contact.objects.visible_to(member).values("pk")
        am = list(Agent.objects.filter(membership=member.pk).values_list("pk", flat=True))
        if not am:
            return self.filter(contact__in=mine)
        of_my_people = self.model.objects.filter(contact__in=mine).values("pk")
        held_by_me = self.model.objects.filter(agent__in=am).values("pk")
        return self.filter(pk__in=of_my_people.union(held_by_me))

    def record(self, event: CallEvent, *, account: ProviderAccount | None, reached_us_by: str = "") -> Call:
        """Bring the call up to what the event tells, creating it if need be; returns the call.

        Idempotent, under the call's row lock; any order of a call's events ends in the same row, and two rows whose
        ids the event names together become one. `reached_us_by` says how a call that is new came to us; without an
        account it was told by who uses the API. Tells `call_changed` when anything changed. Raises `CallIsErased`,
        with nothing written.
        """
        known = self._locked_by_ids(event.ids)
        if not known:
            _refuse_erased(event)
        call, *others = known or [self._open(event, account=account, reached_us_by=reached_us_by)]
        for other in others:
            call.merge(other)
        with call.written_once():
            if call.absorb(event) or others:
                call_changed.send(self.model, call=call)
        return call

    def _locked_by_ids(self, ids: tuple[ExternalId, ...]) -> list[Call]:
        """Return the calls that have any of the ids, oldest first, locked."""
        # Two first events of one call, at once: the later one waits here for the earlier one's commit.
        keys = sorted(f"call:{require_company()}:{i.provider}:{i.value}" for i in ids)
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(%s::text[]) key", [keys])
        named = models.Q()
        for external in ids:
            named |= models.Q(provider=external.provider, value=external.value)
        while True:
            found = set(CallId.objects.filter(named).values_list("call_id", flat=True))
            if not found:
                return []
            calls = list(self.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))
            # While we waited for a row, it may have become part of another.
            if found == set(CallId.objects.filter(named).values_list("call_id", flat=True)) == {c.pk for c in calls}:
                return calls

    def _open(self, event: CallEvent, *, account: ProviderAccount | None, reached_us_by: str) -> Call:
        """Return the call's row, not stored yet: with its key, so that it is written once, after all that it has."""
        with connection.cursor() as cursor:
            cursor.execute("select nextval(pg_get_serial_sequence('telephony_call', 'id'))")
            (pk,) = cursor.fetchone() or (None,)
        return self.model(
            pk=pk,
            account=account,
            provider=account.provider if account else event.ids[0].provider,
            kind=event.kind,
            started_at=event.started_at or event.told_at,
            reached_us_by=reached_us_by,
            work_state="done",
        )

    def close_unended(self, *, before: datetime) -> int:
        """Assume the end of calls that began before that time, were never said to be over, and had no news since.

        Returns how many. A provider's later word replaces what is assumed here.
        """
        news = CallEventLog.objects.filter(call=models.OuterRef("pk"), happened_at__gte=before)
        silent = self.filter(status__in=UNFINISHED, started_at__lt=before).exclude(models.Exists(news))
        closed = 0
        for pk in silent.order_by("pk").values_list("pk", flat=True)[:500]:
            with transaction.atomic():
                call = self.select_for_update(of=("self",)).filter(pk=pk, status__in=UNFINISHED).first()
                if call is None:
                    continue
                call.assume_end()
                call_changed.send(self.model, call=call)
                closed += 1
        return closed

    def ended(self) -> CallQuerySet:
        return self.filter(HAS_ENDED)

    def missed(self) -> CallQuerySet:
        return self.filter(IS_MISSED)

    def unattributed(self) -> CallQuerySet:
        """Return those of which nobody knows yet which campaign brought them, if any did."""
        return self.filter(IS_UNATTRIBUTED)

    def with_external_id(self, value: str) -> CallQuerySet:
        """Return the call that any provider knows under this id."""
        return self.filter(pk__in=CallId.objects.filter(value=value).values("call_id"))

    def search(self, text: str, *, region: str) -> CallQuerySet:
        """Return calls by number (any written form, or its beginning), call id, or the caller's name or business."""
        # What is few is looked up first and named by its keys: then no guess of the planner's decides.
        ids = CallId.objects.filter(value=text.strip()).values_list("call_id", flat=True)
        matches = models.Q(pk__in=list(ids))
        people = contacts_found_by(text, region=region)
        number = phones.to_search_prefix(text, region=region)
        if number:
            matches |= models.Q(customer_number__prefix=number)
        # The beginning of many people's numbers is looked for in the calls alone.
        if isinstance(people, list) or not number:
            matches |= models.Q(contact_id__in=people)
        return self.filter(matches)


def _refuse_erased(event: CallEvent) -> None:
    """Raise `CallIsErased` for a call that was erased, and for one before the erasure by a number that was.

    A later call by the same number is a new person: they called again.
    """
    number = phones.to_e164(event.customer_number, region=Company.objects.current().region)
    call_ids, by_number = [f"call:{i.provider}:{i.value}" for i in event.ids], f"number:{number}"
    erased = Erased.objects.among([*call_ids, by_number] if number else call_ids)
    is_of_before = by_number in erased and (event.started_at or event.told_at) <= erased[by_number]
    if is_of_before or any(name in erased for name in call_ids):
        raise CallIsErased
