"""The demo company's campaigns: some that AI agents call for, some that people answer by calling, and posters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from calltracking.demo.customers import CARE
from crm.models import Campaign, PhoneNumber, Recipient
from telephony.models import PhoneLine

# Called by Aria and by Dev, who pass both ids along with each call.
VISITS, SOCIETIES = "site-visits", "societies"
CALLED_FOR = {"Aria": VISITS, "Dev": SOCIETIES}
# Written to; who then calls is known by their number. The last two never did.
MAILING_DAYS_BEFORE = 3
SILENT_NUMBERS = ("+919000000085", "+919000000086")
# Printed on the posters alone, so who dials it has seen one. Aria answers it too.
POSTER_NUMBER = "+918000000150"
POSTER_CALLERS = ("+919000000018", "+919000000021", "+919000000027", "+919000000031")
# In the message about the yearly check, and nowhere else: one in three who need a repair has read it.
CHECKUP_NUMBER = "+918000000350"
CHECKUP_SHARE = 3
# Our numbers, by who answers them. They stand for no campaign.
OUR_NUMBERS = {
    "Aria": "+918000000100",
    "Kabir": "+918000000200",
    "Tara": "+918000000300",
    "Dev": "+918000000400",
    "Nandini Rao": "+918000000101",
    "Joseph Mathew": "+918000000201",
    "Shreya Kulkarni": "+918000000102",
    "Imran Sheikh": "+918000000103",
    "Rohan Bhatia": "+918000000202",
    "Divya Menon": "+918000000301",
}
LABELS = {"Aria": "Flats", "Kabir": "Office floors", "Tara": "Home care", "Dev": "Ledger"}


@dataclass(frozen=True)
class Plan:
    """A campaign that began and, perhaps, ended so many days ago; budget and cost in rupees."""

    name: str
    channel: Campaign.Channel
    description: str
    began: int
    budget: int
    cost: int
    ended: int | None = None
    external_id: str = ""


_VISITS = Plan(
    "Weekend site visits",
    Campaign.Channel.CALLS,
    "Aria calls people who asked for a brochure and invites them to see a flat.",
    began=45,
    budget=150_000,
    cost=86_400,
    external_id=VISITS,
)
PLANS = {
    "visits": _VISITS,
    "many visits": replace(_VISITS, began=95),
    "mailing": Plan(
        "Office floors in Indiranagar",
        Campaign.Channel.EMAIL,
        "A letter with floor plans to companies whose lease ends this year.",
        began=40,
        budget=60_000,
        cost=58_250,
        ended=2,
    ),
    "posters": Plan(
        "Metro station posters",
        Campaign.Channel.PRINT,
        "A poster with its own number in four stations of the purple line.",
        began=21,
        budget=90_000,
        cost=72_000,
    ),
    "societies": Plan(
        "Ledger for housing societies",
        Campaign.Channel.CALLS,
        "Dev calls managers of housing societies who asked for the newsletter.",
        began=95,
        budget=80_000,
        cost=41_300,
        external_id=SOCIETIES,
    ),
    "checkup": Plan(
        "Yearly check of the home",
        Campaign.Channel.SMS,
        "A message to former customers, with a number of its own.",
        began=95,
        budget=40_000,
        cost=22_750,
    ),
}
# So many calls make a business whose campaigns began before the quarter.
MANY = 500


def passed_along(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the agent's provider passes along with the call of a row."""
    ref = _campaign_called_for(row)
    return {"campaign_ref": ref, "recipient_ref": _recipient_id(row["customer_number"])} if ref else {}


def dialed_number(row: Mapping[str, Any]) -> str:
    """Return which number of ours was dialed, or showed to who was called; a web call has none."""
    if not row["customer_number"]:
        return ""
    if row["customer_number"] in POSTER_CALLERS:
        return POSTER_NUMBER
    return CHECKUP_NUMBER if _is_checkup_call(row) else OUR_NUMBERS[row["agent"]]


def plan_campaigns(rows: Sequence[Mapping[str, Any]], *, today: datetime) -> None:
    """Create the campaigns, our numbers and whom was contacted, before anybody calls; `today` is any moment of it."""
    called = _called(rows)
    visits = _create("visits" if len(rows) < MANY else "many visits", today=today)
    mailing, posters = _create("mailing", today=today), _create("posters", today=today)
    _line(POSTER_NUMBER, "Metro posters", posters)
    for name, number in OUR_NUMBERS.items():
        _line(number, LABELS.get(name, name))
    _contact(visits, called[VISITS])
    _contact(mailing, _answers(rows, today=today))
    if called[SOCIETIES]:
        _plan_more(called[SOCIETIES], rows, today=today)


