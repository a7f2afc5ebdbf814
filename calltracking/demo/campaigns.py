"""The demo company's campaigns: one that an AI agent calls for, one that people answer by calling, and posters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from crm.models import Campaign, Recipient
from telephony.models import PhoneLine

# Called by Aria, who passes both ids along with each call.
VISITS = "site-visits"
# Written to; who then calls is known by their number. The last two never did.
MAILING_DAYS_BEFORE = 3
SILENT_NUMBERS = ("+919000000085", "+919000000086")
# Printed on the posters alone, so who dials it has seen one. Aria answers it too.
POSTER_NUMBER = "+918000000150"
POSTER_CALLERS = ("+919000000018", "+919000000021", "+919000000027", "+919000000031")
# Our numbers that stand for no campaign.
OTHER_LINES = (
    ("+918000000100", "Flats"),
    ("+918000000200", "Office floors"),
    ("+918000000101", "Nandini Rao"),
    ("+918000000201", "Joseph Mathew"),
)


def passed_along(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the agent's provider passes along with the call of a row."""
    if not _is_visit_call(row):
        return {}
    return {"campaign_ref": VISITS, "recipient_ref": _visitor_id(row["customer_number"])}


def plan_campaigns(rows: Sequence[Mapping[str, Any]], *, today: datetime) -> None:
    """Create the campaigns, our numbers and whom was contacted, before anybody calls; `today` is any moment of it."""
    morning = today.replace(hour=10, minute=0, second=0, microsecond=0)
    first_day = today.date()
    visits = Campaign.objects.create(
        name="Weekend site visits",
        channel=Campaign.Channel.CALLS,
        description="Aria calls people who asked for a brochure and invites them to see a flat.",
        status=Campaign.Status.ACTIVE,
        starts_on=first_day - timedelta(days=45),
        budget=Decimal(150_000),
        cost=Decimal(86_400),
        external_id=VISITS,
    )
    mailing = Campaign.objects.create(
        name="Office floors in Indiranagar",
        channel=Campaign.Channel.EMAIL,
        description="A letter with floor plans to companies whose lease ends this year.",
        status=Campaign.Status.ENDED,
        starts_on=first_day - timedelta(days=40),
        ends_on=first_day - timedelta(days=2),
        budget=Decimal(60_000),
        cost=Decimal(58_250),
    )
    posters = Campaign.objects.create(
        name="Metro station posters",
        channel=Campaign.Channel.PRINT,
        description="A poster with its own number in four stations of the purple line.",
        status=Campaign.Status.ACTIVE,
        starts_on=first_day - timedelta(days=21),
        budget=Decimal(90_000),
        cost=Decimal(72_000),
    )
    _line(POSTER_NUMBER, "Metro posters", posters)
    for number, label in OTHER_LINES:
        _line(number, label)
    called = {row["customer_number"]: row["days_ago"] for row in _oldest_first(rows) if _is_visit_call(row)}
    for number, days_ago in called.items():
        _contact(visits, number, at=morning - timedelta(days=days_ago + 1), external_id=_visitor_id(number))
    answered = {row["customer_number"]: row["days_ago"] for row in _oldest_first(rows) if _is_answer(row)}
    for number, days_ago in answered.items():
        _contact(mailing, number, at=morning - timedelta(days=days_ago + MAILING_DAYS_BEFORE))
    for number in SILENT_NUMBERS:
        _contact(mailing, number, at=morning - timedelta(days=20))


def know_the_recipients() -> None:
    """Say whose numbers they were, now that everybody has called."""
    for recipient in Recipient.objects.filter(contact=None):
        recipient.clean()
        recipient.save(update_fields=["contact"])


def _contact(campaign: Campaign, number: str, *, at: datetime, external_id: str = "") -> None:
    Recipient.objects.create(campaign=campaign, e164=number, written=number, contacted_at=at, external_id=external_id)


def _line(number: str, label: str, campaign: Campaign | None = None) -> None:
    PhoneLine.objects.create(e164=number, written=number, label=label, campaign=campaign)


def _oldest_first(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return iter(sorted(rows, key=lambda row: (-row["days_ago"], row["time"])))


def _is_visit_call(row: Mapping[str, Any]) -> bool:
    return row["agent"] == "Aria" and row["direction"] == "outbound" and bool(row["customer_number"])


def _is_answer(row: Mapping[str, Any]) -> bool:
    return row["agent"] == "Kabir" and row["direction"] == "inbound" and bool(row["customer_number"])


def _visitor_id(number: str) -> str:
    return f"visitor-{number[-4:]}"
