"""The inbox: every genuine delivery, as it came, stored before the provider is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.leases import Leased, WorkState
from crm.models import Company
from crm.tenancy import CompanyForeignKey, CompanyManager, company_of_new_row
from telephony.models.accounts import ProviderAccount
from telephony.providers import provider_label
from telephony.providers.base import Delivery, Provider

# What is kept of a delivery's headers: none of them holds a secret.
KEPT_HEADERS = ("content-type", "content-length", "user-agent", "x-request-id")


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those of a delivery's headers that are kept with it."""
    return {name: headers[name][:500] for name in KEPT_HEADERS if name in headers}


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def replayable(self) -> WebhookEventQuerySet:
        """Those whose body is still there; retention empties old ones."""
        return self.exclude(body=b"")

    def replay(self) -> int:
        """Process them again, all at once; returns how many. What they already did is found and not repeated."""
        return self.replayable().update(
            work_state=WorkState.DUE, attempts=0, next_at=timezone.now(), lease_token=None, lease_until=None
        )

    def store(
        self, delivery: Delivery, *, account: ProviderAccount, provider: Provider, ip: str | None
    ) -> WebhookEvent:
        """Return the delivery's row. The unique constraint decides: repeats, even at once, are one row."""
        event = WebhookEvent(
            account=account,
            provider=provider.name,
            dedupe_key=provider.dedupe_key(delivery.body),
            body=delivery.body,
            headers=kept_headers(delivery.headers),
            ip=ip,
            received_at=delivery.received_at,
        )
        self.bulk_create([event], ignore_conflicts=True)
        return self.defer("body").get(account=account, dedupe_key=event.dedupe_key)


class WebhookEvent(Leased):
    # Without a key of its own: the account's holds it to a company that exists, and each key costs the door.
    company = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        default=company_of_new_row,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    account = CompanyForeignKey(
        # Looked up by account with the company beside it: an index of its own would only cost the door.
        ProviderAccount,
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
    )
    provider = models.CharField(max_length=30)
    dedupe_key = models.CharField(max_length=300)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    ip = models.GenericIPAddressField("sender", null=True)
    received_at = models.DateTimeField("received", default=timezone.now)
    unrouted_because = models.CharField(
        "not used because",
        max_length=300,
        blank=True,
        help_text="Genuine, but nothing we know what to do with; kept.",
    )
    call_ref = models.CharField(
        "call", max_length=128, blank=True, db_collation="C", help_text="The id of the call it speaks of."
    )

    objects: ClassVar = CompanyManager.from_queryset(WebhookEventQuerySet)()

    class Meta(Leased.Meta):
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("account"),
            models.UniqueConstraint(fields=["company", "account", "dedupe_key"], name="delivery_once_per_account"),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-received_at", "-id"], name="webhookevent_newest"),
            models.Index(fields=["company", "call_ref"], name="webhookevent_call"),
            models.Index(
                fields=["company", "-received_at", "-id"],
                condition=~models.Q(work_state=WorkState.DONE),
                name="webhookevent_not_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{provider_label(self.provider)}, {timezone.localtime(self.received_at):%d %b %Y %H:%M:%S}"

    @property
    def is_unrouted(self) -> bool:
        return bool(self.unrouted_because)

    def replay(self) -> None:
        """Process it again; what it already did is found and not repeated."""
        self.make_due()
        self.save(update_fields=["work_state", "attempts", "next_at", "lease_token", "lease_until"])
