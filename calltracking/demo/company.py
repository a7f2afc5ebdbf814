"""The demo company's people and accounts, and what its people did with their calls."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from calltracking.demo import DEMO_LOGINS, DEMO_SLUG
from calltracking.demo.scenes import AI_PROVIDER, CARRIER, HUMAN_PROVIDER, agent_id
from calltracking.models import CallNote, ServicePrice
from crm.models import Company, Contact, FollowUp, Lead, LeadStatus, Membership, PhoneNumber, User
from telephony.models import Agent, Call, ProviderAccount

NAMES = {
    "owner@banyan.example": "Leela Thomas",
    "manager@banyan.example": "Farhan Siddiqui",
    "nandini@banyan.example": "Nandini Rao",
    "joseph@banyan.example": "Joseph Mathew",
    "shreya@banyan.example": "Shreya Kulkarni",
    "imran@banyan.example": "Imran Sheikh",
    "rohan@banyan.example": "Rohan Bhatia",
    "divya@banyan.example": "Divya Menon",
    "viewer@banyan.example": "Asha Pillai",
}

# Ten who hold calls: four AI agents, and the people among the members who do.
AI_AGENTS = ("Aria", "Kabir", "Tara", "Dev")
HUMAN_AGENTS = ("Nandini Rao", "Joseph Mathew", "Shreya Kulkarni", "Imran Sheikh", "Rohan Bhatia", "Divya Menon")
# Whose leads become whose: an AI agent's go to a person of the same business.
HANDED_TO = {"Aria": "Nandini Rao", "Kabir": "Joseph Mathew", "Tara": "Divya Menon", "Dev": "Rohan Bhatia"}
ACCOUNTS = ((AI_PROVIDER, "Voice agents"), (HUMAN_PROVIDER, "Office phones"), (CARRIER, "Phone lines"))
# Follow-ups older than this were done, but for every so manieth: somebody is always late.
DONE_AFTER_DAYS, FORGOTTEN = 2, 40

# In rupees.
PRICES = (
    (ServicePrice.Service.TELEPHONY, ServicePrice.Unit.MINUTE, "0.90"),
    (ServicePrice.Service.TELEPHONY, ServicePrice.Unit.MONTH, "2500"),
    (ServicePrice.Service.VOICE_AGENT, ServicePrice.Unit.MINUTE, "6.50"),
    (ServicePrice.Service.TRANSCRIPTION, ServicePrice.Unit.MINUTE, "0.55"),
    (ServicePrice.Service.STORAGE, ServicePrice.Unit.CALL, "0.05"),
)

# Two people behind one reception's number: their calls are told apart by what they say.
RECEPTION = "+919000000090"
RECEPTION_PEOPLE = (("Ananya Ghosh", "Lakeside Dental"), ("Meera Iyer", "Lakeside Dental"))


def found_company(*, now: datetime, calls: int) -> Company:
    """Create the company, its people and who holds its calls, as of a moment; it awaits so many calls."""
    company = Company.objects.found(
        name="Banyan Estates",
        slug=DEMO_SLUG,
        time_zone="Asia/Kolkata",
        region="IN",
        currency="INR",
        business_days="123456",
        # The demo shows everything, whatever the environment says of other companies.
        analyzes_calls=True,
        creates_leads=True,
        preset="real_estate",
        is_demo=True,
        created_at=now,
        awaited_calls=calls,
    )
    roles = {email: role for email, _, role in DEMO_LOGINS}
    passwords = {email: password for email, password, _ in DEMO_LOGINS}
    for email, name in NAMES.items():
        user = User.objects.create_user(email, passwords.get(email), name=name)
        Membership.objects.create(company=company, user=user, role=roles.get(email, "agent"))
    return company


def hire_agents(company: Company) -> None:
    """Create the ten who hold calls, known to their provider by name."""
    for name in AI_AGENTS:
        Agent.objects.create(kind=Agent.Kind.AI, name=name, provider=AI_PROVIDER, external_id=agent_id(name))
    members = _members(company)
    for name in HUMAN_AGENTS:
        Agent.objects.create(
            kind=Agent.Kind.HUMAN,
            name=name,
            provider=HUMAN_PROVIDER,
            external_id=agent_id(name),
            membership=members[name],
        )


def open_accounts() -> None:
    """Create the demo's accounts, each with a secret by which its deliveries are signed."""
    for provider, label in ACCOUNTS:
        account = ProviderAccount(provider=provider, label=label, is_demo=True)
        account.set_webhook_secret(secrets.token_urlsafe(24))
        account.save()


def open_doors() -> dict[str, tuple[str, str]]:
    """Open a new address for each account, and close those of before: nobody has written their URLs down.

    Returns for each provider the webhook's path and its secret.
    """
    doors = {}
    for account in ProviderAccount.objects.all():
        for address in account.addresses.filter(is_active=True):
            address.close()
        _, url = account.open_address()
        doors[account.provider] = (f"/api/{url.partition('/api/')[2]}", account.webhook_secrets()[0])
    return doors


