"""What is known of calls when their campaigns are looked for: a few questions for any number of calls.

Ids of another company are ids that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from calltracking.attribution.deciding import NO_CAMPAIGN, Decision, Known, Rule, Touch, decide
from calltracking.attribution.questions import (
    active_rules,
    answered_by,
    callers_in,
    earlier_touches,
    held_recipients,
    lines_of,
    named_campaigns,
    named_recipients,
)
from telephony.events import AttributedBy, CallDirection
from telephony.models import Call

# All that the rules read of a call; a bulk question asks for nothing else.
READ = (
    "started_at",
    "direction",
    "customer_number",
    "our_number",
    "contact_id",
    "campaign_ref",
    "recipient_ref",
    "campaign_id",
    "recipient_id",
    "line_id",
    "attributed_by",
)
_NAMES_A_CAMPAIGN = {AttributedBy.TRACKING_NUMBER, AttributedBy.PROVIDER_METADATA}
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def rules_now() -> tuple[Rule, ...]:
    """Return the company's active rules, the first to be asked first."""
    return tuple(
        Rule(kind=AttributedBy(kind), window=timedelta(days=days) if days else None) for kind, days in active_rules()
    )


def held_by(call: Call) -> Decision:
    """Return what was decided before."""
    by = AttributedBy(call.attributed_by or AttributedBy.NONE)
    return Decision(by=by, campaign_id=call.campaign_id, recipient_id=call.recipient_id)


@dataclass
class Walk:
    """One way through calls in the order in which they were held: what is decided counts for the calls behind.

    `before` is from when on only this walk knows how calls are attributed, because it keeps nothing yet; without it
    the database is asked up to each call. `forgets` leaves out what was decided before, a person's choice too.
    """

    rules: Sequence[Rule]
    before: datetime = _EVER
    forgets: bool = False
    _touches: dict[int, Touch] = field(default_factory=dict)

    def decide(self, calls: Sequence[Call]) -> Iterator[tuple[Call, Known, Decision]]:
        """Yield each call, in the order in which they were held, with what is known of it and what follows."""
        known = known_of_all(calls, self.rules, before=self.before)
        for call in sorted(calls, key=lambda call: (call.started_at, call.pk)):
            facts = self._with_touch(call, known[call.pk])
            decision = decide(facts, self.rules)
            self._remember(call, decision)
            yield call, facts, decision

    def _with_touch(self, call: Call, known: Known) -> Known:
        if self.forgets:
            known = replace(known, held=NO_CAMPAIGN, held_recipient=None)
        touch = self._touches.get(call.contact_id or 0)
        if touch is None or (known.earlier and known.earlier.at >= touch.at):
            return known
        return replace(known, earlier=touch)

    def _remember(self, call: Call, decision: Decision) -> None:
        if call.contact_id and decision.campaign_id and decision.by != AttributedBy.EARLIER:
            touch = Touch(campaign_id=decision.campaign_id, recipient_id=decision.recipient_id, at=call.started_at)
            self._touches[call.contact_id] = touch


def known_of(call: Call) -> Known:
    """Ask what the company's rules want to know of one call."""
    return known_of_all([call], rules_now())[call.pk]


def known_of_all(calls: Sequence[Call], rules: Iterable[Rule], *, before: datetime = _EVER) -> dict[int, Known]:
    """Ask what the rules want to know of the calls: so many questions for one call as for a thousand.

    Earlier calls are looked for among those that are not asked about here, and that began before that moment.
    """
    windows = {rule.kind: rule.window for rule in rules}
    lines = lines_of(calls)
    is_asked = AttributedBy.PROVIDER_METADATA in windows
    named = named_campaigns(calls) if is_asked else {}
    recipients = named_recipients(calls, named) if is_asked else {}
    callers = callers_in(calls, lines, named) if windows.keys() & _NAMES_A_CAMPAIGN else {}
    is_asked = AttributedBy.RECIPIENT in windows
    answered = answered_by(calls, windows.get(AttributedBy.RECIPIENT)) if is_asked else {}
    held = held_recipients(calls) if is_asked else {}
    earlier = earlier_touches(calls, before=before) if AttributedBy.EARLIER in windows else {}
    return {
        call.pk: Known(
            started_at=call.started_at,
            number=call.customer_number,
            is_outbound=call.direction == CallDirection.OUTBOUND,
            line_id=lines.get(call.our_number, (None, None))[0],
            line_campaign=lines.get(call.our_number, (None, None))[1],
            named_campaign=named.get(call.campaign_ref),
            named_recipients=tuple(recipients.get(call.pk, ())),
            caller_in=tuple(callers.get(call.pk, ())),
            answered=tuple(answered.get(call.pk, ())),
            earlier=earlier.get(call.pk),
            held=held_by(call),
            held_recipient=held.get(call.recipient_id or 0),
        )
        for call in calls
    }
