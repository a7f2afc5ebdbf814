"""Calls are told in any order, by webhooks and by synchronization; the lead ends as if they came as they were held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Company, FollowUp, Lead, LeadStatus
from crm.tenancy import use_company
from telephony.events import CallStatus
from tests import factories
from tests.calltracking.test_journey import INTERESTED, NEVER_AGAIN, NUMBER, PLAIN, REFUSING

pytestmark = pytest.mark.django_db

VOICEMAIL: dict[str, Any] = {"status": CallStatus.VOICEMAIL, "turns": ()}
DAYS: dict[str, tuple[dict[str, Any], ...]] = {
    "a voicemail after a refusal": ({"turns": REFUSING}, VOICEMAIL),
    "a question after an interest": ({"turns": INTERESTED}, {"turns": PLAIN}, VOICEMAIL),
    "a refusal after an interest": ({"turns": INTERESTED}, {"turns": REFUSING}, VOICEMAIL),
    "an interest after a refusal": ({"turns": REFUSING}, VOICEMAIL, {"turns": INTERESTED}),
    "an interest after «never again»": ({"turns": NEVER_AGAIN}, {"turns": INTERESTED}, {"turns": PLAIN}),
}


def lead_after(company: Company, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Tell the calls in this order, each at once worked off; returns how the lead stands."""
    with use_company(company):
        account = factories.make_account()
    for facts in calls:
        factories.deliver(account, factories.make_event(customer_number=NUMBER, **facts))
        factories.work_off()
    with use_company(company):
        facts = Lead.objects.values("lead_status", "lead_score", "is_hot", "do_not_call", "priority").get()
        planned = FollowUp.objects.filter(state="open").values_list("reason", flat=True)
        return {**facts, "planned": sorted(planned)}


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_every_order_ends_in_the_same_lead(db: None, day: tuple[dict[str, Any], ...]) -> None:
    began = timezone.now().replace(microsecond=0) - timedelta(hours=9)
    held = [{**facts, "started_at": began + timedelta(hours=hour)} for hour, facts in enumerate(day)]
    orders = (held, held[::-1], [*held[1:], held[0]])
    expected, *others = (
        lead_after(factories.make_company(name=f"Homes {place}"), order) for place, order in enumerate(orders)
    )
    assert others == [expected] * len(others)


def test_who_asked_never_to_be_called_is_heard_however_late(db: None) -> None:
    company, now = factories.make_company(name="Homes"), timezone.now().replace(microsecond=0)
    held = [
        {"turns": INTERESTED, "started_at": now - timedelta(hours=1)},
        {"turns": NEVER_AGAIN, "started_at": now - timedelta(hours=5)},
    ]
    lead = lead_after(company, held)
    assert (lead["lead_status"], lead["do_not_call"], lead["planned"]) == (LeadStatus.DO_NOT_CALL, True, [])
