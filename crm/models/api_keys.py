"""What programs bring: the keys they ask with, and what was answered to their repeatable requests."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from crm import roles
from crm.constraints import SameCompany
from crm.history import tracked
from crm.models.companies import Company, Membership
from crm.roles import Role, Scope
from crm.tenancy import CompanyForeignKey, CompanyModel

# rs_<prefix>_<secret>: the prefix finds the row and is shown in lists, the secret is 256 random bits.
_WRITTEN = re.compile(r"rs_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
# The row is written at most so often, however many requests there are.
USED_EVERY = timedelta(minutes=1)
KEY_ROLES = [(role.value, role.label) for role in (Role.VIEWER, Role.AGENT, Role.MANAGER)]


def validate_scopes(scopes: object) -> None:
    """Raise `ValidationError` unless it is a list of scopes with at least one."""
    if not isinstance(scopes, list) or not scopes or set(scopes) - set(Scope.values):
        raise ValidationError("Choose at least one scope.")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def make(
        self,
        *,
        label: str,
        scopes: Sequence[str],
        made_by: Membership,
        role: str = Role.AGENT,
        expires_at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """Create a key of the maker's company; returns it with its text, which is shown once and never stored."""
        secret = secrets.token_urlsafe(32)
        key = self.model(
            company_id=made_by.company_id,
            made_by=made_by,
            label=label,
            prefix="".join(secrets.choice(_ALPHABET) for _ in range(8)),
            secret_hash=hash_secret(secret),
            scopes=sorted(scopes),
            role=role,
            expires_at=expires_at,
        )
        key.save(force_insert=True)
        return key, f"rs_{key.prefix}_{secret}"

    def presented(self, written: str) -> ApiKey | None:
        """Return the key that was written down, if it is one of ours and its secret is right, valid or not."""
        parts = _WRITTEN.fullmatch(written)
        prefix, secret = parts.groups() if parts else ("", "")
        key = self.select_related("company").filter(prefix=prefix).first() if parts else None
        # A prefix that nobody has costs the same comparison.
        is_right = hmac.compare_digest(hash_secret(secret), key.secret_hash if key else "0" * 64)
        return key if key and is_right else None


@tracked("label", "prefix", "scopes", "role", "expires_at", "revoked_at")
class ApiKey(models.Model):
    """Lets a program of the company in, with the rights of a role as the most, and within it those of its scopes.

    Read before the company is known, so it has no policy, and no secret. It is the company's: it goes on working when
    who made it leaves.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", editable=False)
    label = models.CharField(max_length=100, help_text="What uses it, such as “Nightly export”.")
    prefix = models.CharField("begins with", max_length=8, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list, validators=[validate_scopes], help_text="What it may read and do.")
    role = models.CharField(
        "at most",
        max_length=10,
        choices=KEY_ROLES,
        default=Role.AGENT,
        help_text="It can do nothing that a member of this role could not.",
    )
    made_by = CompanyForeignKey(Membership, on_delete=models.PROTECT, related_name="+", editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True, help_text="Empty: it works until revoked.")
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    created_at = models.DateTimeField("made", default=timezone.now, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    # What a view asks of whoever is behind a request.
    is_authenticated = True
    is_anonymous = False

    class Meta:
        verbose_name = "API key"
        constraints: ClassVar = [
            SameCompany("made_by"),
            models.UniqueConstraint(fields=["company", "id"], name="crm_apikey_in_company"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="apikey_newest")]

    def __str__(self) -> str:
        return self.label

    def refusal(self, *, at: datetime) -> str:
        """Return why the key is not taken any more; empty while it is."""
        if self.revoked_at is not None:
            return "This API key was revoked."
        if self.expires_at is not None and self.expires_at <= at:
            return "This API key has expired."
        return ""

    def used(self, *, at: datetime) -> None:
        """Keep when it was last used, to the minute: one conditional write, and none for most requests."""
        stale = at - USED_EVERY
        if self.last_used_at is None or self.last_used_at < stale:
            unused = models.Q(last_used_at=None) | models.Q(last_used_at__lt=stale)
            ApiKey.objects.filter(unused, pk=self.pk).update(last_used_at=at)

    def revoke(self) -> None:
        """Take it no more, from the next request on."""
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Answer the question that pages and admin ask of a person."""
        return roles.allows(self.role, permission) and roles.scopes_allow(self.scopes, permission)


def hash_secret(secret: str) -> str:
    """Return what is stored of a key's secret: its SHA-256, in hex. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class RepeatableAnswer(CompanyModel):
    """What a request with an `Idempotency-Key` was answered, so that the same request again changes nothing."""

    KEPT: ClassVar = timedelta(hours=24)

    caller = models.CharField(max_length=40, help_text="Whose key it is: an API key or a member.")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField()
    body: Any = models.JSONField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "caller", "key"], name="one_answer_per_idempotency_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "answered_at"], name="repeatable_answer_age")]

    def __str__(self) -> str:
        return f"{self.caller}, {self.status}"


class RequestCount(models.Model):
    """How many requests somebody made in their current minute, where no Redis counts: shared by the web processes."""

    bucket = models.CharField(max_length=80, primary_key=True)
    used = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="request_count_age")]

    def __str__(self) -> str:
        return f"{self.bucket}: {self.used}"
