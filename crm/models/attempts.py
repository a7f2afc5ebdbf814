"""How often a password or a code was guessed wrong: counted in PostgreSQL, so that every process holds one limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Limit:
    """So many attempts that fail in a row; then none until so long after the last one that was counted."""

    name: str
    most: int
    pause: timedelta


# An account is locked for a while, whether it exists or not; whoever knows its second factor or mailbox gets in.
PASSWORDS = Limit("password", 10, timedelta(minutes=15))
CODES = Limit("code", 10, timedelta(minutes=15))
# One address tries many accounts: an office behind one address must be able to mistype.
ADDRESSES = Limit("address", 100, timedelta(minutes=15))
# Each sends a mail, if somebody logs in with it.
RESETS = Limit("reset", 5, timedelta(minutes=15))
FORGOTTEN_AFTER = timedelta(days=1)


class FailedAttemptsQuerySet(models.QuerySet["FailedAttempts"]):
    def take(self, limit: Limit, who: str, *, at: datetime | None = None) -> bool:
        """Count one attempt before it is judged, so that parallel ones count too; returns False when none is left."""
        at = at or timezone.now()
        with transaction.atomic():
            rows = self.select_for_update()
            row, _ = rows.get_or_create(key=_key(limit, who), defaults={"count": 0, "last_at": at})
            if row.last_at <= at - limit.pause:
                row.count = 0
            if row.count >= limit.most:
                return False
            row.count += 1
            row.last_at = at
            row.save(update_fields=["count", "last_at"])
        self.filter(last_at__lt=at - FORGOTTEN_AFTER).delete()
        return True

    def give_back(self, limit: Limit, who: str) -> None:
        """Uncount the attempt that succeeded; those before it stay, or guesses could hide between successes."""
        self.filter(key=_key(limit, who), count__gt=0).update(count=models.F("count") - 1)

    def forget(self, limit: Limit, who: str) -> None:
        """Begin anew, because the person has shown who they are in another way."""
        self.filter(key=_key(limit, who)).delete()


class FailedAttempts(models.Model):
    """Of whom, or from where, as a keyed hash: e-mails that nobody here has stay unknown to us."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects = FailedAttemptsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "failed attempts"
        indexes: ClassVar = [models.Index(fields=["last_at"], name="failed_attempts_by_time")]

    def __str__(self) -> str:
        return f"{self.count} since {self.last_at:%Y-%m-%d %H:%M}"


def _key(limit: Limit, who: str) -> str:
    return salted_hmac(f"crm.attempts.{limit.name}", who.strip().lower(), algorithm="sha256").hexdigest()
