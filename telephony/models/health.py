"""Whether an account's calls reach us: what its provider says of our webhook, what is wrong, and who was told of it.

`telephony/watching.py` opens and ends troubles; `telephony/alarms.py` mails what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from crm.constraints import SameCompany
from crm.leases import Leased, announce
from crm.models import Membership, NotificationKind, NotificationPreference
from crm.models.preferences import LOOKING_AFTER_ALL
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel, require_company
from telephony.models.accounts import ProviderAccount
from telephony.signals import trouble_began

# Who hears of trouble.
TOLD = LOOKING_AFTER_ALL
# What comes back so soon is shown, and mailed to nobody: who can make an account flap could fill mailboxes.
CALM_BETWEEN_MAILS = timedelta(hours=1)


class WebhookCheck(CompanyModel):
    """What the provider said last of the webhooks that lead to the account's addresses; one row an account."""

    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="webhook_checks")
    asked_at = models.DateTimeField("asked")
    could_not = models.CharField(max_length=300, blank=True, help_text="Why the provider did not say.")
    found = models.PositiveSmallIntegerField(default=0, help_text="Webhooks there that lead here.")
    is_off = models.BooleanField(default=False, help_text="Each of them is switched off.")
    is_off_by_itself = models.BooleanField(default=False, help_text="The provider gave one of them up.")
    sends_again = models.BooleanField(null=True, help_text="Whether it repeats what failed; empty: not told.")
    failed_with = models.PositiveSmallIntegerField(null=True, help_text="The answer it failed with last.")
    failed_at = models.DateTimeField(null=True)

    objects: ClassVar = CompanyManager()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("account"),
            models.UniqueConstraint(fields=["company", "account"], name="one_webhook_check_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.asked_at:%Y-%m-%d %H:%M}"


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def open(self) -> TroubleQuerySet:
        return self.filter(over_at=None)

    def within(self, start: datetime) -> TroubleQuerySet:
        """Return what was going on at some time since then."""
        return self.filter(models.Q(over_at=None) | models.Q(over_at__gte=start))

    def begin(
        self, account: ProviderAccount, *, kind: str, since: datetime, said: str, at: datetime, found: int = 0
    ) -> Trouble | None:
        """Note a trouble and owe the mails; None when somebody else noted it first."""
        trouble = Trouble(account=account, kind=kind, since=since, said=said[:300], begun_at=at, found=found)
        try:
            with transaction.atomic():
                trouble.save(force_insert=True)
        except IntegrityError:
            return None
        if not trouble.came_back_soon:
            TroubleMail.objects.owe(trouble, tells=TroubleMail.Tells.BEGUN, to=_who_hears_by_mail())
            trouble_began.send(Trouble, trouble=trouble)
        return trouble


class Trouble(CompanyModel):
    """Something that loses calls, or will, from when it began until it was over. It begins and ends by itself."""

    class Kind(models.TextChoices):
        SILENT = "silent", "Webhooks are silent"
        FAILING = "failing", "Synchronization fails"
        SWITCHED_OFF = "switched_off", "The webhook is switched off"
        UNVERIFIED = "unverified", "Deliveries do not verify"
        GIVEN_UP = "given_up", "Deliveries are given up"

    account = CompanyForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="troubles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    since = models.DateTimeField(help_text="From when on, as far as we know.")
    begun_at = models.DateTimeField("noticed")
    over_at = models.DateTimeField("over", null=True)
    said = models.CharField(max_length=300, help_text="What is wrong and what to do, as a sentence.")
    found = models.PositiveIntegerField(default=0, help_text="How many calls or deliveries it concerns.")
    acknowledged_by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    objects: ClassVar = CompanyManager.from_queryset(TroubleQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("account"),
            SameCompany("acknowledged_by"),
            models.UniqueConstraint(
                fields=["company", "account", "kind"],
                condition=models.Q(over_at=None),
                name="one_open_trouble_per_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(over_at=None) | models.Q(over_at__gte=models.F("begun_at")),
                name="trouble_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "account", "-begun_at"], name="trouble_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.over_at is None

    @property
    def came_back_soon(self) -> bool:
        """Whether the like of it, of which people were told, was over only a while before."""
        alike = Trouble.objects.filter(account_id=self.account_id, kind=self.kind).exclude(pk=self.pk)
        return bool(alike.filter(over_at__gt=self.begun_at - CALM_BETWEEN_MAILS).exclude(mails=None).exists())

    def go_on(self, *, said: str, found: int) -> None:
        """Keep up with what is known of it."""
        if (said[:300], found) != (self.said, self.found):
            self.said, self.found = said[:300], found
            self.save(update_fields=["said", "found"])

    def end(self, *, at: datetime) -> None:
        """It is over: whoever was told that it began is told so, once."""
        at = max(at, self.begun_at)
        if not Trouble.objects.open().filter(pk=self.pk).update(over_at=at):
            return
        self.over_at = at
        told = self.mails.filter(tells=TroubleMail.Tells.BEGUN).exclude(sent_at=None)
        TroubleMail.objects.owe(self, tells=TroubleMail.Tells.OVER, to=[mail.member for mail in told])

    def acknowledge(self, by: Membership) -> None:
        """Say that a person knows of it; the first who says so stands there."""
        unknown = Trouble.objects.filter(pk=self.pk, acknowledged_at=None)
        unknown.update(acknowledged_by=by, acknowledged_at=timezone.now())
        self.refresh_from_db(fields=["acknowledged_by", "acknowledged_at"])


class TroubleMailQuerySet(models.QuerySet["TroubleMail"]):
    def owe(self, trouble: Trouble, *, tells: str, to: Iterable[Membership]) -> None:
        """Owe each of them one mail about it; who is owed that one already gets no second."""
        for member in to:
            mail, is_new = self.get_or_create(trouble=trouble, member=member, tells=tells)
            if is_new:
                announce(mail)


class TroubleMail(Leased):
    """One mail to one person about one trouble: `work_state` says whether it is owed, `sent_at` when they were told."""

    class Tells(models.TextChoices):
        BEGUN = "begun", "That it began"
        OVER = "over", "That it is over"

    trouble = CompanyForeignKey(Trouble, on_delete=models.CASCADE, related_name="mails")
    member = CompanyForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    tells = models.CharField(max_length=10, choices=Tells.choices)
    owed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar = CompanyManager.from_queryset(TroubleMailQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            SameCompany("trouble"),
            SameCompany("member"),
            models.UniqueConstraint(
                fields=["company", "trouble", "member", "tells"], name="trouble_is_told_once_per_person"
            ),
        ]
        indexes: ClassVar = [*Leased.Meta.indexes]

    def __str__(self) -> str:
        return f"{self.trouble}, {self.get_tells_display().lower()}"

    @property
    def is_owed(self) -> bool:
        """Whether it still says something true to somebody who should hear it."""
        hears = self.member.is_active and self.member.role in TOLD
        return bool(hears and self.trouble.is_open == (self.tells == self.Tells.BEGUN))


def who_hears() -> list[Membership]:
    """Return who looks after the accounts of the company in use."""
    there = Membership.objects.filter(company_id=require_company(), is_active=True, role__in=TOLD)
    return list(there.order_by("pk"))


def _who_hears_by_mail() -> list[Membership]:
    members = who_hears()
    ways = NotificationPreference.objects.ways(members, NotificationKind.TROUBLE)
    return [member for member in members if ways[member.pk].by_mail]
