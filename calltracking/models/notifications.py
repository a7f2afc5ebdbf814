"""What a member is told of: a line in the bell, perhaps a mail. It names rows; the words are made when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import SameCompany
from crm.leases import Leased, WorkState, announce
from crm.models import Company, Contact, FollowUp, Membership, NotificationKind, NotificationPreference
from crm.tenancy import CompanyForeignKey, CompanyManager
from telephony.models import Call, Trouble


class NotificationQuerySet(models.QuerySet["Notification"]):
    def tell(self, kind: str, *, to: Iterable[Membership], mails: bool = True, **about: Any) -> None:
        """Tell each of them, in the ways they chose; who was told of the same already is not told again.

        A row is kept even for who wants neither bell nor mail: it says that the time to tell has passed. Mails of a
        demo company would go to people who do not exist.
        """
        members = list(to)
        ways = NotificationPreference.objects.ways(members, kind)
        mails = mails and not Company.objects.current().is_demo
        for member in members:
            chosen = ways[member.pk]
            is_owed = mails and chosen.by_mail
            owed = {"work_state": WorkState.DUE if is_owed else WorkState.DONE, "in_bell": chosen.in_bell}
            row, is_new = self.get_or_create(member=member, kind=kind, **about, defaults=owed)
            if is_new and is_owed:
                announce(row)

    def of(self, member: Membership) -> NotificationQuerySet:
        """Return what stands in the member's bell, about people whom they still see."""
        theirs = self.filter(member=member.pk, in_bell=True)
        if member.sees_all:
            return theirs
        return theirs.filter(Q(contact=None) | Q(contact__assignee=member.pk))

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(Leased):
    """`work_state` says whether its mail is owed."""

    member = CompanyForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NotificationKind.choices)
    call = CompanyForeignKey(Call, on_delete=models.CASCADE, null=True, related_name="+")
    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    follow_up = CompanyForeignKey(FollowUp, on_delete=models.CASCADE, null=True, related_name="+")
    trouble = CompanyForeignKey(Trouble, on_delete=models.CASCADE, null=True, related_name="+")
    number = models.PositiveIntegerField(default=1, help_text="Of how many rows it tells at once.")
    happened_at = models.DateTimeField(default=timezone.now, help_text="Of a follow-up: when it was due.")
    in_bell = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField("mailed", null=True)

    objects: ClassVar = CompanyManager.from_queryset(NotificationQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [
            *Leased.Meta.constraints,
            *(SameCompany(field) for field in ("member", "call", "contact", "follow_up", "trouble")),
            models.UniqueConstraint(
                fields=["company", "member", "call"],
                condition=Q(kind=NotificationKind.HOT_LEAD),
                name="told_once_of_a_hot_call",
            ),
            models.UniqueConstraint(
                fields=["company", "member", "follow_up", "happened_at"],
                condition=Q(kind=NotificationKind.FOLLOW_UP),
                name="told_once_of_a_follow_up",
            ),
            models.UniqueConstraint(
                fields=["company", "member", "trouble"],
                condition=Q(kind=NotificationKind.TROUBLE),
                name="told_once_of_a_trouble",
            ),
        ]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(
                fields=["company", "member", "-happened_at", "-id"],
                condition=Q(in_bell=True, read_at=None),
                name="notification_unread",
            ),
            models.Index(
                fields=["company", "member", "-happened_at", "-id"],
                condition=Q(in_bell=True, read_at__isnull=False),
                name="notification_read",
            ),
            models.Index(fields=["company", "happened_at", "id"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    # ---- mutators

    def mark_read(self, *, at: datetime) -> None:
        """Keep when it was read first."""
        if self.read_at is None:
            self.read_at = at
            self.save(update_fields=["read_at"])

    def mark_unread(self) -> None:
        self.read_at = None
        self.save(update_fields=["read_at"])

    # ---- predicates

    @property
    def is_owed(self) -> bool:
        """Whether its mail still says something true to somebody who should hear it, and wants it."""
        member = self.member
        ways = NotificationPreference.objects.ways([member], self.kind)[member.pk]
        if not (member.is_active and member.user.is_active and ways.by_mail):
            return False
        if self.contact is not None and not self.contact.is_visible_to(member):
            return False
        if self.kind == NotificationKind.ASSIGNED and self.contact is not None:
            return bool(self.contact.assignee_id == member.pk)
        return self.follow_up is None or self.follow_up.is_open
