"""What the door refused: kept apart from the inbox, so that a forged copy can never stand in a genuine one's way."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.encryption import seal, unseal
from crm.leases import WorkState, announce
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel
from telephony.models.accounts import ProviderAccount
from telephony.models.inbox import WebhookEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery, InvalidSignature


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def count_of_last_minute(self, ip: str) -> int:
        """Return how many attempts from the address were refused in the last minute."""
        return self.filter(ip=ip, refused_at__gt=timezone.now() - timedelta(minutes=1)).count()


class Refusal(models.Model):
    """One refused attempt. Written before any company is known, so it names none, and holds nothing of the body."""

    provider = models.CharField(max_length=30)
    ip = models.GenericIPAddressField(null=True)
    code = models.PositiveSmallIntegerField(help_text="What was answered.")
    why = models.CharField(max_length=200)
    refused_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = RefusalQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["ip", "-refused_at"], name="refusal_by_ip"),
            models.Index(fields=["refused_at"], name="refusal_age"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.why}"


class QuarantineQuerySet(models.QuerySet["Quarantined"]):
    def waiting(self) -> QuarantineQuerySet:
        return self.filter(released_at=None)


class Quarantined(CompanyModel):
    """A delivery to one of our accounts that did not verify; kept a week, as our secret may be the wrong one."""

    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="quarantine")
    provider = models.CharField(max_length=30)
    body = models.BinaryField()
    headers = models.JSONField(default=dict, help_text="As they came, signature included; no credentials.")
    # Where it was sent to, token included: kept for a provider that signs the address, and for no other.
    url_sealed = models.TextField(blank=True, default="", db_default="", editable=False)
    ip = models.GenericIPAddressField("sender", null=True)
    why = models.CharField(max_length=300)
    received_at = models.DateTimeField("received", default=timezone.now)
    released_at = models.DateTimeField("released", null=True, blank=True)

    objects: ClassVar = CompanyManager.from_queryset(QuarantineQuerySet)()

    class Meta(CompanyModel.Meta):
        verbose_name = "quarantined delivery"
        verbose_name_plural = "quarantine"
        constraints: ClassVar = [*CompanyModel.Meta.constraints, SameCompany("account")]
        indexes: ClassVar = [
            models.Index(fields=["company", "account", "-received_at"], name="quarantine_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.received_at:%Y-%m-%d %H:%M:%S}"

    @property
    def context(self) -> str:
        """What the address is sealed for: it opens in no other company and no other place."""
        return f"telephony.quarantined.url:{self.company_id}"

    def keep_url(self, url: str) -> None:
        """Keep where it was sent to, sealed, if its signature cannot be verified without. The caller saves."""
        if get_provider(self.provider).signs_address:
            self.url_sealed = seal(url, context=self.context)

    def release(self) -> bool:
        """Let the delivery into the inbox if it verifies now, judged at the time it came; returns whether it did."""
        url = unseal(self.url_sealed, context=self.context)
        delivery = Delivery(body=bytes(self.body), headers=self.headers, received_at=self.received_at, url=url)
        try:
            self.account.verify(delivery, ip=self.ip)
        except InvalidSignature as error:
            self.why = str(error)[:300]
            self.save(update_fields=["why"])
            return False
        provider = get_provider(self.provider)
        event = WebhookEvent.objects.store(delivery, account=self.account, provider=provider, ip=self.ip)
        if event.work_state == WorkState.DUE:
            announce(event)
        self.released_at = timezone.now()
        self.save(update_fields=["released_at"])
        return True
