"""How a call's conversation is to be heard and read, where a person decided it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.models import Membership
from crm.tenancy import CompanyForeignKey
from telephony.events import Speaker

THE_OTHER: dict[str, str] = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}
# Partial: of few calls. It serves the key's own check.
HEARING_INDEXES = (
    models.Index(
        fields=["company", "speakers_swapped_by"],
        condition=models.Q(speakers_swapped_by__isnull=False),
        name="call_swapped_by",
    ),
)


class Heard(models.Model):
    """What a call knows of its hearing. Whatever its provider tells later is heard the same way round."""

    speakers_swapped_at = models.DateTimeField("speakers swapped", null=True, blank=True, editable=False)
    speakers_swapped_by = CompanyForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    read_with = models.CharField(
        max_length=30,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The backend that somebody asked for; empty: the configured one.",
    )

    FIELDS: ClassVar = ("speakers_swapped_at", "speakers_swapped_by")

    class Meta:
        abstract = True

    def heard_as(self, speaker: str) -> str:
        """Return who said it: whom the provider names, or the other one where they were taken for each other."""
        return THE_OTHER.get(speaker, speaker) if self.speakers_swapped_at else speaker

    def swap_speakers(self, *, by: Membership | None) -> None:
        """Say that agent and customer were taken for each other, or take that back; the row is locked by the caller."""
        is_undone = self.speakers_swapped_at is not None
        self.speakers_swapped_at = None if is_undone else timezone.now()
        self.speakers_swapped_by = None if is_undone else by
        self.save(update_fields=list(self.FIELDS))
        others = [models.When(speaker=one, then=models.Value(other)) for one, other in THE_OTHER.items()]
        self.turns.update(speaker=models.Case(*others, default=models.F("speaker")))  # type: ignore[attr-defined]
