"""The first steps of a new company: what is to be done until calls come in by themselves, each answered by its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from crm import roles
from crm.models import Campaign, Company, ExtractionField, Invitation, Membership
from telephony.models import Call, ProviderAccount, WebhookEvent


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """One line of the list: what to do, what it is good for, where, and whether it is done."""

    title: str
    why: str
    url: str
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class _Step:
    title: str
    why: str
    view: str
    right: str
    is_done: Callable[[Company], bool]


def first_steps(company: Company, member: Membership) -> list[FirstStep]:
    """Return the steps the member's role can take, in their order; none for a demo company."""
    if company.is_demo:
        return []
    return [
        FirstStep(title=step.title, why=step.why, url=reverse(step.view), is_done=step.is_done(company))
        for step in STEPS
        if roles.allows(member.role, step.right)
    ]


def put_away(company: Company) -> None:
    """Take the list from home, for everybody; `bring_back` shows it again."""
    Company.objects.filter(pk=company.pk).update(shows_first_steps=False)


def bring_back(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(shows_first_steps=True)


def _is_connected(company: Company) -> bool:
    return bool(ProviderAccount.objects.filter(is_active=True, is_demo=False).exists())


def _is_pasted(company: Company) -> bool:
    """The only proof that an address was pasted is that something genuine arrived at it."""
    return bool(WebhookEvent.objects.exists())


def _has_seen_a_call(company: Company) -> bool:
    return bool(Call.objects.exists())


def _has_asked_somebody(company: Company) -> bool:
    return company.memberships.filter(is_active=True).count() > 1 or Invitation.objects.open().exists()


def _has_fields(company: Company) -> bool:
    return bool(ExtractionField.objects.exists())


def _has_campaign(company: Company) -> bool:
    return bool(Campaign.objects.exists())


STEPS = (
    _Step(
        title="Connect a provider",
        why="The account whose calls you want to see.",
        view="admin:telephony_provideraccount_changelist",
        right="telephony.add_provideraccount",
        is_done=_is_connected,
    ),
    _Step(
        title="Paste the webhook address",
        why="At the provider; then make a test call.",
        view="connections",
        right="telephony.view_provideraccount",
        is_done=_is_pasted,
    ),
    _Step(
        title="See the first call",
        why="It shows a second after it ends.",
        view="calls",
        right="telephony.view_call",
        is_done=_has_seen_a_call,
    ),
    _Step(
        title="Invite a colleague",
        why="Leads can be given to whoever works here.",
        view="admin:crm_membership_changelist",
        right="crm.add_invitation",
        is_done=_has_asked_somebody,
    ),
    _Step(
        title="Say what you want to know",
        why="Fields of yours that are filled from what was said.",
        view="admin:crm_extractionfield_changelist",
        right="crm.add_extractionfield",
        is_done=_has_fields,
    ),
    _Step(
        title="Add the first campaign",
        why="To see which one brought a call.",
        view="admin:crm_campaign_changelist",
        right="crm.add_campaign",
        is_done=_has_campaign,
    ),
)
