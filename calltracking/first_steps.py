"""The first steps of a new company: what is to be done until calls come in by themselves, each answered by its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
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
    is_done: Callable[[], Exists | Q]


def first_steps(company: Company, member: Membership) -> list[FirstStep]:
    """Return the steps the member's role can take, in their order; none for a demo company."""
    if company.is_demo:
        return []
    steps = [step for step in STEPS if roles.allows(member.role, step.right)]
    done = _done_of(company, steps)
    return [
        FirstStep(title=step.title, why=step.why, url=reverse(step.view), is_done=is_done)
        for step, is_done in zip(steps, done, strict=True)
    ]


def _done_of(company: Company, steps: list[_Step]) -> list[bool]:
    """Return which of the steps are done, asked in one question."""
    if not steps:
        return []
    asked = {f"step_{nth}": ExpressionWrapper(step.is_done(), BooleanField()) for nth, step in enumerate(steps)}
    return list(Company.objects.filter(pk=company.pk).annotate(**asked).values_list(*asked).get())


def put_away(company: Company) -> None:
    """Take the list from home, for everybody; `bring_back` shows it again."""
    Company.objects.filter(pk=company.pk).update(shows_first_steps=False)


def bring_back(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(shows_first_steps=True)


def _is_connected() -> Exists:
    return Exists(ProviderAccount.objects.filter(is_active=True, is_demo=False))


def _is_pasted() -> Exists:
    """The only proof that an address was pasted is that something genuine arrived at it."""
    return Exists(WebhookEvent.objects.all())


def _has_seen_a_call() -> Exists:
    return Exists(Call.objects.all())


def _has_asked_somebody() -> Q:
    colleagues = Membership.objects.filter(company=OuterRef("pk"), is_active=True).order_by("pk")
    return Q(Exists(colleagues[1:])) | Q(Exists(Invitation.objects.open()))


def _has_fields() -> Exists:
    return Exists(ExtractionField.objects.all())


def _has_campaign() -> Exists:
    return Exists(Campaign.objects.all())


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
