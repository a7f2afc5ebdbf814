"""What the product does when telephony says that a call changed, or when a campaign goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from crm.models import Campaign
from telephony.events import AttributedBy
from telephony.models import Call
from telephony.signals import call_changed


@receiver(call_changed)
def owe_the_journey(*, call: Call, **_: Any) -> None:
    """Something new is known of the call: its journey is due."""
    call.owe_journey()


@receiver(pre_delete, sender=Campaign)
def let_its_calls_go(*, instance: Campaign, **_: Any) -> None:
    """No call says that it was brought by a campaign which is not there any more."""
    calls = Call.objects.filter(campaign=instance)
    calls.update(campaign=None, recipient=None, attributed_by=AttributedBy.NONE)