def know_the_recipients() -> None:
    """Say whose numbers they were, now that everybody has called."""
    unknown = list(Recipient.objects.filter(contact=None))
    owners: dict[str, list[int]] = {}
    for e164, contact in PhoneNumber.objects.filter(e164__in=[each.e164 for each in unknown]).values_list(
        "e164", "contact_id"
    ):
        owners.setdefault(e164, []).append(contact)
    known = [each for each in unknown if len(owners.get(each.e164, ())) == 1]
    for recipient in known:
        recipient.contact_id = owners[recipient.e164][0]
    Recipient.objects.bulk_update(known, ["contact"])


def _plan_more(called: Mapping[str, datetime], rows: Sequence[Mapping[str, Any]], *, today: datetime) -> None:
    """Create the campaigns of the businesses that only the composed calls are about."""
    societies, checkup = _create("societies", today=today), _create("checkup", today=today)
    _line(CHECKUP_NUMBER, "Yearly check", checkup)
    _contact(societies, called)
    messaged = {row["customer_number"]: row["started_at"] - timedelta(days=2) for row in rows if _is_checkup_call(row)}
    _contact(checkup, messaged)


def _create(plan: str, *, today: datetime) -> Campaign:
    planned, first_day = PLANS[plan], today.date()
    campaign: Campaign = Campaign.objects.create(
        name=planned.name,
        channel=planned.channel,
        description=planned.description,
        status=Campaign.Status.ACTIVE if planned.ended is None else Campaign.Status.ENDED,
        starts_on=first_day - timedelta(days=planned.began),
        ends_on=None if planned.ended is None else first_day - timedelta(days=planned.ended),
        budget=Decimal(planned.budget),
        cost=Decimal(planned.cost),
        external_id=planned.external_id,
    )
    return campaign


def _contact(campaign: Campaign, numbers: Mapping[str, datetime]) -> None:
    """Write down who was contacted when."""
    Recipient.objects.bulk_create(
        Recipient(
            campaign=campaign,
            e164=number,
            written=number,
            contacted_at=at,
            external_id=_recipient_id(number) if campaign.external_id else "",
        )
        for number, at in numbers.items()
    )


def _line(number: str, label: str, campaign: Campaign | None = None) -> None:
    PhoneLine.objects.create(e164=number, written=number, label=label, campaign=campaign)


def _called(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, datetime]]:
    """Return whom the agents called for each campaign, a day before they did."""
    called: dict[str, dict[str, datetime]] = {VISITS: {}, SOCIETIES: {}}
    for row in _oldest_first(rows):
        if ref := _campaign_called_for(row):
            called[ref].setdefault(row["customer_number"], _morning(row["started_at"]) - timedelta(days=1))
    return called


def _answers(rows: Sequence[Mapping[str, Any]], *, today: datetime) -> dict[str, datetime]:
    """Return to whom the letter about office floors was written, and when."""
    written: dict[str, datetime] = {}
    for row in _oldest_first(rows):
        if _is_answer(row):
            written[row["customer_number"]] = _morning(row["started_at"]) - timedelta(days=MAILING_DAYS_BEFORE)
    return written | dict.fromkeys(SILENT_NUMBERS, _morning(today) - timedelta(days=20))


def _morning(moment: datetime) -> datetime:
    return moment.replace(hour=10, minute=0, second=0, microsecond=0)


def _oldest_first(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return iter(sorted(rows, key=lambda row: row["started_at"]))


def _campaign_called_for(row: Mapping[str, Any]) -> str:
    is_call = row["direction"] == "outbound" and row["customer_number"]
    return CALLED_FOR.get(row["agent"], "") if is_call else ""


def _is_checkup_call(row: Mapping[str, Any]) -> bool:
    is_care = row.get("trade") == CARE and row["direction"] == "inbound"
    return is_care and int(row["customer_number"][-5:]) % CHECKUP_SHARE == 0


def _is_answer(row: Mapping[str, Any]) -> bool:
    is_written = not row.get("is_composed") and row["agent"] == "Kabir"
    return is_written and row["direction"] == "inbound" and bool(row["customer_number"])


def _recipient_id(number: str) -> str:
    return f"recipient-{number.lstrip('+')}"