def write_prices() -> None:
    """Write down what the services cost, as a small company's bills have it."""
    for service, unit, amount in PRICES:
        ServicePrice.objects.create(service=service, unit=unit, amount=Decimal(amount))


def know_the_reception() -> None:
    """Create the two people who share a number before either calls."""
    for name, business in RECEPTION_PEOPLE:
        contact = Contact.objects.create(full_name=name, business_name=business, source="Office visit")
        contact.add_number(e164=RECEPTION, written=RECEPTION, is_primary=True)


def keep_up(company: Company, *, now: datetime) -> None:
    """Let the people keep up with the calls so far: leads assigned, old follow-ups done."""
    _assign(_members(company))
    _finish_old_steps(now)


def live_a_little(company: Company, *, now: datetime, worth: Mapping[str, int], bought: Mapping[str, datetime]) -> None:
    """Let the people have done the rest of their work: values, sales, a few notes.

    `worth` says by number what a customer would pay, and `bought` when who went ahead did so.
    """
    keep_up(company, now=now)
    members = _members(company)
    _estimate(worth)
    _sell(members["Nandini Rao"], now=now)
    _sell_more(members, worth=worth, bought=bought, now=now)
    _write_notes(members["Nandini Rao"])


def _members(company: Company) -> dict[str, Membership]:
    return {str(member): member for member in company.memberships.select_related("user")}


def _assign(members: Mapping[str, Membership]) -> None:
    """Give each lead to who talked with them last, or to the person behind the AI agent who did."""
    held = Call.objects.filter(contact=OuterRef("pk"), agent__isnull=False).order_by("-started_at", "-pk")
    theirs: dict[str, list[int]] = {}
    for pk, name in Lead.objects.annotate(held_by=Subquery(held.values("agent__name")[:1])).values_list(
        "pk", "held_by"
    ):
        theirs.setdefault(HANDED_TO.get(name, name) or "Joseph Mathew", []).append(pk)
    for name, leads in theirs.items():
        Contact.objects.filter(pk__in=leads).update(assignee=members[name])


def _estimate(worth: Mapping[str, int]) -> None:
    """Write down what the leads that are still open or won would bring."""
    leads = Lead.objects.exclude(lead_status__in=(LeadStatus.NOT_INTERESTED, LeadStatus.DO_NOT_CALL))
    numbers = PhoneNumber.objects.filter(contact__in=leads, e164__in=worth).select_related("contact")
    estimated = {number.contact_id: number for number in numbers}
    for number in estimated.values():
        number.contact.estimated_value = Decimal(worth[number.e164])
    Contact.objects.bulk_update((number.contact for number in estimated.values()), ["estimated_value"])


def _finish_old_steps(now: datetime) -> None:
    late = FollowUp.objects.open().filter(due_at__lt=now - timedelta(days=DONE_AFTER_DAYS))
    done = [pk for pk in late.values_list("pk", flat=True) if pk % FORGOTTEN]
    FollowUp.objects.filter(pk__in=done).update(state=FollowUp.State.DONE)


def _sell(by: Membership, *, now: datetime) -> None:
    written = Lead.objects.filter(lead_status=LeadStatus.INTERESTED, numbers__e164__startswith="+9190000000")
    oldest = written.order_by("latest_call_at", "pk").first()
    if oldest:
        oldest.move_to(LeadStatus.CONVERTED, by=by, why="Booking amount received", at=now - timedelta(days=3))


def _sell_more(
    members: Mapping[str, Membership], *, worth: Mapping[str, int], bought: Mapping[str, datetime], now: datetime
) -> None:
    """Let the people note who has bought, the day after they went ahead."""
    people = {member.pk: member for member in members.values()}
    for number in PhoneNumber.objects.filter(e164__in=bought).order_by("e164"):
        at = bought[number.e164] + timedelta(days=1)
        lead = Lead.objects.filter(pk=number.contact_id, lead_status=LeadStatus.INTERESTED).first()
        if lead and at < now:
            lead.actual_value = Decimal(worth[number.e164])
            lead.save(update_fields=["actual_value"])
            lead.move_to(LeadStatus.CONVERTED, by=people.get(lead.assignee_id), why="Paid", at=at)


def _write_notes(by: Membership) -> None:
    texts = (
        "Sent the floor plan and the payment schedule. They will bring a parent to the visit.",
        "Spoke for a minute after the call: parking decides it. Ask whether the second slot is still free.",
        "Wants the quote in writing before Friday.",
    )
    promising = Call.objects.filter(is_hot=True).order_by("-started_at")
    for call, text in zip(promising, texts, strict=False):
        CallNote.objects.create(call=call, by=by, text=text, written_at=call.started_at + timedelta(hours=2))
