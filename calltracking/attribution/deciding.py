"""Which campaign brought a call: the rules, over what is known of it. Nothing here asks the database.

Each rule names the candidates it sees, with the reason against those that do not count; the first rule with one that
counts decides. What a person chose is never touched, and a call that is decided again ends the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models

from telephony.events import AttributedBy


class WhyNot(models.TextChoices):
    """Why a candidate was not taken."""

    RULE_BEFORE = "rule_before", "A rule that is asked before decided"
    CONTACTED_LATER = "contacted_later", "They were contacted for another campaign after it"
    TOO_LONG_AGO = "too_long_ago", "Too long before the call"
    AFTER_THE_CALL = "after_the_call", "They were contacted only after the call"
    NEVER_CONTACTED = "never_contacted", "They are on its list, and were never contacted"
    OTHER_CAMPAIGN = "other_campaign", "Recipient of another campaign than the one that was named"
    SEVERAL = "several", "The id stands for several recipients"
    NOT_DIALED = "not_dialed", "The call went out: nobody dialed the number"


# How sure an answer is. A number that was dialed and an id that came along say it themselves; who was contacted for
# one campaign alone hardly calls for another reason; of several campaigns the latest is likely; what brought an
# earlier call is a guess.
SURE, LIKELY, PERHAPS, GUESS = Decimal("1.00"), Decimal("0.95"), Decimal("0.75"), Decimal("0.60")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule as it runs: how it finds a campaign, and how long before the call what it looks at counts."""

    kind: AttributedBy
    window: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A campaign that a rule saw. `why_not` is empty for the one that a rule would take."""

    by: AttributedBy
    campaign_id: int
    recipient_id: int | None = None
    confidence: Decimal = SURE
    why_not: str = ""

    @property
    def in_json(self) -> dict[str, Any]:
        return {
            "rule": self.by.value,
            "campaign": self.campaign_id,
            "recipient": self.recipient_id,
            "confidence": str(self.confidence),
            "why_not": str(self.why_not),
        }


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The campaign of a call, the recipient who answered by it where that is known, and how it was found.

    `by` is one of `AttributedBy`, or empty: nobody looked yet.
    """

    by: str
    campaign_id: int | None = None
    recipient_id: int | None = None
    confidence: Decimal | None = field(default=None, compare=False)
    considered: tuple[Candidate, ...] = field(default=(), compare=False)


NO_CAMPAIGN = Decision(by=AttributedBy.NONE)


