"""Which campaign brought a call: the columns of a call, and the indexes over them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.models import Campaign, Recipient
from crm.tenancy import CompanyForeignKey
from telephony.events import AttributedBy

_HAS_CAMPAIGN = models.Q(campaign__isnull=False)
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
    models.Index(fields=["company", "recipient"], condition=models.Q(recipient__isnull=False), name="call_recipient"),
)


class Attributed(models.Model):
    """What a call knows of its campaign. The two refs are what was passed along with it, known to us or not."""

    campaign = CompanyForeignKey(
        Campaign, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls", db_index=False
    )
    recipient = CompanyForeignKey(
        Recipient, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls", db_index=False
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

    FACTS: ClassVar = ("campaign_ref", "recipient_ref")

    class Meta:
        abstract = True

    def attribute_to(self, *, campaign_id: int | None, recipient_id: int | None, by: AttributedBy) -> None:
        """Keep which campaign brought the call and how we know; a row that says so already is not written."""
        found = {"campaign_id": campaign_id, "recipient_id": recipient_id, "attributed_by": by}
        changed = [name for name, value in found.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, found[name])
        if changed:
            self.save(update_fields=changed)
