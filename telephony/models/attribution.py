"""Which campaign brought a call: the columns of a call, what is asked of them, and the indexes over them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.models import Campaign, Recipient
from crm.tenancy import CompanyForeignKey
from telephony.events import AttributedBy
from telephony.models.lines import PhoneLine

_HAS_CAMPAIGN = models.Q(campaign__isnull=False)
# Nobody knows which campaign brought it, and no person said that none did.
IS_UNATTRIBUTED = models.Q(campaign__isnull=True) & ~models.Q(attributed_by=AttributedBy.MANUAL)
# Brought by a campaign of itself: not because an earlier call of theirs was.
IS_TOUCH = _HAS_CAMPAIGN & ~models.Q(attributed_by=AttributedBy.EARLIER)
# Partial: many calls are brought by no campaign. The keys have no other index, so these serve their checks too.
ATTRIBUTION_INDEXES = (
    models.Index(
        fields=["company", "campaign", "status", "-started_at", "-id"],
        condition=_HAS_CAMPAIGN,
        name="call_campaign_status",
    ),
    models.Index(
        fields=["company", "campaign", "-started_at", "-id"], condition=_HAS_CAMPAIGN, name="call_campaign_newest"
    ),
    # The tab of a campaign's calls: sorted by length or by what came of them, all or those of one outcome.
    models.Index(
        fields=["company", "campaign", "outcome", "-started_at", "-id"],
        condition=_HAS_CAMPAIGN,
        name="call_campaign_outcome",
    ),
    models.Index(
        fields=["company", "campaign", "-duration_seconds", "-id"],
        condition=_HAS_CAMPAIGN,
        name="call_campaign_longest",
    ),
    models.Index(
        fields=["company", "campaign", "outcome", "-duration_seconds", "-id"],
        condition=_HAS_CAMPAIGN,
        name="call_campaign_outcome_longest",
    ),
    models.Index(fields=["company", "recipient"], condition=models.Q(recipient__isnull=False), name="call_recipient"),
    models.Index(fields=["company", "-started_at", "-id"], condition=IS_UNATTRIBUTED, name="call_unattributed"),
    # First and last touch of a contact, and what the rule about earlier calls asks for.
    models.Index(fields=["company", "contact", "-started_at", "-id"], condition=IS_TOUCH, name="call_touch"),
    # What people decided: few among many.
    models.Index(
        fields=["company", "-started_at", "-id"],
        condition=models.Q(attributed_by=AttributedBy.MANUAL),
        name="call_chosen",
    ),
    models.Index(fields=["company", "line"], condition=models.Q(line__isnull=False), name="call_line"),
)


class Attributed(models.Model):
    """What a call knows of its campaign. The two refs are what was passed along with it, known to us or not."""

    campaign = CompanyForeignKey(
        Campaign, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls", db_index=False
    )
    recipient = CompanyForeignKey(
        Recipient, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls", db_index=False
    )
    line = CompanyForeignKey(
        PhoneLine,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        db_index=False,
        editable=False,
        help_text="The number of ours that the call came over.",
    )
    attributed_by = models.CharField(
        max_length=30,
        choices=AttributedBy.choices,
        blank=True,
        editable=False,
        help_text="How its campaign was found; none: no campaign. Empty: nobody looked yet.",
    )
    # The database's default keeps a release that does not know them able to write while another takes its place.
    campaign_ref = models.CharField(max_length=128, blank=True, default="", db_default="", editable=False)
    recipient_ref = models.CharField(max_length=128, blank=True, default="", db_default="", editable=False)

    KEYS: ClassVar = ("campaign", "recipient", "line")
    FACTS: ClassVar = ("campaign_ref", "recipient_ref")

    class Meta:
        abstract = True