@dataclass(frozen=True, kw_only=True)
class Contacted:
    """A recipient, as far as the rules look at one."""

    recipient_id: int
    campaign_id: int
    e164: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Touch:
    """An earlier call of the same contact that a campaign brought."""

    campaign_id: int
    recipient_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a call when its campaign is looked for.

    `named_campaign` and `named_recipients` are those of ours that were named along with the call, `answered` is whom
    the caller's number makes them, the latest contact first; `held` and `held_recipient` are what was decided before.
    """

    started_at: datetime
    number: str = ""
    is_outbound: bool = False
    # Our number that the call came over, and the campaign it stands for.
    line_id: int | None = None
    line_campaign: int | None = None
    named_campaign: int | None = None
    named_recipients: tuple[Contacted, ...] = ()
    # The recipients who have the caller's number in the campaigns that were named or dialed, by campaign.
    caller_in: tuple[Contacted, ...] = ()
    answered: tuple[Contacted, ...] = ()
    earlier: Touch | None = None
    held: Decision = NO_CAMPAIGN
    held_recipient: Contacted | None = None


def decide(known: Known, rules: Sequence[Rule]) -> Decision:
    """Return the answer of the first rule that knows, or that no campaign brought the call."""
    if known.held.by == AttributedBy.MANUAL:
        return known.held
    taken: Candidate | None = None
    considered: list[Candidate] = []
    for rule in rules:
        for seen in FINDERS[rule.kind](known, rule.window):
            candidate = replace(seen, why_not=WhyNot.RULE_BEFORE) if taken and not seen.why_not else seen
            taken = taken or (candidate if not candidate.why_not else None)
            considered.append(candidate)
    if taken is None:
        return replace(NO_CAMPAIGN, considered=tuple(considered))
    return Decision(
        by=taken.by,
        campaign_id=taken.campaign_id,
        recipient_id=taken.recipient_id,
        confidence=taken.confidence,
        considered=tuple(considered),
    )


# ---- the rules ------------------------------------------------------------------------------------------------


def by_tracking_number(known: Known, window: timedelta | None) -> Iterator[Candidate]:
    """The number they dialed stands for a campaign. Of a call that we made, nobody dialed it."""
    if known.line_campaign is not None:
        yield Candidate(
            by=AttributedBy.TRACKING_NUMBER,
            campaign_id=known.line_campaign,
            recipient_id=_caller_in(known, known.line_campaign),
            why_not=WhyNot.NOT_DIALED if known.is_outbound else "",
        )


def by_metadata(known: Known, window: timedelta | None) -> Iterator[Candidate]:
    """The provider passed along which campaign, or which recipient, the call belongs to.

    Where the two disagree the campaign counts: a recipient of another one is left out. An id that stands for several
    recipients stands for none.
    """
    by, campaign_id = AttributedBy.PROVIDER_METADATA, known.named_campaign
    fitting = [r for r in known.named_recipients if campaign_id in (None, r.campaign_id)]
    named = fitting[0] if len(fitting) == 1 else None
    if named or campaign_id is not None:
        yield Candidate(
            by=by,
            campaign_id=named.campaign_id if named else campaign_id,  # type: ignore[arg-type]  # one of them is there
            recipient_id=named.recipient_id if named else _caller_in(known, campaign_id),
        )
    for other in known.named_recipients:
        if other is not named:
            why = WhyNot.SEVERAL if other in fitting else WhyNot.OTHER_CAMPAIGN
            yield Candidate(by=by, campaign_id=other.campaign_id, recipient_id=other.recipient_id, why_not=why)


def by_recipient(known: Known, window: timedelta | None) -> Iterator[Candidate]:
    """The caller was contacted before the call: the campaign that did so last brought it.

    Of somebody contacted again since, the earlier contact is not remembered: what was decided then stays.
    """
    by, answered = AttributedBy.RECIPIENT, list(known.answered)
    in_time = [one for one in answered if not _not_in_time(one.at, known, window)]
    taken = in_time[0] if in_time else None
    if _was_contacted_again(known):
        taken = known.held_recipient
        answered = [taken, *(one for one in answered if one.recipient_id != taken.recipient_id)] if taken else answered
    sure = LIKELY if len({one.campaign_id for one in in_time}) < 2 else PERHAPS
    for one in answered:
        why = "" if one is taken else _not_in_time(one.at, known, window) or WhyNot.CONTACTED_LATER
        yield Candidate(by=by, campaign_id=one.campaign_id, recipient_id=one.recipient_id, confidence=sure, why_not=why)


def by_earlier_call(known: Known, window: timedelta | None) -> Iterator[Candidate]:
    """A campaign brought an earlier call of the same contact, and this one goes on from there."""
    touch = known.earlier
    if touch is not None:
        yield Candidate(
            by=AttributedBy.EARLIER,
            campaign_id=touch.campaign_id,
            recipient_id=touch.recipient_id,
            confidence=GUESS,
            why_not=_not_in_time(touch.at, known, window),
        )


Finder = Callable[[Known, timedelta | None], Iterator[Candidate]]

FINDERS: dict[AttributedBy, Finder] = {
    AttributedBy.TRACKING_NUMBER: by_tracking_number,
    AttributedBy.PROVIDER_METADATA: by_metadata,
    AttributedBy.RECIPIENT: by_recipient,
    AttributedBy.EARLIER: by_earlier_call,
}


def _caller_in(known: Known, campaign_id: int | None) -> int | None:
    return next((one.recipient_id for one in known.caller_in if one.campaign_id == campaign_id), None)


def _not_in_time(at: datetime | None, known: Known, window: timedelta | None) -> str:
    """Return why a moment does not count for the call; an empty string where it does."""
    if at is None:
        return WhyNot.NEVER_CONTACTED
    if at > known.started_at:
        return WhyNot.AFTER_THE_CALL
    return WhyNot.TOO_LONG_AGO if window is not None and at < known.started_at - window else ""


def _was_contacted_again(known: Known) -> bool:
    held = known.held_recipient
    if held is None or held.at is None or known.held.by != AttributedBy.RECIPIENT:
        return False
    is_theirs = held.e164 == known.number or any(one.recipient_id == held.recipient_id for one in known.answered)
    return is_theirs and held.at > known.started_at
