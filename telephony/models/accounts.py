"""The company's accounts at providers, and the addresses at which their webhooks reach us."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.encryption import seal, unseal
from crm.history import tracked
from crm.models import Company
from crm.tenancy import CompanyForeignKey, CompanyModel, require_company
from telephony.providers import get_provider, provider_choices
from telephony.providers.base import Delivery, InvalidSignature

# The sealed columns, and the place of each in its context; the secret before stands where it stood.
PLACES = {
    "webhook_secret_sealed": "",
    "previous_secret_sealed": "",
    "api_key_sealed": ".api_key",
    "initiation_secret_sealed": ".initiation",
}


def validate_networks(text: str) -> None:
    """Raise `ValidationError` unless every line is an IP address or a network."""
    for line in text.split():
        try:
            ipaddress.ip_network(line, strict=False)
        except ValueError as error:
            raise ValidationError("%(line)s is no IP address or network.", params={"line": line}) from error


@tracked(
    "provider",
    "label",
    "region",
    "agent_ids",
    "allowed_ips",
    "initiation_variables",
    "is_active",
    secrets=("webhook_secret_sealed", "api_key_sealed", "initiation_secret_sealed"),
)
class ProviderAccount(CompanyModel):
    provider = models.CharField(max_length=30, choices=provider_choices)
    label = models.CharField(max_length=100, help_text="How you tell it from your other accounts.")
    webhook_secret_sealed = models.TextField(blank=True, editable=False)
    previous_secret_sealed = models.TextField(blank=True, editable=False)
    api_key_sealed = models.TextField(blank=True, editable=False)
    initiation_secret_sealed = models.TextField(blank=True, editable=False)
    region = models.CharField(
        max_length=20, blank=True, help_text="Where the provider keeps the account's data; empty is its default."
    )
    agent_ids = models.TextField(
        "agents", blank=True, help_text="One agent id a line. Synchronization then asks for these alone."
    )
    allowed_ips = models.TextField(
        "allowed senders",
        blank=True,
        validators=[validate_networks],
        help_text="One address or network a line, such as 35.204.38.71 or 10.0.0.0/8. Empty: any sender.",
    )
    initiation_variables = models.JSONField(
        default=dict,
        blank=True,
        help_text="Dynamic variables the agents always get, with the value for a caller we know nothing of.",
    )
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

    def save(self, **options: Any) -> None:
        """Save it, and tell its addresses whether it is switched on: the door asks them before it knows the company."""
        super().save(**options)
        told = options.get("update_fields")
        if told is None or "is_active" in told:
            self.addresses.exclude(is_account_active=self.is_active).update(is_account_active=self.is_active)

    @property
    def has_webhook_secret(self) -> bool:
        return bool(self.webhook_secret_sealed)

    def set_webhook_secret(self, secret: str) -> None:
        """Replace the secret; the one before stays valid, so that nothing is lost while the provider changes over."""
        self.previous_secret_sealed = self.webhook_secret_sealed
        self.webhook_secret_sealed = seal(secret, context=self.context_of("webhook_secret_sealed"))

    def webhook_secrets(self) -> tuple[str, ...]:
        """Return the secrets that verify a delivery: the current one, then the one before."""
        sealed = (self.webhook_secret_sealed, self.previous_secret_sealed)
        return tuple(unseal(text, context=self.context_of("webhook_secret_sealed")) for text in sealed if text)

    def set_api_key(self, key: str) -> None:
        self.api_key_sealed = seal(key, context=self.context_of("api_key_sealed"))

    def api_key(self) -> str:
        """Return the key with which the provider is asked; empty when none was entered."""
        return unseal(self.api_key_sealed, context=self.context_of("api_key_sealed"))

    def set_initiation_secret(self, secret: str) -> None:
        self.initiation_secret_sealed = seal(secret, context=self.context_of("initiation_secret_sealed"))

    def initiation_secret(self) -> str:
        """Return what the provider sends along when it asks about a caller; empty when none was entered."""
        return unseal(self.initiation_secret_sealed, context=self.context_of("initiation_secret_sealed"))

    def allows_ip(self, ip: str | None) -> bool:
        """Return whether the account takes deliveries from the address."""
        networks = [ipaddress.ip_network(line.strip(), strict=False) for line in self.allowed_ips.split() if line]
        if not networks:
            return True
        return ip is not None and any(ipaddress.ip_address(ip) in network for network in networks)

    def verify(self, delivery: Delivery, *, ip: str | None) -> None:
        """Raise `InvalidSignature` unless the delivery is genuine and comes from a sender the account takes."""
        get_provider(self.provider).verify(delivery, secrets=self.webhook_secrets())
        if not self.allows_ip(ip):
            raise InvalidSignature("The sender is not among those the account allows; see its allowed senders.")

    def open_address(self) -> tuple[WebhookAddress, str]:
        """Create an address for the account; returns it with the URL, which is shown once and never stored."""
        token = secrets.token_urlsafe(24)
        address = WebhookAddress.objects.create(
            company_id=require_company(),
            account=self,
            provider=self.provider,
            token_hash=hash_token(token),
            hint=token[:4],
            is_account_active=self.is_active,
            is_demo=self.is_demo,
        )
        return address, f"{settings.SITE_URL}/api/webhooks/{self.provider}/{token}"

    def context_of(self, column: str) -> str:
        """Return what the column's text is sealed for: it opens in no other company and no other place."""
        return f"telephony.provideraccount.webhook_secret:{self.company_id}{PLACES[column]}"


class WebhookAddressQuerySet(models.QuerySet["WebhookAddress"]):
    def listening(self) -> WebhookAddressQuerySet:
        """Those that are open, of accounts that are switched on."""
        return self.filter(is_active=True, is_account_active=True)


@tracked("account", "provider", "hint", "is_active", secrets=("token_hash",), of="account")
class WebhookAddress(models.Model):
    """Where a provider's deliveries arrive: read before the company is known, so it has no policy and no secret."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="addresses")
    provider = models.CharField(max_length=30, choices=provider_choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField("begins with", max_length=8, editable=False)
    is_active = models.BooleanField("active", default=True)
    # A copy of the account's switch, kept by the account. Closing an address is for good; switching off is not.
    is_account_active = models.BooleanField(default=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = WebhookAddressQuerySet.as_manager()

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
