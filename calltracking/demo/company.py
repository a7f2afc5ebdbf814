"""The demo company's people and accounts, and what its people did with their calls."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from calltracking.demo import DEMO_LOGINS, DEMO_SLUG
from calltracking.demo.scenes import AI_PROVIDER, HUMAN_PROVIDER
from calltracking.models import CallNote
from crm.models import Company, Contact, FollowUp, Lead, LeadStatus, Membership, User
from telephony.models import Agent, Call, ProviderAccount

NAMES = {
    "owner@banyan.example": "Leela Thomas",
    "manager@banyan.example": "Farhan Siddiqui",
    "nandini@banyan.example": "Nandini Rao",
    "joseph@banyan.example": "Joseph Mathew",
    "viewer@banyan.example": "Asha Pillai",
}

# Two people behind one reception's number: their calls are told apart by what they say.
RECEPTION = "+919000000090"
RECEPTION_PEOPLE = (("Ananya Ghosh", "Lakeside Dental"), ("Meera Iyer", "Lakeside Dental"))


def found_company() -> Company:
    """Create the company and its people."""
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
    )
    roles = {email: role for email, _, role in DEMO_LOGINS}
    passwords = {email: password for email, password, _ in DEMO_LOGINS}
    for email, name in NAMES.items():
        user = User.objects.create_user(email, passwords.get(email), name=name)
        Membership.objects.create(company=company, user=user, role=roles.get(email, "agent"))
    return company


def open_accounts() -> dict[str, tuple[str, str]]:
    """Create the demo accounts; returns, for each provider, the webhook's path and its secret."""
    doors = {}
    for provider, label in ((AI_PROVIDER, "Voice agents"), (HUMAN_PROVIDER, "Office phones")):
        account = ProviderAccount(provider=provider, label=label, is_demo=True)
        secret = secrets.token_urlsafe(24)
        account.set_webhook_secret(secret)
        account.save()
        _, url = account.open_address()
        doors[provider] = (url.partition("/api/")[2], secret)
    return {provider: (f"/api/{path}", secret) for provider, (path, secret) in doors.items()}


def know_the_reception() -> None:
    """Create the two people who share a number before either calls."""
    for name, business in RECEPTION_PEOPLE:
        contact = Contact.objects.create(full_name=name, business_name=business, source="Office visit")
        contact.add_number(e164=RECEPTION, written=RECEPTION, is_primary=True)


def live_a_little(company: Company, *, now: datetime) -> None:
    """Let the people have done their work: leads assigned, old follow-ups done, a sale, a few notes."""
    members = {str(m): m for m in company.memberships.select_related("user")}
    for name, member in members.items():
        Agent.objects.filter(name=name).update(membership=member)
    nandini, joseph = members["Nandini Rao"], members["Joseph Mathew"]
    for lead in Lead.objects.all():
        homes = Call.objects.filter(contact=lead.pk, agent__name__in=("Aria", "Nandini Rao")).exists()
        Contact.objects.filter(pk=lead.pk).update(assignee=nandini if homes else joseph)
    late = FollowUp.objects.open().filter(due_at__lt=now - timedelta(days=2))
    for follow_up in late:
        follow_up.finish()
    _sell(nandini, now=now)
    _write_notes(nandini, now=now)


def _sell(by: Membership, *, now: datetime) -> None:
    oldest = Lead.objects.filter(lead_status=LeadStatus.INTERESTED).order_by("latest_call_at", "pk").first()
    if oldest:
        oldest.move_to(LeadStatus.CONVERTED, by=by, why="Booking amount received", at=now - timedelta(days=3))


def _write_notes(by: Membership, *, now: datetime) -> None:
    texts = (
        "Sent the floor plan and the payment schedule. They will bring a parent to the visit.",
        "Spoke for a minute after the call: parking decides it. Ask whether the second slot is still free.",
        "Wants the quote in writing before Friday.",
    )
    promising = Call.objects.filter(is_hot=True).order_by("-started_at")
    for call, text in zip(promising, texts, strict=False):
        CallNote.objects.create(call=call, by=by, text=text, written_at=call.started_at + timedelta(hours=2))
