"""Which campaign brought a call: the rules, in their order, over what is known.

`known_of` asks the database, `decide` only thinks. What a person chose is never touched, and a call that is decided
again ends the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crm.models import Campaign, Recipient
from telephony.events import AttributedBy
from telephony.models import Call


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The campaign of a call, the recipient who answered by it where that is known, and how it was found."""

    by: AttributedBy
    campaign_id: int | None = None
    recipient_id: int | None = None


NO_CAMPAIGN = Decision(by=AttributedBy.NONE)


@dataclass(frozen=True, kw_only=True)
class Contacted:
    """A recipient, as far as the rules look at one."""

    recipient_id: int
    campaign_id: int
    e164: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a call when its campaign is looked for.

    `named_campaign` and `named_recipients` are those of ours that were named along with the call, `answered` is whom
    the caller's number makes them, the latest contact first; `held` and `held_recipient` are what was decided before.
    """

    started_at: datetime
    number: str = ""
    named_campaign: int | None = None
    named_recipients: tuple[Contacted, ...] = ()
    # The recipient who has the caller's number in the campaign that was named.
    caller_in_named: Contacted | None = None
    answered: tuple[Contacted, ...] = ()
    held: Decision = NO_CAMPAIGN
    held_recipient: Contacted | None = None


def attribution_of(call: Call) -> Decision:
    """Return which campaign brought the call, by what is known now. Changes nothing."""
    held = _held_by(call)
    return held if held.by == AttributedBy.MANUAL else decide(known_of(call))


def decide(known: Known) -> Decision:
    """Return the first rule's answer, or that no campaign brought the call. Asks nothing but what it is given."""
    if known.held.by == AttributedBy.MANUAL:
        return known.held
    return next((found for rule in RULES if (found := rule(known))), NO_CAMPAIGN)


# ---- the rules, strongest first -------------------------------------------------------------------------------


def by_metadata(known: Known) -> Decision | None:
    """The provider passed along which campaign, or which recipient, the call belongs to.

    Where the two disagree the campaign counts: a recipient of another one is left out. An id that stands for several
    recipients stands for none.
    """
    recipients = known.named_recipients
    if known.named_campaign is not None:
        recipients = tuple(r for r in recipients if r.campaign_id == known.named_campaign)
    named = recipients[0] if len(recipients) == 1 else None
    campaign_id = named.campaign_id if named else known.named_campaign
    if campaign_id is None:
        return None
    recipient = named or known.caller_in_named
    return Decision(
        by=AttributedBy.PROVIDER_METADATA,
        campaign_id=campaign_id,
        recipient_id=recipient.recipient_id if recipient else None,
    )


def by_number(known: Known) -> Decision | None:
    """The caller was contacted before the call: the campaign that did so last brought it.

    Of somebody contacted again since, the earlier contact is not remembered: what was decided then stays.
    """
    held = known.held_recipient
    was_contacted_again = held and held.e164 == known.number and held.at is not None and held.at > known.started_at
    if held and was_contacted_again and known.held.by == AttributedBy.RECIPIENT:
        return known.held
    if not known.answered:
        return None
    latest = known.answered[0]
    return Decision(by=AttributedBy.RECIPIENT, campaign_id=latest.campaign_id, recipient_id=latest.recipient_id)


RULES: tuple[Callable[[Known], Decision | None], ...] = (by_metadata, by_number)


# ---- what is known --------------------------------------------------------------------------------------------


def known_of(call: Call) -> Known:
    """Ask what the rules want to know of the call. Ids of another company are ids that nobody knows."""
    campaign = Campaign.objects.named(call.campaign_ref).first() if call.campaign_ref else None
    named = Recipient.objects.named(call.recipient_ref) if call.recipient_ref else Recipient.objects.none()
    if campaign:
        named = named.filter(campaign=campaign)
    own = Recipient.objects.filter(campaign=campaign, e164=call.customer_number).first() if campaign else None
    answered = Recipient.objects.contacted_before(call.started_at, e164=call.customer_number)
    return Known(
        started_at=call.started_at,
        number=call.customer_number,
        named_campaign=campaign.pk if campaign else None,
        # Two are as good as many: they are not told apart.
        named_recipients=tuple(_contacted(r) for r in named.order_by("pk")[:2]),
        caller_in_named=_contacted(own) if own else None,
        answered=tuple(_contacted(r) for r in answered[:1]),
        held=_held_by(call),
        held_recipient=_contacted(call.recipient) if call.recipient else None,
    )


def _held_by(call: Call) -> Decision:
    by = AttributedBy(call.attributed_by or AttributedBy.NONE)
    return Decision(by=by, campaign_id=call.campaign_id, recipient_id=call.recipient_id)


def _contacted(recipient: Recipient) -> Contacted:
    return Contacted(
        recipient_id=recipient.pk, campaign_id=recipient.campaign_id, e164=recipient.e164, at=recipient.contacted_at
    )
