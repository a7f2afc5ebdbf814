"""What the product does when telephony says that a call changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from telephony.models import Call
from telephony.signals import call_changed


@receiver(call_changed)
def owe_the_journey(*, call: Call, **_: Any) -> None:
    """Something new is known of the call: its journey is due."""
    call.owe_journey()
