"""The company's accounts at providers, and the addresses at which their webhooks reach us."""

from __future__ import annotations

import hashlib
import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.encryption import seal, unseal
from crm.models import Company
from crm.tenancy import CompanyForeignKey, CompanyModel, require_company
from telephony.providers import provider_choices


class ProviderAccount(CompanyModel):
    provider = models.CharField(max_length=30, choices=provider_choices)
    label = models.CharField(max_length=100, help_text="How you tell it from your other accounts.")
    webhook_secret_sealed = models.TextField(blank=True, editable=False)
    previous_secret_sealed = models.TextField(blank=True, editable=False)
    is_active = models.BooleanField("active", default=True)
    is_demo = models.BooleanField(default=False, editable=False, help_text="A demo account never calls out.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            models.UniqueConstraint(fields=["company", "provider", "label"], name="account_label_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} · {self.label}"

    @property
    def has_webhook_secret(self) -> bool:
        return bool(self.webhook_secret_sealed)

    def set_webhook_secret(self, secret: str) -> None:
        """Replace the secret; the one before stays valid, so that nothing is lost while the provider changes over."""
        self.previous_secret_sealed = self.webhook_secret_sealed
        self.webhook_secret_sealed = seal(secret, context=self._context)

    def webhook_secrets(self) -> tuple[str, ...]:
        """Return the secrets that verify a delivery: the current one, then the one before."""
        sealed = (self.webhook_secret_sealed, self.previous_secret_sealed)
        return tuple(unseal(text, context=self._context) for text in sealed if text)

    def open_address(self) -> tuple[WebhookAddress, str]:
        """Create an address for the account; returns it with the URL, which is shown once and never stored."""
        token = secrets.token_urlsafe(24)
        address = WebhookAddress.objects.create(
            company_id=require_company(),
            account=self,
            provider=self.provider,
            token_hash=hash_token(token),
            hint=token[:4],
            is_demo=self.is_demo,
        )
        return address, f"{settings.SITE_URL}/api/webhooks/{self.provider}/{token}"

    @property
    def _context(self) -> str:
        return f"telephony.provideraccount.webhook_secret:{self.company_id}"


class WebhookAddress(models.Model):
    """Where a provider's deliveries arrive: read before the company is known, so it has no policy and no secret."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="addresses")
    provider = models.CharField(max_length=30, choices=provider_choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField("begins with", max_length=8, editable=False)
    is_active = models.BooleanField("active", default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "webhook addresses"
        constraints: ClassVar = [SameCompany("account")]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} …/{self.hint}…"

    def close(self) -> None:
        """Take no more deliveries there; the provider is answered that nobody listens."""
        self.is_active = False
        self.save(update_fields=["is_active"])


def hash_token(token: str) -> str:
    """Return what is stored of an address's token: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
