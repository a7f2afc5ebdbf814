"""What the product does when a call changed, a campaign goes, leads are given out, a company is founded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver

from calltracking import notifying
from calltracking.attribution import let_go
from calltracking.models import AttributionRule
from crm.models import Campaign, Company
from crm.signals import company_founded, people_assigned
from crm.tenancy import require_company
from telephony.models import Call, Trouble
from telephony.signals import call_changed, trouble_began


@receiver(call_changed)
def owe_the_journey(*, call: Call, **_: Any) -> None:
    """Something new is known of the call: its journey is due."""
    call.owe_journey()


@receiver(pre_delete, sender=Campaign)
def let_its_calls_go(*, instance: Campaign, **_: Any) -> None:
    """No call says that it was brought by a campaign which is not there any more."""
    let_go(instance)


@receiver([post_save, post_delete], sender=Campaign)
def outdate_their_names(*, instance: Campaign, **_: Any) -> None:
    """The names that are cached for choosing one are those of another version now, with this very commit."""
    Company.objects.filter(pk=require_company()).update(campaigns_version=F("campaigns_version") + 1)


@receiver(company_founded)
def lay_down_the_rules(**_: Any) -> None:
    """A new company finds the campaigns of its calls by the rules everybody starts from."""
    AttributionRule.objects.lay_down()


@receiver(people_assigned)
def tell_the_new_owner(*, contacts: Sequence[int], member_id: int, **_: Any) -> None:
    """Somebody has people from now on; they hear of the leads among them."""
    notifying.tell_assigned(contacts, member_id=member_id)


@receiver(trouble_began)
def ring_for_trouble(*, trouble: Trouble, **_: Any) -> None:
    """The mails of a trouble are telephony's; the bell is rung here."""
    notifying.tell_trouble(trouble)
