"""Invitations: how somebody who was asked becomes a member. The mail is owed work; its link works once, for a week."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from crm import roles
from crm.constraints import SameCompany
from crm.encryption import seal, unseal
from crm.history import tracked
from crm.leases import LEASE_FIELDS, Leased, announce
from crm.models.companies import Company, Membership
from crm.models.users import User
from crm.roles import Role
from crm.tenancy import CompanyForeignKey, CompanyManager, require_company

GOOD_FOR = timedelta(days=7)
# Of one company: its mails carry words of its choice to addresses of its choice.
MOST_A_DAY = 100
TOKEN_BYTES = 32


class CannotInvite(ValueError):
    """The invitation cannot be sent; the message is a sentence for whoever invites."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def invite(self, *, email: str, name: str, role: str, by: Membership) -> tuple[Invitation, str]:
        """Ask somebody in; returns the invitation and its link. Raises `CannotInvite`.

        An open one for the same address is replaced. Whether the address has an account elsewhere makes no difference.
        """
        email = email.strip().lower()
        # Two who invite the same person at once: the second replaces what the first sent.
        Company.objects.select_for_update(no_key=True).get(pk=require_company())
        self.ensure_invitable(email=email, role=role, by=by)
        for earlier in self.open().filter(email=email).select_for_update(of=("self",)):
            earlier.withdraw()
        invitation = Invitation(email=email, name=name.strip(), role=role, invited_by=by)
        return invitation, invitation.send_anew()

    def ensure_invitable(self, *, email: str, role: str, by: Membership) -> None:
        """Raise `CannotInvite` if the role is not theirs to give, the person works here, or too many were invited."""
        email = email.strip().lower()
        if not roles.may_give(by.role, role):
            raise CannotInvite(f"You can invite nobody as {Role(role).label.lower()}: that is more than your own role.")
        if Membership.objects.filter(company_id=require_company(), user__email=email, is_active=True).exists():
            raise CannotInvite(f"{email} works here already.")
        if self.filter(created_at__gte=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
            raise CannotInvite(f"{MOST_A_DAY} invitations went out within a day. Go on tomorrow.")

    def by_token(self, token: str) -> Invitation | None:
        """Return the invitation whose link holds the token; None when none does."""
        return self.filter(token_hash=hash_token(token)).select_related("company", "invited_by__user").first()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@tracked("email", "role", "accepted_at", "withdrawn_at")
class Invitation(Leased):
    """`work_state` says whether its mail is still owed."""

    email = models.EmailField("e-mail", db_collation="C")
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    invited_by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    # The token itself is sealed until its mail was sent, then forgotten.
    token_hash = models.CharField(max_length=64, editable=False)
    token_sealed = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField("mailed", null=True, editable=False)
    expires_at = models.DateTimeField("good until", editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(InvitationQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("invited_by"),
            models.UniqueConstraint(fields=["company", "token_hash"], name="invitation_once_per_token"),
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_email",
            ),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-created_at", "-id"], name="invitation_newest"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    # ---- mutators

    def send_anew(self) -> str:
        """Owe the mail with a new link, good for a week; the link before it stops working. Returns the link."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.token_hash = hash_token(token)
        self.token_sealed = seal(token, context=self.context)
        self.expires_at, self.sent_at = timezone.now() + GOOD_FOR, None
        self.make_due()
        self.save()
        announce(self)
        return link_of(company_id=require_company(), token=token)

    def withdraw(self) -> None:
        """Take it back: its link stops working, and a mail that was not sent yet never is."""
        self.withdrawn_at, self.token_sealed = timezone.now(), ""
        self.work_state = "done"
        self.lease_token = self.lease_until = None
        self.save(update_fields=["withdrawn_at", "token_sealed", *LEASE_FIELDS])

    def accept(self, user: User) -> Membership:
        """Make the person a member, or one again. The row is locked by the caller, who saw that it is good."""
        membership, is_new = Membership.objects.get_or_create(
            company_id=require_company(), user=user, defaults={"role": self.role}
        )
        if not is_new and not membership.is_active:
            membership.role, membership.is_active = self.role, True
            membership.save(update_fields=["role", "is_active"])
        self.accepted_at, self.token_sealed = timezone.now(), ""
        self.save(update_fields=["accepted_at", "token_sealed"])
        return membership

    # ---- predicates and words

    @property
    def link(self) -> str:
        """The link that its mail is owed; empty once it was sent."""
        token = unseal(self.token_sealed, context=self.context)
        return link_of(company_id=require_company(), token=token) if token else ""

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_good(self) -> bool:
        """Whether its link still opens the company: whoever sent it must be somebody who could send it today."""
        by = self.invited_by
        has_backing = by is not None and by.is_active and roles.may_give(by.role, self.role)
        return self.is_open and not self.has_expired and has_backing

    @property
    def state(self) -> str:
        """What became of it, in a word or two."""
        if self.accepted_at:
            return "Accepted"
        if self.withdrawn_at:
            return "Withdrawn"
        if self.has_expired:
            return "Expired"
        if not self.is_good:
            return "No longer valid"
        if self.is_dead:
            return "Mail not sent"
        return "Waiting for an answer" if self.sent_at else "Being mailed"

    @property
    def context(self) -> str:
        return f"crm_invitation.token:{self.company_id}"


def link_of(*, company_id: int, token: str) -> str:
    # Before anybody is logged in, the company has to come from the link; the token opens nothing in another one.
    return f"{settings.SITE_URL}{reverse('join', args=[company_id, token])}"
