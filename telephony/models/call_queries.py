"""Questions asked of calls, and the one way in which a call is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, models

from crm import phones
from crm.models import Contact
from crm.tenancy import require_company
from telephony.events import CallDirection, CallEvent, CallStatus, ExternalId
from telephony.models.accounts import ProviderAccount
from telephony.models.call_ids import CallId
from telephony.signals import call_changed

if TYPE_CHECKING:
    from telephony.models.calls import Call

UNANSWERED = (CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.CANCELED)
HAS_ENDED = models.Q(status__in=[status for status in CallStatus if status.has_ended])
IS_MISSED = models.Q(direction=CallDirection.INBOUND, status__in=UNANSWERED)


class CallQuerySet(models.QuerySet["Call"]):
    def record(self, event: CallEvent, *, account: ProviderAccount) -> Call:
        """Bring the call up to what the event tells, creating it if need be; returns the call.

        Idempotent, under the call's row lock; any order of a call's events ends in the same row. Tells
        `call_changed` when anything changed.
        """
        call = self._locked_by_ids(event.ids) or self._open(event, account=account)
        if call.absorb(event):
            call_changed.send(self.model, call=call)
        return call

    def _locked_by_ids(self, ids: tuple[ExternalId, ...]) -> Call | None:
        # Two first events of one call, at once: the later one waits here for the earlier one's commit.
        with connection.cursor() as cursor:
            for key in sorted(f"call:{require_company()}:{i.provider}:{i.value}" for i in ids):
                cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        known = models.Q()
        for external in ids:
            known |= models.Q(provider=external.provider, value=external.value)
        found = CallId.objects.filter(known).order_by("call_id").values_list("call_id", flat=True).first()
        return self.select_for_update(of=("self",)).get(pk=found) if found else None

    def _open(self, event: CallEvent, *, account: ProviderAccount) -> Call:
        return self.create(
            account=account,
            provider=account.provider,
            kind=event.kind,
            started_at=event.started_at or event.told_at,
            work_state="done",
        )

    def ended(self) -> CallQuerySet:
        return self.filter(HAS_ENDED)

    def missed(self) -> CallQuerySet:
        return self.filter(IS_MISSED)

    def with_external_id(self, value: str) -> CallQuerySet:
        """Return the call that any provider knows under this id."""
        return self.filter(pk__in=CallId.objects.filter(value=value).values("call_id"))

    def search(self, text: str, *, region: str) -> CallQuerySet:
        """Return calls by number (any written form, or its beginning), call id, or the caller's name or business."""
        by_contact = Contact.objects.search(text, region=region).values("pk")
        matches = models.Q(contact_id__in=by_contact)
        matches |= models.Q(pk__in=CallId.objects.filter(value=text.strip()).values("call_id"))
        if number := phones.to_search_prefix(text, region=region):
            matches |= models.Q(customer_number__prefix=number)
        return self.filter(matches)
