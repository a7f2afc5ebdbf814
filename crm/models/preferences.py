"""What a member wants to be told of, and how: in the bell, by mail. Each floor that tells people asks here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.models.companies import Membership
from crm.roles import Role
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel


class NotificationKind(models.TextChoices):
    """What people are told of."""

    HOT_LEAD = "hot_lead", "A lead turns hot"
    ASSIGNED = "assigned", "A lead is given to you"
    FOLLOW_UP = "follow_up", "A follow-up is due"
    TROUBLE = "trouble", "Calls may be lost"


@dataclass(frozen=True)
class Ways:
    """Where somebody is told: in the bell, by mail, both or neither."""

    in_bell: bool
    by_mail: bool


# Until somebody chooses otherwise. Follow-ups come by the dozen, so they fill no mailbox.
DEFAULTS = {
    NotificationKind.HOT_LEAD: Ways(in_bell=True, by_mail=True),
    NotificationKind.ASSIGNED: Ways(in_bell=True, by_mail=True),
    NotificationKind.FOLLOW_UP: Ways(in_bell=True, by_mail=False),
    NotificationKind.TROUBLE: Ways(in_bell=True, by_mail=True),
}
# Who hears of what is nobody's own: a lead without an owner, trouble with an account.
LOOKING_AFTER_ALL = (Role.OWNER, Role.MANAGER)


def kinds_for(role: str) -> list[NotificationKind]:
    """Return what somebody of the role can be told of at all."""
    return [kind for kind in NotificationKind if kind != NotificationKind.TROUBLE or role in LOOKING_AFTER_ALL]


class NotificationPreferenceQuerySet(models.QuerySet["NotificationPreference"]):
    def ways(self, members: Iterable[Membership], kind: str) -> dict[int, Ways]:
        """Return how each of the members wants to be told of it, by their ids."""
        ids = [member.pk for member in members]
        chosen = {row.member_id: row.ways for row in self.filter(member__in=ids, kind=kind)}
        return {pk: chosen.get(pk, DEFAULTS[NotificationKind(kind)]) for pk in ids}

    def choose(self, member: Membership, kind: str, *, ways: Ways) -> None:
        """Tell them of it in these ways from now on."""
        self.update_or_create(member=member, kind=kind, defaults={"in_bell": ways.in_bell, "by_mail": ways.by_mail})


class NotificationPreference(CompanyModel):
    """One choice of one member; no row means the default."""

    member = CompanyForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NotificationKind.choices)
    in_bell = models.BooleanField()
    by_mail = models.BooleanField()

    objects: ClassVar = CompanyManager.from_queryset(NotificationPreferenceQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("member"),
            models.UniqueConstraint(fields=["company", "member", "kind"], name="one_preference_per_member_and_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def ways(self) -> Ways:
        return Ways(in_bell=self.in_bell, by_mail=self.by_mail)
